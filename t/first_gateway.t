#!/usr/bin/perl

# README.md's "Use it", run as it stands there, in a file system and a network of
# its own over this host's: what the lines install, write and start is gone with
# them.  tools/bare-debian runs the same lines where nothing is but Debian.

use strict;
use warnings;

use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

plan(skip_all => 'needs root, and no chroot, for a file system of its own')
    if $> != 0 || system('unshare --mount --net --pid --fork true 2> /dev/null') != 0;

# The same test inside: nginx dies with the namespace.
if (!$ENV{RIVERTY_INSIDE}) {
    $ENV{RIVERTY_INSIDE} = 1;
    exec qw(unshare --mount --net --pid --fork --kill-child --mount-proc), $^X, $0
        or die "unshare: $!\n";
}

my $over = '/mnt';

sub command {
    my (@words) = @_;
    return system(@words) == 0 || die "@words: $?\n";
}

command(qw(mount --make-rprivate /));
command(qw(mount -t tmpfs over /mnt));
for my $folder (qw(etc usr var)) {
    mkdir "$over/$folder" or die "$folder: $!\n";
    mkdir "$over/$folder/$_" or die "$folder: $!\n" for qw(upper work);
    command(qw(mount -t overlay over -o),
            "lowerdir=/$folder,upperdir=$over/$folder/upper,workdir=$over/$folder/work", "/$folder");
}
command(qw(mount -t tmpfs run /run));

# The loopback interface, up (SIOCSIFFLAGS).
{
    socket my $socket, 2, 2, 0 or die "socket: $!\n";
    my $request = pack 'a16 s x22', 'lo', 0x41;
    ioctl $socket, 0x8914, $request or die "lo: $!\n";
}

# As on a host that has Debian's nginx, and never had the module.
command('rm -rf /etc/nginx/modules-enabled/* /etc/nginx/conf.d/* /etc/nginx/sites-enabled/*'
        . ' /etc/riverty /var/log/riverty /usr/lib/nginx/modules/ngx_riverty_*');

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or return '';
    local $/;
    return <$file> // '';
}

# Of lines in a root shell: the status, and all that they said.
sub shell {
    my ($lines) = @_;
    open my $shell, '-|', 'env', '-i', 'HOME=/root', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
        'bash', '-ec', "exec 2>&1\n$lines" or die "bash: $!\n";
    local $/;
    my $said = <$shell> // '';
    close $shell;
    return ($? >> 8, $said);
}

my ($use) = slurp('README.md') =~ /^## Use it\n(.*?)^## /ms;
my ($lines) = $use =~ /^```sh\n(.*?)^```/ms;
is(scalar(() = $lines =~ /\n/g), 2, 'README.md says it in two lines');

my ($status, $said) = shell($lines);
is($status, 0, 'they work') or diag($said);
like($said, qr/^nginx did not run: it is started$/m, 'and tell that nginx was not running');

# What the second line says to try.
sub tried {
    my ($text) = @_;
    my ($curl) = $text =~ /^(curl .*?[^\\])\n(?! )/ms or return 'no curl';
    my ($done, $answer) = shell("$curl -s -w '\\n%{http_code}'");
    return $done || ($answer =~ /\n(\d+)\z/)[0];
}

is(tried($said), 200, 'what it says to try creates a customer');

# Written a moment after the answer.
my ($record, $deadline) = (undef, time + 10);
while (!$record && time < $deadline) {
    ($record) = map { decode_json($_) } grep { /"end".*\n/ } split /^/, slurp('/var/log/riverty/audit.log');
    sleep 0.05;
}
is($record->{riverty}{outcome}, 'forwarded', 'of which there is a record');

my %secret = map { $_ => slurp("/etc/riverty/$_") } qw(redaction.key audit.key billing.token billing.primary);
is(scalar(grep { length != 64 } values %secret), 0, 'each secret is 32 random bytes');
is(scalar(grep { index($said, $_) >= 0 } values %secret), 0, 'and nothing shows one');
is(sprintf('%o', (stat '/etc/riverty/billing.token')[2] & 07777), '600', 'the token is root\'s');
is(sprintf('%o', (stat "/etc/riverty/$_")[2] & 07007), '0', "others do not read $_")
    for keys %secret, 'apps.json';
is((stat '/etc/nginx/conf.d/riverty.conf')[2] & 07, 0, 'nor the sandbox\'s key');

($status, $said) = shell('tools/first-gateway');
is($status, 0, 'once more');
like($said, qr/^nginx runs, and has the new configuration$/m, 'it tells that nginx runs');
is(tried($said), 200, 'and it answers');
is_deeply({ map { $_ => slurp("/etc/riverty/$_") } keys %secret }, \%secret, 'the secrets are those that were there');

($status, $said) = shell('nginx -s stop; while [ -e /run/nginx.pid ]; do sleep 0.1; done; tools/first-gateway');
like($said, qr/^nginx did not run: it is started$/m, 'a stopped nginx is started');
is(tried($said), 200, 'and answers');

# In front of the API: nobody listens there.
($status, $said) = shell("printf mykey > /tmp/key.\$\$ && tools/first-gateway https://127.0.0.1:9 /tmp/key.\$\$; rm /tmp/key.\$\$");
is($status, 0, 'with the address of an API and a key');
is(slurp('/etc/riverty/billing.primary'), 'mykey', 'the key is that of the app');
like(slurp('/etc/nginx/conf.d/riverty.conf'), qr{proxy_pass https://127\.0\.0\.1:9;.*proxy_ssl_verify +on;}s,
     'the certificate is verified');
$deadline = time + 10;
sleep 0.1 while tried($said) != 502 && time < $deadline;
is(tried($said), 502, 'it asks that API');

# What is missing is told.
sub refused {
    my ($what, $before, $like) = @_;
    my ($failed, $told) = shell("$before; tools/first-gateway");
    is($failed, 1, "$what: refused");
    like($told, $like, 'with the remedy');
    return;
}

($status, $said) = shell('tools/first-gateway http://api.example.org /etc/hostname');
is($status, 1, 'an API over http: refused');
($status, $said) = shell('tools/first-gateway https://127.0.0.1:9 /nowhere');
like($said, qr{^first-gateway: /nowhere: no key in it$}m, 'a key file that is not there is told');
refused('a configuration with a mistake', 'echo "oops" > /etc/nginx/conf.d/other.conf',
        qr{unexpected end.*other\.conf.*^first-gateway: nginx does not take /etc/nginx/conf\.d/riverty\.conf: see above$}ms);
refused('no module', 'rm /usr/lib/nginx/modules/ngx_riverty_customer_module.so',
        qr{^first-gateway: /usr/lib/nginx/modules has no module yet: make install puts it there$}m);
refused('no nginx', 'rm /usr/sbin/nginx', qr/^first-gateway: there is no nginx here: tools\/install-dependencies installs it$/m);

done_testing();
