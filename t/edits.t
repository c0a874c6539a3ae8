# What arrives at the API byte for byte: the client's own document, with just
# the values replaced that the API spells otherwise.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our $create = $SAMPLE{'create-request'};

# The sample with one member as it is sent, and as it is to arrive.
sub change {
    my ($member, $old, $sent, $arrives) = @_;
    return [ $member, edited('create-request', [ $member => $old => $sent ]),
             edited('create-request', [ $member => $old => $arrives ]) ];
}

our @changes = (
    change(countryCode => '"DE"' => '"de"', '"DE"'),
    change(countryCode => '"DE"' => '"dE"', '"DE"'),
    change(countryCode => '"DE"' => '"\u0064e"', '"DE"'),
    change(countryCode => '"DE"' => '" DE\u00a0"', '"DE"'),
    change(language => '"de"' => '"DE"', '"de"'),
    change(language => '"de"' => "\"\xc2\xa0De \"", '"de"'),
    change(customerCategory => '"PERSON"' => '"Person"', '"PERSON"'),
    change(salutation => '"MR"' => '"mrs"', '"MRS"'),
    change(birthDate => '"1984-11-11"' => '"1984-11-11T00:00:00Z"', '"1984-11-11"'),
    change(birthDate => '"1984-11-11"' => '"1984-11-11T00:00:00.0"', '"1984-11-11"'),
    change(email => '"Ray_Ankunding43@gmail.com"' => '"Ray_Ankunding43@Gmail.COM"',
           '"Ray_Ankunding43@gmail.com"'),
    change(customerNumber => '"c1631704458"' => '" c1631704458 "', '"c1631704458"'),
    # NFC: a letter and a combining mark become one letter
    change(lastName => '"Ankunding"' => "\"Mu\xcc\x88ller\"", "\"M\xc3\xbcller\""),
    change(lastName => '"Ankunding"' => '"Mu\u0308ller"', "\"M\xc3\xbcller\""),
    change(street => '"Bergnaum Mountains"' => '"  Bergnaum \"Mountains\"\t"',
           '"  Bergnaum \"Mountains\"\t"'),
);
$changes[-1] = change(street => '"Bergnaum Mountains"' => '"  Berg \"naum\" "',
                      '"Berg \"naum\""');

