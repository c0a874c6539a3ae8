#!/usr/bin/perl

# riverty_customer monitor: nothing is changed and nothing refused; the record
# says what "on" would have done.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $item = "$CUSTOMERS/$NUMBER";
my $api = start_api();
my $gateway = start_server('gateway', gateway_config(server => <<"END"));
        client_max_body_size 8m;
        client_body_buffer_size 1k;
        location / {
            riverty_customer monitor;
            proxy_pass $API;
        }
        location /unbuffered/ {
            riverty_customer monitor;
            riverty_prefix /unbuffered;
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass $API/;
        }
        location /full/ {
            riverty_customer monitor;
            riverty_prefix /full;
            riverty_audit_log /dev/full required;
            proxy_pass $API/;
        }
        location /static/ {
            riverty_customer monitor;
            riverty_prefix /static;
            proxy_set_header X-Subscription-Key $KEY{'other.primary'};
            proxy_pass $API/;
        }
        location /rewritten/ {
            riverty_customer monitor;
            riverty_prefix /rewritten;
            rewrite ^/rewritten/.* /subscriptions/v1/contracts break;
            proxy_set_header X-More "\$http_x_more changed";
            proxy_pass $API;
        }
        location /limited/ {
            riverty_customer monitor;
            riverty_prefix /limited;
            client_max_body_size 1k;
            proxy_pass $API/;
        }
        location /own/ {
            riverty_customer monitor;
            riverty_prefix /own;
            return 200 "own\\n";
        }
END
my $log = $gateway->path('audit.log');

