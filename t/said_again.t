#!/usr/bin/perl

# What error.log says again every hour while it lasts: a bad store, an audit log
# that takes no records, a key that the API refuses, keys that end.  One worker
# says it for all, whichever of them dies; what is over is told once.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use POSIX qw(strftime);
use Riverty;
use RivertyClock;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time);

my $library = clock_library();
plan skip_all => 'no compiler for a clock that can be set' if !$library;

my $item = "$CUSTOMERS/$NUMBER";
my $day = 24 * 60 * 60;
my @may = qw(create read update other);

# An app with two keys, one with one; keys that end as a test says.
sub write_apps {
    my (@more) = @_;
    spew("$STORE/apps.json.new", encode_json({ apps => [
        Riverty::app('billing', \@may, map { { id => $_, value => $KEY{"billing.$_"} } } qw(primary secondary)),
        Riverty::app('other', \@may, { id => 'primary', value => $KEY{'other.primary'} }),
        @more ] }));
    rename "$STORE/apps.json.new", "$STORE/apps.json" or die $!;
    return;
}

my $passed = 0;     # seconds that the clock was set forward

# Keys of an app more, by id the seconds from now to their end.
sub ending {
    my (%seconds) = @_;
    $TOKEN{ending} = 'token-of-ending-72b1c0';
    return Riverty::app('ending', ['read'], map { { id => $_, value => "key-ending-$_-93ad",
        not_after => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime time + $passed + $seconds{$_}) } } sort keys %seconds);
}

write_apps();
mkdir "$DIR/audit" and chmod 0777, "$DIR/audit" or die $!;
my $api = start_api();
my $gateway = do {
    local $ENV{LD_PRELOAD} = $library;
    local $ENV{CLOCK} = "$DIR/clock";
    my $config = gateway_config(level => 'error', workers => 2, http => '    log_format pid $pid;',
                                server => <<"END");
        riverty_customer on;
        access_log logs/pids.log pid;
        location / { proxy_pass $API; }
        location /lost/ {
            riverty_prefix /lost;
            riverty_audit_log $DIR/audit/lost.log required;
            proxy_pass $API/;
        }
END
    start_server('gateway', $config =~ s/apps\.json;/apps.json check=1s;/r);
};


my $looked = 0;

