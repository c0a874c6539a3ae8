#!/usr/bin/perl

# The second key and kept connections: however the API answers 401, what follows
# belongs to no other request, and a connection that is whole is used again.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $item = "$CUSTOMERS/$NUMBER";
my ($crooked, $kept, $by_default) = map { port() } 1 .. 3;

# Each fact is tried with apps that the API has said nothing of yet.
my @fresh = map { "two$_" } 1 .. 60;
for my $app (@fresh) {
    $TOKEN{$app} = "token-of-$app";
    $KEY{"$app.$_"} = "key-$app-$_" for qw(primary secondary);
}
spew("$STORE/apps.json", encode_json({ apps => [ map {
    my $app = $_;
    Riverty::app($app, [qw(create read update)],
                 map { { id => $_, value => $KEY{"$app.$_"} } } qw(primary secondary));
} @fresh ] }));
sub fresh { return shift @fresh // die "no app is left\n" }

# An API that answers 401 to each first key, in every way it can, as the query
# says.
my $listen = IO::Socket::INET->new(Listen => 50, LocalAddr => '127.0.0.1',
                                   LocalPort => $crooked, ReuseAddr => 1) or die $!;
my $owner = $$;
my $pid = fork() // die "fork: $!\n";
if (!$pid) {
    $SIG{TERM} = 'DEFAULT';
    $SIG{CHLD} = 'IGNORE';
    while (1) {
        my $socket = $listen->accept() or next;
        next if fork();
        local $SIG{PIPE} = 'IGNORE';
        1 while answer_crookedly($socket);
        POSIX::_exit(0);
    }
}
END { local $?; kill 'TERM', $pid if $$ == ($owner // 0) }

# An answer tells the connection by its client's port.
sub answer_crookedly {
    my ($socket) = @_;
    my $head = '';
    until ($head =~ /\r\n\r\n/) {
        sysread $socket, $head, 65536, length $head or return 0;
    }
    my ($path, $mode) = $head =~ m{^\w+ ([^\s?]*)\S*?mode=(\w+)} or return 0;
    my ($key) = $head =~ /^X-Subscription-Key: (\S+)/m;
    my $status = $key =~ /primary/ || $mode eq 'empty_both' ? '401 No' : '200 OK';
    if ("$mode $status" =~ /early 401/) {
        syswrite $socket, "HTTP/1.1 $status\r\nContent-Length: 0\r\n\r\n";
        sleep 0.2;
        return 0;
    }
    my ($length) = $head =~ /^Content-Length: (\d+)/m;
    my (undef, $body) = split /\r\n\r\n/, $head, 2;
    while (length $body < ($length // 0)) {
        sysread $socket, $body, 65536, length $body or return 0;
    }
    if ($status eq '200 OK') {
        my $told = encode_json({ path => $path, length => length $body,
                                 sha256 => sha256_hex($body), from => $socket->peerport() });
        return syswrite $socket, "HTTP/1.1 200 OK\r\nContent-Length: @{[ length $told ]}\r\n\r\n$told";
    }
    return syswrite $socket, "HTTP/1.1 $status\r\nContent-Length: 0\r\n\r\n" if $mode =~ /^empty/;
    my $lie = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n\"lies\"";
    my $size = length $lie;
    $lie = sprintf "%x\r\n%s\r\n0\r\n\r\n", $size, $lie if $mode eq 'chunked';
    syswrite $socket, "HTTP/1.1 401 No\r\n" . ($mode eq 'endless' ? 'Connection: close'
        : $mode eq 'chunked' ? 'Transfer-Encoding: chunked' : "Content-Length: $size") . "\r\n\r\n";
    sleep 0.1 if $mode ne 'at_once';
    syswrite $socket, $lie;
    return $mode ne 'endless';
}

my $more = nginx_since('1.29.7') ? <<"END" : '';
    upstream by_default { server 127.0.0.1:$crooked; }
    server {
        listen 127.0.0.1:$by_default;
        riverty_customer on;
        location / { proxy_pass http://by_default; }
    }
END
my $gateway = start_server('gateway', gateway_config(workers => 2, http => <<"END",
    log_format way '\$pid';
    access_log logs/way.log way;
    upstream kept { server 127.0.0.1:$crooked; keepalive 4; }
    server {
        listen 127.0.0.1:$kept;
        riverty_customer on;
        client_max_body_size 8m;
        riverty_max_body 8m;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass http://kept;
        }
    }
$more
END
    server => 'return 404;'));
my $log = $gateway->path('audit.log');
my $way_log = $gateway->path('way.log');

subtest 'whatever follows a 401 on its connection' => sub {
    my @wrong;
    my $answered = sub {
        my ($app, $line, $body) = @_;
        my $answer = ask($line, token => $TOKEN{$app}, port => $kept, body => $body);
        my $told = eval { decode_json($answer->{body}) } // {};
        push @wrong, "$line: $answer->{status} $answer->{body}"
            if $answer->{status} != 200 || ref $told ne 'HASH' || $line !~ / \Q$told->{path}?\E/
               || $told->{sha256} ne sha256_hex($body // '');
        return $told;
    };
    for my $mode (qw(at_once late chunked endless)) {
        for my $number (map { "$mode$_" } 1 .. 4) {
            my $app = fresh();
            $answered->($app, "GET $CUSTOMERS/$number?mode=$mode");
            $answered->($app, "PUT $CUSTOMERS/$number?mode=$mode",
                edited('update-request', [ customerNumber => "\"$NUMBER\"" => "\"$number\"" ]));
        }
        is_deeply(\@wrong, [], "$mode: belongs to no other request");
    }
    my $large = $SAMPLE{'create-request'} . ' ' x 6_000_000;
    my $told = $answered->(fresh(), "POST $CUSTOMERS?mode=early", $large);
    is_deeply(\@wrong, [], 'a 401 that comes before the body is sent');
    is($told->{length}, length $large, 'has it sent whole');
    records($log, 33);
    lines($way_log, 33);
};

# A 401 without a body leaves its connection whole.  Since 1.29.7 connections are
# kept unless one says otherwise, and remember for whom.
subtest 'a refused key costs no connection' => sub {
    for my $port ($kept, $more ? $by_default : ()) {
        my (%from, @wrong);
        my $read = sub {
            my ($app, $mode, $wanted) = @_;
            my $answer = ask("GET $item?mode=$mode", token => $TOKEN{$app}, port => $port);
            push @wrong, "$mode: $answer->{status}" if $answer->{status} != $wanted;
            my ($worker) = (lines($way_log, 1))[0] =~ /(\d+)/;
            $from{$worker}{ decode_json($answer->{body})->{from} } = 1 if $wanted == 200;
        };
        $read->(fresh(), 'empty', 200) for 1 .. 3;
        my $app = fresh();
        $read->($app, 'empty_both', 502);
        $read->($app, 'empty_both', 502);
        $read->(fresh(), 'empty', 200) for 1 .. 3;
        is_deeply(\@wrong, [], 'all are answered');
        is_deeply([ grep { keys %$_ > 1 } values %from ], [], 'over one connection of a worker');
        records($log, 8);
    }
};

$gateway->stop();
my @complaints = grep { !/takes no key of app|API refuses key/ }
    $gateway->log() =~ /^.*\[(?:error|crit|alert|emerg)\].*$/mg;
is_deeply(\@complaints, [], 'error.log has nothing else to complain about');

done_testing();
