#!/usr/bin/perl

# Keys are rotated under load: the new one is put behind the old one, the API
# takes the new one only, the old one is taken out; twenty times, while clients
# of three apps ask as fast as they may.  No request fails, and none carries
# another app's key.

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
use Time::HiRes qw(sleep time);

my $rotations = 20;
my @apps = qw(alpha beta gamma);
$TOKEN{$_} = "token-of-$_" for @apps;

sub key { my ($app, $n) = @_; return sprintf 'key-%s-%02d', $app, $n }

# The store with so many of an app's keys; beta has them in files.
sub write_keys {
    my (@numbers) = @_;
    -e "$STORE/beta.$_" or spew("$STORE/beta.$_", key('beta', $_) . "\n") for @numbers;
    spew("$STORE/apps.new", encode_json({ apps => [ map {
        my $app = $_;
        Riverty::app($app, [qw(create read update)], map { {
            id => "k$_",
            $app eq 'beta' ? (file => "beta.$_") : (value => key($app, $_)),
        } } @numbers);
    } @apps ] }));
    rename "$STORE/apps.new", "$STORE/apps.json" or die $!;
    return;
}

# The API takes a key for as long as there is a file of its name.
mkdir "$DIR/accepted" or die $!;
sub switch {
    my ($from, $to) = @_;
    rename "$DIR/accepted/" . key($_, $from), "$DIR/accepted/" . key($_, $to) or die $! for @apps;
    return;
}
put('accepted/' . key($_, 0), '') for @apps;

