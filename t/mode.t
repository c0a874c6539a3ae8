#!/usr/bin/perl

# riverty_mode: one app is enforced while another is watched, in a location that
# is on.  Who calls, what it may do and the key are as with on; documents of a
# watched app go as they came, and the record says what on would have done.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $api = start_api();
my $map = 'map $riverty_app $mode { default on; billing monitor; reader monitor;'
    . ' expired monitor; other "$arg_no_such"; }';
my $gateway = start_server('gateway', gateway_config(http => $map, server => <<"END"));
        riverty_mode \$mode;
        client_max_body_size 300k;
        location / {
            riverty_customer on;
            proxy_pass $API;
        }
        location /all/ {
            riverty_customer on;
            riverty_prefix /all;
            riverty_mode monitor;
            client_max_body_size 1k;
            proxy_pass $API/;
        }
        location /watched/ {
            riverty_customer monitor;
            riverty_prefix /watched;
            proxy_pass $API/;
        }
        location /full/ {
            riverty_customer on;
            riverty_prefix /full;
            riverty_audit_log /dev/full required;
            proxy_pass $API/;
        }
        location /other/ {
            riverty_customer on;
            riverty_prefix /other;
            rewrite ^/other/subscriptions/v1/customers\$ /subscriptions/v1/contracts break;
            proxy_pass $API;
        }
END
my $log = $gateway->path('audit.log');

my $sample = $SAMPLE{'create-request'};
my $broken = edited('create-request', [ countryCode => '"DE"' => '"XX"' ]);
my $spelled = edited('update-request', [ countryCode => '"DE"' => '"de"' ]);

