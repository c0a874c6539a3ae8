#!/usr/bin/perl

# Four workers, clients that ask as fast as they may, and `required`: whatever
# is done to the log and the workers meanwhile (moved, rotated, reloaded,
# killed), each request has one record, in a line of its own, and what reached
# the API has an intent that was written before.

use strict;
use warnings;

use lib 't/lib';
use Digest::MD5 qw(md5_hex);
use IO::Socket::INET;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $cli = 'build/riverty-customer';
my $item = "$CUSTOMERS/$NUMBER";
my $key = put('audit.key', '5c' x 32, 0600);

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(workers => 4, level => 'notice',
    http => <<"END", server => <<'END2') =~ s/audit\.log;/audit.log required;/r);
    access_log off;
    riverty_audit_key $key;
    upstream api { server 127.0.0.1:$API_PORT; keepalive 8; }
END
        riverty_customer on;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass http://api;
        }
END2
my $log = $gateway->path('audit.log');
my $requests = $api->path('api.log');


# --- the load ---

my $clients = 8;

# What a client asks in turn, and the status it must get.
my $spoilt = edited('create-request', [ language => '"de"' => '"xx"' ]);
my @mix = (
    [ 200, "POST $CUSTOMERS", $SAMPLE{'create-request'} ],
    [ 200, "GET $item" ],
    [ 422, "POST $CUSTOMERS", $spoilt ],
    [ 200, "PUT $item", $SAMPLE{'update-request'} ],
    [ 401, "GET $item", undef, 'nobody' ],
    [ 405, "DELETE $item" ],
    [ 404, "GET $item/" ],
    [ 413, "POST $CUSTOMERS", ' ' x 66_000 ],
);