my $api = start_server('api', config_of(level => 'error', http => api_config(<<"END")
            set \$answer "";
            if (!-f $DIR/accepted/\$riverty_sandbox_key) { set \$answer 401; }
            riverty_sandbox_status \$answer;
            keepalive_requests 100000;
END
    =~ s/riverty_sandbox_key .*;\n//r));

write_keys(0);
my $gateway = start_server('gateway', gateway_config(workers => 4, level => 'notice',
    http => <<"END", server => <<'END2') =~ s/apps\.json;/apps.json check=100ms;/r);
    access_log off;
    upstream api { server 127.0.0.1:$API_PORT; keepalive 8; }
END
        riverty_customer on;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_pass http://api;
        }
END2

# A client of an app, which asks on one connection after the other until it is
# told to stop: how often it asked, and every answer that was not right.
sub ask_on {
    my ($app) = @_;
    my $number = "c-$app";
    my $document = edited('create-request', [ customerNumber => "\"$NUMBER\"" => "\"$number\"" ]);
    my $update = edited('update-request', [ customerNumber => "\"$NUMBER\"" => "\"$number\"" ]);
    my @requests = map { s/X-App-Token: \K\S+/$TOKEN{$app}/r }
        raw("POST $CUSTOMERS?app=$app", $document), raw("GET $CUSTOMERS/$number?app=$app"),
        raw("PUT $CUSTOMERS/$number?app=$app", $update);
    my ($asked, @wrong, $socket) = (0);
    local $SIG{PIPE} = 'IGNORE';
    until (-e "$DIR/stop") {
        $socket ||= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
        $socket->syswrite($requests[ $asked++ % @requests ]);
        my $answer = '';
        until ($answer =~ /\r\n\r\n/ && $answer =~ /^Content-Length: (\d+)\r$/mi
               && length($answer) >= $1 + 4 + index $answer, "\r\n\r\n") {
            sysread $socket, $answer, 65536, length $answer or last;
        }
        push @wrong, $answer if $answer !~ m{^HTTP/1\.1 200 .*"\Q$number\E"}s;
        undef $socket if $answer !~ /^Connection: keep-alive\r$/m || $asked % 200 == 0;
        sleep 0.005;
    }
    return { asked => $asked, wrong => \@wrong };
}

my @clients = map {
    my $app = $_;
    pipe my $read, my $write or die $!;
    my $pid = fork() // die $!;
    if (!$pid) {
        close $read;
        my $told = encode_json(eval { ask_on($app) } // { asked => 0, wrong => [ "$@" ] });
        print $write $told;
        close $write;
        POSIX::_exit(0);
    }
    close $write;
    { pid => $pid, read => $read };
} @apps, @apps;
END { local $?; put('stop', '') if $DIR }

# All workers have taken the store.
my $version = 1;
sub in_force {
    $version++;
    return wait_for(sub {
        4 == (() = $gateway->log() =~ /is in force in version $version$/mg)
    });
}

my $started = time;
my $late = 0;
for my $n (1 .. $rotations) {
    write_keys($n - 1, $n);
    in_force() or $late++;
    sleep 0.2;    # requests that began with the store before are through
    switch($n - 1, $n);
    sleep 0.1;
    write_keys($n);
    in_force() or $late++;
    sleep 0.05;
}
is($late, 0, "all workers took each of $version stores");
note(sprintf '%d rotations in %.1f s', $rotations, time - $started);

put('stop', '');
my ($asked, @wrong) = (0);
for my $client (@clients) {
    local $/;
    my $told = decode_json(readline $client->{read});
    waitpid $client->{pid}, 0;
    $asked += $told->{asked};
    push @wrong, @{ $told->{wrong} };
}
note("$asked requests");
cmp_ok($asked, '>', 50 * $rotations, 'many requests were made');
is(scalar @wrong, 0, 'not one of them failed') or diag($wrong[0]);

# By their words: to decode so many takes a while.
my @records = lines($gateway->path('audit.log'), $asked);
is(scalar @records, $asked, 'each left one record');
is(scalar(grep { !/"http\.response\.status_code":200,.*"outcome":"forwarded"/ } @records), 0,
   'forwarded, all of them');
my $retried = grep { /"retried":true/ } @records;
cmp_ok($retried, '>=', $rotations, 'some with the second key');
my %versions = map { /"store":(\d+)/ ? ($1 => 1) : () } @records;
is(scalar keys %versions, $version, 'under every store');

my @reached = lines($api->path('api.log'), $asked + $retried);
is(scalar @reached, $asked + $retried, 'the API got each once, and the retried ones twice');
my ($foreign, $refused, %with) = (0, 0);
for (@reached) {
    my ($app, $status, $key) = /"uri":"[^"]*[?]app=(\w+)".*"status":"(\d+)".*"key":"([^"]*)"/;
    $foreign++ if $key !~ /^key-$app-\d\d$/;
    $refused++ if $status == 401;
    $with{$key}++ if $status == 200;
}
is($foreign, 0, 'none with the key of another app');
is(scalar keys %with, @apps * ($rotations + 1), 'and with every key in its time');
is($refused, $retried, 'what the API refused was retried');

$gateway->stop();
my @complaints = grep { !/API refuses key/ } $gateway->log() =~ /^.*\[(?:error|crit|alert|emerg)\].*$/mg;
is_deeply(\@complaints, [], 'error.log has nothing else to complain about');
ok("@records" . $gateway->log() !~ /key-\w+-\d\d/, 'and no log shows a key');

# What is known of keys is known of the store in force: it must not pile up.
subtest 'many apps and many stores' => sub {
    my @many = map { sprintf 'app%04d', $_ } 1 .. 1100;
    my $write = sub {
        my ($version) = @_;
        spew("$STORE/many.new", JSON::PP->new->canonical->encode({ apps => [ map {
            my $app = $_;
            { name => $app, operations => ['read'], tokens => [ 'sha256:' . sha256_hex("token-$app") ],
              keys => [ map { { id => $_, value => "$app-$_-$version" } } qw(primary secondary) ] }
        } @many ] }));
        rename "$STORE/many.new", "$STORE/many.json" or die $!;
    };
    $write->(1);
    my ($listen, $to) = (port(), port());
    my $crowd = start_server('crowd', gateway_config(level => 'notice', server => "
        riverty_customer on;
        keepalive_requests 100000;
        location / { proxy_pass http://127.0.0.1:$to; }
    }
    server {
        listen 127.0.0.1:$to;
        access_log off;
        if (\$http_x_subscription_key ~ primary) { return 401; }
        return 204;")
        =~ s/apps\.json;/many.json check=100ms;/r
        =~ s/listen 127\.0\.0\.1:$GATEWAY;/listen 127.0.0.1:$listen;/r);
    my $request = raw("GET $CUSTOMERS/c1");
    my $all = sub {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $listen) or die $!;
        for my $at (map { 50 * $_ } 0 .. @many / 50 - 1) {
            $socket->syswrite(join '', map { $request =~ s/X-App-Token: \K\S+/token-$_/r }
                              @many[$at .. $at + 49]);
            my $answers = '';
            while (50 > (() = $answers =~ m{^HTTP/1\.1 204 }mg)) {
                sysread $socket, $answers, 65536, length $answers or last;
            }
        }
        return grep { /"retried":true/ } lines($crowd->path('audit.log'), scalar @many);
    };
    for my $version (1 .. 4) {
        $write->($version);
        ok($version == 1 || wait_for(sub { $crowd->log() =~ /is in force in version $version$/m }),
           "store $version");
        is(scalar $all->(), 1100, 'each app\'s second key is found');
    }
    is(scalar $all->(), 0, 'and preferred, in the last store as in the first');
    $crowd->stop();
};

done_testing();
