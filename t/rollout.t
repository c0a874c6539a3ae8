#!/usr/bin/perl

# docs/rollout.md, walked from its first line to its last: each of its commands
# is run as it stands there, in its order, and each of its blocks for nginx.conf
# is put in force.  Only folders are others than those of the page.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use File::Path qw(make_path);
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $json = JSON::PP->new->utf8;
my $build = abs_path($ENV{BUILD} // 'build');
my $api = start_api();
my $map = '';
my $mode = 'monitor';
my $rules = '';

# --- the page's folders ---

my %folder = ('/etc/riverty' => $STORE, '/var/log/riverty' => "$DIR/gateway/logs",
              '/etc/nginx' => "$DIR/gateway");
make_path("$DIR/bin", "$DIR/gateway/logs", "$DIR/tests/customers");
my $nginx = qx{command -v \$(command -v "@{[ $ENV{TEST_NGINX_BINARY} // 'nginx' ]}" || echo /usr/sbin/nginx)};
chomp $nginx;
put('bin/nginx', "#!/bin/sh\nexec $nginx -p $DIR/gateway/ -e logs/error.log -c nginx.conf \"\$@\"\n", 0755);
symlink "$build/riverty-customer", "$DIR/bin/riverty-customer" or die $!;
put('customer.json', $SAMPLE{'create-request'});
put('tests/customers/one.json', $SAMPLE{'create-request'});

# As README.md's commands leave the store: the workers' group reads it.
if ($> == 0) {
    chown 0, scalar(getgrnam 'www-data'), $_ and chmod 0640, $_ or die "$_: $!\n" for glob "$STORE/*";
    chmod 0755, $STORE or die "$STORE: $!\n";
}

sub configuration {
    return gateway_config(level => 'notice', http => $map, server => <<"END");
        location / {
            riverty_customer $mode;
            $rules
            proxy_pass $API;
        }
END
}

my $gateway = start_server('gateway', configuration());
my $audit = $gateway->path('audit.log');
my $event = '';

# A command of the page: its status, and all that it said.
sub run {
    my ($command) = @_;
    $command =~ s{(?<![\w.])(\Q$_\E)}{$folder{$1}}g for keys %folder;
    $command =~ s/6d428ee7/substr $event, 0, 8/e;
    my $said = qx{cd $DIR && export PATH=$DIR/bin:\$PATH && { $command; } 2>&1};
    return ($? >> 8, $said);
}

# What comes as records are written.
sub follow {
    my ($command, $ask, $wanted) = @_;
    $command =~ s{(\Q$_\E)}{$folder{$1}}g for keys %folder;
    my $pid = open(my $out, '-|', "cd $DIR && PATH=$DIR/bin:\$PATH exec $command") // die $!;
    my $said = '';
    my $came = wait_for(sub {
        $ask->();
        vec(my $ready = '', fileno $out, 1) = 1;
        sysread $out, $said, 4096, length $said if select $ready, undef, undef, 0.2;
        $said =~ $wanted;
    }, 20);
    kill 'TERM', $pid;
    close $out;
    return $came;
}

# --- the applications ---

sub customer {
    my (%change) = @_;
    my $document = $json->decode($SAMPLE{'create-request'});
    $document->{customer}{$_} = $change{$_} for keys %change;
    return $json->encode($document);
}

sub status {
    my ($app, %change) = @_;
    return ask("POST $CUSTOMERS", token => $TOKEN{$app}, body => customer(%change))->{status};
}

sub good { return status($_[0]) }
sub bad { return status($_[0], phone => 'call me', email => 'none') }

# --- the page ---

my (@steps, $block);
for (split /\n/, slurp('docs/rollout.md')) {
    if (/^```(\w*)$/) {
        push @steps, [ conf => $block ] if defined $block;
        $block = defined $block ? undef : '';
    } elsif (defined $block) {
        $block .= "$_\n";
    } elsif (/^    ((?:riverty-customer|nginx) .*)/) {
        push @steps, [ command => $1 ];
    }
}
is(scalar(grep { $_->[0] eq 'conf' } @steps), 4, 'the page has four blocks for nginx.conf');
cmp_ok(scalar @steps, '>=', 20, 'and commands');

good('billing');
bad($_) for 'billing', 'billing', 'other';
my @forwarded = records($audit, 4);
$event = $forwarded[1]{'event.id'};

my $enforced = 0;
for (@steps) {
    my ($kind, $text) = @$_;
    my ($name) = $text =~ /(.*)/;

    if ($kind eq 'conf') {
        $map = $text if $text =~ /^map/;
        ($mode, $rules) = ($1, $2) if $text =~ /^riverty_customer (\w+);\n(.*)\z/s;
        $map = '' if $text eq "riverty_customer on;\n";
        $rules .= 'riverty_rule email warn;' if $mode eq 'on';
        $gateway->configure(configuration());
        next;
    }

    if ($text =~ /--follow/) {
        my $rejected = $text =~ /rejected/;
        ok(follow($text, sub { bad($rejected ? 'other' : 'billing') }, qr/contract-broken|phone/), $name);
        next;
    }

    my @old = $gateway->workers();
    my ($status, $said) = run($text);
    is($status, 0, $name) or diag($said);

    if ($text =~ /reload/) {
        ok(wait_for(sub { my %old = map { $_ => 1 } @old;
                          (my @now = $gateway->workers()) && !grep { $old{$_} } $gateway->workers() }, 10),
           '... in force') if $said !~ /failed/;
        next if $mode ne 'on';
        $enforced++;
        is(good($_), 200, "... $_: a good document") for qw(billing other);
        is(bad('other'), 422, '... other is enforced');
        is(bad('billing'), $map =~ /billing monitor/ ? 200 : 422, "... billing, by its map or none");
        # what the page says of an application that is ready
        if ($enforced == 1) { $map =~ s/.*billing monitor.*\n//; $gateway->configure(configuration()) }
    } elsif ($text =~ /report --since 24h/) {
        like($said, qr/contract-broken +422/, '... what on would refuse');
        like($said, qr/^map \$riverty_app \$app_mode \{\n    default on;\n    billing monitor; # \d+\n    other monitor; # 1\n/m,
             '... the map');
        like($said, qr/^riverty_rule phone warn; +# \d+: billing \d+, other 1$/m, '... the lines');
    } elsif ($text =~ /--event/) {
        is($json->decode($said)->{'event.id'}, $event, '... that one');
    } elsif ($text =~ /keys lint/) {
        unlike($said, qr/refused/, '... a store that nginx takes');
    }
}
is($enforced, 3, 'enforced for one, for the next, and for all');
my ($status, $said) = run('riverty-customer report --json --since 1h /var/log/riverty/audit.log');
my ($billing) = grep { $_->{app} eq 'billing' } @{ $json->decode($said)->{apps} };
cmp_ok($billing->{refused}, '>=', 2, 'the last application is enforced, as the report tells');

done_testing();
