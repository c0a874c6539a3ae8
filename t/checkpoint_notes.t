#!/usr/bin/perl

# riverty_audit_checkpoint: what nginx -t says of it, and the notes that workers
# write, over idleness, load, rotation, reload, kills, full disks and the end.
# The oracle is written from docs/audit.md: openssl(1) verifies each note.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256 sha256_hex);
use File::Path qw(make_path);
use IO::Socket::UNIX;
use JSON::PP;
use MIME::Base64 qw(decode_base64);
use Riverty;
use RivertyCheckpoint;
use RivertyConfig;
use Socket qw(SOCK_DGRAM);
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $module = load_module_line('customer_module');
my $user = Riverty::worker_user();
my $port = port();

sub openssl {
    my ($arguments) = @_;
    my $said = qx{cd $DIR && openssl $arguments 2>&1};
    $? == 0 or die "openssl $arguments: $said\n";
    return $said;
}

make_path("$DIR/gateway");
put('audit.key', 'c0ffee' x 12 . "\n", 0640);
for my $name (qw(sign other)) {
    openssl("genpkey -algorithm ed25519 -out new.pem");
    put("$name.pem", slurp("$DIR/new.pem"), 0600);
    openssl("pkey -in $name.pem -pubout -out $name.pub");
}
openssl('genpkey -algorithm ed25519 -aes256 -pass pass:secret-word -out encrypted.pem');
openssl('genpkey -algorithm x25519 -out x25519.pem');
put('open.pem', slurp("$DIR/sign.pem"), 0644);


# --- nginx -t ---

sub tried {
    my ($directive, %part) = @_;
    $part{key} //= 'riverty_audit_key audit.key;';
    $part{log} //= 'riverty_audit_log logs/audit.log;';
    my $store = key_store_config();
    return nginx_t(<<"END");
$module
$user
pid test.pid;
error_log stderr warn;
events { }
http {
    access_log off;
    $store
    $part{key}
    $directive
    server {
        listen 127.0.0.1:$port;
        location / { riverty_customer on; $part{log} proxy_pass http://127.0.0.1:9; }
    }
}
END
}

my ($private) = slurp("$DIR/sign.pem") =~ /^(M\S+)$/m;

sub refused {
    my ($name, $words, $directive, %part) = @_;
    my ($status, $said) = tried("riverty_audit_checkpoint $directive;", %part);
    isnt($status, 0, "$name is refused");
    like($said, qr/\[emerg\].*\Q$words\E.* in \S+test\.conf:\d+/, "$name: the message");
    unlike($said, qr/\Q$private\E|secret-word/, "$name: shows no key");
    return;
}

{
    my ($status, $said) = tried('riverty_audit_checkpoint logs/notes.log key=sign.pem every=5s;');
    is($status, 0, 'a checkpoint with all of its parameters') or diag($said);
    unlike($said, qr/\[(?:warn|emerg)\]/, '... without a word');
    is((stat "$DIR/logs/notes.log")[2] & 07777, 0640, '... its file is not for everyone');
    chmod 0644, "$DIR/logs/notes.log" or die $!;
    (undef, $said) = tried('riverty_audit_checkpoint logs/notes.log key=sign.pem;');
    like($said, qr/"riverty_audit_checkpoint" "\S+notes\.log" can be read by every user/,
         '... unless it is: a warning');
}

refused('no key', 'has no "key=FILE"', 'logs/notes.log');
refused('a missing key', 'cannot be opened', 'logs/notes.log key=none.pem');
refused('a key for every reader', 'chmod it to 640', 'logs/notes.log key=open.pem');
refused('a key of another kind', 'must hold an Ed25519 private key', 'logs/notes.log key=x25519.pem');
refused('an audit key', 'must hold an Ed25519 private key', 'logs/notes.log key=audit.key');
refused('a public key', 'holds a public key', 'logs/notes.log key=sign.pub')
    if chmod 0600, "$DIR/sign.pub";
refused('an encrypted key', 'is encrypted', 'logs/notes.log key=encrypted.pem');
refused('two keys', 'has two keys', 'logs/notes.log key=sign.pem key=other.pem');
refused('twice', 'is duplicate',
        'logs/notes.log key=sign.pem; riverty_audit_checkpoint logs/more.log key=sign.pem');
refused('every=0', 'from 1s to 1d', 'logs/notes.log key=sign.pem every=0');
refused('every=2d', 'from 1s to 1d', 'logs/notes.log key=sign.pem every=2d');
refused('every=500ms', 'from 1s to 1d', 'logs/notes.log key=sign.pem every=500ms');
refused('every=', 'from 1s to 1d', 'logs/notes.log key=sign.pem every=');
refused('an unknown parameter', 'invalid parameter "required"', 'logs/notes.log key=sign.pem required');
refused('no directory', 'install -d', 'none/notes.log key=sign.pem');
refused('no chain', 'without "riverty_audit_key"', 'logs/notes.log key=sign.pem', key => '');
refused('no log', 'without "riverty_audit_log"', 'logs/notes.log key=sign.pem',
        log => 'riverty_audit_log off;');
refused('the audit log itself', 'is the audit log', 'logs/audit.log key=sign.pem');


# --- notes ---

# A line, by the page of docs.
sub read_note {
    my ($line) = @_;
    my $record = JSON::PP->new->utf8->decode($line);
    my $signed = $record->{note};
    utf8::encode($signed);
    my ($text, $name, $base64) = $signed =~ /\A(.*\n)\n\xe2\x80\x94 (\S+) (\S+)\n\z/s
        or die "no signed note: $line";
    my ($id, $signature) = unpack 'a4 a64', decode_base64($base64);
    my ($series, $number, $before, $time, $every, $chains) = $text =~
        /\Ariverty-audit-checkpoint\/v1\nseries ([0-9a-f]{32})\nnote (\d+)\nbefore ([0-9a-f]{64})\ntime (\S+)\nevery (\d+)\n(.*)\z/s
        or die "no checkpoint: $text";
    return {
        text => $text, name => $name, id => $id, signature => $signature,
        stamp => $record->{'@timestamp'},
        series => $series, number => $number, before => $before, every => $every,
        digest => sha256_hex($text), time => $time,
        chains => { map { /^chain (\S+) (\d+) (\S+) (.*)/ ? ($1 => [ $2, $3, $4 ]) : die "$_\n" }
                    split /\n/, $chains },
    };
}

my ($public) = map { decode_base64($_) } slurp("$DIR/sign.pub") =~ /^(M\S+)$/m;
my $key_id = substr sha256("riverty-audit\n\x01" . substr $public, 12), 0, 4;

# Is it signed?  openssl is asked once for each.
my %verified;
sub good {
    my ($note) = @_;
    $verified{ $note->{digest} . $note->{signature} } //= do {
        put('note.text', $note->{text});
        put('note.signature', $note->{signature});
        qx{cd $DIR && openssl pkeyutl -verify -pubin -inkey sign.pub -rawin -in note.text -sigfile note.signature 2>&1}
            =~ /Verified Successfully/ ? 1 : 0;
    };
    return $verified{ $note->{digest} . $note->{signature} } && $note->{id} eq $key_id
        && $note->{name} eq 'riverty-audit' && $note->{stamp} eq $note->{time};
}

