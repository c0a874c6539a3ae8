#!/usr/bin/perl

# The records of one turn of a worker's event loop leave in one write.  With
# `required` the requests of that turn wait for it: not a byte goes to the API
# before its intent is in the log, and a log that does not take it refuses the
# request.

use strict;
use warnings;

use lib 't/lib';
use Fcntl;
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(mkfifo);
use Riverty;
use RivertyConfig;
use RivertyTurn;
use Test::More;
use Time::HiRes qw(sleep time);

# What was written since: "start end torn".
sub since {
    my ($before) = @_;
    my $now = types_in($MUST);
    return join ' ', map { $now->{$_} - $before->{$_} } qw(start end torn);
}

# No more connections were made than intents written before.
sub intents_first {
    my ($lines, $ahead) = (0, 0);
    for (@_) {
        $lines += $1 if /^audit (\d+)/;
        $ahead++ if $_ eq 'connect' && --$lines < 0;
    }
    return $ahead == 0;
}


gateway();

subtest 'one request' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    connected(1);
    is(join(' ', at_once()), '404', 'is forwarded');
    sleep 0.1;
    my $steps = steps(traced());
    like($steps, qr/^(?:turn )*audit connect turn/, 'its intent is written in its own turn, then it goes out');
    like($steps, qr/turn audit turn\z/, 'and its end in the turn of the answer');
    is(scalar(lines($REQUESTS, 1)), 1, 'once');
};

subtest 'many in one turn' => sub {
    connected(40);
    my @status = at_once();
    sleep 0.2;
    is(count_of(404, @status), 40, 'forty are forwarded');
    is(scalar(lines($REQUESTS, 40)), 40, 'once each');
    whole('the chain is whole', $MUST);
    plan skip_all => 'needs cc' if !$LIBRARY;
    my @did = traced();
    my @writes = map { /^audit (\d+)/ ? $1 : () } @did;
    ok(count_of(40, @writes), 'their forty intents are one write') or diag("@writes");
    cmp_ok(scalar @writes, '<', 40, 'eighty records are fewer writes than requests') or diag("@writes");
    ok(intents_first(@did), 'no connection to the API before its intent is written');
    unlike(steps(@did), qr/connect (?:audit )*turn (?:\w+ )*connect/, 'all of them go out in that turn');
};

subtest 'more than a batch holds' => sub {
    my $before = types_in($MUST);
    connected(110);
    my @status = at_once();
    sleep 0.3;
    is(count_of(404, @status), 110, 'a hundred and ten are forwarded');
    is(scalar(lines($REQUESTS, 110)), 110, 'once each');
    is(since($before), '110 110 0', 'each has its records');
    whole('the chain is whole', $MUST);
};

subtest 'a batch that is refused' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    connected(20);
    faults('error 28');
    my @status = at_once('?refused');
    sleep 0.1;
    is(count_of(503, @status), 20, 'refuses all of its requests');
    is(scalar(grep { /^connect/ } traced()), 0, 'nothing goes to the API');
    is(count_of(404, at_once()), 20, 'the next one is taken');
    unlike(join('', lines($REQUESTS, 20)), qr/refused/, 'and nothing came of the others later');
    is(scalar(() = $gateway->log() =~ /takes no records/g), 1, 'one alert');
    whole('the chain is whole', $MUST);
};

# After an answer that did not fit, epoll tells with each request that the
# connection can be written to: that must not wake one that waits.
subtest 'a write event while a request waits' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    put('big', 'x' x 8_000_000, 0644);
    connected(5);
    $_->syswrite(keep('GET /big')) for @clients;
    sleep 0.2;
    is(count_of(200, map { status_of($_) } @clients), 5, 'five long answers');
    traced();
    is(count_of(404, at_once()), 5, 'five requests in one turn');
    is(scalar(lines($REQUESTS, 5)), 5, 'reach the API once each');
    ok(intents_first(traced()), 'behind their intents');
    faults('error 28');
    is(count_of(503, at_once('?never')), 5, 'where their batch is refused, so are they');
    is(count_of(404, at_once()), 5, 'and no more than they');
    unlike(join('', lines($REQUESTS, 5)), qr/never/, 'the API has nothing of them');
};

subtest 'a batch of which a part is written' => sub {
    plan skip_all => 'needs cc' if !$LIBRARY;
    my $before = types_in($MUST);
    connected(20);
    faults('short 3000', 'error 28');
    my $forwarded = count_of(404, my @status = at_once());
    sleep 0.2;
    cmp_ok($forwarded, '>', 0, 'those in the log are forwarded');
    is(count_of(503, @status), 20 - $forwarded, 'the others are refused');
    is(scalar(lines($REQUESTS, $forwarded)), $forwarded, 'the API has the former');
    is(since($before), "$forwarded 20 1", 'they have an intent, and one line is torn');
    whole('the chain is whole', $MUST);

    $before = types_in($MUST);
    faults('short 3000');
    is(count_of(404, at_once()), 20, 'where there is room again at once, all are forwarded');
    is(scalar(lines($REQUESTS, 20)), 20, 'once each');
    sleep 0.1;
    is(since($before), '20 20 1', 'one line more is torn');
    whole('and the chain is whole', $MUST);
};

