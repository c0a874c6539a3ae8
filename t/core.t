#!/usr/bin/perl

# No key stands in the core of a worker that is idle: not after requests, a
# second try, a failure, over TLS and over connections that are kept, nor of a
# store that was replaced.  Cores are gcore's and the kernel's; in between the
# memory is read that a core would show.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use IO::Socket::INET;
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time);

my $item = "$CUSTOMERS/$NUMBER";

# As distributions link nginx.  Where symbols are resolved at their first call
# the linker puts registers on the stack, and with them what was copied last.
$ENV{LD_BIND_NOW} = 1;

my ($tls, $dead) = map { port() } 1 .. 2;

# All keys begin so, and nothing else does.
my $mark = 'CoreKeyMark';
my @apps = qw(plain retried refused secure kept watched replaced late);
$TOKEN{$_} = "CoreTokenMark-$_" for @apps;
sub key { return "$mark-" . substr sha256_hex("@_"), 0, 24 }

sub write_apps {
    my ($generation) = @_;
    spew("$STORE/file.key", key('file', $generation));
    spew("$STORE/apps.new", JSON::PP->new->canonical->encode({ apps => [
        map({ my $app = $_; Riverty::app($app, [qw(create read update other)],
            map { { id => $_, value => key($app, $_, $generation) } } qw(primary secondary)) } @apps),
        { name => 'file', operations => [], keys => [ { id => 'only', file => 'file.key' } ] },
    ] }));
    rename "$STORE/apps.new", "$STORE/apps.json" or die $!;
    return;
}
write_apps(1);

mkdir "$DIR/refused" or die $!;
sub refuse { put("refused/$_", '') for @_ }


# --- the API ---

my $certificate = system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=api.test"
    . " -addext subjectAltName=DNS:api.test -keyout $DIR/api.key -out $DIR/api.crt"
    . " > $DIR/openssl.log 2>&1") == 0;
diag('https is not tried: it needs openssl (apt-get install openssl)') if !$certificate;

my $location = <<"END";
            set \$answer \$arg_status;
            if (-f $DIR/refused/\$riverty_sandbox_key) { set \$answer 401; }
            riverty_sandbox_status \$answer;
            riverty_sandbox_delay \$arg_delay;
END
my $secure = $certificate ? <<"END" : '';
    server {
        listen 127.0.0.1:$tls ssl;
        ssl_certificate ../api.crt;
        ssl_certificate_key ../api.key;
        access_log off;
        location / {
            riverty_sandbox;
$location
        }
        location /subscriptions/v1/echo {
            add_header X-Echo \$http_x_subscription_key;
            return 200 "no key\\n";
        }
    }
END
my $plain = api_config($location) =~ s/riverty_sandbox_key .*;\n//r;
my $api = start_server('api', config_of(http => $plain . $secure));


# --- the gateway ---

my $verify = <<"END";
            proxy_ssl_verify on;
            proxy_ssl_trusted_certificate ../api.crt;
            proxy_ssl_name api.test;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_read_timeout 400ms;
END
$secure = $certificate ? <<"END" : '';
        location /secure/ {
            riverty_prefix /secure;
$verify
            proxy_pass https://127.0.0.1:$tls/;
        }
        location /kept/ {
            riverty_prefix /kept;
$verify
            proxy_pass https://secure/;
        }
        location /watched/ {
            riverty_prefix /watched;
            riverty_customer monitor;
$verify
            proxy_pass https://secure/;
        }
