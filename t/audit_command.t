#!/usr/bin/perl

# riverty-customer audit: what is done to a log is found and named at its line,
# in logs that a chain of this file's own has sealed; records as a table; a
# customer's records.

use strict;
use warnings;

use Cwd qw(abs_path);
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256);
use File::Temp;
use IO::Compress::Gzip qw(gzip $GzipError);
use IPC::Open3;
use JSON::PP qw(decode_json);
use POSIX qw(mkfifo);
use Symbol qw(gensym);
use Test::More;
use Time::HiRes qw(sleep);

my $build = $ENV{BUILD} // 'build';
my $cli = abs_path("$build/riverty-customer");
my $dir = File::Temp->newdir();
my $number = 'c1631704458';

delete $ENV{NO_COLOR};

sub put {
    my ($name, @lines) = @_;
    open my $file, '>:raw', "$dir/$name" or die "$name: $!\n";
    print {$file} @lines;
    close $file or die "$name: $!\n";
    chmod 0600, "$dir/$name";
    return $name;
}

sub gz {
    my ($name, @lines) = @_;
    my $text = join '', @lines;
    gzip(\$text, \my $packed) or die $GzipError;
    return put($name, $packed);
}

# Runs in the directory of the logs; status, standard output, standard error.
sub run {
    my ($input, @args) = @_;
    my $err = gensym;
    my $pid = open3(my $in, my $out, $err, 'sh', '-c', 'cd "$0" && exec "$@"',
                    $dir, $cli, 'audit', @args);
    local $SIG{PIPE} = 'IGNORE';
    print {$in} $input;
    close $in;
    local $/;
    my ($said, $complained) = (scalar <$out>, scalar <$err>);
    waitpid $pid, 0;
    return ($? >> 8, $said // '', $complained // '');
}

# The same on a terminal (script's, of Debian's bsdutils): all that it shows.
# A log "pipe" has these bytes, written slowly enough for a bar.
sub on_a_terminal {
    my ($slow, @args) = @_;
    my $half = int(length($slow) / 2);
    mkfifo("$dir/pipe", 0600) or die "pipe: $!\n" if $half;
    my $writer = $half && (fork() // die "fork: $!\n");
    if ($half && !$writer) {
        open my $pipe, '>:raw', "$dir/pipe" or POSIX::_exit(1);
        syswrite $pipe, substr $slow, 0, $half;
        sleep 0.3;
        syswrite $pipe, substr $slow, $half;
        POSIX::_exit(0);
    }
    open my $script, '-|', 'script', '-qec', "cd $dir && exec $cli audit @args", '/dev/null'
        or die "script: $!\n";
    local $/;
    my $shown = <$script>;
    close $script;
    waitpid $writer, 0 if $writer;
    unlink "$dir/pipe";
    return $shown;
}

# --- chains ---

my $root = '6a' x 32;
put('key', "$root\n");

# A chain as contract/audit/chain.h tells of it.
sub chain {
    my ($letter, $secret) = @_;
    my $id = $letter x 16;
    return { id => $id, seq => 0, mac => '',
             key => hmac_sha256("chain\0$id", pack 'H*', $secret // $root) };
}

sub hex_of { return unpack 'H*', $_[0]{id} }

sub sealed {
    my ($chain, $line) = @_;
    $line .= sprintf ',"chain":{"id":"%s","seq":%d', hex_of($chain), $chain->{seq}++;
    $chain->{mac} = hmac_sha256("$chain->{mac}$line", $chain->{key});
    $chain->{key} = sha256("$chain->{key}next");
    return sprintf qq(%s,"mac":"%s"}}\n), $line, unpack 'H*', $chain->{mac};
}

my $second = 0;

# An open record, with members of its own.
sub record {
    my ($type, $action, $more) = @_;
    return sprintf '{"@timestamp":"2026-11-23T20:15:%02d.183905Z","ecs.version":"8.11.0",'
        . '"event.type":"%s","event.action":"%s"%s', $second++ % 60, $type, $action, $more // '';
}

sub info { return sealed($_[0], record('info', $_[1])) }

sub records {
    my ($chain, $count) = @_;
    return map { sealed($chain, record('end', 'customer.read', ",\"n\":$_")) }
        1 .. $count;
}

my ($left, $right) = (chain('a'), chain('b'));
my ($A, $B) = map { hex_of($_) } $left, $right;

# Two workers, eight lines each, in turn.
my @left = (info($left, 'start'), records($left, 6), info($left, 'end'));
my @right = (info($right, 'start'), records($right, 6), info($right, 'end'));
my @log = map { ($left[$_], $right[$_]) } 0 .. 7;

# name, arguments, status, what is said
sub verifies {
    my ($name, $args, $status, @said) = @_;
    my ($is, $out, $err) = run('', 'verify', '--key', 'key', @{$args});
    is($out, join('', map { "$_\n" } @said), $name);
    is($is, $status, "... exit status $status");
    is($err, '', '... without a complaint');
}

my $whole = 'whole: 16 records in 2 chains';

verifies('a whole log', [ put('whole', @log) ], 0, $whole);
verifies('... gzip\'d', [ gz('whole.gz', @log) ], 0, $whole);
verifies('... that had to end', [ '--closed', 'whole' ], 0, $whole);

gz('log.2.gz', @log[0 .. 4]);
put('log.1', @log[5 .. 10]);
put('log', @log[11 .. 15]);
verifies('rotated files, older ones first', [qw(log.2.gz log.1 log)], 0, $whole);
verifies('... as a shell names them', [qw(log log.1 log.2.gz)], 0, $whole);
verifies('... and one without any record', [put('log.0'), qw(log.1 log log.2.gz)], 0, $whole);

verifies('a file for each chain, in any order', [ put('log.b', @right), put('log.a', @left) ], 0, $whole);

open my $both, '>:raw', "$dir/members.gz" or die;
for my $part ([ @log[0 .. 6] ], [ @log[7 .. 15] ]) {
    my $text = join '', @{$part};
    gzip(\$text, \my $packed);
    print {$both} $packed;
}
close $both;
verifies('a gzip\'d file of two members', ['members.gz'], 0, $whole);

for my $file (qw(whole whole.gz)) {
    open my $log, '<:raw', "$dir/$file" or die;
    local $/;
    my ($status, $out) = run(scalar <$log>, 'verify', '--key', 'key', '-');
    is_deeply([ $status, $out ], [ 0, "$whole\n" ], "standard input: $file");
}

# --- damage ---

# What is done to the lines, counted from 0, and what is said of it.
sub damaged {
    my ($name, $change, @said) = @_;
    my @lines = @log;
    $change->(\@lines);
    verifies($name, [ '--closed', put('damaged', @lines) ], 1, @said);
}

my $one = 'damaged: 16 records in 2 chains, 1 damaged';

damaged('a changed record', sub { $_[0][4] =~ s/read/reap/ },
        "damaged:5: chain $A seq 2: changed", $one);
damaged('... the first', sub { $_[0][0] =~ s/start/stare/ },
        "damaged:1: chain $A seq 0: changed, or written under another key", $one);
damaged('... the last', sub { $_[0][15] =~ s/20:15/20:14/ },
        "damaged:16: chain $B seq 7: changed", $one);
damaged('... its mac', sub { $_[0][4] =~ s/"mac":"\K(.)/$1 eq 'a' ? 'b' : 'a'/e },
        "damaged:5: chain $A seq 2: changed", $one);
damaged('... its seq', sub { $_[0][4] =~ s/"seq":2/"seq":9/ },
        "damaged:5: chain $A seq 9: seq 2 to 8 are missing before it", $one);
damaged('... put into the other chain', sub { $_[0][4] =~ s/$A/$B/ },
        "damaged:5: chain $B seq 2: changed",
        "damaged:7: chain $A seq 3: seq 2 is missing before it",
        'damaged: 16 records in 2 chains, 2 damaged');
damaged('... of both chains', sub { s/read/reap/ for @{ $_[0] }[4, 5] },
        "damaged:5: chain $A seq 2: changed", "damaged:6: chain $B seq 2: changed",
        'damaged: 16 records in 2 chains, 2 damaged');
damaged('a removed record', sub { splice @{ $_[0] }, 4, 1 },
        "damaged:6: chain $A seq 3: seq 2 is missing before it",
        'damaged: 15 records in 2 chains, 1 damaged');
damaged('... three of them', sub { splice @{ $_[0] }, $_, 1 for 8, 6, 4 },
        "damaged:8: chain $A seq 5: seq 2 to 4 are missing before it",
        'damaged: 13 records in 2 chains, 1 damaged');
damaged('a doubled record', sub { splice @{ $_[0] }, 5, 0, $_[0][4] },
        "damaged:6: chain $A seq 2: doubled: it stands behind seq 2",
        'damaged: 17 records in 2 chains, 1 damaged');
damaged('... at the end', sub { push @{ $_[0] }, $_[0][0] },
        "damaged:17: chain $A seq 0: doubled: it stands behind seq 7",
        'damaged: 17 records in 2 chains, 1 damaged');
damaged('two records in the other order', sub { @{ $_[0] }[4, 6] = @{ $_[0] }[6, 4] },
        "damaged:5: chain $A seq 3: out of order: seq 2, which belongs before it, "
        . 'stands at damaged:7', $one);
damaged('a record put far behind', sub { push @{ $_[0] }, splice @{ $_[0] }, 4, 1 },
        "damaged:6: chain $A seq 3: out of order: seq 2, which belongs before it, "
        . 'stands at damaged:16', $one);
damaged('a chain without its beginning', sub { splice @{ $_[0] }, 0, 1 },
        "damaged:2: chain $A seq 1: seq 0 is missing before it (has an older file been left out?)",
        'damaged: 15 records in 2 chains, 1 damaged');
damaged('a log without its beginning', sub { splice @{ $_[0] }, 0, 6 },
        "damaged:1: chain $A seq 3: seq 0 to 2 are missing before it "
        . '(has an older file been left out?)',
        "damaged:2: chain $B seq 3: seq 0 to 2 are missing before it "
        . '(has an older file been left out?)',
        'damaged: 10 records in 2 chains, 2 damaged');
damaged('a log without its last record', sub { pop @{ $_[0] } },
        "damaged:14: chain $B seq 6: no end: this is not a record of an end, and nothing follows",
        'damaged: 15 records in 2 chains, 1 damaged');
damaged('a chain that is made up', sub { push @{ $_[0] }, info(chain('c', '6b' x 32), 'start') },
        'damaged:17: chain ' . '63' x 16 . ' seq 0: changed, or written under another key',
        'damaged: 17 records in 3 chains, 1 damaged');

my $bare = record('end', 'customer.read') . "}\n";

damaged('a record without a chain', sub { splice @{ $_[0] }, 4, 0, $bare },
        "damaged:5: no chain: a record",
        'damaged: 16 records in 2 chains');
damaged('... before and behind other damage',
        sub { splice @{ $_[0] }, 4, 0, $bare; $_[0][9] =~ s/read/reap/; push @{ $_[0] }, $bare },
        "damaged:5: no chain: the first of 2 records",
        "damaged:10: chain $A seq 4: changed", $one);
damaged('a chain written otherwise', sub { $_[0][4] =~ s/,"chain":\{/, "chain": {/ },
        "damaged:5: no chain: a record",
        "damaged:7: chain $A seq 3: seq 2 is missing before it",
        'damaged: 15 records in 2 chains, 1 damaged');
damaged('a record as another spelling of the same', sub { $_[0][4] =~ s/read/\\u0072ead/ },
        "damaged:5: chain $A seq 2: changed", $one);

# Standard input can be read once: what is named before it is read before it.
is_deeply([ run(join('', @log[5 .. 10]), 'verify', '--key', 'key', qw(log - log.2.gz)) ],
          [ 1, "log:1: chain $B seq 5: out of order: seq 0, which belongs before it, "
             . "stands at log.2.gz:2 (is one of them another log, or was the clock set back?)\n"
             . "log:2: chain $A seq 6: out of order: seq 0, which belongs before it, "
             . "stands at log.2.gz:1 (is one of them another log, or was the clock set back?)\n"
             . "damaged: 16 records in 2 chains, 2 damaged\n", '' ],
          'rotated files, younger ones first, one of them on standard input');
verifies('a rotated file left out', [qw(log.2.gz log)], 1,
         "log:1: chain $B seq 5: seq 2 to 4 are missing before it",
         "log:2: chain $A seq 6: seq 3 to 5 are missing before it",
         'damaged: 10 records in 2 chains, 2 damaged');

put('key2', '6b' x 32);
is_deeply([ run('', 'verify', '--key', 'key2', 'whole') ],
          [ 1, "whole:1: chain $A seq 0: changed, or written under another key\n"
              . "whole:2: chain $B seq 0: changed, or written under another key\n"
              . "damaged: 16 records in 2 chains, 2 damaged\n", '' ], 'another key');

{
    my $c = chain('c', '6b' x 32);
    put('two', $log[0], info($c, 'start'), @log[1 .. 15], info($c, 'end'));
    is_deeply([ run('', 'verify', '--closed', '--key', 'key', '--key', 'key2', 'two') ],
              [ 0, "whole: 18 records in 3 chains\n", '' ], 'two keys, as while one is changed');
    is_deeply([ (run('', 'verify', '--key', 'key2', '--key', 'key', 'log', 'log.1', 'log.2.gz'))[1] ],
              [ (run('', 'verify', '--key', 'key', 'log', 'log.1', 'log.2.gz'))[1] ],
              '... in any order');
}

# Every record of a chain, in turn.
for my $i (0 .. 15) {
    my @lines = @log;
    $lines[$i] =~ s/8\.11/8.12/;
    my ($status, $out) = run('', 'verify', '--key', 'key', put('damaged', @lines));
    my ($line, $seq) = ($i + 1, int $i / 2);
    like("$status $out", qr/^1 damaged:$line: chain \w+ seq $seq: changed/,
         "line $line changed");
}

# Any byte, a line feed included.
{
    my $text = join '', @log;
    my @missed;
    for (my $i = 0; $i < length $text; $i += 61) {
        my $changed = $text;
        substr($changed, $i, 1) ^= "\x01";
        my ($status, $out) = run('', 'verify', '--closed', '--key', 'key', put('damaged', $changed));
        my $line = 1 + (substr($text, 0, $i) =~ tr/\n//);
        # A last record that is none any more is missing behind the one before.
        push @missed, $i if $status != 1 || $out !~ /^damaged:(\d+): /
            || $1 < $line && $out !~ /: no end: .*^damaged:$line: note: skipped/ms;
    }
    is_deeply(\@missed, [], 'one changed byte, wherever it is');
}

# --- what is no damage ---

verifies('chains that go on', [ put('open', @log[0 .. 11]) ], 0,
         "open:11: chain $A seq 5: note: open, no end yet",
         "open:12: chain $B seq 5: note: open, no end yet",
         'whole: 12 records in 2 chains, 2 open');

my $torn = substr $log[4], 0, 100;

verifies('torn lines', [ put('torn', @log[0 .. 3], "$torn\n", @log[4 .. 7], "\0\0\0\n", "\n",
                             @log[8 .. 15], '{"@timestamp":"2026') ], 0,
         'torn:5: note: skipped: the first of 4 torn lines', $whole);
verifies('a torn line that another record stands behind',
         [ put('torn', @log[0 .. 3], $torn, @log[4 .. 15]) ], 0,
         'torn:5: note: skipped: a torn line', $whole);
verifies('a record that lacks its line feed, and one behind it',
         [ put('torn', @log[0 .. 3], $log[4] =~ s/\n//r, @log[5 .. 15]) ], 0, $whole);
verifies('a last line without its line feed', [ put('torn', (join '', @log) =~ s/\n\z//r) ], 0,
         $whole);
verifies('a line of a megabyte', [ put('long', 'x' x 1_000_000, "\n", @log, 'y' x 200_000) ], 0,
         'long:1: note: skipped: the first of 2 torn lines', $whole);
verifies('records from before there was a key', [ put('early', $bare, $bare, @log) ], 0,
         'early:1: note: before the first chain: the first of 2 records', $whole);
verifies('records without any chain', [ put('none', $bare, $bare) ], 1,
         'none:1: no chain: the first of 2 records', 'damaged: 0 records in 0 chains');
verifies('an empty log', [ put('empty') ], 1, 'there are no records to verify');
verifies('a log of nothing but torn lines', [ put('torn', "x\ny\n") ], 1,
         'torn:1: note: skipped: the first of 2 torn lines', 'there are no records to verify');

# Larger than any buffer; many chains.
{
    my @chains = map { chain(chr(33 + $_)) } 0 .. 89;
    my @many = map { my $i = $_; map { sealed($_, record('end', 'other', ',"fill":"'
        . 'x' x (($i * 37) % 900) . '"')) } @chains } 0 .. 39;
    push @many, map { info($_, 'end') } @chains;
    verifies('many chains', [ '--closed', put('many', @many) ], 0,
             'whole: 3690 records in 90 chains');
    verifies('... gzip\'d', [ '--closed', gz('many.gz', @many) ], 0,
             'whole: 3690 records in 90 chains');
    $many[3000] =~ s/other/otter/;
    verifies('... one changed', [ '--closed', put('many', @many) ], 1,
             'many:3001: chain ' . hex_of($chains[30]) . ' seq 33: changed',
             'damaged: 3690 records in 90 chains, 1 damaged');
}

for my $length (33, 64, 65, 200) {
    my $secret = '5c' x $length;
    put('key3', $secret);
    my $c = chain('z', $secret);
    put('other', info($c, 'start'), info($c, 'end'));
    is((run('', 'verify', '--closed', '--key', 'key3', 'other'))[0], 0,
       "a secret of $length bytes");
}

# --- what cannot be read ---

sub refuses {
    my ($name, $args, $complaint, $input) = @_;
    my ($status, $out, $err) = run($input // '', @{$args});
    is($status, 2, "$name: exit status 2");
    like($err, $complaint, "... $complaint");
    return $out;
}

put('cut.gz', substr do { open my $f, '<:raw', "$dir/whole.gz"; local $/; <$f> }, 0, -20);
like(refuses('a gzip\'d file that ends too early', [qw(verify --key key cut.gz)], qr/too early/),
     qr/^whole: |open/, '... and what was read is judged');
put('bad.gz', "\x1f\x8b\x08nonsense");
refuses('a gzip\'d file of nonsense', [qw(verify --key key bad.gz)], qr/bad\.gz: .*damaged/);
refuses('no such log', [qw(verify --key key whole nowhere)], qr/nowhere: No such file/);
refuses('a directory', [qw(verify --key key .)], qr/\.: Is a directory/);
refuses('no such key', [qw(verify --key nowhere whole)], qr/--key: "nowhere"/);
put('short', '6a' x 31);
refuses('a short key', [qw(verify --key short whole)], qr/64 or more hex digits/);
put('public', "$root\n");
chmod 0644, "$dir/public";
refuses('a key that all can read', [qw(verify --key public whole)], qr/can be read by every user/);
refuses('standard input twice', [qw(verify --key key - -)], qr/read only once/);
refuses('no log', [qw(verify --key key)], qr/usage: /);
refuses('no key', [qw(verify whole)], qr/usage: /);
refuses('an unknown option', [qw(verify --key key --open whole)], qr/unknown option.*usage: /s);
refuses('no command', [], qr/verify, show or find/);
refuses('an unknown command', ['prove'], qr/verify, show or find/);

for my $command (qw(verify show find)) {
    my ($status, $out) = run('', $command, '--help');
    ok($status == 0 && $out =~ /^usage: riverty-customer audit $command /, "$command --help");
}

# --- show ---

my %redaction = (k1 => '11' x 32, k2 => '22' x 40);
put($_, "$redaction{$_}\n") for keys %redaction;

sub token {
    my ($id, $value) = @_;
    return "t:$id:" . substr hmac_sha256_hex("customerNumber\0$value", pack 'H*', $redaction{$id}),
        0, 32;
}

# time, type, action, app, outcome, status, token, findings
sub line {
    my ($time, $type, $action, $app, $outcome, $status, $token, @rules) = @_;
    return sprintf('{"@timestamp":"2026-11-%sZ","ecs.version":"8.11.0","event.type":"%s",'
                   . '"event.action":"%s","event.duration":48211000,'
                   . '"http.response.status_code":%d,"user.name":"%s","riverty":{"outcome":"%s",'
                   . '"mode":"on","customer":"%s","findings":[%s]}}', $time, $type, $action,
                   $status, $app, $outcome, $token,
                   join ',', map { qq({"rule":"$_","level":"warn","pointer":"/customer"}) } @rules)
        . "\n";
}

my @shown = (
    line('23T20:15:42.183905', 'end', 'customer.create', 'billing', 'forwarded', 200,
         token('k1', $number), qw(postal_code_suffix masked_value)),
    line('23T21:00:00.000000', 'end', 'customer.read', 'shop', 'denied', 403, token('k1', 'c2')),
    line('24T00:00:00.000001', 'end', 'customer.update', 'billing', 'rejected', 422,
         token('k2', $number)),
    line('24T12:30:00.500000', 'end', 'other', 'shop', 'forwarded', 502, token('k2', 'c3')),
);

my $title = 'time (UTC)               app               action           outcome      status'
    . "         ms  customer     findings\n";

put('show', @shown[0, 1]);
gz('show.gz', @shown[2, 3]);

is_deeply([ run('', 'show', 'show', 'show.gz') ], [ 0, $title
    . '2026-11-23T20:15:42.183  billing           customer.create  forwarded       200'
    . '       48.2  ' . substr(token('k1', $number), 2, 11) . "  postal_code_suffix,masked_value\n"
    . '2026-11-23T21:00:00.000  shop              customer.read    denied          403'
    . '       48.2  ' . substr(token('k1', 'c2'), 2, 11) . "  -\n"
    . '2026-11-24T00:00:00.000  billing           customer.update  rejected        422'
    . '       48.2  ' . substr(token('k2', $number), 2, 11) . "  -\n"
    . '2026-11-24T12:30:00.500  shop              other            forwarded       502'
    . '       48.2  ' . substr(token('k2', 'c3'), 2, 11) . "  -\n", '' ], 'show: a table');

# filters => which of the lines
for my $case (
    [ '--app billing', 0, 2 ], [ '--operation read', 1 ], [ '--operation customer.read', 1 ],
    [ '--operation other', 3 ], [ '--outcome forwarded', 0, 3 ], [ '--status 403', 1 ],
    [ '--status 4xx', 1, 2 ], [ '--since 2026-11-24', 2, 3 ], [ '--until 2026-11-23', 0, 1 ],
    [ '--since 2026-11-23T21:00:00Z --until 2026-11-24T00', 1, 2 ],
    [ '--since 2026-11-23T20:15:42.183906', 1, 2, 3 ], [ '--until 2026-11-23T20:15', 0 ],
    [ '--app billing --outcome rejected', 2 ], [ '--customer ' . token('k1', $number), 0 ],
    [ '--customer ' . substr(token('k2', 'c3'), 2, 11), 3 ], [ '--since 2026', 0 .. 3 ],
    [ '--since 9999d --until 2999', 0 .. 3 ], [ '--until 9999d' ]) {
    my ($filters, @wanted) = @{$case};
    my ($status, $out) = run('', 'show', '--json', split(/ /, $filters), 'show', 'show.gz');
    is("$status $out", join('', '0 ', @shown[@wanted]), "show $filters");
}

# records of monitor
my @watched = map { my ($would, $rule, $level, $event) = @$_;
                    line('25T10:00:00.000000', 'end', 'customer.create', 'billing', 'forwarded', 200,
                         token('k1', 'c9'), $rule)
                        =~ s/"mode":"on"/"mode":"monitor","would":"$would"/r
                        =~ s/"warn"/"$level"/r =~ s/"event\.type"/"event.id":"$event",$&/r }
    [ 'rejected', 'phone', 'reject', 'ab' x 16 ], [ 'forwarded', 'email', 'warn', 'ab' x 15 . 'cd' ],
    [ 'rejected', 'duplicate', 'reject', 'ef' x 16 ];
put('watched', @watched);

for my $case ([ '--would rejected', 0, 2 ], [ '--rule phone', 0 ], [ '--level reject', 0, 2 ],
              [ '--rule phone --level warn' ], [ '--rule email --level warn', 1 ],
              [ '--rule duplicate', 2 ], [ '--event ' . 'ab' x 16, 0 ], [ '--event abab', 0, 1 ],
              [ '--would rejected --event abab', 0 ], [ '--would failed' ]) {
    my ($filters, @wanted) = @{$case};
    my ($status, $out) = run('', 'show', '--json', split(/ /, $filters), 'watched');
    is("$status $out", join('', '0 ', @watched[@wanted]), "show $filters");
}

is((run('', 'show', '--outcome', 'rejected', 'watched'))[2],
   "riverty-customer: no record\n"
   . "riverty-customer: --outcome: 2 records of monitor would have it; see --would rejected\n",
   'show: who asks for an outcome is told of those that would have it');

my $sum = '';
$sum .= sprintf "%-10s  %-30s  %9d %6.1f %%\n", @$_
    for [ 'app', 'billing', 3, 100 ], [ 'action', 'customer.create', 3, 100 ],
        [ 'outcome', 'forwarded', 3, 100 ], [ 'would', 'rejected', 2, 200 / 3 ],
        [ '', 'forwarded', 1, 100 / 3 ], [ 'status', 200, 3, 100 ],
        [ 'rule', 'duplicate', 1, 100 / 3 ], [ '', 'email', 1, 100 / 3 ],
        [ '', 'phone', 1, 100 / 3 ];
is_deeply([ run('', 'show', '--summary', 'watched') ],
          [ 0, sprintf("%-10s  %-30s  %9d\n", 'requests', '', 3) . $sum, '' ], 'show --summary');
is_deeply(decode_json((run('', 'show', qw(--summary --json --would rejected watched)))[1]),
          { requests => 2, app => { billing => 2 }, action => { 'customer.create' => 2 },
            outcome => { forwarded => 2 }, would => { rejected => 2 }, status => { 200 => 2 },
            rule => { phone => 1, duplicate => 1 } }, '... of what fits, for programs');
is_deeply([ run('', 'show', '--summary', '--app', 'nobody', 'watched') ],
          [ 0, sprintf("%-10s  %-30s  %9d\n", 'requests', '', 0), "riverty-customer: no record\n" ],
          '... of nothing');
unlike((run(line('25T10:00:00.000000', 'end', 'other', 'a\u001b[2J', "\xff", 200, 't', "\e[1m"),
            'show', '--summary', '-'))[1], qr/[\e\xff]/, '... of a forged log');

is_deeply([ run('', 'show', '--app', 'nobody', 'show') ],
          [ 0, '', "riverty-customer: no record\n" ], 'show: none');
is_deeply([ run(join('', @shown, "torn\n"), 'show', '--json', '-') ],
          [ 0, join('', @shown), "riverty-customer: skipped 1 torn line\n" ],
          'show: standard input, and what is no record');

# a killed worker leaves half a line, or one without its line feed
# What a log says of the key store.
my @versions = map { record('info', 'store', ",\"riverty\":$_") . "}\n" }
    '{"store":6,"key_store":{"digest":"d","apps":1,"keys":1,"tokens":0,"added":["app:a=-","key:a/k"],'
    . '"added_total":300,"removed":[],"changed":[]}}',
    '{"store":7,"key_store":{"digest":"e","since":6,"apps":1,"keys":1,"tokens":0,"added":[],'
    . '"removed":["app:b"],"changed":["key:a/k:value","a\u202e\u001b[2J"]}}';
my $under = record('end', 'customer.read', ',"riverty":{"store":7,"outcome":"forwarded"}') . "}\n";
put('versions', @versions, $under);
my ($before, $after) = ((run('', 'show', qw(--event store versions)))[1] =~ /^.*store .*\n/mg);
like($before, qr/  version 6; added app:a=- key:a\/k ... 300 in all\n\z/, 'show: a first version');
like($after,
     qr/  version 7 since 6; removed app:b; changed key:a\/k:value a\x{ef}\x{bf}\x{bd}\x{ef}\x{bf}\x{bd}\[2J\n\z/,
     'show: the next one, without what moves the cursor');
is((run('', 'show', qw(--json --event store --store 7 versions)))[1], $versions[1],
   'show: what was version 7?');
is((run('', 'show', qw(--json --store 7 versions)))[1], "$versions[1]$under",
   'show: and what was done under it?');
is((run('', 'show', qw(--json --event start versions)))[1], '', 'show: no start is there');
unlike((run('', 'show', qw(--summary versions)))[1], qr/store/, 'a summary does not count them');
unlike((run('', 'show', qw(--store seven versions)))[1], qr/version/, 'show: a version is a number');

my $broken = substr($shown[0], 0, 200) . ($shown[1] =~ s/\n//r) . join '', @shown[2 .. 3];
is_deeply([ run($broken, 'show', '--json', '-') ],
          [ 0, join('', @shown[1 .. 3]), "riverty-customer: skipped 1 torn line\n" ],
          'show: records behind a torn one, or on one line');

my (undef, $table) = run(join('', $bare, info(chain('x'), 'start'),
    line('23T20:15:42.183905', 'start', 'customer.read', "a\\u001b[2J\\u202eb", '', 0, $number),
    '{"riverty":{"customer":7,"findings":[1,{"rule":2}]},"user.name":[]}' . "\n"), 'show', '-');
like($table, qr/^2026\S+  -  +customer\.read    -  /m, 'show: members that are absent');
like($table, qr/^2026\S+  -  +start            info  /m, '... the log\'s own records');
like($table, qr/  customer\.read    intent  /, '... intents');
like($table, qr/  a\x{ef}\x{bf}\x{bd}\[2J\x{ef}\x{bf}\x{bd}b  /, '... no control characters');
unlike($table, qr/\Q$number\E/, '... never a clear number');
like($table, qr/^- {24}- {17}- {16}- {17}-/m, '... members of other types');

for my $args ('--operation delete', '--outcome lost', '--status 4', '--status abc', '--since soon',
              '--since 2026-11-2', '--until 12y', "--customer $number", '--colour',
              '--would lost', '--rule names', '--level off', '--event a/b', '--event ../x',
              '--summary --follow') {
    my (undef, $complaint) = (run('', 'show', split(/ /, $args), 'show'))[0, 2];
    is((run('', 'show', split(/ /, $args), 'show'))[0], 2, "show $args: exit status 2");
    unlike($complaint, qr/\Q$number\E/, '... which does not repeat a number');
}

# --- find ---

my @find = ('find', '--json', '--redaction-key');

is_deeply([ run('', @find, 'k1', '--customer', $number, 'show', 'show.gz') ],
          [ 0, $shown[0], '' ], 'find: under a key');
is_deeply([ run('', @find, 'k1', '--redaction-key', 'k2', '--customer', $number, 'show',
                'show.gz') ], [ 0, join('', @shown[0, 2]), '' ], '... under both of a rotation');
is_deeply([ run('', @find, 'k1', '--id', 'k1', '--redaction-key', 'k2', '--id', 'k2',
                '--customer', $number, 'show', 'show.gz') ],
          [ 0, join('', @shown[0, 2]), '' ], '... with their ids');
is_deeply([ run('', @find, 'k1', '--id', 'k2', '--customer', $number, 'show', 'show.gz') ],
          [ 0, '', "riverty-customer: no record\n" ], '... with another id');
my $behind = substr($shown[3], 0, 100) . $shown[0];
is_deeply([ run($behind . $behind, @find, 'k1', '--customer', $number, '-') ],
          [ 0, $shown[0] . $shown[0], '' ], 'find: a record behind a torn one');
is_deeply([ run("$number\n", @find, 'k2', '--customer', '-', 'show', 'show.gz') ],
          [ 0, $shown[2], '' ], '... the number from standard input');

my $digits = substr token('k1', $number), 5;
my $elsewhere = line('24T00:00:00.000001', 'end', 'other', 'shop', 'forwarded', 200, 't:k1:00')
    =~ s/"mode"/"document":{"\/customer\/reference":"t:new-id_9:$digits"},"mode"/r;
my $no_token = $elsewhere =~ s/t:new-id_9:/t_k1:/r;
is_deeply([ run($elsewhere . $no_token, @find, 'k1', '--customer', $number, '-') ],
          [ 0, $elsewhere, '' ], '... wherever the token stands, whatever its id');

my ($status, $out) = run('', 'find', '--redaction-key', 'k1', '--customer', $number, 'show');
ok($status == 0 && $out =~ /^\Q$title\E2026-11-23T20:15:42\.183  billing /, '... as a table');
unlike($out, qr/\Q$number\E/, '... without the number');

refuses('find: no key', [ 'find', '--customer', $number, 'show' ], qr/usage: /);
refuses('... no number', [ @find, 'k1', 'show' ], qr/usage: /);
refuses('... an empty one', [ @find, 'k1', '--customer', '', 'show' ], qr/is empty/);
refuses('... none on standard input', [ @find, 'k1', '--customer', '-', 'show' ], qr/is empty/);
refuses('... standard input twice', [ @find, 'k1', '--customer', '-', '-' ], qr/read only once/);
refuses('... an id without a key', [ 'find', '--id', 'k1', '--customer', $number, 'show' ],
        qr/behind its --redaction-key/);
refuses('... two ids', [ @find, 'k1', '--id', 'a', '--id', 'b', '--customer', $number, 'show' ],
        qr/two ids/);
refuses('... an id that is none', [ @find, 'k1', '--id', 'a:b', '--customer', $number, 'show' ],
        qr/letters, digits/);
refuses('... a key that all can read', [ @find, 'public', '--customer', $number, 'show' ],
        qr/can be read by every user/);

# --- a terminal ---

SKIP: {
    skip 'there is no pseudo-terminal', 2
        if system('script -qec true /dev/null > /dev/null 2>&1') != 0;
    my $shown = on_a_terminal(join('', @log), qw(verify --key key pipe));
    like($shown, qr{\r0 MB, 0 MB/s\e\[K.*\r\e\[Kwhole: 16 records in 2 chains}s,
         'a long run shows how far it is, and takes that away');
    my $long = IO::Compress::Gzip->new("$dir/long.gz", -Level => 1) or die $GzipError;
    my $blank = (' ' x 4095 . "\n") x 256;
    $long->print($blank) for 1 .. 300;
    $long->close();
    $shown = on_a_terminal('', qw(verify --key key long.gz));
    like($shown, qr{\r\[[#.]{30}\] [ \d]{3} %  \d+ MB, \d+ MB/s\e\[K}, '... as a bar where there are files');
}

done_testing();