# Asks on one connection after the other until there is a file "stop", each
# request with an id of its own; "id status" of each goes to a file.
sub ask_on {
    my ($name, $query) = @_;
    local $SIG{PIPE} = 'IGNORE';
    open my $told, '>', "$DIR/$name" or die $!;
    my $socket;
    for (my $n = 0; !-e "$DIR/stop"; $n++) {
        my (undef, $line, $body, $token) = @{ $mix[ $n % @mix ] };
        my $id = md5_hex("$name.$n");
        my $bytes = raw($line . ($query // ''), $body, "X-Request-ID: $id");
        $bytes =~ s/X-App-Token: \K\S+/$token/ if $token;
        $socket ||= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or next;
        syswrite $socket, $bytes;
        my $answer = '';
        until ($answer =~ /\r\n\r\n/ && $answer =~ /^Content-Length: (\d+)\r$/mi
               && length($answer) >= $1 + 4 + index $answer, "\r\n\r\n") {
            sysread $socket, $answer, 65536, length $answer or last;
        }
        my ($status) = $answer =~ m{^HTTP/\S+ (\d+)};
        print $told "$id ", $status // 0, ' ', $n % @mix, "\n";
        undef $socket if $answer !~ /^Connection: keep-alive\r$/mi || $n % 50 == 49;
    }
    close $told;
    return;
}

# Clients at work while something is done; [id, status, which of the mix] of all
# that they asked.
sub under_load {
    my ($name, $query, $do) = @_;
    unlink "$DIR/stop";
    my %client;
    for my $nth (1 .. $clients) {
        my $pid = fork() // die "fork: $!\n";
        if (!$pid) {
            eval { ask_on("$name.$nth", $query); 1 } or warn $@;
            POSIX::_exit(0);
        }
        $client{$pid} = "$name.$nth";
    }
    $do->();
    put('stop', '');
    waitpid $_, 0 for keys %client;
    return map { [ split ] } map { slurp("$DIR/$_") =~ /^(.+)\n/mg } sort values %client;
}
END { local $?; put('stop', '') if $DIR }


# --- what was written ---

# id => [what it has records of, with the status of an end], of all these files;
# in their order, and how many lines are no such record.
sub recorded {
    my (%of, @bad);
    for (map { slurp($_) =~ /^.*\n?/mg } @_) {
        # behind what a killed worker tore
        push @bad, $1 if s/^(.+)(?=\{"\@timestamp":)//;
        my ($type) = /^\{.*"event\.type":"(start|end|info)".*"mac":"[0-9a-f]{64}"\}\}\n$/;
        if (!$type) {
            push @bad, $_;
            next;
        }
        my ($id) = /"http\.request\.id":"([0-9a-f]{32})"/ or next;
        my ($event) = /"event\.id":"([0-9a-f]{32})"/;
        my ($status) = /"http\.response\.status_code":(\d+)/;
        push @{ $of{$id} }, $type . ($status ? " $status" : '');
        $of{event}{$id}{$event} = 1;
    }
    my $events = delete $of{event};
    push @bad, grep { keys %{ $events->{$_} } != 1 } keys %$events;
    return (\%of, \@bad);
}

# The ids of what the API got since the last call.
sub api_got { return map { /"id":"(\w+)"/ ? $1 : () } lines($requests) }

sub verify {
    my $said = qx{$cli audit verify --key $key @_ 2>&1};
    return ($? >> 8, $said);
}


# --- what is done ---

ok(wait_for(sub { 4 == (() = slurp($log) =~ /"event\.action":"start"/g) }, 5), 'four chains');
is(ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'})->{status}, 200, 'there is a customer');
lines($requests, 1);

my @logs = ("$log.1", "$log.2", "$log.3", $log);

subtest 'moved, rotated, reloaded' => sub {
    my @asked = under_load('busy', '', sub {
        sleep 0.5;
        rename $log, "$log.1" or die $!;
        ok(wait_for(sub { -s $log }, 10), 'a log that is moved is opened anew without a word');
        sleep 0.3;
        rename $log, "$log.2" or die $!;
        $gateway->signal('USR1');
        ok(wait_for(sub { -s $log }, 10), 'and one that is rotated');
        sleep 0.3;
        ok($gateway->reload(), 'a reload');
        rename $log, "$log.3" or die $!;
        $gateway->signal('USR1');
        ok(wait_for(sub { -s $log }, 10), 'rotated while old workers end');
        sleep 0.3;
    });
    note(scalar @asked . ' requests');
    cmp_ok(scalar @asked, '>', 500, 'many requests');
    # a reload closes connections on which no request has come
    my @closed = grep { $_->[1] == 0 } @asked;
    @asked = grep { $_->[1] != 0 } @asked;
    cmp_ok(scalar @closed, '<=', 16, 'and hardly one on a connection that was closed');
    is(scalar(grep { $_->[1] != $mix[ $_->[2] ][0] } @asked), 0, 'each has the answer it should');

    my @got = api_got();
    my (%answered, %reached) = map { $_->[0] => $_->[1] } @asked;
    $reached{$_}++ for @got;

    my $records;
    my $bad;
    wait_for(sub {
        ($records, $bad) = recorded(@logs);
        @asked <= grep { $_->[-1] =~ /^end/ } values %$records;
    }, 10);
    is(scalar @$bad, 0, 'no line is torn, and no request has two event ids') or diag($bad->[0]);
    my @wrong = grep {
        my $expected = ($answered{$_} == 200 ? 'start ' : '') . "end $answered{$_}";
        "@{ $records->{$_} // [] }" ne $expected;
    } keys %answered;
    is(scalar @wrong, 0, 'one end each, and a start before it where it was forwarded')
        or diag("$wrong[0]: $answered{ $wrong[0] }: @{ $records->{ $wrong[0] } // [] }");
    is(scalar(grep { $answered{$_} == 200 && ($reached{$_} // 0) != 1 } keys %answered), 0,
       'the API got each once');
    is(scalar(grep { $answered{$_} != 200 && $reached{$_} } keys %answered), 0,
       'and nothing that was refused');
    is(scalar(grep { $records->{ $_->[0] } || $reached{ $_->[0] } } @closed), 0,
       'or of what never came');
    my ($status, $said) = verify(@logs);
    is($status, 0, 'the chains are whole over four files') or diag($said);
};

subtest 'kill -9' => sub {
    my $killed = 0;
    my @asked = under_load('killed', '?delay=30ms', sub {
        for (1 .. 5) {
            sleep 0.3;
            my ($worker) = $gateway->workers();
            kill 'KILL', $worker and $killed++;
            wait_for(sub { 4 == grep { $_ != $worker } $gateway->workers() }, 10);
        }
        sleep 0.3;
    });
    is($killed, 5, 'five workers were killed');
    my @unanswered = grep { $_->[1] == 0 } @asked;
    cmp_ok(scalar @unanswered, '>', 0, 'requests were under way then');
    sleep 0.1;

    my @got = api_got();
    my ($records, $bad) = recorded(@logs);
    cmp_ok(scalar @$bad, '<=', $killed, 'hardly a line is torn') or diag($bad->[0]);
    my @traceless = grep { ($records->{$_}[0] // '') ne 'start' } @got;
    is(scalar @traceless, 0, scalar @got . ' requests reached the API: each has a start');
    my %at_api = map { $_ => 1 } @got;
    my @lost = grep { $at_api{ $_->[0] } && @{ $records->{ $_->[0] } } == 1 } @unanswered;
    cmp_ok(scalar @lost, '>', 0, 'also those whose worker wrote no end');
    # killed between the answer and its record: what was refused leaves no trace
    my (@endless, @wrong);
    for (grep { $_->[1] != 0 } @asked) {
        my ($id, $status) = @$_;
        my @start = $status == 200 ? 'start' : ();
        my $got = "@{ $records->{$id} // [] }";
        push @endless, $id if $got eq "@start";
        push @wrong, "$id $status: $got" if $got ne "@start" && $got ne join ' ', @start, "end $status";
    }
    is_deeply(\@wrong, [], 'what was answered has its start, and no more than its end is missing');
    # a client has one answer in a turn of the event loop, whose ends leave together
    cmp_ok(scalar @endless, '<=', $clients * $killed, 'and those are few');
    my ($status, $said) = verify(@logs);
    is($status, 0, 'the chains are whole') or diag($said);
    like($said, qr/9 .*open|open.*9/s, 'five of them and those of the four workers open') or diag($said);
};

$gateway->stop();
my ($status, $said) = verify('--closed', @logs);
is($status, 1, 'a chain without an end is damage once all should have one');
is(scalar(() = $said =~ /without an end|no end|open/g), 5, 'five of them') or diag($said);

done_testing();
