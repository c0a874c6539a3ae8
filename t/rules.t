# riverty_rules: the levels of all rules at once, where the nearer setting wins.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

# The sample breaks four rules that warn, the other one a rule that refuses, and
# two documents have a wrong type and lack a member.
our $warned = $SAMPLE{'create-request'};
our $refused = edited('create-request', [ phone => '"871.790.7578 x4882"' => '"call me"' ]);
our $typed = edited('create-request', [ streetNumber => '"1"' => '1' ]);
our $lacking = edited('create-request', [ lastName => '"Ankunding"' => '""' ]);
our @all = map { create($_) } $warned, $refused, $typed, $lacking;

# What the four get, as a line of statuses.
sub statuses {
    my ($strict, $default, $type, $required) = @_;
    return [ $strict, $default, $type, $required ];
}

Riverty::run();

__DATA__

=== default: as each rule's row says
--- in_location: riverty_rules default;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(200, 422, 422, 422)
--- arrived: any
--- record: any



=== strict: what warns refuses, too
--- in_location: riverty_rules strict;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(422, 422, 422, 422)
--- response_body_like eval
[ '"rule":"masked_value".*"rule":"phone_not_international"', ('"rule":') x 3 ]
--- record
riverty.outcome=rejected riverty.findings=postal_code_suffix,masked_value,masked_value,phone_not_international
riverty.outcome=rejected
riverty.outcome=rejected
riverty.outcome=rejected



=== lenient: types and what is required
--- in_location: riverty_rules lenient;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(200, 200, 422, 422)
--- arrived: any
--- record
riverty.outcome=forwarded
riverty.outcome=forwarded riverty.findings=~phone
riverty.outcome=rejected riverty.findings=~type
riverty.outcome=rejected riverty.findings=~required



=== no JSON is refused by each
--- in_location: riverty_rules lenient;
--- request eval: ::create('{')
--- error_code: 400
--- response_body_like: malformed-json



=== a rule on top of the profile, before it and behind it
--- in_location
riverty_rule masked_value warn;
riverty_rules strict;
riverty_rule postal_code_suffix warn;
riverty_rule phone_not_international off;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(200, 422, 422, 422)
--- arrived: any
--- record: any



=== a rule on top of an outer profile
--- in_http: riverty_rules lenient;
--- in_server: riverty_rule phone reject;
--- in_location: riverty_rule type warn;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(200, 422, 200, 422)
--- arrived: any
--- record: any



=== a nearer profile takes the place of outer rules and profiles
--- in_http
riverty_rules strict;
riverty_rule phone off;
--- in_server: riverty_rule type off;
--- in_location: riverty_rules default;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(200, 422, 422, 422)
--- arrived: any
--- record: any



=== an outer profile holds where nothing nearer is said
--- in_http: riverty_rules lenient;
--- request eval: [ @::all ]
--- error_code eval: ::statuses(200, 200, 422, 422)
--- arrived: any
--- record: any
