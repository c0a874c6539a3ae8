#!/usr/bin/perl

# What the API's answer to a document calls the customer: a mismatch with the
# number that was sent is a finding, both names are tokens in the record, and
# the answer passes as it came, in whatever pieces it comes.  What of its head
# holds a key of the app does not pass.

use strict;
use warnings;

use lib 't/lib';
use IO::Compress::Gzip qw(gzip);
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $cli = 'build/riverty-customer';
my $port = port();
my $item = "$CUSTOMERS/$NUMBER";
my $other = 'c2';
my $token = qr/^t:k1:[0-9a-f]{32}$/;


# --- an API that answers what the test has written down, piece by piece ---

# undef among the pieces: wait for a file "go".
sub answer_with { put('plan', encode_json([ @_ ])); unlink "$DIR/go"; return }

sub http {
    my ($body, $status, @headers) = @_;
    return join "\r\n", 'HTTP/1.1 ' . ($status // '200 OK'),
        @headers ? @headers : 'Content-Type: application/json',
        'Content-Length: ' . length $body, '', $body;
}

# As the API's sample; $reference is JSON.
sub names {
    my ($reference) = @_;
    return qq({\n"signUpId": 702091815,\n"customerNumber": "700427690",\n)
        . qq("externalCustomerReference": $reference,\n"contracts": []\n});
}

my $listener = IO::Socket::INET->new(Listen => 32, LocalAddr => '127.0.0.1',
                                     LocalPort => $port, ReuseAddr => 1) or die $!;
my $api = fork() // die $!;
if (!$api) {
    $SIG{$_} = 'DEFAULT' for qw(HUP INT TERM PIPE);
    $SIG{CHLD} = 'IGNORE';
    while (1) {
        my $socket = $listener->accept() or next;
        next if fork();
        answer($socket);
        POSIX::_exit(0);
    }
}
END { local $?; kill 'TERM', $api if $api; }

sub answer {
    my ($socket) = @_;
    my $asked = '';
    until ($asked =~ /\r\n\r\n/) {
        sysread $socket, $asked, 65536, length $asked or return;
    }
    my ($length) = $asked =~ /^Content-Length: (\d+)/mi;
    while (length($asked) - index($asked, "\r\n\r\n") - 4 < ($length // 0)) {
        sysread $socket, $asked, 65536, length $asked or return;
    }
    put('asked', $asked);
    if (-e "$DIR/refuse" && $asked =~ /\Q$KEY{'billing.primary'}\E/) {
        syswrite $socket, http('', '401 Unauthorized');
        return;
    }
    for my $piece (@{ decode_json(slurp("$DIR/plan")) }) {
        defined $piece ? syswrite $socket, $piece : wait_for(sub { -e "$DIR/go" }, 5);
    }
    return;
}

# What newer versions of nginx pass on besides.
my ($nginx_version) = qx(@{[ $ENV{TEST_NGINX_BINARY} // 'nginx' ]} -v 2>&1) =~ m{nginx/([\d.]+)};
$nginx_version = sprintf '%d%03d%03d', split /\./, $nginx_version;
my $newer = ($nginx_version < 1_029_000 ? '' : 'early_hints 1;')
    . ($nginx_version < 1_027_002 ? '' : 'proxy_pass_trailers on;');

my $gateway = start_server('gateway', gateway_config(level => 'notice',
    http => <<'END1', server => <<"END"));
    log_format findings $riverty_warnings;
    log_format head '$upstream_http_x_echo|$upstream_http_content_type|$upstream_http_location|'
                    '$upstream_http_cache_control|$upstream_http_link|$upstream_cookie_a|'
                    '$upstream_trailer_x_echo|$sent_http_content_type|$sent_http_x_echo|'
                    '$sent_http_link|$sent_trailer_x_echo';
    underscores_in_headers on;
END1
        access_log logs/head.log head;
        proxy_http_version 1.1;
        $newer
        riverty_customer on;
        location /monitor/ {
            riverty_prefix /monitor;
            riverty_customer monitor;
            proxy_pass http://127.0.0.1:$port/;
        }
        location /quiet/ {
            riverty_prefix /quiet;
            riverty_rule reference_mismatch off;
            proxy_pass http://127.0.0.1:$port/;
        }
        location /direct/ {
            riverty_prefix /direct;
            proxy_buffering off;
            proxy_pass http://127.0.0.1:$port/;
        }
        location / {
            access_log logs/findings.log findings;
            proxy_pass http://127.0.0.1:$port;
        }
END
my $log = $gateway->path('audit.log');

# HTTP/1.0, so that an answer without a length comes unchunked.
sub send_create { return ask("POST " . ($_[0] // '') . "$CUSTOMERS HTTP/1.0", body => $SAMPLE{'create-request'}, @_[1 .. $#_]) }
sub send_update { return ask("PUT $item", body => $SAMPLE{'update-request'}) }

# The record of the one request since the last call.
sub record {
    my @records = records($log, 1);
    is(scalar @records, 1, 'one record') or die;
    return $records[0];
}

sub mismatches {
    my ($record) = @_;
    return grep { $_->{rule} eq 'reference_mismatch' } @{ $record->{riverty}{findings} // [] };
}

# Creates with that answer: how many findings, and which members of "answer".
sub told {
    my ($name, $pieces, $findings, $members, $body) = @_;
    subtest $name => sub {
        answer_with(@$pieces);
        my $answer = send_create();
        my $record = record();
        is($answer->{body}, $body, 'the answer is as it came') if defined $body;
        is($record->{riverty}{outcome}, 'forwarded', 'forwarded');
        is(mismatches($record), $findings, "$findings finding(s)");
        is(join(' ', sort keys %{ $record->{riverty}{answer} // {} }), $members, "answer: $members");
    };
    return;
}


# --- what the answer says ---

subtest 'the customer that was sent' => sub {
    for my $ask (\&send_create, \&send_update) {
        answer_with(http(names("\"$NUMBER\"")));
        is($ask->()->{body}, names("\"$NUMBER\""), 'the answer is as it came');
        my $record = record();
        is(mismatches($record), 0, 'no finding');
        my $answer = $record->{riverty}{answer};
        is($answer->{reference}, $record->{riverty}{customer}, 'its number has the same token');
        like($answer->{customer}, $token, 'Riverty\'s number is a token, too');
        isnt($answer->{customer}, $answer->{reference}, 'of its own');
    }
};

subtest 'another customer' => sub {
    lines($gateway->path('findings.log'));
    for my $ask (\&send_create, \&send_update) {
        answer_with(http(names("\"$other\"")));
        my $answer = $ask->();
        is($answer->{status}, 200, 'passes');
        is($answer->{body}, names("\"$other\""), 'as it came');
        my $record = record();
        is_deeply([ mismatches($record) ], [ { rule => 'reference_mismatch', level => 'warn',
                                              pointer => '/customer/customerNumber' } ], 'a finding');
        is($record->{riverty}{outcome}, 'forwarded', 'it was forwarded');
        is($record->{'event.outcome'}, 'success', 'and answered');
        like($record->{riverty}{answer}{reference}, $token, 'the other number is a token');
        isnt($record->{riverty}{answer}{reference}, $record->{riverty}{customer}, 'another one');
    }
    like($_, qr/reference_mismatch/, '$riverty_warnings') for lines($gateway->path('findings.log'), 2);
    unlike(slurp($log), qr/"\Q$other\E"|700427690|702091815/, 'no number is in the record');
    unlike($gateway->log(), qr/reference|700427690|702091815/, 'or in error.log');
};

subtest 'a search by either number' => sub {
    my $key = "$STORE/redaction.key";
    for ([ $NUMBER => 4 ], [ $other => 2 ], [ 700427690 => 4 ], [ 702091815 => 0 ]) {
        my ($number, $count) = @$_;
        my @found = qx{$cli audit find --json --customer $number --redaction-key $key $log 2>/dev/null};
        is(scalar @found, $count, "$count record(s) of a number");
    }
};

told('escapes', [ http(names('"\u0063' . substr($NUMBER, 1) . '"')) ], 0, 'customer reference');
told('escapes that differ', [ http(names('"\u0064' . substr($NUMBER, 1) . '"')) ], 1, 'customer reference');
told('a number', [ http(names(17)) ], 1, 'customer reference', names(17));
told('no reference', [ http('{"customerNumber":"1"}') ], 0, 'customer');
told('null', [ http(names('null')) ], 0, 'customer');
told('an object', [ http(names("{\"a\":\"$other\"}")) ], 0, 'customer');
told('an empty one', [ http(names('""')) ], 1, 'customer');
told('only the top counts', [ http("{\"a\":{\"externalCustomerReference\":\"$other\"}}") ], 0, '');
told($_->[0], [ http($_->[1]) ], 0, '', $_->[1])
    for [ 'not JSON', '<html>' ], [ 'cut off', substr(names("\"$other\""), 0, -1) ],
        [ 'empty', '' ], [ 'twice', '{"externalCustomerReference":"a","externalCustomerReference":"b"}' ],
        [ 'a list', '[1]' ], [ 'another character set', "\xff\xfe" . names("\"$other\"") ];
told("status $_", [ http(names("\"$other\""), $_) ], 0, '', names("\"$other\""))
    for '400 Bad Request', '422 Unprocessable', '500 Oops', '302 Found';
told('another success', [ http(names("\"$other\""), '201 Created') ], 1, 'customer reference');
told('no content', [ "HTTP/1.1 204 No Content\r\n\r\n" ], 0, '', '');
told('no type', [ http(names("\"$other\""), '200 OK', 'X-A: b') ], 1, 'customer reference');

# --- the pieces it comes in ---

my $text = names("\"$other\"");
my $chunked = join '', map { sprintf "1\r\n%s\r\n", $_ } split //, $text;
told('a byte at a time', [ "HTTP/1.1 200 OK\r\n", "Content-Length: " . length($text) . "\r\n\r\n",
                           split(//, $text) ], 1, 'customer reference', $text);
told('to the end of the connection', [ "HTTP/1.0 200 OK\r\n\r\n$text" ], 1, 'customer reference', $text);
my $wide = $text . ' ' x (65536 - length $text);
told('as long as is read', [ http($wide) ], 1, 'customer reference', $wide);
told('longer', [ http("$wide ") ], 0, '', "$wide ");
told('much longer', [ http($wide x 20) ], 0, '', $wide x 20);

subtest 'chunks' => sub {
    for my $place ('', '/direct') {
        answer_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", $chunked, "0\r\n\r\n");
        send_create($place);
        is(mismatches(record()), 1, "a finding ($place)");
    }
};

subtest 'what ends too early' => sub {
    my $bytes = http($text);
    answer_with(substr $bytes, 0, -1);
    send_create();
    my $record = record();
    is($record->{riverty}{outcome}, 'failed', 'failed');
    ok(!exists $record->{riverty}{answer}, 'nothing is taken from it');
    is(mismatches($record), 0, 'no finding');
};

subtest 'nothing is held back' => sub {
    my ($first, $rest) = (substr($text, 0, 20), substr $text, 20);
    my $head = "HTTP/1.1 200 OK\r\nContent-Length: @{[ length $text ]}\r\n\r\n";
    answer_with("$head$first", undef, $rest);
    my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$GATEWAY") or die $!;
    print $socket request_bytes("POST /direct$CUSTOMERS", body => $SAMPLE{'create-request'});
    my $got = '';
    while ($got !~ /\r\n\r\n.{20}/s) {
        sysread $socket, $got, 65536, length $got or last;
    }
    like($got, qr/\r\n\r\n\Q$first\E$/, 'the first part is here before the API has sent the rest');
    put('go', '');
    1 while sysread $socket, $got, 65536, length $got;
    close $socket;
    like($got, qr/\r\n\r\n\Q$text\E$/, 'then the rest');
    is(mismatches(record()), 1, 'a finding');
};

# --- where nothing is compared, and what the API is asked ---

subtest 'a read names the merchant\'s number' => sub {
    answer_with(http($text));
    ask("GET $item", headers => [ 'Accept-Encoding: gzip' ]);
    my $record = record();
    ok(!exists $record->{riverty}{answer}, 'it is not read');
    like(slurp("$DIR/asked"), qr/^Accept-Encoding: gzip\r$/m, 'and may come compressed');
};

subtest 'compression' => sub {
    my $packed;
    gzip(\$text => \$packed);
    answer_with(http($packed, '200 OK', 'Content-Encoding: gzip'));
    my $answer = send_create('', headers => [ 'Accept-Encoding: gzip, br' ]);
    unlike(slurp("$DIR/asked"), qr/^Accept-Encoding/mi, 'is not asked for');
    is($answer->{body}, $packed, 'passes all the same');
    ok(!exists record()->{riverty}{answer}, 'unread');
};

subtest 'monitor' => sub {
    answer_with(http($text));
    send_create('/monitor', headers => [ 'Accept-Encoding: gzip' ]);
    is(mismatches(record()), 1, 'a finding');
    like(slurp("$DIR/asked"), qr/^Accept-Encoding: gzip\r$/m, 'the client\'s headers stay');
    answer_with(http($text));
    ask("POST /monitor$CUSTOMERS", body => '{}');
    my $record = record();
    is(mismatches($record), 0, 'a document without a number is like none');
    like($record->{riverty}{answer}{reference}, $token, 'but the answer is noted');
};

subtest 'off' => sub {
    answer_with(http($text));
    send_create('/quiet');
    my $record = record();
    is(mismatches($record), 0, 'no finding');
    like($record->{riverty}{answer}{reference}, $token, 'the answer is noted');
};

subtest 'the second key\'s answer' => sub {
    put('refuse', '');
    answer_with(http($text));
    is(send_create()->{status}, 200, 'answered');
    my $record = record();
    is($record->{riverty}{upstream}{retried}, JSON::PP::true, 'to the second key');
    is(mismatches($record), 1, 'a finding');
};

# --- a key that the API sends back ---

# The head and the trailers that the client gets for these lines of the API's.
sub head_of {
    my ($head, %of) = @_;
    answer_with(ref $head ? @$head : "$head\r\nContent-Length: 2\r\n\r\n{}");
    my $answer = exchange($GATEWAY, request_bytes("GET " . ($of{place} // '') . $item, %of));
    records($log, 1);
    return $answer;
}

# Nothing but what stands around it.
sub hidden {
    my ($what, $head, $key, %of) = @_;
    my $got = head_of($head, %of);
    like($got, qr/^HTTP\/1\.1 \d+ .*^X-Before: 1\r\n.*^X-Behind: 2\r\n.*\{\}/ms, "$what: all else passes");
    unlike($got, qr/\Q$key\E/i, "$what: no key");
    return $got;
}

subtest 'a key in a header of the API' => sub {
    for my $key (@KEY{qw(billing.primary billing.secondary)}) {
        for my $header (qw(X-Echo X_Echo Content-Type Location Server Date ETag Last-Modified Content-Encoding
                           Cache-Control Link Refresh Set-Cookie WWW-Authenticate Expires
                           Accept-Ranges Content-Range Vary X-Accel-Charset Proxy-Authenticate
                           X-Accel-Expires Content-Disposition Pragma Connection Age Allow)) {
            my $got = hidden($header, "HTTP/1.1 200 OK\r\nX-Before: 1\r\n$header: a=$key; b\r\nX-Behind: 2", $key);
            unlike($got, qr/^\Q$header\E: a=/m, "$header: nothing of it");
        }
    }
};

subtest 'wherever it stands' => sub {
    my $key = $KEY{'billing.primary'};
    my @around = ('X-Before: 1', 'X-Behind: 2');
    my $n = 0;
    for my $lines ([ "X-A: $key", @around ], [ @around, "X-A: $key" ], [ @around, ("X-A: $key") x 3 ],
                   [ "X-A: $key", @around, "X-B: $key", "X-C: $key" ],
                   [ map { ("Link: $key", $_, "Link: $key", "Cache-Control: $key") } @around ],
                   [ map { ($_, "Set-Cookie: a=$key", "Content-Type: $key", "ETag: $key") } @around ],
                   [ ("Vary: $key") x 7, $around[0], ("X-B: $key") x 8, $around[1], ("X-C: $key") x 40 ],
                   [ "$key: a", @around ], [ @around, "X-$key-Y: b" ], [ uc("X-$key: 1"), @around ],
                   [ "X-A: " . uc $key, @around ], [ "X-A: a$key$key", @around ],
                   [ $around[0], map({ "X-N$_: " . 'a' x 80 } 1 .. 30), $around[1], "X-A: $key" ]) {
        hidden('case ' . $n++, join("\r\n", 'HTTP/1.1 200 OK', @$lines), $key);
    }
    hidden('the reason phrase', join("\r\n", "HTTP/1.1 200 $key", @around), $key);
    hidden('with a third', join("\r\n", "HTTP/1.1 201 a $key b", "X-A: $key", @around, "X-B: $key"), $key);
    my $got = hidden('by bytes', [ split(//, join("\r\n", "HTTP/1.1 200 OK", "X-A: $key", @around)),
                                   "\r\nContent-Length: 2\r\n\r\n{}" ], $key);
    unlike($got, qr/^X-A/m, 'nothing of it');
    like(head_of("HTTP/1.1 200 Fine"), qr/^HTTP\/1\.1 200 Fine\r/, 'another reason passes');
};

subtest 'two of a name, one with a key' => sub {
    my $key = $KEY{'billing.primary'};
    for my $header (qw(Set-Cookie Link Cache-Control X-Echo WWW-Authenticate)) {
        for my $lines ([ "a=$key", 'b=1' ], [ 'b=1', "a=$key" ], [ "a=$key", 'b=1', "c=$key" ]) {
            my $got = head_of(join "\r\n", 'HTTP/1.1 200 OK', map { "$header: $_" } @$lines);
            like($got, qr/^$header: b=1\r/mi, "$header: the other one passes");
            unlike($got, qr/\Q$key\E/, 'and no key');
        }
    }
};

subtest 'a broken head' => sub {
    my $key = $KEY{'billing.primary'};
    for my $head ("HTTP/1.1 200 OK\r\nX-Echo: $key\r\nX-Bad: a\0b\r\n\r\n", "HTTP/1.1 200 OK\r\nX-Echo: $key\r\n") {
        like(head_of([ $head ]), qr/^HTTP\/1\.1 502/, 'does not pass');
    }
};

subtest 'another key, none of this app' => sub {
    like(head_of("HTTP/1.1 200 OK\r\nX-A: $KEY{'reader.primary'}"), qr/^X-A: /m, 'passes: nobody sent it');
};

subtest 'monitor, a client with a key of its own' => sub {
    like(head_of("HTTP/1.1 200 OK\r\nX-A: MINE", place => '/monitor', headers => [ 'X-Subscription-Key: MINE' ]),
         qr/^X-A: MINE/m, 'sees it');
    unlike(head_of("HTTP/1.1 200 OK\r\nX-A: $KEY{'billing.primary'}", place => '/monitor'), qr/^X-A: /m, 'but never ours');
};

subtest 'monitor, a key and a token with "_"' => sub {
    my $got = head_of('HTTP/1.1 200 OK', place => '/monitor', token => undef,
                      headers => [ 'X_Subscription_Key: MINE', "X_App_Token: $TOKEN{billing}" ]);
    like($got, qr/^HTTP\/1\.1 200/, 'forwarded');
    my $asked = slurp("$DIR/asked");
    like($asked, qr/^X_Subscription_Key: MINE\r$/m, 'the client\'s key goes on');
    unlike($asked, qr/^X-Subscription-Key|app.token/mi, 'without one of ours, and no token');
};

subtest 'early hints' => sub {
    plan skip_all => 'nginx passes none before 1.29.0' if $nginx_version < 1_029_000;
    my $key = $KEY{'billing.primary'};
    for my $lines ([ "X-Echo: $key" ], [ "Link: $key" ], [ "X-$key: 1" ]) {
        my $got = head_of([ join("\r\n", 'HTTP/1.1 103 Early Hints', 'X-Early: 1', @$lines, 'Link: </a>', '', ''),
                            "HTTP/1.1 200 OK\r\nX-Behind: 2\r\n@$lines\r\nContent-Length: 2\r\n\r\n{}" ]);
        like($got, qr{^HTTP/1\.1 103 .*^X-Early: 1\r\n.*^Link: </a>\r\n.*^HTTP/1\.1 200 OK.*^X-Behind: 2\r}ms,
             'all else passes');
        unlike($got, qr/\Q$key\E/, 'no key');
    }
};

subtest 'trailers' => sub {
    plan skip_all => 'nginx passes none before 1.27.2' if $nginx_version < 1_027_002;
    my $key = $KEY{'billing.primary'};
    for my $place ('', '/direct') {
        for my $lines ([ "X-Echo: $key" ], [ "X-$key: 1" ]) {
            my $got = head_of([ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
                                join("\r\n", 'X-Before: 1', @$lines, 'X-Behind: 2', '', '') ], place => $place);
            like($got, qr/^0\r\nX-Before: 1\r\nX-Behind: 2\r\n\r\n\z/m, "all else passes ($place)");
            unlike($got, qr/\Q$key\E/, 'no key');
        }
    }
};

subtest 'no log has it' => sub {
    my $key = qr/@{[ join '|', map { quotemeta } @KEY{qw(billing.primary billing.secondary)} ]}/i;
    for my $file (qw(head.log audit.log error.log findings.log)) {
        unlike($gateway->log($file), $key, $file);
    }
    like($gateway->log(), qr/\[warn\] .* riverty: the API sent a key back in a header; it was removed/, 'error.log says so');
    like($gateway->log(), qr/riverty: the API sent a key back in a status line; it was removed/, 'of the status, too');
};

$gateway->stop();
done_testing();