END
mkdir "$DIR/cores" or die $!;
chmod 0777, "$DIR/cores" or die $!;
my $gateway = start_server('gateway', gateway_config(level => 'notice',
    main => "worker_rlimit_core 1g;\nworking_directory $DIR/cores;", http => <<"END",
    upstream secure { server 127.0.0.1:$tls; keepalive 8; }
    upstream plain { server 127.0.0.1:$API_PORT; keepalive 8; }
END
    server => <<"END2") =~ s/apps\.json;/apps.json check=100ms;/r);
        riverty_customer on;
        location / { proxy_pass $API; }
        location /plain/ {
            riverty_prefix /plain;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_read_timeout 400ms;
            proxy_pass http://plain/;
        }
        location /down/ { riverty_prefix /down; proxy_pass http://127.0.0.1:$dead/; }
$secure
END2


# --- memory ---

my $has_gcore = grep { -x "$_/gcore" } split /:/, $ENV{PATH};

# What a file or a process's memory has of the marks: each with how often.
sub marks_in {
    my ($handle, $from, $to, $found, $pattern) = @_;
    my ($tail, $at) = ('', $from);
    while ($at < $to) {
        sysseek $handle, $at, 0;
        my $got = sysread $handle, my $bytes, $to - $at > 1 << 20 ? 1 << 20 : $to - $at;
        last if !$got;
        $at += $got;
        $bytes = $tail . $bytes;
        my $keep = $at < $to ? 128 : 0;
        my $whole = length($bytes) - $keep;
        while ($bytes =~ /$pattern/g) {
            last if $keep && $-[0] >= $whole;
            $found->{$&}++;
        }
        $tail = $keep ? substr $bytes, $whole : '';
    }
    return;
}

# A mapping that no core shows has the flag dd.
sub marks_in_memory {
    my ($pid, $pattern, $all) = @_;
    open my $memory, '<:raw', "/proc/$pid/mem" or return undef;
    no warnings qw(portable);
    my (%found, $range);
    for (split /\n/, slurp("/proc/$pid/smaps")) {
        if (/^([0-9a-f]+)-([0-9a-f]+) (\S)\S+ .*?(\S*)$/) {
            $range = $3 eq 'r' && $4 !~ /^\[v/ ? [ hex $1, hex $2 ] : undef;
        } elsif (/^VmFlags:(.*)/ && $range && ($all || $1 !~ /\bdd\b/)) {
            marks_in($memory, @$range, \%found, $pattern);
        }
    }
    return \%found;
}

sub marks_in_file {
    my ($file, $pattern) = @_;
    open my $core, '<:raw', $file or die "$file: $!\n";
    my %found;
    marks_in($core, 0, -s $core, \%found, $pattern);
    return \%found;
}

# The store's name shows that the search finds what is there.
my $keys = qr/$mark[\w-]{0,30}/;
my $any = qr/$keys|CoreTokenMark-\w+|\Q$STORE\E/;

sub no_key_in {
    my ($found, $name) = @_;
    ok($found->{$STORE}, "$name: there is much in it");
    is(join(', ', map { /^$mark/ ? "$_ ($found->{$_}x)" : () } sort keys %$found), '',
       "$name: but no key");
    my @tokens = grep { /Token/ } sort keys %$found;
    note("$name: of tokens there is: @tokens") if @tokens;
    return;
}

sub no_key_in_memory {
    my ($name, $pid) = @_;
    no_key_in(marks_in_memory($pid, $any) // {}, "$name, memory");
    return;
}

sub no_key_in_core {
    my ($name, $pid) = @_;
    no_key_in_memory($name, $pid);
    SKIP: {
        $has_gcore or skip("$name: no gcore (apt-get install gdb)", 1);
        my $said = qx{gcore -o $DIR/core $pid 2>&1};
        -s "$DIR/core.$pid" or skip("$name: no core by gcore: $said", 1);
        no_key_in(marks_in_file("$DIR/core.$pid", $any), "$name, gcore");
        unlink "$DIR/core.$pid";
    }
    return;
}

sub worker { return wait_for(sub { ($gateway->workers())[0] }) }

# A worker that has nothing left to do.
sub idle {
    my ($requests) = @_;
    records($gateway->path('audit.log'), $requests);
    sleep 0.3;
    return worker();
}

sub all_of {
    my ($prefix, $app) = @_;
    my @of = (token => $TOKEN{$app});
    return join ' ', map { $_->{status} }
        ask("POST $prefix$CUSTOMERS", body => $SAMPLE{'create-request'}, @of),
        ask("GET $prefix$item", @of),
        ask("PUT $prefix$item", body => $SAMPLE{'update-request'}, @of),
        ask("GET $prefix/subscriptions/v1/contracts", @of);
}

my ($size) = slurp('/proc/' . worker() . '/status') =~ /^VmSize:\s+(\d+)/m;
plan skip_all => 'a nginx with a sanitizer maps too much' if ($size // 0) > 10_000_000;
my $here = marks_in_memory(worker(), $keys, 1);
plan skip_all => 'the memory of a process cannot be read here' if !$here;
ok($here->{ key('plain', 'primary', 1) }, 'a worker has its keys in memory');
no_key_in_core('before any request', worker());
no_key_in_core('the master', $gateway->{pid});

subtest 'requests' => sub {
    is(all_of('', 'plain'), '200 200 200 200', 'are answered');
    is(all_of('/plain', 'plain'), '200 200 200 200', 'over kept connections');
    no_key_in_core('after them', idle(8));
};

subtest 'refusals and failures' => sub {
    is(ask("POST $CUSTOMERS", body => '{}', token => $TOKEN{plain})->{status}, 422, 'a document');
    is(ask("POST $CUSTOMERS", body => '{}', token => 'x')->{status}, 401, 'a stranger');
    is(ask("GET /down$item", token => $TOKEN{plain})->{status}, 502, 'an API that is down');
    is(ask("GET /plain$item?status=444", token => $TOKEN{plain})->{status}, 502, 'that breaks off');
    is(ask("GET /plain$item?delay=1s", token => $TOKEN{plain})->{status}, 504, 'that is slow');
    is(ask("GET /plain$item?status=500", token => $TOKEN{plain})->{status}, 500, 'that has failed');
    send_only(request_bytes("GET $item?delay=500ms", token => $TOKEN{plain}));
    no_key_in_core('after them', idle(7));
};

subtest 'a second try' => sub {
    refuse(key('retried', 'primary', 1), key('refused', 'primary', 1), key('refused', 'secondary', 1));
    is(all_of('', 'retried'), '200 200 200 200', 'with the second key');
    is(all_of('', 'refused'), '502 502 502 502', 'both refused');
    no_key_in_core('after them', idle(8));
};

sub over_tls {
    my ($name, $prefix) = @_;
    is(all_of($prefix, 'secure'), '200 200 200 200', "$name: requests");
    no_key_in_core("$name: after requests", idle(4));
    is(all_of($prefix, 'retried'), '200 200 200 200', "$name: with the second key");
    refuse(key('kept', 'primary', 1)) if $prefix eq '/kept';
    is(all_of($prefix, 'kept'), '200 200 200 200', "$name: or another app's");
    is(all_of($prefix, 'refused'), '502 502 502 502', "$name: both refused");
    no_key_in_memory("$name: after that", idle(12));
    my @of = (token => $TOKEN{secure});
    is(ask("GET $prefix$item?status=444", @of)->{status}, 502, "$name: an API that breaks off");
    no_key_in_memory("$name: after that", idle(1));
    is(ask("GET $prefix$item?delay=1s", @of)->{status}, 504, "$name: that is slow");
    no_key_in_memory("$name: after that", idle(1));
    send_only(request_bytes("GET $prefix$item?delay=300ms", @of));
    no_key_in_core("$name: a client that went", idle(1));
    return;
}

subtest 'over TLS' => sub {
    plan skip_all => 'needs openssl' if !$certificate;
    over_tls('one connection a request', '/secure');
    over_tls('kept connections', '/kept');
    is(all_of('/watched', 'watched'), '200 200 200 200', 'monitor: requests');
    no_key_in_memory('monitor: after requests', idle(4));
    is(ask("GET /watched$item?status=444", token => $TOKEN{watched})->{status}, 502, 'a failure');
    no_key_in_core('monitor: after that', idle(1));
};

subtest 'a store that is replaced' => sub {
    my $slow = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $slow->syswrite(request_bytes("GET $item?delay=1s", token => $TOKEN{late}));
    sleep 0.1;
    write_apps(2);
    ok(wait_for(sub { $gateway->log() =~ /is in force in version 2/ }), 'is in force');
    is(all_of('', 'replaced'), '200 200 200 200', 'with its keys');
    my $answer = '';
    1 while sysread $slow, $answer, 65536, length $answer;
    like($answer, qr{^HTTP/1\.1 200 }, 'a request under way ends with the old one');
    my $pid = idle(5);
    no_key_in_core('after them', $pid);
    my $all = marks_in_memory($pid, $keys, 1);
    ok($all->{ key('replaced', 'primary', 2) }, 'the new keys are in the worker\'s memory');
    is(scalar(grep { $all->{ key($_->[0], $_->[1], 1) } }
              map { my $app = $_; map { [ $app, $_ ] } qw(primary secondary) } @apps), 0,
       'of the old ones not one is left in it');

    spew("$STORE/apps.json", slurp("$STORE/apps.json") =~ s/"operations"/"unknown":1,"operations"/r
                             =~ s/\Q${\ key('plain', 'primary', 2) }\E/${\ key('bad') }/r);
    ok(wait_for(sub { $gateway->log() =~ /\[alert\].*is bad/ }), 'a bad one is refused');
    $pid = idle(0);
    no_key_in_core('after it', $pid);
    is(marks_in_memory($pid, $keys, 1)->{ key('bad') } // 0, 0, 'and nothing of it is left');
    write_apps(2);
    ok(wait_for(sub { 2 == (() = $gateway->log() =~ /is in force in version 2$/mg) }),
       'a good one again');
};

subtest 'reload' => sub {
    write_apps(3);
    ok($gateway->reload(), 'a new worker');
    is(all_of('', 'plain'), '200 200 200 200', 'serves');
    my $pid = idle(4);
    no_key_in_core('of it', $pid);
    is(marks_in_memory($pid, $keys, 1)->{ key('plain', 'primary', 2) } // 0, 0, 'has no key of before');
    no_key_in_core('of the master', $gateway->{pid});
};

subtest 'an API that sends the key back' => sub {
    plan skip_all => 'needs openssl' if !$certificate;
    my $echo = ask("GET /kept/subscriptions/v1/echo", token => $TOKEN{secure});
    is($echo->{status}, 200, 'is answered');
    unlike($echo->{head}, qr/$mark/, 'without it');
    my $found = marks_in_memory(idle(1), $keys);
    note('what such an API sent stands in memory that was freed: ' . join ', ', %$found) if %$found;
};

# The kernel's own, of a worker that has seen nothing of that.
subtest 'a core of the kernel' => sub {
    my $pattern = slurp('/proc/sys/kernel/core_pattern');
    plan skip_all => 'the kernel writes no core beside the process here' if $pattern =~ m{^[|/]};
    ok($gateway->reload(), 'a new worker');
    is(all_of($certificate ? '/kept' : '', 'kept'), '200 200 200 200', 'after requests');
    my $pid = idle(4);
    kill 'ABRT', $pid;
    wait_for(sub { $gateway->log() =~ /worker process $pid exited on signal 6/ });
    my ($core) = glob "$DIR/cores/*";
    plan skip_all => 'the kernel wrote no core' if !$core;
    no_key_in(marks_in_file($core, $any), 'it');
    unlink $core;
};

$gateway->stop();
done_testing();
