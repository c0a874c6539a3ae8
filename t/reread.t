#!/usr/bin/perl

# The key store is read again when it changes, by all workers, under one
# version; a bad one is told once and the old one stays in force.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(strftime);
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time utime);

my $item = "$CUSTOMERS/$NUMBER";
my $json = JSON::PP->new->canonical;
$TOKEN{second} = 'token-of-second-3f';
$KEY{$_} = "key-$_-77" for qw(new.1 new.2 new.3 new.4);

my $api = start_api();
my $api_log = $api->path('api.log');

# A gateway over a store of its own, which every worker answers for: X-Worker.
sub gateway_of {
    my ($name, $workers, $store, $listen) = @_;
    $listen //= 'reuseport';
    my $port = port();
    my $text = gateway_config(workers => $workers, level => 'notice', server => <<"END");
        riverty_customer on;
        location / {
            add_header X-Worker \$pid always;
            proxy_pass $API;
        }
END
    $text =~ s/listen 127\.0\.0\.1:$GATEWAY;/listen 127.0.0.1:$port $listen;/ or die;
    $text =~ s/riverty_key_store \S+;/riverty_key_store $store;/ or die;
    my $server = start_server($name, $text);
    return { server => $server, port => $port, workers => $workers,
             log => $server->path('audit.log') };
}

# In one step: no check sees half of it.
sub replace {
    my ($file, $content) = @_;
    spew("$file.new", $content);
    rename "$file.new", $file or die "$file: $!\n";
    return;
}

sub store_of { return $json->encode({ apps => [@_] }) }

# An app that may do everything, with values of keys by their ids.
sub app {
    my ($name, $tokens, @keys) = @_;
    return { name => $name, operations => [qw(create read update other)],
             tokens => [ map { 'sha256:' . sha256_hex($_) } @$tokens ], keys => \@keys };
}

sub value { my ($id, $key, %more) = @_; return { id => $id, value => $KEY{$key}, %more } }

sub said { my ($gateway, $what) = @_; return scalar(() = $gateway->{server}->log() =~ /$what/mg) }

# A change, and that all workers have taken it: how long that took, or nothing.
sub taken {
    my ($gateway, $code) = @_;
    my $from = length $gateway->{server}->log();
    $code->();
    my $since = time;
    return wait_for(sub {
        my %by = map { $_ => 1 } substr($gateway->{server}->log(), $from)
            =~ /\[notice\] (\d+)#.*the key store .* is in force in version \d+$/mg;
        keys %by == $gateway->{workers} && time - $since;
    });
}

# What the workers answer: the distinct words, of which there is to be one.
# status, key and version
sub answers {
    my ($gateway, $line, %of) = @_;
    my (%by, $asked);
    until (keys %by == $gateway->{workers} || ++$asked > 300) {
        my $answer = ask($line, port => $gateway->{port}, %of);
        my ($worker) = $answer->{head} =~ /^X-Worker: (\d+)/m or last;
        my ($record) = records($gateway->{log}, 1);
        my $got = $answer->{status} == 200 ? (reached($api_log, 1))[-1]{key} : '-';
        $by{$worker}{"$answer->{status} $got $record->{riverty}{store}"} = 1;
    }
    my %words = map { %$_ } values %by;
    return scalar(keys %by) . ' workers: ' . join ', ', sort keys %words;
}

sub all_answer {
    my ($gateway, $name, $words, %of) = @_;
    is(answers($gateway, "GET $item", %of), "$gateway->{workers} workers: $words", $name);
    return;
}

ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'}, token => undef, port => $API_PORT,
    headers => [ "X-Subscription-Key: $KEY{'other.primary'}" ]);
reached($api_log, 1);

my $apps = "$STORE/apps.json";
spew("$STORE/billing.key", $KEY{'billing.primary'});
my $reader = app('reader', [ $TOKEN{reader} ], value('primary', 'reader.primary'));
my $billing = app('billing', [ $TOKEN{billing} ], { id => 'primary', file => 'billing.key' });
my $first = store_of($billing, $reader);
spew($apps, $first);
my $gateway = gateway_of('gateway', 3, "$apps check=200ms");
all_answer($gateway, 'all workers start with the store', '200 billing.primary 1');

