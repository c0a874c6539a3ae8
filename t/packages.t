#!/usr/bin/perl

# What is installed: by make install, which never writes to a file that somebody
# has open, and by the Debian packages, whose site nginx takes as it is.  That
# they are installed, upgraded and purged is tried by tools/deb-test.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use File::Find;
use File::Path qw(make_path);
use Riverty;
use RivertyConfig;
use Test::More;

plan skip_all => 'packages are for the nginx of the distribution'
    if ($ENV{TEST_NGINX_BINARY} // 'nginx') !~ m{^(?:/usr/sbin/)?nginx$};

my $build = $ENV{BUILD} // 'build';
delete @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS CFLAGS CPPFLAGS LDFLAGS)};

# The files below a directory, without it.
sub files {
    my ($top) = @_;
    my @files;
    find({ no_chdir => 1, wanted => sub { push @files, s/^\Q$top\E//r if -f || -l } }, $top);
    return sort @files;
}


# --- make install ---

my $root = "$DIR/root";
my @install = ('make', '-s', 'install', "BUILD=$build", "DESTDIR=$root");
is(system(@install), 0, 'make install');
is_deeply([ files($root) ], [ sort
    '/usr/bin/riverty-customer',
    '/usr/lib/nginx/modules/ngx_riverty_customer_module.so',
    '/usr/lib/nginx/modules/ngx_riverty_sandbox_module.so',
    '/usr/share/bash-completion/completions/riverty-customer',
    '/usr/share/man/man1/riverty-customer.1' ], '... installs these and nothing else');
is((stat "$root/usr/bin/riverty-customer")[2] & 07777, 0755, '... the command for everyone');

my $module = "$root/usr/lib/nginx/modules/ngx_riverty_customer_module.so";
my $inode = (stat $module)[1];
open my $used, '<:raw', $module or die "$module: $!\n";
is(system(@install), 0, 'again, over a module that is in use');
isnt((stat $module)[1], $inode, '... the new one is another file');
is((stat $used)[3], 0, '... and the old one has no name, and is as it was');
ok(-s $used, '... all of it');

is(system('make', '-s', 'install', "BUILD=$build", "DESTDIR=$DIR/local", 'PREFIX=/usr/local',
          'MODULES_DIR=/opt/nginx/modules'), 0, 'make install with a PREFIX');
ok(-x "$DIR/local/usr/local/bin/riverty-customer", '... the command is there');
ok(-e "$DIR/local/opt/nginx/modules/ngx_riverty_customer_module.so", '... and the module where it was sent');


# --- packages ---

my $debs = "$DIR/debs";
$ENV{RIVERTY_BUILD} = abs_path($build);     # the compiler has done its work already
my @built = split /\n/, qx{tools/deb $debs};
is($?, 0, 'make deb');
is_deeply([ sort map { m{([^/_]+)_[^/]*\z} } grep { !/-dbgsym_/ } @built ], [ qw(
    libnginx-mod-http-riverty-customer libnginx-mod-http-riverty-sandbox
    riverty-customer riverty-customer-doc) ], '... four packages');

my %deb = map { (m{([^/_]+)_[^/]*\z})[0] => "$debs/" . (m{([^/]+)\z})[0] } @built;
my $all = "$DIR/all";
make_path($all);
for my $name (grep { !/-dbgsym$/ } sort keys %deb) {
    is(system('dpkg-deb', '-x', $deb{$name}, $all), 0, "$name: is unpacked");
    is(system('dpkg-deb', '-e', $deb{$name}, "$DIR/control.$name"), 0, '... its scripts, too');
    for my $script (grep { -e } map { "$DIR/control.$name/$_" } qw(postinst prerm postrm)) {
        is(system('sh', '-n', $script), 0, '... ' . $script =~ s!.*/!!r . ' can be read');
    }
}

my $field = sub { my ($name, $field) = @_; return scalar qx{dpkg-deb -f $deb{$name} $field} };
my ($abi) = slurp('/usr/share/nginx/src/debian/libnginx-mod.abisubstvars') =~ /(nginx-abi-\S+)/;
like($field->("libnginx-mod-http-riverty-$_", 'Depends'), qr/^\Q$abi\E\b|, \Q$abi\E\b/,
     "$_: is for this nginx alone") for qw(customer sandbox);
like($field->('libnginx-mod-http-riverty-sandbox', 'Depends'),
     qr/libnginx-mod-http-riverty-customer \(= \S+\)/, 'sandbox: of the same version');

my %conffiles = map { $_ => [ split /\n/, slurp("$DIR/control.$_/conffiles") ] } keys %deb;
is_deeply($conffiles{'libnginx-mod-http-riverty-customer'},
          [ '/etc/logrotate.d/libnginx-mod-http-riverty-customer', '/etc/nginx/snippets/riverty-api.conf' ],
          'what an upgrade keeps as it was edited');
is_deeply($conffiles{'libnginx-mod-http-riverty-sandbox'}, ['/etc/nginx/sites-available/riverty'],
          '... the site, too');
like(slurp("$DIR/control.libnginx-mod-http-riverty-customer/postinst"),
     qr/90-mod-http-riverty-customer\.conf.*nginx-reload/s, 'the module enables itself, behind all others');
unlike(slurp("$DIR/control.libnginx-mod-http-riverty-customer/postrm"), qr{/etc/riverty|/var/log},
       'a purge names no keys and no records');

for my $file (qw(/usr/bin/riverty-customer /usr/share/man/man1/riverty-customer.1.gz
                 /usr/share/bash-completion/completions/riverty-customer
                 /usr/share/doc/riverty-customer/directives.md.gz
                 /usr/share/doc/riverty-customer/examples/nginx.conf)) {
    ok(-s "$all$file", "$file is there");
}
is(qx{$all/usr/bin/riverty-customer --version}, qx{$build/riverty-customer --version},
   'the command runs');
chomp(my $version = $field->('riverty-customer', 'Version'));
is(qx{$all/usr/bin/riverty-customer --version}, "riverty-customer $version\n",
   '... of the version of its package');


# --- the site ---

# As the scripts make it; the paths are here.
my $etc = "$DIR/etc";
make_path("$etc/riverty/sandbox", "$DIR/logs");
my $group = getgrgid((split ' ', $))[0]);
put('postinst', slurp("$DIR/control.libnginx-mod-http-riverty-sandbox/postinst")
    =~ s!/etc/riverty!$etc/riverty!gr =~ s/www-data/$group/gr =~ s/# Automatically added.*//sr);
is(system('sh', "$DIR/postinst", 'configure'), 0, 'the sandbox makes an app and its keys');
Riverty::spew("$etc/riverty/$_.key", '5a' x 32) for qw(redaction audit);
my %mode = map { $_ => (stat "$etc/riverty/sandbox/$_")[2] & 07777 } qw(token key.conf try.key apps.json);
is_deeply(\%mode, { token => 0600, 'key.conf' => 0600, 'try.key' => 0640, 'apps.json' => 0640 },
          '... that are not for everyone');

my $site = slurp("$all/etc/nginx/sites-available/riverty")
    =~ s!/etc/riverty!$etc/riverty!gr =~ s!/var/log/riverty!$DIR/logs!gr;
my ($gateway, $api) = (port(), port());
$site =~ s/8080/$gateway/g;
$site =~ s/8081/$api/g;
my $modules = join '', map { slurp("$all/usr/share/nginx/modules-available/mod-http-riverty-$_.conf") } qw(customer sandbox);
$modules =~ s!modules/!$all/usr/lib/nginx/modules/!g;
my $text = config_of(level => 'notice', http => $site) =~ s/^load_module \S+\n//mgr;
my $server = start_server('site', $modules . $text);
my $token = slurp("$etc/riverty/sandbox/token") =~ s/\n//r;
my $path = "$CUSTOMERS/$NUMBER";
is(ask("GET $path", port => $gateway, token => $token)->{status}, 404, 'the site answers');
is(ask("POST $CUSTOMERS", port => $gateway, token => $token,
       body => slurp("$all/usr/share/doc/riverty-customer/examples/create-request.json"))->{status},
   200, '... and takes a customer');
is(ask("GET $path", port => $gateway, token => $token)->{status}, 200, '... and has him');
$server->stop();

done_testing();
