#!/usr/bin/perl

# What the API's answer to a document calls the customer: a mismatch with the
# number that was sent is a finding, both names are tokens in the record, and
# the answer passes as it came, in whatever pieces it comes.

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

my $gateway = start_server('gateway', gateway_config(level => 'notice',
    http => '    log_format findings $riverty_findings;', server => <<"END"));
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
    like($_, qr/reference_mismatch/, '$riverty_findings') for lines($gateway->path('findings.log'), 2);
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

$gateway->stop();
done_testing();