sub notes { return map { read_note($_) } map { slurp($_) =~ /^\{.*\n/mg } @_ }

# How far the chains of logs have come: id => [ seq, mac, log ].
sub chains {
    my %chains;
    for my $log (@_) {
        for my $line (slurp($log) =~ /^\{.*\n/mg) {
            my $chain = JSON::PP->new->utf8->decode($line)->{chain};
            $chains{ $chain->{id} } = [ $chain->{seq}, $chain->{mac}, $log =~ s/\.\d$//r ];
        }
    }
    return \%chains;
}

# The last that notes say of each chain.
sub noted {
    my %noted;
    for my $note (@_) {
        $noted{$_} = $note->{chains}{$_} for keys %{ $note->{chains} };
    }
    return \%noted;
}

sub linked {
    my ($name, @notes) = @_;
    is(scalar(grep { !good($_) } @notes), 0, "$name: openssl finds each note good");
    is(join(' ', map { $_->{number} } @notes), join(' ', 0 .. $#notes), "$name: they are counted");
    is_deeply([ map { $_->{before} } @notes ], [ '0' x 64, map { $_->{digest} } @notes[0 .. $#notes - 1] ],
              "$name: each names the one before");
    is(scalar(keys %{{ map { $_->{series} => 1 } @notes }}), 1, "$name: one series");
    return;
}

my $api = start_api();
my $gateway = start_server('gateway', checkpoint_config('logs/notes.log', '1s'));
my ($log, $other, $file) = map { $gateway->path($_) } qw(audit.log other.log notes.log);

sub spelled {
    my ($chains) = @_;
    return join "\n", map { "$_ @{ $chains->{$_} }" } sort keys %$chains;
}

# Do the notes come to say all that is in the logs, of so many chains?
sub all_noted {
    my ($count, @files) = @_;
    my ($chains, $noted);
    return wait_for(sub {
        ($chains, $noted) = (spelled(chains($log, $other)), spelled(noted(notes(@files))));
        $count == split(/\n/, $chains) && $chains eq $noted;
    }, 10) || do { diag("$chains\n\n$noted"); 0 };
}

# A request; its record comes behind the reply.
sub recorded {
    my ($path) = @_;
    my $count = sub { scalar grep { /"http\.request\.method":/ } map { slurp($_) =~ /^.*\n/mg } $log, $other };
    my $before = $count->();
    my $status = ask("GET $path")->{status};
    wait_for(sub { $count->() > $before }, 10) or diag("GET $path: no record");
    return $status;
}

ok(all_noted(4, $file), 'each chain is noted when it has begun: two workers, two logs');
cmp_ok(scalar(my @first = notes($file)), '>=', 2, '... by a note of each worker');
is($first[0]{every}, 1, '... which says how often there is one');

is(recorded($item), 404, 'a request');
ok(all_noted(4, $file), '... is noted within a second');
is(recorded("/other$item"), 404, 'a request to the other log');
ok(all_noted(4, $file), '... too');
my $count = notes($file);
{
    # by the clock of the notes: the API's log tells when some seconds have passed
    my $until = time + 2;
    wait_for(sub { time >= $until }, 5);
}
is(scalar(notes($file)), $count, 'nothing is said where nothing has moved');
linked('idle and at work', notes($file));

rename $file, "$file.1" or die $!;
ok($gateway->signal('USR1'), 'USR1');
ok(wait_for(sub { -e $file }), '... opens the notes anew');
is((stat $file)[2] & 07777, 0640, '... not for everyone') if $> != 0;
recorded($item);
ok(wait_for(sub { -s $file }, 10), '... and they go on there');

ok($gateway->reload(), 'a reload');
ok(wait_for(sub {
    4 == grep { $_->[0]{'event.action'} eq 'end' } map { [ $_ ] } map { JSON::PP->new->decode($_) }
        grep { /"event\.action":"end"/ } map { slurp($_) =~ /^.*\n/mg } $log, $other;
}, 10), '... ends four chains');
recorded($item);
ok(all_noted(8, "$file.1", $file), '... and all eight are noted, their ends among them');
linked('over rotation and reload', notes("$file.1", $file));

my ($killed) = $gateway->workers();
kill 'KILL', $killed;
ok(wait_for(sub { 2 == grep { $_ != $killed } $gateway->workers() }, 10), 'a killed worker');
ok(all_noted(10, "$file.1", $file), '... has a successor that is noted');
linked('behind a kill', notes("$file.1", $file));

$gateway->stop();
ok(all_noted(10, "$file.1", $file), 'the end in order is noted');
linked('behind the end', notes("$file.1", $file));

{
    my ($commands) = slurp('docs/audit.md') =~ /^(    tail -n 1 checkpoint\.log .*?-sigfile \S+\n)/ms
        or die "docs/audit.md verifies no note\n";
    put('checkpoint.log', slurp($file));
    put('checkpoint.pub', slurp("$DIR/sign.pub"));
    put('commands', $commands);
    like(scalar qx{cd $DIR && sh -eu commands 2>&1}, qr/Signature Verified Successfully/,
         'the commands of docs/audit.md verify a note');
    put('checkpoint.log', slurp($file) =~ s/every 1/every 2/gr);
    unlike(scalar qx{cd $DIR && sh -eu commands 2>&1}, qr/Signature Verified Successfully/,
           '... and not a changed one');
}

unlike(join('', map { slurp($_) } "$file.1", $file, $gateway->path('error.log')),
       qr/\Q$private\E|c0ffee/, 'no note and no message shows a key');
unlike($gateway->log(), qr/\[(?:alert|crit|error)\].*riverty/, 'and error.log has no complaint');


# --- over syslog ---

my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$DIR/syslog")
    or die "syslog: $!\n";
chmod 0666, "$DIR/syslog" or die $!;
unlink $log, $other;
$gateway->configure(checkpoint_config("syslog:server=unix:$DIR/syslog,tag=notes", '1s'));
$gateway->start();
ask("GET $item");
$gateway->stop();
my @said;
while (defined $socket->recv(my $datagram, 65536, Socket::MSG_DONTWAIT())) {
    push @said, $datagram;
}
is(scalar(grep { !/^<\d+>.* notes: \{.*\}\z/ } @said), 0, 'over syslog a note is a datagram');
my @sent = map { read_note(s/^.*? notes: //r) } @said;
linked('over syslog', @sent);
is_deeply(noted(@sent), chains($log, $other), '... and they say all');
isnt($sent[0]{series}, $first[0]{series}, 'a new start is a new series');



# --- where no note can be written ---

my $from = length $gateway->log();
$gateway->configure(checkpoint_config('/dev/full', '1s'));
$gateway->start();
is(ask("GET $item")->{status}, 404, 'on a full disk requests go on');
ok(wait_for(sub { substr($gateway->log(), $from) =~ /\[alert\].*"\/dev\/full" takes no records/ }, 10),
   '... and error.log says that there are no notes');
$gateway->stop();
$from = substr $gateway->log(), $from;
is(scalar(() = $from =~ /takes no records/g), 1, '... once, however often they try');
unlike($from, qr/\Q$private\E|c0ffee/, '... and shows no key');

done_testing();
