#!/usr/bin/perl

# The audit log as a stream that nginx was started with, as every container has
# it: /dev/stdout, /proc/self/fd/N and links to them; a file, a pipe, a socket, a
# terminal, /dev/null and nothing at all behind it; in the foreground and as a
# daemon; over USR1 and a reload.  Each record is kept, or where it is required
# the answer is 503.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use IO::Handle;
use JSON::PP;
use Riverty;
use RivertyConfig;
use Socket;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $nginx = $ENV{TEST_NGINX_BINARY} // 'nginx';
my $prefix = "$DIR/gateway";
make_path("$prefix/logs", "$DIR/logs");
start_api();

my %running;
END { local $?; kill 'KILL', values %running if %running }

sub configure {
    my ($log, $daemon) = @_;
    put('gateway/nginx.conf', gateway_config(level => 'notice', server => <<"END") =~ s/^daemon off;/daemon $daemon;/mr);
        riverty_customer on;
        riverty_audit_log $log required;
        location / { proxy_pass $API; }
END
    return;
}

# Starts nginx with fd as its standard output (undef: closed); its pid, or undef
# where it refused.
sub begin {
    my ($fd, $daemon) = @_;
    unlink "$prefix/nginx.pid";
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDERR, '>', '/dev/null';
        defined $fd ? POSIX::dup2($fd, 1) : POSIX::close(1);
        exec $nginx, '-p', "$prefix/", '-e', 'logs/error.log', '-c', 'nginx.conf' or die;
    }
    my $master;
    wait_for(sub {
        ($master) = slurp("$prefix/nginx.pid") =~ /(\d+)/
            and IO::Socket::INET->new(PeerAddr => "127.0.0.1:$GATEWAY") and return 1;
        return $daemon eq 'off' ? waitpid($pid, 1) != 0
                                : waitpid($pid, 1) != 0 && $? != 0;
    }, 10);
    $running{$master} = $master if $master;
    return $master;
}

sub end {
    my ($pid) = @_;
    kill 'TERM', $pid;
    wait_for(sub { waitpid($pid, 1); !kill 0, $pid }, 10);
    delete $running{$pid};
    return;
}

sub workers_of {
    my ($pid) = @_;
    return slurp("/proc/$pid/task/$pid/children");
}

# A request before and behind each signal; the statuses.
sub asked {
    my ($pid) = @_;
    my @got = ask("GET $item")->{status};
    for my $signal (qw(USR1 HUP USR1)) {
        my $old = workers_of($pid);
        my $reopened = () = slurp("$prefix/logs/error.log") =~ /reopening logs/g;
        kill $signal, $pid;
        wait_for(sub {
            $signal eq 'HUP'
                ? workers_of($pid) ne $old && workers_of($pid) =~ /^\d+ $/
                : $reopened < (() = slurp("$prefix/logs/error.log") =~ /reopening logs/g);
        }, 10);
        select undef, undef, undef, 0.2;
        push @got, ask("GET $item")->{status};
    }
    return "@got";
}

sub ends { return scalar(() = $_[0] =~ /^\{.*"event\.type":"end".*\}$/mg) }

# What is behind the stream: how it is made, and how what was written is read.
sub file_stream {
    my ($mode) = @_;
    my $path = "$DIR/out." . ($mode eq '>' ? 'new' : 'more');
    unlink $path;
    open my $file, $mode, $path or die $!;
    return ($file, sub { slurp($path) });
}

sub reading {
    my ($in) = @_;
    my $said = '';
    $in->blocking(0);
    return sub {
        1 while sysread $in, $said, 65536, length $said;
        return $said;
    };
}

sub pipe_stream {
    pipe my $in, my $out or die $!;
    return ($out, reading($in));
}

sub socket_stream {
    socketpair(my $in, my $out, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die $!;
    return ($out, reading($in));
}

sub terminal_stream {
    open my $main, '+<', '/dev/ptmx' or return;
    my $number = "\0" x 4;
    my $unlock = "\0" x 4;
    ioctl($main, 0x40045431, $unlock) and ioctl($main, 0x80045430, $number) or return;
    open my $terminal, '+<', '/dev/pts/' . unpack 'i', $number or return;
    return ($terminal, reading($main));
}

my @kinds = (['a file, >>', sub { file_stream('>>') }], ['a file, >', sub { file_stream('>') }],
             ['a pipe', \&pipe_stream], ['a socket', \&socket_stream],
             ['a terminal', \&terminal_stream]);
symlink '/dev/stdout', "$DIR/link.log" or die $!;
symlink 'link.log', "$DIR/links.log" or die $!;

for my $daemon (qw(off on)) {
    for my $kind (@kinds) {
        my ($name, $make) = @$kind;
        my ($stream, $written) = $make->();
        SKIP: {
            skip "$name: none can be made here", 2 if !$stream;
            configure($daemon eq 'off' ? '/dev/stdout' : "$DIR/links.log", $daemon);
            my $pid = begin(fileno $stream, $daemon);
            ok($pid, "$name, daemon $daemon: starts") or diag(slurp("$prefix/logs/error.log")), next;
            my $statuses = asked($pid);
            my $kept = () = $statuses =~ /404/g;
            is($statuses, '404 404 404 404', "$name, daemon $daemon: forwarded");
            wait_for(sub { ends($written->()) == 4 }, 3);
            is(ends($written->() =~ s/\r$//mgr), $kept, "$name, daemon $daemon: each has its record");
            end($pid);
        }
    }

    configure('/proc/self/fd/1', $daemon);
    open my $null, '>', '/dev/null' or die $!;
    my $pid = begin(fileno $null, $daemon);
    ok($pid, "/dev/null, daemon $daemon: starts");
    is(ask("GET $item")->{status}, 503, "/dev/null, daemon $daemon: no record, no request");
    end($pid);
    like(slurp("$prefix/logs/error.log"),
         qr/\[alert\].*the audit log "\/proc\/self\/fd\/1" takes no records/,
         "/dev/null, daemon $daemon: error.log says so");
    unlink "$prefix/logs/error.log";

    is(begin(undef, $daemon), undef, "closed, daemon $daemon: does not start");
    like(slurp("$prefix/logs/error.log"), qr/\[emerg\].*"riverty_audit_log" "\/proc\/self\/fd\/1": nginx was started without that stream.*name a file/,
         "closed, daemon $daemon: says why");
    unlink "$prefix/logs/error.log";
}

# A file that has no name any more can be read by nobody.
{
    my ($stream) = file_stream('>>');
    configure('/dev/stdout', 'off');
    my $pid = begin(fileno $stream, 'off');
    unlink "$DIR/out.more";
    is(ask("GET $item")->{status}, 503, 'a file that was removed: refused');
    end($pid);
}

for my $name ('/dev/null', '/dev/stdout') {
    my ($status, $said) = nginx_t(gateway_config(server => <<"END"));
        riverty_customer on;
        riverty_audit_log $name;
        location / { proxy_pass $API; }
END
    is($status, 0, "$name: nginx -t takes it") or diag($said);
    my $warns = $said =~ /\[warn\] \S+ "riverty_audit_log" "\Q$name\E" is \/dev\/null, which keeps no record/;
    ok($name eq '/dev/null' ? $warns : !$warns, "$name: and warns of what keeps nothing");
}

done_testing();
