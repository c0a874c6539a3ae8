#!/usr/bin/perl

# riverty-customer audit verify --checkpoint: what is cut from the end of a log,
# removed with its file, or taken from the notes, on the logs of a gateway that
# was rotated, reloaded and killed meanwhile.

use strict;
use warnings;

use Cwd qw(abs_path);
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256);
use IO::Compress::Gzip qw(gzip $GzipError);
use JSON::PP;
use lib 't/lib';
use Riverty;
use RivertyCheckpoint;
use RivertyConfig;
use Test::More;

my $cli = abs_path(($ENV{BUILD} // 'build') . '/riverty-customer');
my $item = "$CUSTOMERS/$NUMBER";
my $root = 'c0ffee' x 12;

sub openssl {
    my ($arguments) = @_;
    my $said = qx{cd $DIR && openssl $arguments 2>&1};
    $? == 0 or die "openssl $arguments: $said\n";
    return $said;
}

put('audit.key', "$root\n", 0640);
for my $name (qw(sign other)) {
    openssl('genpkey -algorithm ed25519 -out new.pem');
    put("$name.pem", slurp("$DIR/new.pem"), 0600);
    openssl("pkey -in $name.pem -pubout -out $name.pub");
}


# --- a gateway's day ---

my $api = start_api();
my $gateway = start_server('gateway', checkpoint_config('logs/notes.log', '1s'));
my $logs = "$gateway->{prefix}/logs";

sub load { ask("GET $item") for 1 .. $_[0]; ask("GET /other$item"); return }

sub all_in { return join '', map { slurp($_) } @_ }

# More than every= is over.
sub later {
    my $now = time;
    return wait_for(sub { time > $now + 2 }, 10);
}

# Do the notes have the last mac of each chain?
sub noted {
    return wait_for(sub {
        my %last;
        all_in(map { "$logs/$_" } @_) =~ /^/;
        $last{$1} = $2 while all_in(map { "$logs/$_" } @_)
            =~ /"chain":\{"id":"([0-9a-f]+)","seq":\d+,"mac":"([0-9a-f]+)"\}\}$/mg;
        my $notes = all_in("$logs/notes.log.1", "$logs/notes.log");
        !grep { index($notes, $_) < 0 } values %last;
    }, 10);
}

load(5);
ok(noted('audit.log', 'other.log'), 'the first records are noted');
rename "$logs/$_.log", "$logs/$_.log.1" or die "$_: $!\n" for qw(audit other notes);
$gateway->signal('USR1');
ok(wait_for(sub { 3 == grep { -e "$logs/$_.log" } qw(audit other notes) }), 'rotated');
my @first = $gateway->workers();
$gateway->reload() or die "no reload\n";
ok(wait_for(sub { !grep { -e "/proc/$_" } @first }, 10), 'reloaded');
load(5);
ok(noted('audit.log', 'other.log'), 'the new workers are noted');
later();
my %before = map { $_ => 1 } all_in(map { "$logs/$_" } qw(audit.log.1 audit.log other.log.1 other.log)) =~ /"chain":\{"id":"([0-9a-f]+)"/g;
my @killed = $gateway->workers();
kill 'KILL', @killed;
ok(wait_for(sub {
    my @now = $gateway->workers();
    2 == @now && !grep { my $pid = $_; grep { $_ == $pid } @killed } @now;
}, 10), 'both are killed');
load(5);
my @all = qw(audit.log.1 audit.log other.log.1 other.log);
ok(noted(@all), 'all is noted');
$gateway->stop();
ok(noted(@all), 'the ends, too');
later();       # what is younger than the look at the notes is not asked for


# --- what is found ---

my @lines = map { [ slurp("$logs/$_") =~ /^.*\n/mg ] } @all;
my @notes = map { slurp("$logs/$_") =~ /^.*\n/mg } qw(notes.log.1 notes.log);

sub chain_of { return $_[0] =~ /"chain":\{"id":"([0-9a-f]+)"/ ? $1 : '' }
sub seq_of { return $_[0] =~ /"seq":(\d+)/ ? $1 : '' }

# Verifies the logs as they are after change(\@lines, \@notes).
sub verified {
    my ($change, @more) = @_;
    my @changed = map { [@$_] } @lines;
    my @these = @notes;
    $change->(\@changed, \@these) if $change;
    my @given = grep { defined $changed[$_] } 0 .. $#changed;
    put("v.$all[$_]", join '', @{ $changed[$_] }) for @given;
    put('v.notes', join '', @these);
    return verify('--checkpoint', 'v.notes', @more, map { "v.$all[$_]" } @given);
}

sub verify {
    my @arguments = @_;
    unshift @arguments, '--checkpoint-key', 'sign.pub'
        if !grep { $_ eq '--checkpoint-key' } @arguments;
    my $said = qx{cd $DIR && $cli audit verify --key audit.key @arguments 2>&1};
    return ($? >> 8, $said);
}

sub whole {
    my ($name, $change, @more) = @_;
    my ($status, $said) = verified($change, @more);
    is($status, 0, "$name: whole") or diag($said);
    like($said, qr/^whole: \d+ records in \d+ chains.*; \d+ checkpoints, the last of 20\S+Z$/m, "$name: says so");
    return $said;
}

sub damaged {
    my ($name, $pattern, $change, @more) = @_;
    my ($status, $said) = verified($change, @more);
    is($status, 1, "$name: damaged") or diag($said);
    like($said, $pattern, "$name: names it");
    like($said, qr/^damaged: /m, "$name: says so");
    return $said;
}

my $said = whole('as it was written');
unlike($said, qr/(?:cut|missing|no checkpoint|another)/, 'without a complaint');

# all chains have to be there, however young the logs are
my @ever = ('--since', '2020-01-01');

# the chain that ends last in audit.log
my $last = chain_of($lines[1][-1]);
my @of_last = grep { chain_of($_) eq $last } @{ $lines[1] };

damaged('a cut end', qr/^v\.audit\.log:\d+: chain $last seq \d+: cut off behind it: the checkpoint at v\.notes:\d+ tells of seq @{[ seq_of($of_last[-1]) ]}$/m,
        sub { pop @{ $_[0][1] } });
damaged('a chain that is removed whole',
        qr/^v\.notes:\d+: chain $last seq \d+: missing: no record of this chain is in the logs \(it was in \S+\/audit\.log\)$/m,
        sub { @{ $_[0][1] } = grep { chain_of($_) ne $last } @{ $_[0][1] } }, @ever);
damaged('a file that is removed', qr/(?:: missing: .*other\.log\)\n.*){5}/,
        sub { $_[0][2] = $_[0][3] = undef }, @ever);
whole('... unless only the other log is asked for', sub { $_[0][2] = $_[0][3] = undef },
      @ever, '--checkpoint-log', "$logs/audit.log");
damaged('all files emptied', qr/: missing: /, sub { @$_ = () for @{ $_[0] } });

# Older files have expired: what is left has begun with the last two workers.
my %new = map { $_ => 1 } grep { !$before{$_} } map { chain_of($_) } @{ $lines[1] }, @{ $lines[3] };
is(scalar(keys %new), 4, 'four chains have begun since the kill');
sub expire {
    my ($logs) = @_;
    $logs->[0] = $logs->[2] = undef;
    @{ $logs->[$_] } = grep { $new{ chain_of($_) } } @{ $logs->[$_] } for 1, 3;
    return;
}
like(whole('a file that has expired', \&expire),
     qr/^note: 8 chains of before \S+, when the logs begin, are not in the logs, and not asked for$/m,
     '... is told');
like(whole('... before a time that is named', \&expire, '--since', '0s'),
     qr/^note: 8 chains of before \S+ are not in the logs, and not asked for$/m, '... is told');
damaged('... where it should be there', qr/: missing: /, \&expire, @ever);

whole('notes in another order', sub { @{ $_[1] } = reverse @{ $_[1] } });
whole('notes that come twice', sub { push @{ $_[1] }, @{ $_[1] } });
like(whole('a torn note', sub { splice @{ $_[1] }, 1, 0, substr $_[1][0], 0, 200 }),
     qr/^v\.notes:2: note: skipped: a torn line$/m, '... is told');
like(whole('older notes that are not there', sub { splice @{ $_[1] }, 0, 1 }),
     qr/^v\.notes:1: series [0-9a-f]{32} note 1: note: the first one that is here$/m, '... is told');
damaged('a note that is taken out', qr/^v\.notes:3: series [0-9a-f]{32} note 3: the note before it is missing$/m,
        sub { splice @{ $_[1] }, 2, 1 });
damaged('the end of the notes is cut off', qr/: no checkpoint tells of what is behind seq \d+$/m,
        sub { splice @{ $_[1] }, -2 });
damaged('... also with the notes of a whole chain', qr/: chain \S+ seq \d+: no checkpoint tells of this chain$/m,
        sub { splice @{ $_[1] }, 3 });
damaged('all notes are gone', qr/^damaged: .*; 0 checkpoints$/m, sub { @{ $_[1] } = () });
damaged('a changed note', qr/^v\.notes:2: changed: a checkpoint$/m,
        sub { $_[1][1] =~ s/every 1/every 2/ or die });
damaged('... and its digest is missed', qr/note 2: the note before it is missing$/m,
        sub { $_[1][1] =~ s/every 1/every 2/ or die });
damaged('a wrong key', qr/^v\.notes:1: another key: the first of @{[ scalar @notes ]} checkpoints$/m,
        sub { }, '--checkpoint-key', 'other.pub');
whole('both keys', sub { }, '--checkpoint-key', 'other.pub', '--checkpoint-key', 'sign.pub');

my ($busy) = map { chain_of($_) } grep { /"http\.response\.status_code":404/ } @{ $lines[1] };

# Whoever has the root secret of the chains can write others, and yet not sign.
damaged('a log that is written anew under the root secret',
        qr/: another record than the checkpoint at v\.notes:\d+ tells of$/m, sub {
    my ($logs) = @_;
    my $key = hmac_sha256("chain\0" . pack('H*', $busy), pack 'H*', $root);
    my $mac = '';
    for my $line (@{ $logs->[0] }, @{ $logs->[1] }) {
        next if chain_of($line) ne $busy;
        my ($covered) = $line =~ /^(.*),"mac":/;
        $covered =~ s/"http\.response\.status_code":404/"http.response.status_code":200/;
        my $hex = hmac_sha256_hex($mac . $covered, $key);
        $line = qq{$covered,"mac":"$hex"\}\}\n};
        ($mac, $key) = (pack('H*', $hex), sha256($key . 'next'));
    }
});

{
    my $text = join '', @notes;
    gzip(\$text, \my $packed) or die $GzipError;
    put('notes.gz', $packed);
    my ($status) = verify('--checkpoint', 'notes.gz', map { "$logs/$_" } @all);
    is($status, 0, "gzip'd notes");
    ($status) = verify((map { ('--checkpoint', "$logs/$_") } qw(notes.log notes.log.1)), map { "$logs/$_" } @all);
    is($status, 0, 'two files of notes, in any order');
}

sub complains {
    my ($name, $pattern, @arguments) = @_;
    my ($status, $said) = verify(@arguments, "$logs/audit.log");
    is($status, 2, "$name: status");
    like($said, $pattern, "$name: says so");
    return;
}
complains('a private key', qr/must hold an Ed25519 public key/, '--checkpoint', 'v.notes', '--checkpoint-key', 'sign.pem');
complains('no such file', qr/none\.log/, '--checkpoint', 'none.log');
complains('a key without notes', qr/go together/, '--checkpoint-key', 'sign.pub');
complains('a time without notes', qr/say what --checkpoint asks for|go together/, '--since', '7d');

done_testing();