# One request: its status, what arrived at the API (undef: nothing), the record.
sub judged {
    my ($name, $line, $status, $arrived, $recorded, %of) = @_;
    my $answer = exchange($GATEWAY, request_bytes($line, %of) . ($of{after} // ''));
    my ($got) = $answer =~ m{^HTTP/1\.1 (\d+)};
    is($got, $status, "$name: status");
    my @reached = reached($api->path('api.log'), $arrived ? $arrived->{tries} // 1 : 0);
    my @records = records($log, 1);
    is(scalar @records, 1, "$name: one record");
    $arrived ? ok(scalar @reached, "$name: it arrived") : is(scalar @reached, 0, "$name: nothing arrived");
    for my $member (grep { $_ ne 'tries' } sort keys %{ $arrived // {} }) {
        is($reached[0]{$member} // '', $arrived->{$member}, "$name: arrived: $member");
    }
    my %record = flat($records[0]);
    for my $member (sort keys %$recorded) {
        my $want = $recorded->{$member};
        ref $want ? like($record{$member}, $want, "$name: record: $member")
                  : is($record{$member}, $want, "$name: record: $member");
    }
    return $answer;
}

# The record of what is let through, and of what "on" makes of it.
sub would {
    my ($outcome, $problem) = @_;
    return ('riverty.mode' => 'monitor', 'riverty.outcome' => 'forwarded',
            'riverty.would' => $outcome, 'riverty.problem' => $problem);
}

sub refusal {
    my ($outcome, $problem) = @_;
    return ('riverty.outcome' => $outcome, 'riverty.would' => $outcome,
            'riverty.problem' => $problem, 'riverty.mode' => 'monitor');
}

my @text = ('Content-Type: text/plain', 'Content-Length: 3');
my @chunked = ('Content-Type: application/json', 'Transfer-Encoding: chunked');
my $chunks = sub { join '', map({ sprintf "%x\r\n%s\r\n", length, $_ } unpack '(a4001)*', $_[0]), "0\r\n\r\n" };

subtest 'documents of a watched app' => sub {
    judged('a good one', "POST $CUSTOMERS", 200, { body => $sample, key => 'billing.primary', token => '' },
           { would('forwarded', undef), 'riverty.findings' => qr/masked_value/ }, body => $sample);
    judged('another spelling is not edited', "PUT $item", 200, { body => $spelled },
           { would('forwarded', undef), 'riverty.changes' => '/customer/address/countryCode' }, body => $spelled);
    judged('a broken contract', "POST $CUSTOMERS", 200, { body => $broken, key => 'billing.primary' },
           { would('rejected', 'contract-broken'), 'riverty.findings' => qr/country_code/ }, body => $broken);
    judged('no JSON', "POST $CUSTOMERS", 400, { body => '{', key => 'billing.primary' },
           { would('refused', 'malformed-json') }, body => '{');
    judged('no body', "POST $CUSTOMERS", 400, { body => '' },
           { would('refused', 'malformed-json') }, body => '');
    judged('another media type', "POST $CUSTOMERS", 415, { type => 'text/plain', body => 'abc' },
           { would('refused', 'unsupported-media-type') }, headers => \@text, after => 'abc');
    judged('a coding', "POST $CUSTOMERS", 200, { body => $sample },
           { would('refused', 'unsupported-content-coding') }, body => $sample,
           headers => [ 'Content-Encoding: gzip' ]);
    judged('a key of its own does not go', "POST $CUSTOMERS", 200, { key => 'billing.primary' },
           { would('rejected', 'contract-broken'), 'riverty.key' => 'primary' }, body => $broken,
           headers => [ "X-Subscription-Key: $KEY{'other.primary'}" ]);
    judged('in a location where all are', "POST /all$CUSTOMERS", 200, { body => $broken, key => 'other.primary' },
           { would('rejected', 'contract-broken') }, body => $broken, token => $TOKEN{other});
};

subtest 'a body over the limit' => sub {
    my $large = $sample . ' ' x 100_000;
    my $huge = $sample . ' ' x 400_000;
    my %large = (would('refused', 'content-too-large'), 'riverty.document' => undef);
    judged('with its length', "POST $CUSTOMERS", 200, { body => $large, key => 'billing.primary' }, { %large },
           body => $large);
    judged('in chunks', "POST $CUSTOMERS", 200, { body => $large }, { %large },
           headers => \@chunked, after => $chunks->($large));
    judged('over client_max_body_size', "POST $CUSTOMERS", 413, undef,
           { refusal('refused', 'content-too-large') }, body => $huge);
    judged('over it, in chunks', "POST $CUSTOMERS", 413, undef,
           { refusal('refused', 'content-too-large') }, headers => \@chunked, after => $chunks->($huge));
    judged('over one that is below riverty_max_body', "POST /all$CUSTOMERS", 413, undef,
           { refusal('refused', 'content-too-large') }, body => $sample . ' ' x 1024);
    judged('of an app that is enforced', "POST $CUSTOMERS", 413, undef,
           { 'riverty.mode' => 'on', 'riverty.problem' => 'content-too-large' },
           body => $large, token => $TOKEN{other});
};

subtest 'what is refused all the same' => sub {
    judged('no app', "POST $CUSTOMERS", 401, undef,
           { 'riverty.mode' => 'on', 'riverty.problem' => 'unknown-app', 'riverty.would' => undef },
           body => $sample, token => undef);
    judged('not granted', "POST $CUSTOMERS", 403, undef, { refusal('denied', 'operation-not-granted') },
           body => $sample, token => $TOKEN{reader});
    judged('no key that is valid', "POST $CUSTOMERS", 503, undef,
           { refusal('unavailable', 'key-unavailable') }, body => $sample, token => $TOKEN{expired});
    judged('no key for a broken document', "POST $CUSTOMERS", 503, undef,
           { 'riverty.outcome' => 'unavailable', 'riverty.problem' => 'key-unavailable',
             'riverty.would' => 'rejected', 'riverty.mode' => 'monitor' },
           body => $broken, token => $TOKEN{expired});
    judged('another method', "DELETE $item", 405, undef, { refusal('refused', 'method-not-allowed') });
    judged('a method in the query', "PUT $item?_method=DELETE", 400, undef,
           { refusal('refused', 'method-override') }, body => $spelled);
    judged('a misspelled path', 'GET /subscriptions/v1//customers/c1', 404, undef,
           { refusal('refused', 'path-not-found') });
    judged('a read with a body', "GET $item", 400, undef, { refusal('refused', 'unexpected-body') },
           body => '{}');
    judged('another path than was judged', "POST /other$CUSTOMERS", 500, undef,
           { 'riverty.outcome' => 'failed', 'riverty.problem' => 'gateway-fault',
             'riverty.would' => 'rejected' }, body => $broken);
    my $answer = ask("POST /full$CUSTOMERS", body => $broken);
    is($answer->{status}, 503, 'a log that takes nothing');
    is(scalar(my @reached = reached($api->path('api.log'), 0)), 0, 'and nothing arrived');
};

subtest 'keys that the API refuses' => sub {
    judged('both', "POST $CUSTOMERS?status=401", 502, { tries => 2 },
           { 'riverty.outcome' => 'unavailable', 'riverty.problem' => 'credentials-refused',
             'riverty.would' => 'rejected' }, body => $broken);
};

subtest 'an app that is enforced' => sub {
    judged('a broken contract', "POST $CUSTOMERS", 422, undef,
           { 'riverty.mode' => 'on', 'riverty.outcome' => 'rejected', 'riverty.would' => undef },
           body => $broken, token => $TOKEN{other}) for 1, 2;
    my @told = $gateway->log() =~ /"riverty_mode" says neither [^\n]*/g;
    is(scalar @told, 1, 'a value that is none counts as on, and is told once an hour');
    like($told[0], qr/of app "other", and counts as "on": look at the map behind it/, 'of whom');
    judged('in a location that monitors', "POST /watched$CUSTOMERS", 200, { body => $broken },
           { would('rejected', 'contract-broken') }, body => $broken, token => $TOKEN{other});
};

subtest 'nginx -t' => sub {
    my $tried = sub {
        my ($location, %part) = @_;
        return nginx_t(gateway_config(http => $map, server => <<"END"));
            location / { riverty_customer @{[ $part{customer} // 'on' ]}; proxy_pass $API; $location }
END
    };
    my $take = sub {
        my ($location, $wanted, %part) = @_;
        my ($status, $said) = $tried->($location, %part);
        ok($status == 0, "$location: taken");
        $wanted ? like($said, $wanted, "$location: is warned of")
                : unlike($said, qr/riverty_mode/, "$location: without a word");
    };
    my $refuse = sub {
        my ($location, $wanted) = @_;
        my ($status, $said) = $tried->($location);
        ok($status != 0 && $said =~ $wanted, "$location: refused") or diag($said);
    };
    $take->("riverty_mode $_;") for 'on', 'monitor', '$mode';
    $refuse->("riverty_mode \"$_\";", qr/invalid value "\Q$_\E" in "riverty_mode": it is "on", "monitor"/)
        for 'off', 'yes', '';
    $refuse->("riverty_mode \"$_\";", qr/"riverty_mode": a client can write .* use a map of \$riverty_app/)
        for '$http_x_mode', 'on$arg_x', '${cookie_mode}';
    $refuse->('riverty_mode $remote_user;', qr/"riverty_mode" with \$remote_user needs "auth_basic"/);
    $refuse->('riverty_mode on; riverty_mode on;', qr/"riverty_mode" directive is duplicate/);
    my $never = qr/"riverty_mode \$mode" is never asked: "riverty_customer" is not on there .*test\.conf:\d+/;
    $take->('riverty_mode $mode;', $never, customer => $_) for 'monitor', 'off';
    $take->('riverty_mode $mode; location /in/ { riverty_customer on; proxy_pass ' . $API . '; }', undef,
            customer => 'monitor');
};

subtest 'logs' => sub {
    my $written = join '', map { slurp($_) } grep { !/audit/ } glob "$gateway->{prefix}/logs/*";
    my @shown = grep { index($written, $_) >= 0 } @MARKERS;
    is("@shown", '', 'show no key, no token, no customer');
};

done_testing();