# Each worker takes notice of the time, and of what its timers are for: it has
# answered twice since.
sub noticed {
    my $pids = $gateway->path('pids.log');
    my $from = () = slurp($pids) =~ /\n/g;
    return wait_for(sub {
        ask("GET /subscriptions/v1/contracts", token => $TOKEN{other}) for 1 .. 4;
        my %answers;
        my @pids = split /\n/, slurp($pids);
        $answers{$_}++ for @pids[$from .. $#pids];
        my @workers = $gateway->workers();
        @workers == 2 && !grep { ($answers{$_} // 0) < 2 } @workers;
    }, 20);
}

# The lines since the last call, without their time.
sub said {
    my $log = $gateway->log();
    my @lines = grep { !/signal|exited on/ } substr($log, $looked) =~ /^.*\n/mg;
    $looked = length $log;
    return @lines;
}

# Just these lines come, in any order, and no other.
sub says {
    my ($name, @wanted) = @_;
    my @lines;
    wait_for(sub { push @lines, said(); @lines >= @wanted }, 10);
    ok(noticed(), "$name: both workers have noticed");
    push @lines, said();
    for my $wanted (@wanted) {
        my ($found) = grep { $lines[$_] =~ $wanted } 0 .. $#lines;
        ok(defined $found, "$name: $wanted") or next;
        splice @lines, $found, 1;
    }
    is_deeply(\@lines, [], "$name: no more is said");
    return;
}

# Time passes; then just these lines come.
sub later {
    my ($name, $seconds, @wanted) = @_;
    $passed += $seconds;
    set_clock($passed);
    ok(noticed(), "$name: both workers see that time has passed");
    says($name, @wanted);
    return;
}

# What lasts comes every hour; nobody is silenced by a worker that is killed, nor
# is anything told at once because of a reload.
sub lasts {
    my ($name, @alerts) = @_;
    later("$name, half an hour later", 1800);
    later("$name, an hour later", 1860, @alerts);
    my ($victim) = $gateway->log() =~ /.*\[(?:alert|error)\] (\d+)#/s;
    kill 'KILL', $victim;
    ok(wait_for(sub { 2 == (my @new = grep { $_ != $victim } $gateway->workers()) }, 10),
       "$name: the worker that told it is killed, and another one is there");
    says("$name, behind its death");
    later("$name, an hour behind its death", 3660, @alerts);
    ok($gateway->reload(), "$name: a reload");
    says("$name, behind the reload");
    later("$name, an hour behind the reload", 3660, @alerts);
    return;
}

says('at the start');

subtest 'a bad store' => sub {
    my $good = slurp("$STORE/apps.json");
    spew("$STORE/apps.json.new", '{"apps":');
    rename "$STORE/apps.json.new", "$STORE/apps.json" or die $!;
    my $bad = qr/\[alert\].*the key store "\S+" has changed and is bad, the old one stays in force/;
    says('a change', $bad);
    later('half an hour later', 1800);
    later('an hour later', 1860, $bad);
    later('and another', 3660, $bad);
    spew("$STORE/apps.json.new", $good);
    rename "$STORE/apps.json.new", "$STORE/apps.json" or die $!;
    says('a good one', qr/\[error\].*the key store "\S+" is good again/);
    later('an hour behind it', 3660);
};

subtest 'an audit log that takes no records' => sub {
    my $lost = sub { return ask("GET /lost$item")->{status} };
    is($lost->(), 404, 'all is well');
    rename "$DIR/audit", "$DIR/away" or die $!;
    unlink "$DIR/away/lost.log";
    ok(wait_for(sub { $lost->() == 503 }, 10), 'required: refused');
    my $bad = qr/\[alert\].*the audit log "\S+lost\.log" takes no records \(2: /;
    says('by then', $bad);
    $lost->() for 1 .. 10;
    says('refused by both workers');
    later('half an hour later', 1800);
    later('an hour later', 1860, $bad);
    my ($victim) = $gateway->log() =~ /.*\[alert\] (\d+)#/s;
    kill 'KILL', $victim;
    ok(wait_for(sub { 2 == (my @new = grep { $_ != $victim } $gateway->workers()) }, 10), 'a worker is killed');
    later('an hour behind its death, unasked', 3660, $bad);

    rename "$DIR/away", "$DIR/audit" or die $!;
    $passed += 60;
    set_clock($passed);
    ok(wait_for(sub { $lost->() == 404 }, 10), 'it is back, and service returns');
    says('then', qr/\[error\].*"\S+lost\.log" takes records again; [1-9]\d* were not written/);
    later('an hour behind it', 3660);
};

subtest 'keys that the API refuses' => sub {
    ask("GET $item?status=401") for 1 .. 5;
    my @refused = ((map { qr/\[error\].*the API refuses key "$_" of app "billing": renew it/ } qw(primary secondary)),
                   qr/\[alert\].*the API takes no key of app "billing" for "read": look at its keys/);
    says('at once', @refused);
    lasts('refused', @refused);
    later('a minute later', 60);
    ask("GET $item");
    says('the first one is taken', qr/\[error\].*the API takes key "primary" of app "billing" again/,
         qr/\[error\].*the API takes a key of app "billing" for "read" again/);
    later('an hour behind it', 3660, $refused[1]);
    write_apps(ending(ends => 90 * $day));
    says('a changed store');
    later('starts anew, an hour later', 3660);
};

subtest 'keys that end' => sub {
    write_apps(ending(gone => -10 * $day, soon => 10 * $day + 3600, later => 20 * $day));
    my $gone = qr/\[error\].*key "gone" of app "ending" has expired \(\d{4}-\d\d-\d\d\): take it out of the store, another one is valid/;
    my $ends = sub { qr/\[error\].*key "$_[0]" of app "ending" expires in $_[1] \(\d{4}-\d\d-\d\d\): $_[2]/ };
    my $another = 'another one is valid then';
    says('at once', $gone, $ends->('soon', '10 days', $another));
    lasts('ending', $gone, $ends->('soon', '9 days', $another));
    later('a week later', 7 * $day, $gone, $ends->('soon', '2 days', $another),
          $ends->('later', '12 days', 'no other is valid then, put a new one behind it'));
    later('three weeks later', 14 * $day,
          map { qr/\[error\].*key "$_" of app "ending" has expired \(\S+\): no other is valid, put a new one/ } qw(gone soon later));
    write_apps(ending(map { ("key$_" => -$day) } 1 .. 12));
    says('many', (qr/\[error\].*key "key\d+" of app "ending" has expired/) x 10,
         qr/\[error\].*2 more keys have expired or expire within 14 days: "riverty-customer keys list" shows them/);
    write_apps();
    says('none', qr/\[error\].*no key of the store has expired or expires within 14 days any more/);
    later('an hour behind it', 3660);
};

subtest 'the end' => sub {
    my @workers = $gateway->workers();
    $gateway->signal('QUIT');
    ok(wait_for(sub { waitpid $gateway->{pid}, 1 }, 20), 'no timer keeps a worker');
    delete $gateway->{pid};
    my $log = $gateway->log();
    my @shown = grep { index($log, $_) >= 0 } @MARKERS, 'key-ending', $TOKEN{ending};
    is("@shown", '', 'no key and no token was shown');
};

done_testing();
