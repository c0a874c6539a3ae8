#!/usr/bin/perl

# docs/upgrade.md: its commands, while clients ask all the time.  No request
# fails, each has one record, and all chains are whole.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use File::Copy qw(copy);
use File::Path qw(make_path);
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $build = abs_path($ENV{BUILD} // 'build');
my $prefix = "$DIR/upgraded";
my ($nginx) = grep { -x } $ENV{TEST_NGINX_BINARY} // (), map { "$_/nginx" } split /:/, $ENV{PATH};
my ($version) = slurp('ngx_riverty_customer_module/contract/core/version.h') =~ /"([\d.]+)"/;

like(slurp('CHANGELOG.md'), qr/^(?:## \[\Q$version\E\]|The tree says \Q$version\E;)/m,
     'CHANGELOG.md knows this version');

plan(skip_all => 'the module is a part of nginx here') if load_module_line('customer_module') eq '';

make_path("$prefix/logs", "$prefix/modules", "$DIR/sbin", "$DIR/bin");

# By rename, as make install does.
sub install {
    my ($to, $bytes) = @_;
    spew("$to.new", $bytes);
    chmod 0755, "$to.new" or die "$to.new: $!\n";
    rename "$to.new", $to or die "$to: $!\n";
    return;
}

# The module as it was built, with another version or another signature.
my $module = "$prefix/modules/ngx_riverty_customer_module.so";
my ($built) = load_module_line('customer_module') =~ /^load_module (\S+);/;
my $bytes = slurp($built);

sub module_of {
    my ($its) = @_;
    (my $new = $bytes) =~ s/\0\K\Q$version\E(?=\0)/$its/ or die "no version in $built\n";
    return $new;
}

sub module_of_another_nginx {
    (my $new = $bytes) =~ s/\d,\d,\d,\K[01]{20,}(?=\0)/(my $flags = $&) =~ tr{01}{10}; $flags/e
        or die "no signature in $built\n";
    return $new;
}

install($module, $bytes);
install("$DIR/sbin/nginx", slurp($nginx));
install("$DIR/bin/nginx", "#!/bin/sh\nexec $DIR/sbin/nginx -p $prefix/ -e logs/error.log -c nginx.conf \"\$@\"\n");

put('upgraded/audit.key', 'c0ffee' x 12 . "\n", 0600);
my $config = gateway_config(level => 'notice', workers => 2, http => <<'END', server => <<"END2");
    riverty_audit_key audit.key;
    access_log off;
END
        riverty_customer on;
        location / { proxy_pass $API; }
        location = /status { riverty_status prometheus; allow 127.0.0.1; deny all; }
END2
$config =~ s/daemon off/daemon on/ or die;
$config =~ s/^load_module \S+customer_module\.so;/load_module $module;/m or die;
$config =~ s/audit\.log\K;/ required;/ or die;
$config =~ s/pid nginx\.pid/pid $prefix\/nginx.pid/ or die;

sub configure { return put('upgraded/nginx.conf', $config . ($_[0] // '')) }
sub log_of { return slurp("$prefix/logs/error.log") }
sub pid_of { return slurp("$prefix/nginx.pid" . ($_[0] // '')) =~ /^(\d+)$/m ? $1 : 0 }
sub serves { return ask('GET /status', token => undef)->{body} =~ /^riverty_build_info\{.*?version="([^"]*)"/m ? $1 : '' }

# In the order of the page.
my ($upgrade, $finish, $back) = slurp('docs/upgrade.md') =~ /^```sh\n(.*?)^```$/msg;

# One of its blocks: what it says, and its exit status.
sub run {
    my ($block) = @_;
    $block =~ s{/run/nginx\.pid}{$prefix/nginx.pid}g;
    spew("$DIR/block", "set -eu\n$block");
    my $said = qx{PATH=$DIR/bin:\$PATH sh $DIR/block 2>&1};
    return ($? >> 8, $said);
}

sub gone {
    my ($pid) = @_;
    return wait_for(sub { !kill 0, $pid }, 20);
}


# --- clients ---

my @clients;

# Asks until it is told to stop, and notes each answer's status on a line.
sub client {
    my ($name) = @_;
    my $pid = fork() // die "fork: $!\n";
    return push @clients, $pid if $pid;
    open my $notes, '>', "$DIR/$name" or POSIX::_exit(1);
    $notes->autoflush();
    until (-e "$DIR/enough") {        # a signal would interrupt a request
        my $answer = eval { $name =~ /writes/ ? ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'})
                                              : ask("GET $CUSTOMERS/$NUMBER") };
        print {$notes} ($answer ? $answer->{status} : "none: $@") . "\n";
        sleep 0.005;
    }
    close $notes;
    POSIX::_exit(0);
}

sub answers { return map { split /\n/, slurp("$DIR/$_") } qw(reads writes) }

# What was done is over when some requests have come behind it.
sub goes_on {
    my ($name) = @_;
    my $before = answers();
    ok(wait_for(sub { answers() > $before + 10 }, 20), "$name: requests come");
    is_deeply([ grep { $_ ne '200' } answers() ], [], '... and none fails');
    return;
}

END {
    local $?;
    kill 'TERM', @clients;
    for my $pid (map { pid_of($_) } '', '.oldbin') {
        kill 'TERM', $pid if $pid;
    }
}


# --- the page ---

my $api = start_api();
configure();
is(system("$DIR/bin/nginx"), 0, 'it starts') or diag(log_of());
ok(wait_for(sub { (eval { serves() } // '') eq $version }, 10), "... with $version");
create_one();
client($_) for qw(reads writes);
goes_on('the old version');

# A read finds what was written before.
sub create_one { return is(ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'})->{status}, 200, 'a customer') }

sub upgraded {
    my ($name, $its) = @_;
    my $old = pid_of();
    my ($status, $said) = run($upgrade);
    is($status, 0, "$name: the commands") or diag($said, log_of());
    is(pid_of('.oldbin'), $old, '... two masters');
    ok(wait_for(sub { serves() eq $its }, 20), "... $its answers");
    goes_on($name);
    return $old;
}

subtest 'a patch' => sub {
    install($module, module_of('0.0.9'));
    my ($master) = pid_of();
    my @old = RivertyConfig::Server::workers({ pid => $master });
    kill 'HUP', $master;
    ok(wait_for(sub { !grep { kill 0, $_ } @old }, 20), 'a reload');
    is(serves(), $version, '... keeps the module that is loaded');
    my $old = upgraded('an upgrade', '0.0.9');
    is((run($finish))[0], 0, 'the last command');
    ok(gone($old), '... ends the old master');
    goes_on('the new one');
};

subtest 'back, while both run' => sub {
    install($module, module_of('0.9.0'));
    my $old = upgraded('a minor version', '0.9.0');
    my $new = pid_of();
    my ($status, $said) = run($back);
    is($status, 0, 'the commands back') or diag($said);
    ok(gone($new), '... end the new master');
    ok(wait_for(sub { pid_of() == $old }, 20), '... and the old one is the only one');
    is(serves(), '0.0.9', '... with the old module');
    goes_on('back');
};

subtest 'back, later; and another nginx of the same ABI' => sub {
    install($module, $bytes);
    install("$DIR/sbin/nginx", slurp($nginx));
    my $old = upgraded('the first one again', $version);
    run($finish);
    ok(gone($old), 'the old master goes');
    is(readlink('/proc/' . pid_of() . '/exe'), abs_path("$DIR/sbin/nginx"), 'the new nginx runs');
    goes_on('the new nginx');
};

# What nginx -t refuses: the signal does no harm.
sub refused {
    my ($name, $why) = @_;
    my $master = pid_of();
    my ($status, $said) = run($upgrade);
    isnt($status, 0, "$name: the commands end");
    like($said, $why, '... with what nginx -t says');
    is(pid_of(), $master, '... and nothing was signalled');
    my $before = () = log_of() =~ /$why/g;
    kill 'USR2', $master;
    ok(wait_for(sub { (() = log_of() =~ /$why/g) > $before }, 20), '... a new master says the same');
    ok(wait_for(sub { pid_of() == $master && !-e "$prefix/nginx.pid.oldbin" }, 20), '... and ends');
    kill 'HUP', $master;
    goes_on($name);
    is(serves(), $version, '... by the old module');
    return;
}

subtest 'a configuration that is refused' => sub {
    configure("riverty_unknown on;\n");
    refused('it', qr/unknown directive "riverty_unknown"/);
    configure();
};

subtest 'another nginx' => sub {
    install($module, module_of_another_nginx());
    refused('its module', qr/is not binary compatible/);
    install($module, $bytes);
};


# --- what was recorded ---

put('enough', '');
waitpid $_, 0 for splice @clients;
my $master = pid_of();
kill 'QUIT', $master;
ok(gone($master), 'the end');

my @statuses = answers();
is_deeply([ grep { $_ ne '200' } @statuses ], [], scalar @statuses . ' requests, none failed');
my @ends = audit_log("$prefix/logs/audit.log", end => 1);
is(scalar @ends, @statuses + 1, 'each has one record');
my %ids = map { $_->{'event.id'} => 1 } @ends;
is(scalar keys %ids, scalar @ends, '... of its own');

my $said = qx{$build/riverty-customer audit verify --closed --key $prefix/audit.key $prefix/logs/audit.log 2>&1};
is($?, 0, 'all chains are whole') or diag($said);
is(join('', grep { /\[(?:alert|crit)\]/ || /riverty: / } split /^/, log_of()), '', 'error.log has no alert');

done_testing();