subtest 'a limit of its size, within a batch' => sub {
    plan skip_all => 'needs prlimit' if system('prlimit --version > /dev/null 2>&1') != 0;
    connected(20);
    my ($worker) = $gateway->workers();
    my $size = 2500 + -s $MUST;
    system("prlimit --pid $worker --fsize=$size:") == 0 or die 'prlimit';
    my $forwarded = count_of(404, my @status = at_once());
    system("prlimit --pid $worker --fsize=unlimited:") == 0 or die 'prlimit';
    cmp_ok($forwarded, '>', 0, 'some are in the log and are forwarded');
    is(count_of(503, @status), 20 - $forwarded, 'the others are refused');
    is(scalar(lines($REQUESTS, $forwarded)), $forwarded, 'the API has the former');
    is(count_of(404, at_once()), 20, 'service returns by itself');
    whole('the chain is whole', $MUST);
};

subtest 'a client that goes while its request waits' => sub {
    sleep 0.2;
    my $before = types_in($MUST);
    lines($REQUESTS);
    my $frame = sub { substr(pack('N', length $_[3]), 1) . pack('CCN', @_[0 .. 2]) . $_[3] };
    my $head = join '', map { join '', "\0", map { chr(length) . $_ } @$_ }
        [ ':method', 'GET' ], [ ':scheme', 'http' ], [ ':path', "$ITEM?gone" ],
        [ ':authority', 'gateway' ], [ 'x-app-token', $TOKEN{billing} ];
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $H2_PORT) or die $!;
    $socket->syswrite("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . $frame->(4, 0, 0, ''));
    sleep 0.1;
    # each stream is opened and reset in the bytes of one turn
    $socket->syswrite(join '', map { $frame->(1, 5, $_, $head) . $frame->(3, 0, $_, pack 'N', 8) }
                      map { 2 * $_ + 1 } 0 .. 9);
    ok(wait_for(sub { since($before) eq '10 10 0' }, 5), 'ten starts and ten ends') or diag(since($before));
    my @ends = map { JSON::PP->new->decode($_) } grep { /"event.type":"end"/ }
        (split /\n/, slurp($MUST))[-20 .. -1];
    is(scalar(grep { $_->{riverty}{outcome} eq 'aborted' } @ends), 10, 'which say that it was gone');
    sleep 0.2;
    unlike(join('', lines($REQUESTS)), qr/gone/, 'nothing of it went to the API');

    $before = types_in($MUST);
    send_only(keep("GET $ITEM?delay=20ms"), 0) for 1 .. 10;
    ok(wait_for(sub { since($before) eq '10 10 0' }, 5), 'one over HTTP/1 that has left: the same');
    whole('the chain is whole', $MUST);
};

subtest 'pipelined, kept alive, over HTTP/2' => sub {
    sleep 0.2;
    my $before = types_in($MUST);
    lines($REQUESTS);
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(join '', map { keep("GET $ITEM?n=$_") } 1 .. 30);
    is(count_of(404, map { status_of($socket) } 1 .. 30), 30, 'thirty in one packet');
    my @got = map { /[?]n=(\d+)/ ? $1 : () } lines($REQUESTS, 30);
    is("@got", join(' ', 1 .. 30), 'reach the API once each, in their order');
    my $streams = http2_connect($H2_PORT);
    like(http2($ITEM, undef, { method => 'GET', socket => $streams, stream => 2 * $_ + 1 }), qr/\{/,
         'a stream') for 0 .. 4;
    sleep 0.1;
    is(since($before), '35 35 0', 'each has its records');
};

for my $events ('use poll;', 'use select;', 'accept_mutex on; multi_accept on;') {
    subtest $events => sub {
        plan skip_all => 'is not in this nginx' if (nginx_t("pid nginx.pid;\nevents { $events }\n"))[0] != 0;
        anew(events => $events, workers => $events =~ /mutex/ ? 2 : 1);
        connected(30);
        is(count_of(404, at_once()), 30, 'thirty are forwarded') for 1 .. 3;
        is(scalar(lines($REQUESTS, 90)), 90, 'once each');
        sleep 0.2;
        my $count = types_in($MUST);
        is("$count->{start} $count->{torn}", '90 0', 'each has its intent');
        end();
        whole('the chain is whole to its end', '--closed', $MUST);
    };
}

subtest 'a pipe that is full within a batch' => sub {
    mkfifo("$LOGS/small", 0666) or die $!;
    sysopen my $pipe, "$LOGS/small", O_RDWR | O_NONBLOCK or die $!;
    fcntl $pipe, 1031, 8192 or die $!;          # F_SETPIPE_SZ
    my $bytes = '';
    my $read = sub { 1 while sysread $pipe, $bytes, 65536, length $bytes };
    gateway(log => "$LOGS/small required");
    connected(30);
    $read->();
    my $forwarded = count_of(404, my @status = at_once());
    cmp_ok($forwarded, '>', 0, 'what has room is forwarded');
    is(count_of(503, @status), 30 - $forwarded, 'the rest is refused');
    cmp_ok($forwarded, '<', 30, 'and there is a rest');
    is(scalar(lines($REQUESTS, $forwarded)), $forwarded, 'the API has the former');
    $read->();
    is(ask("GET $ITEM")->{status}, 404, 'service returns by itself');
    sleep 0.1;
    $read->();
    my $count = types_in(put('small', $bytes));
    is($count->{start}, $forwarded + 1, 'each has its intent');
    is($count->{torn}, 0, 'no line is torn');
    whole('the chain is whole', "$DIR/small");
    end();
};

# Without a chain nothing else ends a log.
subtest 'an end at once, without a chain' => sub {
    unlink $MUST;
    gateway(key => ' ');
    my @sockets = map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) // die $! } 1 .. 9;
    $_->syswrite(keep("GET $ITEM?delay=5s")) for @sockets;
    ok(wait_for(sub { types_in($MUST)->{start} == 9 }, 5), 'nine are under way');
    end('TERM');
    is(types_in($MUST)->{end}, 9, 'each has its end');
};

done_testing();
