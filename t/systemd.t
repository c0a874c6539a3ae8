#!/usr/bin/perl

# The drop-ins for nginx's unit: systemd takes each line and says what they leave
# exposed; and nginx runs, reopens, reloads and is upgraded under what of
# systemd-hardening.conf can be had without systemd (t/lib/confined.py).

use strict;
use warnings;

# PrivateTmp and ProtectHome hide the usual places.
BEGIN { $ENV{TMPDIR} = '/run' if $> == 0 }

use lib 't/lib';
use Cwd qw(abs_path);
use File::Basename qw(basename);
use File::Copy qw(copy);
use File::Path qw(make_path);
use IO::Socket::UNIX;
use Riverty;
use Socket qw(MSG_DONTWAIT SOCK_DGRAM);

my $real;
BEGIN {
    # a whole path: an upgrade of the binary starts it by that
    ($real) = grep { -x } map { "$_/" . ($ENV{TEST_NGINX_BINARY} // 'nginx') } '', split(/:/, $ENV{PATH}), '/usr/sbin';
    $ENV{TEST_NGINX_BINARY} = "$Riverty::DIRECTORY/nginx";
}
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $unit = abs_path('docs/examples/systemd-hardening.conf');
my $confined = '/usr/bin/python3 ' . abs_path('t/lib/confined.py') . " --unit $unit";
my $may_confine = $> == 0 && system('unshare -m true 2> /dev/null') == 0;
my $page = slurp('docs/systemd.md');
my $item = "$CUSTOMERS/$NUMBER";

subtest 'as systemd reads it' => sub {
    my $packaged = '/lib/systemd/system/nginx.service';
    ok(-e $packaged, "$packaged: apt-get install nginx");
    my ($version) = qx{systemd-analyze --version 2>&1} =~ /^systemd (\d+)/;
    ok($version, 'systemd-analyze: apt-get install systemd') or return;

    mkdir "$DIR/unit" and mkdir "$DIR/unit/nginx.service.d" or die $!;
    put('unit/nginx.service', slurp($packaged));
    my $exposure = sub {
        my ($said) = qx{systemd-analyze security --no-pager --offline=yes $DIR/unit/nginx.service 2>&1}
            =~ /exposure level for nginx\.service: ([\d.]+)/;
        return $said // 'none';
    };
    my $before = $exposure->();
    put("unit/nginx.service.d/riverty-$_", slurp("docs/examples/systemd-$_")) for qw(hardening.conf credentials.conf);
    is(qx{systemd-analyze verify $DIR/unit/nginx.service 2>&1}, '', 'each line is known, of both drop-ins');
    my $after = $exposure->();
    cmp_ok($after, '<', 3, "exposure $after instead of $before");
    is("$before $after", join(' ', $page =~ /exposure level[^.]*?([\d.]+\d)[^.]*?instead of ([\d.]+\d)/s
                                   ? ($2, $1) : ()), 'as docs/systemd.md says of systemd 252') if $version == 252;
};

subtest 'the page' => sub {
    my %kind = qx{$confined --list} =~ /^(\w+) (\w+)$/mg;
    is_deeply([ sort keys %kind ], [ sort keys %{ { map { $_ => 1 } slurp($unit) =~ /^(\w+)=/mg } } ], 'each line');
    my %said = map { my ($names, $kind) = @$_; map { $_ => $kind } $names =~ /`(\w+)/g }
        map { [ /^\| (.*?) \| (run|analysed)\b/ ] } grep { /^\| `/ } split /\n/, $page;
    is_deeply(\%said, \%kind, '... is said to be run, or only analysed, as it is');
};

my $master;
END { local $?; kill 'TERM', $master if $master }

# Members of /proc/PID/status.
sub status_of {
    my ($pid) = @_;
    return { slurp("/proc/$pid/status") =~ /^(\w+):\s+(.*)$/mg };
}

subtest 'nginx under it' => sub {
    plan skip_all => 'needs root, as nginx\'s master is, who may mount' if !$may_confine;
    plan skip_all => 'the unit is of Debian\'s nginx' if abs_path($real) ne '/usr/sbin/nginx';
    spew("$Riverty::DIRECTORY/nginx", "#!/bin/sh\n[ -z \"\$CONFINED\" ] || exec $confined -- $real \"\$@\"\n"
         . "exec $real \"\$@\"\n");
    chmod 0700, "$Riverty::DIRECTORY/nginx" or die $!;
    my @modules = load_modules() =~ /load_module (\S+);/g;
    copy($_, "$DIR/" . basename($_)) or die "$_: $!\n" for @modules;
    $ENV{TEST_NGINX_LOAD_MODULES} = join ' ', map { "$DIR/" . basename($_) } @modules;

    my $api = start_api();
    my $syslog = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$DIR/syslog") or die $!;
    chmod 0777, "$DIR/syslog" or die $!;
    my $config = gateway_config(level => 'notice', main => 'pcre_jit on; worker_rlimit_nofile 512;',
        http => '    riverty_field /customer/loyaltyNumber "pattern=[A-Z]{2}[0-9]{4}";', server => <<"END");
        riverty_customer on;
        riverty_audit_log $DIR/audit.log required;
        location / { proxy_pass $API; }
        location /syslog/ {
            riverty_prefix /syslog;
            riverty_audit_log syslog:server=unix:$DIR/syslog;
            proxy_pass $API/;
        }
END
    $config =~ s/^user root;/user www-data;/m;
    $config =~ s/apps\.json;/apps.json check=0;/;       # as the credentials' drop-in says
    $config =~ s/daemon off/daemon on/;                 # as an upgrade of the binary wants it
    make_path("$DIR/gateway/logs");
    put('gateway/nginx.conf', $config);
    my $gateway = bless { name => 'gateway', prefix => "$DIR/gateway" }, 'RivertyConfig::Server';
    {
        local $ENV{CONFINED} = 1;
        is(system("$ENV{TEST_NGINX_BINARY} -p $DIR/gateway/ -e logs/error.log -c nginx.conf 2> $DIR/said"), 0,
           'it starts') or diag(slurp("$DIR/said"));
    }
    my $pid_file = "$DIR/gateway/nginx.pid";
    $master = $gateway->{pid} = slurp($pid_file) =~ s/\s//gr;

    my $served = sub {
        my ($name) = @_;
        is(ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'})->{status}, 200, "$name: a create");
    };
    $served->('at the start');
    my $number = sub { $SAMPLE{'create-request'} =~ s/("customer": \{)/$1 "loyaltyNumber": "$_[0]",/r };
    is(ask("POST $CUSTOMERS", body => $number->('AB1234'))->{status}, 200, 'a pattern of PCRE2 fits');
    is(ask("POST $CUSTOMERS", body => $number->('AB12345'))->{status}, 422, '... and does not');
    is(ask("GET /syslog$item")->{status}, 200, 'a record over a unix socket');
    my $sent = '';
    ok(wait_for(sub {
        # behind what the start says of the store
        $syslog->recv(my $datagram, 65536, MSG_DONTWAIT) // return 0;
        $sent .= $datagram;
        $sent =~ /"event\.type":"end"/;
    }, 10), '... is sent');

    my ($first, $worker) = map { status_of($_) } $gateway->{pid}, $gateway->workers();
    is($first->{CapEff}, '00000000000004e3', 'the master has six capabilities');
    is($worker->{CapEff}, '0000000000000000', 'a worker none');
    is((split ' ', $worker->{Uid})[1], scalar(getpwnam 'www-data'), '... and another user');
    is("$_->{NoNewPrivs} $_->{Seccomp}", '1 2', 'no new privileges, and a filter') for $first, $worker;
    cmp_ok($worker->{VmLck} =~ /(\d+)/ ? $1 : 0, '>', 0, 'keys are locked in memory');
    my ($limits) = map { slurp("/proc/$_/limits") } $gateway->workers();
    like($limits, qr/^Max core file size +0 +0 /m, 'no core');

    rename "$DIR/audit.log", "$DIR/audit.log.1" or die $!;
    $gateway->signal('USR1');
    ok(wait_for(sub { -e "$DIR/audit.log" }, 10), 'logs are reopened');
    $served->('behind it');
    my @stat = stat "$DIR/audit.log";
    is(sprintf('%o %s', $stat[2] & 0777, scalar getpwuid $stat[4]), '644 www-data', 'the new one is the workers\', and as open as nginx makes it');
    ok(wait_for(sub { -s "$DIR/audit.log" }, 5), '... with records');

    ok($gateway->reload(), 'a reload');
    $served->('behind it');

    my $old = $master;
    $gateway->signal('USR2');
    ok(wait_for(sub { -e "$pid_file.oldbin" && -s $pid_file }, 10), 'a new binary') or diag($gateway->log());
    $master = $gateway->{pid} = slurp($pid_file) =~ s/\s//gr;
    kill 'QUIT', $old;
    ok(wait_for(sub { !kill 0, $old }, 10), 'in the place of the old one');
    $served->('behind it');
    is(status_of($master)->{Seccomp}, 2, 'as confined as that one');
    $gateway->signal('QUIT');
    ok(wait_for(sub { !kill 0, $master }, 10), 'and its end');
    $master = undef;
    is_deeply([ $gateway->log() =~ /^.*\[(?:alert|emerg|crit)\].*$/mg ], [], 'error.log has nothing to complain about');
};

subtest 'what is refused there' => sub {
    plan skip_all => 'needs root, who may mount' if !$may_confine;
    put('try.py', <<'END');
import ctypes, errno, mmap, os, socket
libc = ctypes.CDLL(None, use_errno=True)

def tell(name, call):
    try:
        call()
        print(name, 'done')
    except OSError as error:
        print(name, errno.errorcode[error.errno])

def kernel(call, *values):
    def go():
        if getattr(libc, call)(*values) < 0:
            raise OSError(ctypes.get_errno(), call)
    return go

tell('write /etc', lambda: open('/etc/riverty-was-here', 'w'))
tell('write /usr', lambda: open('/usr/riverty-was-here', 'w'))
tell('write /run', lambda: open(os.path.dirname(os.path.abspath(__file__)) + '/try.out', 'w'))
tell('listen', lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
tell('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
tell('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
tell('code', lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC))
tell('namespace', kernel('unshare', 0x20000))
tell('trace', kernel('ptrace', 16, 1, 0, 0))
tell('mount', kernel('mount', b'none', b'/mnt', b'tmpfs', 0, None))
tell('setuid file', lambda: os.chmod(__file__, 0o4755))
tell('key', kernel('syscall', 248, b'user', b'x', b'x', 1, -3))
print('tmp', len(os.listdir('/tmp')), 'home', len(os.listdir('/root')))
END
    my $said = qx{$confined -- /usr/bin/python3 $DIR/try.py 2>&1};
    is($said, <<'END', 'files, sockets, code, namespaces, other processes');
write /etc EROFS
write /usr EROFS
write /run done
listen done
netlink EAFNOSUPPORT
packet EAFNOSUPPORT
code EPERM
namespace EPERM
trace EPERM
mount EPERM
setuid file EPERM
key EPERM
tmp 0 home 0
END
    ok(!-e '/etc/riverty-was-here', 'and nothing is there');
};

done_testing();