subtest 'a store that is replaced' => sub {
    my $took = taken($gateway, sub { replace($apps, store_of($billing,
        app('reader', [ $TOKEN{reader} ], value('next', 'new.1')))) });
    ok($took, 'is taken by all workers');
    all_answer($gateway, 'its key is used', '200 new.1 2', token => $TOKEN{reader});
    all_answer($gateway, 'and the others as before', '200 billing.primary 2');
};

subtest 'a key file under an unchanged store' => sub {
    ok(taken($gateway, sub { replace("$STORE/billing.key", "$KEY{'new.2'}\n") }), 'replaced');
    all_answer($gateway, 'is read', '200 new.2 3');
    my @stat = Time::HiRes::stat("$STORE/billing.key");
    ok(taken($gateway, sub {
        open my $file, '+<', "$STORE/billing.key" or die $!;
        syswrite $file, $KEY{'new.3'};
        close $file;
        utime $stat[8], $stat[9], "$STORE/billing.key" or die $!;
    }), 'or written over, with the same length and time');
    all_answer($gateway, 'is read', '200 new.3 4');
};

subtest 'a content that comes back' => sub {
    ok(taken($gateway, sub { replace("$STORE/billing.key", "$KEY{'new.2'}\n") }), 'is taken');
    all_answer($gateway, 'under its old version', '200 new.2 3');
    ok(taken($gateway, sub {
        replace("$STORE/billing.key", $KEY{'billing.primary'});
        replace($apps, $first);
    }), 'the first one, too');
    wait_for(sub { answers($gateway, "GET $item") =~ / 1$/ });
    all_answer($gateway, 'the first one', '200 billing.primary 1');
    sleep 0.3;
    my $from = length $gateway->{server}->log();
    utime 1, 1, $apps or die $!;
    sleep 0.5;
    is(substr($gateway->{server}->log(), $from), '', 'one that was only touched is not worth a word');
};

subtest 'tokens' => sub {
    ok(taken($gateway, sub { replace($apps, store_of(
        { %$billing, tokens => app('x', [ $TOKEN{billing}, $TOKEN{second} ])->{tokens} }, $reader)) }),
       'a second token of an app');
    all_answer($gateway, 'is good', '200 billing.primary 5', token => $TOKEN{second});
    all_answer($gateway, 'as the first one', '200 billing.primary 5');
    ok(taken($gateway, sub { replace($apps, store_of(
        { %$billing, tokens => app('x', [ $TOKEN{second} ])->{tokens} }, $reader)) }), 'the first out');
    all_answer($gateway, 'is good for nothing', '401 - 6');
    all_answer($gateway, 'and the second one is', '200 billing.primary 6', token => $TOKEN{second});
    ok(taken($gateway, sub { replace($apps, store_of($billing)) }), 'an app out');
    all_answer($gateway, 'is known no more', '401 - 7', token => $TOKEN{reader});
    ok(taken($gateway, sub { replace($apps, $first) }), 'and back again');
    all_answer($gateway, 'is known', '200 reader.primary 1', token => $TOKEN{reader});
};

# A fault: one alert, the old store in force; and its end.
sub fault {
    my ($name, $why, $spoil, $mend) = @_;
    my $from = length $gateway->{server}->log();
    $spoil->();
    ok(wait_for(sub { substr($gateway->{server}->log(), $from) =~ /\[alert\]/ }), "$name: an alert");
    sleep 0.7;
    my $said = substr $gateway->{server}->log(), $from;
    is(scalar(() = $said =~ /\[alert\]/g), 1, "$name: one, from all workers together")
        or diag($said);
    like($said, qr/\[alert\] .*"\Q$apps\E" .* is bad, the old one stays in force: .*$why/,
         "$name: it says why");
    unlike($said, qr/SECRETMARK|key-\w+-|sha256:/, "$name: without a value");
    all_answer($gateway, "$name: the old one serves on", '200 billing.primary 1');
    my $took = taken($gateway, $mend);
    ok($took, "$name: a notice by each worker when it is good again");
    sleep 0.4;
    $said = substr $gateway->{server}->log(), $from;
    is(scalar(() = $said =~ /\[alert\]/g), 1, "$name: and no other alert");
    all_answer($gateway, "$name: in force", '200 billing.primary 1');
}