# One request: what arrived at the API and the one record, as wanted.
sub watched {
    my ($name, $line, $arrived, $recorded, %of) = @_;
    my $bytes = request_bytes($line, %of) . ($of{after} // '');
    my $answer = exchange($GATEWAY, $bytes);
    my ($status) = $answer =~ m{^HTTP/1\.1 (\d+)};
    my @reached = reached($api->path('api.log'), $arrived ? 1 : 0);
    my @records = records($log, 1);
    is(scalar @reached, $arrived ? 1 : 0, "$name: what reached the API");
    is(scalar @records, 1, "$name: one record");

    my ($method, $uri) = $line =~ /^(\S+) (\S+)/;
    $arrived = { method => $method, uri => $uri, token => '', %$arrived } if $arrived;
    for my $member (sort keys %{ $arrived // {} }) {
        is($reached[0]{$member} // '', $arrived->{$member}, "$name: arrived: $member");
    }
    my %got = @records ? flat($records[0]) : ();
    $recorded = { 'riverty.mode' => 'monitor', 'event.type' => 'end',
                  'riverty.outcome' => 'forwarded', 'http.response.status_code' => $status,
                  %$recorded };
    for my $member (sort keys %$recorded) {
        my $want = $recorded->{$member};
        ref $want ? like($got{$member}, $want, "$name: record: $member")
                  : is($got{$member}, $want, "$name: record: $member");
    }
    return $answer;
}

my $sample = $SAMPLE{'create-request'};

subtest 'a request that "on" would forward as well' => sub {
    watched('create', "POST $CUSTOMERS", { key => 'billing.primary', body => $sample },
            { 'riverty.would' => 'forwarded', 'riverty.key' => 'primary', 'user.name' => 'billing',
              'riverty.findings' => qr/masked_value/, 'riverty.changes' => '',
              'riverty.document./customer/language' => 'de' }, body => $sample);
    my $answer = watched('read', "GET $item", { key => 'billing.primary', body => '' },
                         { 'riverty.would' => 'forwarded', 'riverty.customer' => qr/^t:k1:/ });
    like($answer, qr/"lastName":"Ankunding"/, 'the answer comes through');
};

subtest 'keys' => sub {
    my $own = $KEY{'other.primary'};
    watched('the client\'s own key goes through', "GET $item", { key => 'other.primary' },
            { 'riverty.would' => 'forwarded', 'user.name' => 'billing', 'riverty.key' => undef },
            headers => [ "X-Subscription-Key: $own" ]);
    watched('in another header', "GET $item", { key => 'other.primary' },
            { 'riverty.would' => 'forwarded' }, headers => [ "Ocp-Apim-Subscription-Key: $own" ]);
    watched('of a client that nobody knows', "GET $item", { key => 'other.primary' },
            { 'riverty.would' => 'denied', 'user.name' => undef },
            token => undef, headers => [ "X-Subscription-Key: $own" ]);
    watched('a wrong one is the API\'s business', "GET $item", { key => 'wrong' },
            { 'http.response.status_code' => 401, 'riverty.would' => 'forwarded' },
            headers => [ 'X-Subscription-Key: wrong' ]);
    watched('an argument stays', "GET $item?subscription-key=wrong&a=1", {},
            { 'riverty.would' => 'forwarded' });
    watched('no key and no app', "GET $item", { key => '' },
            { 'http.response.status_code' => 401, 'riverty.would' => 'denied',
              'riverty.key' => undef }, token => undef);
    watched('an unknown token', "GET $item", { key => '' },
            { 'riverty.would' => 'denied' }, token => 'unknown');
    watched('no key that is valid', "GET $item", { key => '' },
            { 'riverty.would' => 'unavailable', 'user.name' => 'expired' },
            token => $TOKEN{expired});
    watched('a key that nginx\'s own configuration sets', "GET /static$item",
            { uri => $item, key => 'other.primary' }, { 'http.response.status_code' => 200 });
};

subtest 'what "on" would refuse' => sub {
    my $broken = edited('create-request', [ countryCode => '"DE"' => '"XX"' ],
                        [ street => '"Bergnaum Mountains"' => '""' ]);
    watched('a broken contract', "POST $CUSTOMERS", { key => 'billing.primary', body => $broken },
            { 'riverty.would' => 'rejected', 'riverty.findings' => qr/required.*country_code|country_code.*required/ },
            body => $broken);
    my $other_form = edited('update-request', [ countryCode => '"DE"' => '"de"' ],
                            [ language => '"de"' => '"DE"' ]);
    watched('another spelling', "PUT $item", { body => $other_form },
            { 'riverty.would' => 'forwarded',
              'riverty.changes' => qr{^/customer/address/countryCode,/customer/language$} },
            body => $other_form);
    watched('no JSON', "POST $CUSTOMERS", { body => '{"customer":' },
            { 'riverty.would' => 'refused', 'riverty.findings' => qr/^\w+$/ },
            body => '{"customer":');
    watched('no body', "POST $CUSTOMERS", { body => '' }, { 'riverty.would' => 'refused' },
            body => '');
    my $text = "text \xff\x01 or so";
    watched('another media type', "POST $CUSTOMERS", { type => 'text/plain' },
            { 'riverty.would' => 'refused' },
            headers => [ 'Content-Type: text/plain', 'Content-Length: ' . length $text ],
            after => $text);
    watched('a coding', "POST $CUSTOMERS", { body => $sample }, { 'riverty.would' => 'refused' },
            body => $sample, headers => [ 'Content-Encoding: gzip' ]);
    watched('not granted', "POST $CUSTOMERS", { key => 'reader.primary', body => $sample },
            { 'riverty.would' => 'denied', 'user.name' => 'reader' },
            body => $sample, token => $TOKEN{reader});
    watched('a misspelled path', 'GET /subscriptions/v1//customers/c1', { key => 'billing.primary' },
            { 'riverty.would' => 'refused' });
    watched('another method', "DELETE $item", { key => 'billing.primary' },
            { 'riverty.would' => 'refused', 'http.response.status_code' => 405 });
    watched('a request id', "GET $item", { id => 'not a uuid' },
            { 'http.request.id' => undef }, headers => [ 'X-Request-ID: not a uuid' ]);
    watched('the first reason counts', "POST $CUSTOMERS", { body => '{' },
            { 'riverty.would' => 'denied' }, body => '{', token => undef,
            headers => [ "X-Subscription-Key: $KEY{'other.primary'}" ]);
};

subtest 'a body over the limit' => sub {
    my $large = $sample . ' ' x 100_000;
    my $chunks = sub { join '', map({ sprintf "%x\r\n%s\r\n", length, $_ } unpack '(a4001)*', $_[0]), "0\r\n\r\n" };
    my @chunked = ('Content-Type: application/json', 'Transfer-Encoding: chunked');
    my %would = ('riverty.would' => 'refused', 'riverty.document' => undef,
                 'http.response.status_code' => 200);

    watched('with its length', "POST $CUSTOMERS", { key => 'billing.primary', body => $large },
            { %would, 'http.request.body.bytes' => length $large }, body => $large);
    watched('in chunks', "POST $CUSTOMERS", { key => 'billing.primary', body => $large }, { %would },
            headers => \@chunked, after => $chunks->($large));
    my ($huge) = $sample . ' ' x 400_000;
    watched('much larger', "POST $CUSTOMERS", { body => $huge }, { %would }, body => $huge);
    watched('not buffered', "POST /unbuffered$CUSTOMERS", { uri => $CUSTOMERS, body => $large },
            { %would }, body => $large);
    watched('just below it, in chunks', "POST $CUSTOMERS", { body => $sample },
            { 'riverty.would' => 'forwarded' }, headers => \@chunked, after => $chunks->($sample));
    watched('over nginx\'s own limit', "POST /limited$CUSTOMERS", undef,
            { 'riverty.outcome' => 'refused', 'http.response.status_code' => 413 },
            body => $large);
    watched('of another operation', 'POST /subscriptions/v1/contracts', { body => $large },
            { 'riverty.would' => 'refused', 'event.action' => 'other' },
            body => $large, token => $TOKEN{other});
};

subtest 'what nginx is told to change' => sub {
    watched('path and header', "GET /rewritten$item",
            { uri => '/subscriptions/v1/contracts', more => 'sent changed' }, {},
            headers => [ 'X-More: sent' ]);
    watched('a location that answers itself', 'GET /own/', undef,
            { 'http.response.status_code' => 200, 'riverty.outcome' => qr/./ });
};

subtest 'a log that takes nothing' => sub {
    my $answer = ask("GET /full$item");
    is($answer->{status}, 200, 'refuses nothing, "required" or not');
    is(scalar(my @reached = reached($api->path('api.log'), 1)), 1, 'it reached the API');
};

subtest 'an API in trouble' => sub {
    watched('closed', "GET $item?status=444", {},
            { 'riverty.outcome' => 'failed', 'riverty.would' => 'failed',
              'http.response.status_code' => 502 });
    sleep 0.2;
    is(scalar(my @more = records($log, 0)), 0, 'and no record more');
};

subtest 'logs' => sub {
    my $written = join '', map { slurp($_) } grep { !/audit/ } glob "$gateway->{prefix}/logs/*";
    my @shown = grep { index($written, $_) >= 0 } @MARKERS;
    is("@shown", '', 'show no key, no token, no customer');
};

done_testing();