# What needs no change arrives as it came, however it is spelled.
our @same = (
    # escapes that say what the API wants already
    edited('create-request', [ countryCode => '"DE"' => '"\u0044\u0045"' ]),
    edited('create-request', [ street => '"Bergnaum Mountains"'
                               => '"Bergnaum\u0020Mountains \/ 3 \ud83c\udfe0"' ]),
    edited('create-request', [ firstName => '"Ray"' => "\"Ra\xcc\xa7y\xcc\xb2\"" ]),
    # names, escaped
    $create =~ s/"countryCode"/"country\\u0043ode"/r,
    $create =~ s/"customer"/"\\u0063ustomer"/r,
    # no white space at all, and all there is
    $create =~ s/\n//gr =~ s/": /":/gr,
    $create =~ s/([{}:,])/ \t\r\n$1 \t\r\n/gr =~ s/$/\n\n/r,
    # unknown members wherever one may stand
    $create =~ s/^\{/{"x":{"customer":{"language":"DE"}},/r,
    $create =~ s/"address": \{/"address": {"country":"de","y":[[],{}],/r,
    $create =~ s/"id": /"language":"DE","id": /r,
    # numbers that no double and no integer holds
    $create =~ s/^\{/{"a":1e400,"b":12345678901234567890123,"c":-0,"d":1E+2,"e":0.10,"f":-0.0e-00,/r,
    $create =~ s/^\{/{"a":"\\ud83d\\ude00\\\/","b":[true,false,null],"":0,/r,
    # an optional member that is null or empty stays so
    $create =~ s/"birthDate": "1984-11-11"/"birthDate": null/r,
    # as deep as it may be
    $create =~ s/^\{/{"a":@{[ '[' x 7 . ']' x 7 ]},/r,
);

# Another order: the address behind its customer, the payment first.
our $order = join "\n", '{"paymentRegistration":{"id":"275122"},"customer":{',
    '"taxIdentificationNumber":"12345678L","phone":"871.790.7578 x4882",',
    '"mobilePhone":"+37258774XXX","lastName":"Ankunding","language":"%s",',
    '"identificationNumber":"700XXX651","firstName":"Ray",',
    '"customerNumber":"c1631704458","customerCategory":"%s",',
    '"address":{"streetNumber":"1","street":"Bergnaum Mountains",',
    '"postalPlace":"Schadenville","postalCode":"97687-7791","countryCode":"%s"}',
    '},"z":1e999}', '';

our $long = $create =~ s/^\{/{"x":"@{[ 'y' x 60_000 ]}",/r;

# The sandbox's own reader cannot hold 1e400: where it comes the answer is chosen.
Riverty::run();

__DATA__

=== the samples arrive untouched
--- request eval: [ ::create(), ::update() ]
--- error_code eval: [ 200, 200 ]
--- arrived
body=@create-request length=624
body=@update-request length=624
--- record
riverty.changes=-
riverty.changes=-



=== each value in the API's own spelling, no other byte touched
--- request eval: [ map { ::create($_->[1]) } @::changes ]
--- error_code eval: [ map { 200 } @::changes ]
--- arrived eval
[ map { { body => $_->[2], length => length $_->[2] } } @::changes ]
--- record eval
[ map { { 'riverty.changes' => qr{^/customer/(?:address/)?$_->[0]$},
          'riverty.outcome' => 'forwarded' } } @::changes ]



=== many values at once, in any order
--- in_api: riverty_sandbox_status 200;
--- request eval
[ ::create(sprintf $::order, 'DE', 'person', 'de'), ::create(sprintf $::order, 'de', 'PERSON', 'DE') ]
--- error_code eval: [ 200, 200 ]
--- arrived eval
[ ({ body => sprintf $::order, 'de', 'PERSON', 'DE' }) x 2 ]
--- talk eval
sub {
    my ($first) = ::audit_log(undef, end => 1);
    ::is_deeply([ sort @{ $first->{riverty}{changes} } ],
                [ qw(/customer/address/countryCode /customer/customerCategory
                     /customer/language) ], 'the record names all three');
}
--- record
riverty.outcome=forwarded
riverty.outcome=forwarded riverty.changes=-



=== what needs no change arrives as it came
--- in_api: riverty_sandbox_status 200;
--- request eval: [ map { ::create($_) } @::same ]
--- error_code eval: [ map { 200 } @::same ]
--- arrived eval: [ map { { body => $_, length => length $_ } } @::same ]
--- record eval: [ map { { 'riverty.changes' => '' } } @::same ]



=== an update is changed as a create is
--- request eval
[ ::create(), ::update(::edited('update-request', [ language => '"de"' => '"DE"' ])) ]
--- error_code eval: [ 200, 200 ]
--- arrived
method=POST body=@create-request
method=PUT body=@update-request
--- record
riverty.changes=-
riverty.changes=/customer/language



=== unknown members are counted, never named
--- request eval: ::create($::same[7])
--- error_code: 200
--- arrived eval: [ { body => $::same[7] } ]
--- record
riverty.outcome=forwarded riverty.findings=~unknown_member



=== a long document, changed near its end
--- request eval: ::create($::long =~ s/"MR"/"mr"/r)
--- error_code: 200
--- arrived eval: [ { body => $::long, length => length $::long } ]
--- record
riverty.changes=/customer/salutation



=== what the client said of the length is not what arrives
--- request eval: ::create($::changes[3][1])
--- in_location: proxy_set_header X-More $content_length;
--- error_code: 200
--- arrived eval
[ { body => $::create, length => length $::create, more => length $::create } ]