subtest 'a store that is bad' => sub {
    fault('no JSON', 'not JSON.* at line 1, column \d+',
          sub { replace($apps, $first =~ s/"value":"\K/SECRETMARK\n/r) },
          sub { replace($apps, $first) });
    fault('a placeholder', 'was never filled in',
          sub { replace($apps, $first =~ s/"value":"\K[^"]+/{{ SECRETMARK }}/r) },
          sub { replace($apps, $first) });
    fault('a file that others can read', 'can be read by every user',
          sub { chmod 0644, $apps or die $! }, sub { chmod 0600, $apps or die $! });
    fault('an empty key file', 'billing\.key" is empty',
          sub { replace("$STORE/billing.key", '') },
          sub { replace("$STORE/billing.key", $KEY{'billing.primary'}) });
};

subtest 'files that go' => sub {
    fault('the store', 'cannot be opened', sub { unlink $apps or die $! },
          sub { spew($apps, $first) });
    fault('a key file', 'billing\.key" cannot be opened',
          sub { unlink "$STORE/billing.key" or die $! },
          sub { spew("$STORE/billing.key", $KEY{'billing.primary'}) });
};

subtest 'one fault after the other' => sub {
    my $from = length $gateway->{server}->log();
    my $alerts = sub { scalar(() = substr($gateway->{server}->log(), $from) =~ /\[alert\]/g) };
    replace($apps, '{');
    ok(wait_for(sub { $alerts->() }), 'an alert');
    sleep 0.4;
    replace($apps, '{ "apps": 1 }');
    ok(wait_for(sub { $alerts->() == 2 }), 'and another one for another fault');
    sleep 0.4;
    ok(taken($gateway, sub { replace($apps, $first) }), 'until it is good');
    is($alerts->(), 2, 'no more than two');
};

subtest 'reload' => sub {
    ok(taken($gateway, sub { replace($apps, store_of($billing)) }), 'another store');
    all_answer($gateway, 'is in force', '200 billing.primary 7');
    ok($gateway->{server}->reload(), 'after a reload');
    all_answer($gateway, 'it has the same version', '200 billing.primary 7');
    ok(taken($gateway, sub { replace($apps, $first) }), 'and the first one');
    all_answer($gateway, 'has its own', '200 billing.primary 1');
    ok(taken($gateway, sub { replace($apps, store_of($billing, $reader,
        app('more', [ $TOKEN{second} ], value('only', 'new.4')))) }), 'a new one');
    all_answer($gateway, 'has a new one', '200 new.4 8', token => $TOKEN{second});
};

subtest 'a killed worker' => sub {
    my ($victim) = $gateway->{server}->workers();
    kill 'KILL', $victim;
    ok(wait_for(sub {
        my @now = $gateway->{server}->workers();
        @now == 3 && !grep { $_ == $victim } @now;
    }), 'is replaced');
    all_answer($gateway, 'its successor uses the store in force', '200 new.4 8',
               token => $TOKEN{second});
};

subtest 'a key\'s first and last second' => sub {
    my $at = int(time) + 4;
    my $utc = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $at);
    my $end = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $at + 2);
    ok(taken($gateway, sub { replace($apps, store_of($billing,
        app('more', [ $TOKEN{second} ], value('old', 'new.1', not_after => $utc),
            value('new', 'new.2', not_before => $utc, not_after => $end)))) }), 'a store with times');
    my (@wrong, %seen);
    while (time < $at + 3.2) {
        my $from = time;
        my $status = ask("GET $item", token => $TOKEN{second}, port => $gateway->{port})->{status};
        my $to = time;
        my $key = $status == 200 ? (reached($api_log, 1))[-1]{key} : $status;
        my $wanted = $to < $at ? 'new.1' : $from >= $at + 2 ? '503'
            : $from >= $at && $to < $at + 2 ? 'new.2' : $key;
        push @wrong, sprintf '%.3f: %s', $from - $at, $key if $key ne $wanted;
        $seen{$key}++;
        sleep 0.02;
    }
    is_deeply(\@wrong, [], 'each key in its time');
    is_deeply([ sort keys %seen ], [qw(503 new.1 new.2)], 'and 503 after it');
    my ($last) = (records($gateway->{log}))[-1];
    is($last->{riverty}{outcome}, 'unavailable', 'which is recorded so');
    is($last->{riverty}{store}, 9, 'under the same version');
};
$gateway->{server}->stop();

