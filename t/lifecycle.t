#!/usr/bin/perl

# Reload, a bad store on reload, USR1, a killed worker, a graceful end: the
# gateway serves on and its audit log stays whole.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time);

my $item = "$CUSTOMERS/$NUMBER";

# Gateway and sandbox in one nginx: its customers live in shared memory.
my $text = gateway_config(workers => 2,
    http => api_config('riverty_sandbox_delay $arg_delay;'),
    server => <<"END");
        riverty_customer on;
        location / { proxy_pass $API; }
END
$text =~ s/apps\.json;/apps.json check=0;/;      # a reload, and nothing else
my $gateway = start_server('gateway', $text);
my $log = $gateway->path('audit.log');
my $api_log = $gateway->path('api.log');

sub store { return slurp("$STORE/apps.json") }
my $good = store();

# A reload that fails leaves a line in error.log.
sub refused_reload {
    my $before = () = $gateway->log() =~ /\[emerg\]/g;
    $gateway->signal('HUP');
    return wait_for(sub { $before < (() = $gateway->log() =~ /\[emerg\]/g) });
}

# Clients that ask until they are told to stop; each tells how often it asked
# and how often it was answered 200.
sub under_load {
    my ($code) = @_;
    my $test = $$;
    my @clients = map {
        pipe my $read, my $write or die $!;
        my $pid = fork() // die $!;
        if (!$pid) {
            my ($asked, $answered) = (0, 0);
            until (-e "$DIR/stop" || getppid() != $test) {
                $asked++;
                $answered += (eval { ask("GET $item")->{status} } // 0) == 200;
            }
            syswrite $write, "$asked $answered\n";
            POSIX::_exit(0);
        }
        close $write;
        { pid => $pid, read => $read };
    } 1 .. 4;
    sleep 0.2;
    $code->();
    sleep 0.2;
    put('stop', '');
    my ($asked, $answered) = (0, 0);
    for my $client (@clients) {
        my ($more, $of_them) = split ' ', readline $client->{read};
        waitpid $client->{pid}, 0;
        $asked += $more;
        $answered += $of_them;
    }
    unlink "$DIR/stop";
    return ($asked, $answered);
}

is(ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'})->{status}, 200, 'a customer is made');
records($log, 1);
reached($api_log, 1);

subtest 'reload under load' => sub {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(request_bytes("GET $item?delay=1s"));
    my ($asked, $answered) = under_load(sub {
        for (1 .. 3) {
            ok($gateway->reload(), 'new workers take over');
        }
    });
    cmp_ok($asked, '>', 20, 'many requests came meanwhile');
    is($answered, $asked, 'and each was answered');
    my $late = '';
    1 while sysread $socket, $late, 65536, length $late;
    like($late, qr{^HTTP/1\.1 200 }, 'one that was under way too');
    my @records = records($log, $asked + 1);
    is(scalar @records, $asked + 1, 'each left one record');
    is(scalar(grep { $_->{riverty}{outcome} ne 'forwarded' } @records), 0, 'forwarded, all of them');
    is(ask("GET $item")->{status}, 200, 'the customer is still there');
    is((records($log, 1))[0]{riverty}{store}, 1, 'the store is the same version');
    reached($api_log, 0);
};

subtest 'another store' => sub {
    spew("$STORE/billing.primary", $KEY{'other.primary'});
    ok($gateway->reload(), 'a reload with another key');
    is(ask("GET $item")->{status}, 200, 'serves on');
    is((reached($api_log, 1))[-1]{key}, 'other.primary', 'with that key');
    is((records($log, 1))[0]{riverty}{store}, 2, 'and another version of the store');
    spew("$STORE/apps.json", $good =~ s/"reader"/"reader-2"/r);
    ok($gateway->reload(), 'a reload with another name');
    is(ask("GET $item", token => $TOKEN{reader})->{status}, 200, 'serves on');
    my ($record) = records($log, 1);
    is($record->{'user.name'}, 'reader-2', 'by that name');
    is($record->{riverty}{store}, 3, 'a third version');
    spew("$STORE/apps.json", $good);
    spew("$STORE/billing.primary", $KEY{'billing.primary'});
    ok($gateway->reload(), 'and back again');
};

subtest 'a bad store on reload' => sub {
    my @workers = sort $gateway->workers();
    for my $case (
        [ 'no JSON', substr($good, 0, -20), qr/not JSON.* at line 1, column \d+/ ],
        [ 'a blank in a key', $good =~ s/"value":"/"value":"SECRETMARK /r,
          qr/key "\w+" of app "\w+" has white space/ ],
        [ 'an unknown member', $good =~ s/"operations"/"SECRETMARK":1,$&/r,
          qr/app "billing" has a member that is none of/ ],
        [ 'a placeholder', $good =~ s/"value":"[^"]*"/"value":"\${SECRETMARK}"/r,
          qr/was never filled in/ ],
    ) {
        my ($name, $bad, $why) = @$case;
        my $from = length $gateway->log();
        spew("$STORE/apps.json", $bad);
        ok(refused_reload(), "$name: is refused");
        my $said = substr $gateway->log(), $from;
        like($said, qr/\[emerg\] .*"riverty_key_store" "\Q$STORE\E\/apps\.json": .*$why.* in \S+:\d+$/m,
             "$name: with the reason and the line");
        unlike($said, qr/SECRETMARK|key-\w+-primary|sha256:/, "$name: without a value");
        is(ask("GET $item")->{status}, 200, "$name: the old one serves on");
    }
    chmod 0644, "$STORE/apps.json";
    spew("$STORE/apps.json", $good);
    ok(refused_reload(), 'a store that all can read: is refused');
    chmod 0600, "$STORE/apps.json";
    unlink "$STORE/billing.primary";
    ok(refused_reload(), 'a key file that is missing: is refused');
    like($gateway->log(), qr{"\Q$STORE\E/billing\.primary" cannot be opened}, 'and named');
    spew("$STORE/billing.primary", $KEY{'billing.primary'});
    is(join(' ', sort $gateway->workers()), "@workers", 'no worker was replaced');

    my @records = records($log, 4);
    is(scalar(grep { $_->{riverty}{store} == $records[0]{riverty}{store} } @records), 4,
       'the store in force has not changed');
    ok($gateway->reload(), 'a good one is taken again');
    is(ask("GET $item")->{status}, 200, 'and serves');
    records($log, 1);
};

subtest 'a bad configuration on reload' => sub {
    $gateway->configure($text =~ s/riverty_customer on;/riverty_customer yes;/r);
    ok(refused_reload(), 'is refused');
    is(ask("GET $item")->{status}, 200, 'and the old one serves on');
    $gateway->configure($text =~ s/riverty_customer on;/riverty_customer off;/r);
    ok($gateway->reload(), 'protection is taken away');
    is(ask("GET $item")->{status}, 401, 'then nobody puts a key in');
    $gateway->configure($text);
    ok($gateway->reload(), 'and comes back');
    is(ask("GET $item")->{status}, 200, 'with its key');
    is(scalar(records($log, 2)), 2, 'two of the three left a record');
};

subtest 'USR1' => sub {
    my $old = "$log.1";
    rename $log, $old or die $!;
    is(ask("GET $item")->{status}, 200, 'a renamed log');
    ok(wait_for(sub { slurp($old) =~ /\n.*\n\z/ }), 'is written to');
    my ($asked, $answered) = under_load(sub {
        $gateway->signal('USR1');
        ok(wait_for(sub { -e $log }), 'until USR1 opens another');
        ask("GET $item") for 1 .. 10;
    });
    is($answered, $asked, 'every request meanwhile is answered');
    my $after;
    my $lines = sub { my @lines = slurp($_[0]) =~ /^\{.*\}$/mg; return scalar @lines };
    wait_for(sub {
        ask("GET $item");
        my $before = $lines->($old);
        $after = $lines->($log);
        sleep 0.1;
        ask("GET $item");
        $before == $lines->($old);
    });
    cmp_ok($after, '>', 0, 'the new one is written to');
    my $old_lines = $lines->($old);
    ask("GET $item") for 1 .. 4;
    sleep 0.2;
    is($lines->($old), $old_lines, 'and the old one is no more');
    my $written = slurp($old) . slurp($log);
    is($lines->($log) + $lines->($old), $written =~ tr/\n//, 'no line was torn');
};

subtest 'a killed worker' => sub {
    my ($victim) = my @before = $gateway->workers();
    is(scalar @before, 2, 'of two');
    kill 'KILL', $victim;
    ok(wait_for(sub {
        my @now = $gateway->workers();
        @now == 2 && !grep { $_ == $victim } @now;
    }), 'is replaced');
    is(scalar(grep { ask("GET $item")->{status} == 200 } 1 .. 20), 20, 'and service goes on');
    kill 'KILL', $gateway->workers();
    ok(wait_for(sub { $gateway->workers() == 2 }), 'all of them are replaced');
    is(scalar(grep { ask("GET $item")->{status} == 200 } 1 .. 20), 20, 'and service goes on');
    my $written = slurp($log);
    my $records = () = $written =~ /^\{.*"riverty":\{.*\}\}$/mg;
    my $lines = () = $written =~ /\n/g;
    is($records, $lines, 'every record is whole');
    like($gateway->log(), qr/worker process $victim exited on signal 9/, 'the master tells of it');
};

subtest 'a graceful end' => sub {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(request_bytes("GET $item?delay=500ms"));
    sleep 0.1;
    $gateway->stop('QUIT');
    my $answer = '';
    1 while sysread $socket, $answer, 65536, length $answer;
    like($answer, qr{^HTTP/1\.1 200 }, 'waits for a request that is under way');
    like((split /\n/, slurp($log))[-1], qr/"riverty":\{"outcome":"forwarded"/, 'and its record');
    my @complaints = grep { !/exited on signal 9/ } $gateway->log() =~ /^.*\[(?:alert|crit)\].*$/mg;
    is_deeply(\@complaints, [], 'error.log has nothing to complain about');
};

done_testing();
