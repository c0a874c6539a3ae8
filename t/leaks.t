#!/usr/bin/perl

# Nothing leaks: with error_log at level debug, through everything that can
# become of a request, no file that nginx wrote shows a key, a body or a value
# of one; tokens stand where nginx prints the headers it got and nowhere else.

use strict;
use warnings;

use lib 't/lib';
use File::Find;
use IO::Socket::INET;
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep stat);

my $nginx = $ENV{TEST_NGINX_BINARY} // 'nginx';
plan skip_all => 'this nginx has no debug log' if qx($nginx -V 2>&1) !~ /--with-debug/;

# Persons whom no path speaks of: debug lines show paths.
my @persons = qw(MARKNAME MARKSTREET MARKMAIL MARKNUMBER MARKID MARKMEMBER MARKVALUE MARKTAX);
my $client_key = 'MARKCLIENTKEY';
my $answer = 'MARKANSWER';

my $document = edited('create-request',
    [ lastName => '"Ankunding"' => '"MARKNAME"' ],
    [ street => '"Bergnaum Mountains"' => '"MARKSTREET"' ],
    [ email => '"Ray_Ankunding43@gmail.com"' => '"MARKMAIL@example.com"' ],
    [ customerNumber => '"c1631704458"' => '"MARKNUMBER1"' ],
    [ taxIdentificationNumber => '"12345678L"' => '"MARKTAX1"' ],
    [ id => '"275122"' => '"MARKID"' ]) =~ s/^\{/{"MARKMEMBER":"MARKVALUE",/r;

my ($dead, $second, $h2) = map { port() } 1 .. 3;

mkdir "$DIR/pages" or die $!;
put('pages/large', $answer x 300_000);

my $api = start_api(http => <<"END");
    server {
        listen 127.0.0.1:$second;
        access_log logs/second.log api;
        location / { root $DIR/pages; try_files /large =404; }
        location /check { return 204; }
    }
END

my $locations = join '', map { <<"END" } qw(on monitor);
        location /$_/ {
            riverty_customer $_;
            riverty_prefix /$_;
            client_body_temp_path body_$_;
            proxy_temp_path proxy_$_;
            proxy_pass $API/;
        }
END
my $server = <<"END";
        listen 127.0.0.1:$h2 http2;
        client_max_body_size 8m;
        client_body_buffer_size 1k;
        proxy_buffers 4 4k;
        proxy_buffer_size 4k;
        proxy_busy_buffers_size 4k;
$locations
        location /down/ {
            riverty_customer on;
            riverty_prefix /down;
            proxy_pass http://127.0.0.1:$dead/;
        }
        location /large/ {
            riverty_customer on;
            riverty_prefix /large;
            proxy_temp_path proxy_on;
            proxy_pass http://127.0.0.1:$second/;
        }
        location /wrong/ {
            riverty_customer on;
            riverty_prefix /wrong;
            proxy_set_header X-More \$http_x_subscription_key\$http_x_app_token;
            set \$empty "{}";
            proxy_set_body \$empty;
            proxy_pass $API/;
        }
        location /checked/ {
            riverty_customer on;
            riverty_prefix /checked;
            auth_request /check;
            mirror /mirror;
            proxy_pass $API/;
        }
        location /check { internal; proxy_pass http://127.0.0.1:$second; }
        location /mirror { internal; proxy_pass http://127.0.0.1:$second; }
        location /pages/ {
            riverty_customer on;
            riverty_prefix /pages;
            proxy_intercept_errors on;
            error_page 404 500 502 /page;
            proxy_pass $API/;
        }
        location /page { return 200 "a page\\n"; }
END
my $text = gateway_config(level => 'debug', server => $server, http => <<'END');
    log_format keys '$http_x_subscription_key|$http_ocp_apim_subscription_key|'
                    '$http_x_app_token|$http_x_key|$riverty_key_id';
    access_log logs/keys.log keys;
END
my $gateway = start_server('gateway', $text =~ s/apps\.json;/apps.json check=100ms;/r);

my %made = map { $_ => (stat "$gateway->{prefix}/$_")[9] }
    map { ("body_$_", "proxy_$_") } qw(on monitor);

my @client_keys = ("X-Subscription-Key: $client_key", "Ocp-Apim-Subscription-Key: $client_key");

sub chunked {
    my ($line, $body, @of) = @_;
    my $bytes = request_bytes($line, headers =>
        [ 'Content-Type: application/json', 'Transfer-Encoding: chunked' ], @of);
    return exchange($GATEWAY, $bytes . join('', map({ sprintf "%x\r\n%s\r\n", length, $_ }
                                                    unpack '(a997)*', $body), "0\r\n\r\n"));
}

# Everything that can become of a request, below a prefix.
sub all_kinds {
    my ($prefix) = @_;
    my $path = "/$prefix$CUSTOMERS";
    my @status = map { $_->{status} }
        ask("POST $path", body => $document),
        ask("POST $path", body => $document, headers => \@client_keys),
        ask("GET $path/$NUMBER"),
        ask("PUT $path/c1", body => $document =~ s/MARKNUMBER1/c1/r =~ s/"DE"/"de"/r),
        ask("POST $path", body => $document, token => undef),
        ask("POST $path", body => $document, token => $TOKEN{reader}),
        ask("POST $path", body => $document, token => $TOKEN{expired}),
        ask("PUT $path/c2", body => $document),
        ask("POST $path/", body => $document),
        ask("DELETE $path/c1", body => $document),
        ask("POST $path", body => $document, headers => [ 'Content-Encoding: gzip' ]),
        ask("POST $path", body => $document =~ s/"DE"/"MARKVALUE"/r =~ s/"PERSON"/"MARKVALUE"/r),
        ask("POST $path", body => substr $document, 0, -20),
        ask("POST $path", body => $document =~ s/"language"/"email"/r),
        ask("POST $path", body => $document =~ s/MARKNAME/MARKNAME\xff/r),
        ask("POST $path", body => $document . ' ' x 100_000),
        ask("POST $path?status=500", body => $document),
        ask("POST $path?status=444", body => $document),
        ask("POST /$prefix/subscriptions/v1/contracts", body => $document,
            token => $TOKEN{other});
    chunked("POST $path", $document);
    chunked("POST $path", $document . ' ' x 100_000);
    send_only(request_bytes("POST $path", body => $document, headers => [])
              =~ s/(Content-Length: )(\d+)/$1 . ($2 + 10)/er);
    send_only(request_bytes("GET $path/c1?delay=1s"));
    return join ' ', @status;
}

is(all_kinds('on'), '200 200 404 404 401 403 503 422 404 405 415 422 400 400 400 413 500 502 200',
   'everything that can become of a request');
unlike(slurp($gateway->path('keys.log')), qr/MARK|key-|token-of/, 'no variable has a key or a token');
is(all_kinds('monitor'),
   '200 401 404 404 401 200 401 400 404 405 200 200 400 400 400 200 500 502 200',
   'the same in monitor mode');
is(ask("POST /down$CUSTOMERS", body => $document)->{status}, 502, 'an API that is down');
is(ask("POST /wrong$CUSTOMERS", body => $document)->{status}, 500,
   'a configuration that sends something else');
is(ask("POST /checked$CUSTOMERS", body => $document)->{status}, 200, 'subrequests');
is(ask("POST /pages$CUSTOMERS?status=500", body => $document)->{status}, 500, 'an error page');
http2_post($h2, "/on$CUSTOMERS", $document);

{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(request_bytes("GET /large$CUSTOMERS/c1"));
    sleep 0.3;
    my $got = '';
    1 while sysread $socket, $got, 1 << 20, length $got;
    cmp_ok(length $got, '>=', length($answer) * 300_000, 'a large answer to a slow client');
}

ok($gateway->reload(), 'a reload');
is(ask("POST /on$CUSTOMERS", body => $document)->{status}, 200, 'serves on');

my $store = slurp("$STORE/apps.json");
for my $bad ($store =~ s/"value":"/"value":"MARKSTORE /r, substr($store, 0, -30),
             $store =~ s/"name"/"MARKSTORE"/r, $store =~ s/sha256:/MARKSTORE:/r) {
    spew("$STORE/apps.json", $bad);
    my $before = () = $gateway->log() =~ /\[emerg\]/g;
    $gateway->signal('HUP');
    ok(wait_for(sub { $before < (() = $gateway->log() =~ /\[emerg\]/g) }),
       'a bad store is refused on reload');
}
ok(wait_for(sub { $gateway->log() =~ /\[alert\].*the key store.*is bad/ }),
   'and told of where a worker sees it');
spew("$STORE/apps.json", $store);
is(ask("POST /on$CUSTOMERS", body => $document)->{status}, 200, 'and the old one serves on');
$gateway->signal('USR1');
sleep 0.2;
$gateway->stop();

# Every file below the gateway's prefix.
my %written;
find({ no_chdir => 1, wanted => sub {
    $written{ substr $_, 1 + length $gateway->{prefix} } = slurp($_) if -f && !/nginx\.conf$/;
} }, $gateway->{prefix});

my $debug = $written{'logs/error.log'};
like($debug, qr/\[debug\].*http proxy header/, 'the log was at level debug');
like($written{'logs/audit.log'}, qr/"event\.id"/, 'records were written');
like(slurp($api->path('api.log')), qr/$KEY{'billing.primary'}.*MARKNAME.*MARKID/,
     'the API did get what is looked for');

sub nowhere {
    my ($what, @words) = @_;
    my @found;
    for my $file (sort keys %written) {
        push @found, map { "$_ in $file" } grep { index($written{$file}, $_) >= 0 } @words;
    }
    is_deeply(\@found, [], "$what: nowhere");
}

nowhere('keys of the store', values %KEY, 'MARKSTORE');
nowhere('the redaction key', '8e' x 32, '8e' x 16);
nowhere('persons', @persons, qw(Ankunding Bergnaum Schadenville 700XXX651 12345678L 37258774
                                1984-11-11));
nowhere('what the API answered', $answer, 'signUpId');

# Where they were sent nginx itself prints them, before any module runs; what is
# no header that came in shows none.
sub only_in {
    my ($what, $pattern, @words) = @_;
    my @stray;
    for my $file (sort keys %written) {
        for my $line (split /\r?\n/, $written{$file}) {
            push @stray, "$file: $line"
                if grep({ index($line, $_) >= 0 } @words) && $line !~ $pattern;
        }
    }
    is_deeply([ @stray[0 .. ($#stray < 5 ? $#stray : 5)] ], [], $what);
}
my $header = qr/\[debug\] \S+ \*\d+ http2? header: "/;
only_in('tokens: only where nginx prints the headers it got', $header, values %TOKEN);
like($debug, qr/$header.*\Q$TOKEN{billing}\E/, 'which it does');

# In monitor mode the client's key goes on: nginx prints what it sends.
my $proxied = qr/^(?:X|Ocp-Apim)-Subscription-Key: |"(?:X|Ocp-Apim)-Subscription-Key: /;
delete $written{'logs/keys.log'};
only_in('a client\'s own key: only there and where monitor sends it on', qr/$header|$proxied/,
        $client_key);

my @used = grep { (stat "$gateway->{prefix}/$_")[9] != $made{$_} } qw(body_on proxy_on);
is("@used", '', 'no body of a request or of an answer was ever in a file');
isnt((stat "$gateway->{prefix}/body_monitor")[9], $made{body_monitor},
     'but for a large one in monitor mode, which is nginx\'s business');
is(join('', map { slurp($_) } glob "$gateway->{prefix}/{body,proxy}_*/*"), '',
   'no temporary file is left');

my $mirrored = slurp($api->path('second.log'));
unlike($mirrored, qr/key-\w+-primary|token-of/, 'neither mirror nor auth_request saw key or token');
unlike(slurp($api->path('api.log')), qr/token-of/, 'and the API no token');

done_testing();