subtest 'a Kubernetes secret' => sub {
    my $mount = "$DIR/mount";
    mkdir $mount or die $!;
    my $version = 0;
    my $publish = sub {
        my ($key) = @_;
        my $name = '..' . ++$version;
        mkdir "$mount/$name" or die $!;
        spew("$mount/$name/apps.json", $first);
        spew("$mount/$name/billing.key", $KEY{$key});
        symlink $name, "$mount/..data_tmp" or die $!;
        rename "$mount/..data_tmp", "$mount/..data" or die $!;
        if ($version > 1) {
            my $old = "$mount/.." . ($version - 1);
            unlink glob "$old/*";
            rmdir $old or die $!;
        }
    };
    $publish->('billing.primary');
    symlink "..data/$_", "$mount/$_" or die $! for qw(apps.json billing.key);
    my $secret = gateway_of('secret', 2, "$mount/apps.json check=1s");
    all_answer($secret, 'is read', '200 billing.primary 1');
    my $took = taken($secret, sub { $publish->('new.1') });
    ok($took, 'and again when ..data is swapped');
    cmp_ok($took // 9, '<', 2, 'within check');
    all_answer($secret, 'with its key', '200 new.1 2');
    ok(taken($secret, sub { $publish->('new.2') }), 'and once more');
    all_answer($secret, 'with its key', '200 new.2 3');
    is(said($secret, qr/\[alert\]/), 0, 'without an alert');
    $secret->{server}->stop();
};

subtest 'many key files' => sub {
    my $folder = "$DIR/many";
    mkdir $folder or die $!;
    spew("$folder/$_", "key-of-$_") for 1 .. 200;
    spew("$folder/billing.key", $KEY{'billing.primary'});
    spew("$folder/apps.json", store_of($billing, $reader,
        map { app("app$_", [], { id => 'only', file => "$_" }) } 1 .. 200));
    my $many = gateway_of('many', 2, "$folder/apps.json check=1s");
    for my $file (1, 100, 200) {
        my $took = taken($many, sub { replace("$folder/$file", "another-key-of-$file") });
        ok($took, "number $file is noticed");
        cmp_ok($took // 9, '<', 2, 'within check');
    }
    all_answer($many, 'by all workers', '200 billing.primary 4');
    $many->{server}->stop();
};

# One worker: its successor is asked before it has seen anything else.
subtest 'the first request of a successor' => sub {
    my $folder = "$DIR/lone";
    mkdir $folder or die $!;
    spew("$folder/billing.key", $KEY{'billing.primary'});
    spew("$folder/apps.json", $first);
    my $lone = gateway_of('lone', 1, "$folder/apps.json check=200ms", 'deferred');
    my $successor = sub {
        my ($victim) = $lone->{server}->workers();
        kill 'STOP', $victim;
        my @sockets = map {
            my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $lone->{port})
                or die $!;
            $socket->syswrite(request_bytes("GET $item", token => $TOKEN{$_}));
            $socket;
        } ('billing', 'reader') x 10;
        kill 'KILL', $victim;
        my @status = map {
            my $answer = '';
            1 while sysread $_, $answer, 65536, length $answer;
            $answer =~ m{^HTTP/\S+ (\d+)} ? $1 : 0;
        } @sockets;
        my @records = records($lone->{log}, scalar @sockets);
        reached($api_log);
        my %words = map { sprintf('%s: %s %s', $_->{riverty}{store} // 'none', $_->{'user.name'} // '-',
                                  $_->{'http.response.status_code'}) => 1 } @records;
        return join ', ', sort keys %words;
    };
    ok(taken($lone, sub { replace("$folder/apps.json", store_of($billing)) }), 'an app is taken out');
    is($successor->(), '2: - 401, 2: billing 200', 'and is unknown to it from the start');
    replace("$folder/apps.json", '{');
    ok(wait_for(sub { said($lone, qr/\[alert\].*is bad/) }), 'under a bad store');
    unlike($successor->(), qr/1: \S+ 200/, 'it does not go back behind what was in force');
    my $answer = ask("GET $item", port => $lone->{port});
    is($answer->{status}, 503, 'but says that it has no keys');
    like($answer->{body}, qr/key-unavailable/, 'for the time being');
    is((records($lone->{log}, 1))[0]{riverty}{outcome}, 'unavailable', 'as its record does');
    ok(taken($lone, sub { replace("$folder/apps.json", store_of($billing)) }), 'until one is good');
    all_answer($lone, 'under its version', '200 billing.primary 2');
    all_answer($lone, 'without the app', '401 - 2', token => $TOKEN{reader});
    $lone->{server}->stop();
};

subtest 'check=0' => sub {
    my $folder = "$DIR/still";
    mkdir $folder or die $!;
    spew("$folder/billing.key", $KEY{'billing.primary'});
    spew("$folder/apps.json", $first);
    my $still = gateway_of('still', 2, "$folder/apps.json check=0");
    replace("$folder/billing.key", $KEY{'new.1'});
    replace("$folder/apps.json", store_of($billing));
    sleep 0.3;
    all_answer($still, 'a change is not seen', '200 billing.primary 1');
    all_answer($still, 'nor is an app that went', '200 reader.primary 1', token => $TOKEN{reader});
    ok($still->{server}->reload(), 'before a reload');
    all_answer($still, 'then it is', '200 new.1 2');
    all_answer($still, 'and the app is gone', '401 - 2', token => $TOKEN{reader});
    $still->{server}->stop();
};

subtest 'a store that the workers cannot read' => sub {
    plan skip_all => 'only root has workers of another user' if $> != 0;
    my $folder = "$DIR/guarded";
    my $group = getgrgid((getpwnam 'nobody')[3]);
    mkdir $folder or die $!;
    -d "$DIR/logs" or mkdir "$DIR/logs" or die $!;
    chmod 0755, $folder or die $!;
    put('guarded/apps.json', $first, 0600);
    put('guarded/billing.key', $KEY{'billing.primary'}, 0640);
    put('guarded/redaction.key', '5a' x 32, 0600);
    my $tried = sub {
        my ($check) = @_;
        my $text = config_of(level => 'notice', http => <<"END");
    riverty_key_store $folder/apps.json $check;
    riverty_redaction_key k1 $folder/redaction.key;
    riverty_audit_log audit.log;
    server {
        listen 127.0.0.1:$GATEWAY;
        location / { riverty_customer on; proxy_pass $API; }
    }
END
        return nginx_t($text =~ s/^user root;/user nobody $group;/mr);
    };
    my ($status, $said) = $tried->('check=1s');
    isnt($status, 0, 'is refused');
    like($said, qr/\[emerg\].*workers' user "nobody" cannot read .*check=0/, 'with what to do');
    is(($tried->('check=0'))[0], 0, 'check=0 is one thing');
    chmod 0640, "$folder/apps.json" or die $!;
    is(($tried->('check=1s'))[0], 0, 'their group another');
    chmod 0600, "$folder/billing.key" or die $!;
    ($status, $said) = $tried->('check=1s');
    isnt($status, 0, 'a key file counts, too');
};

done_testing();
