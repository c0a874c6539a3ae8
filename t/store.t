#!/usr/bin/perl

# What the records say of the key store: which of an app's tokens came, and what
# each version of the store is, once for all workers, in a chain.

use strict;
use warnings;
no warnings 'qw';       # #1 is a name here

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use File::Path qw(remove_tree);
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $apps = "$STORE/apps.json";
$TOKEN{$_} = "token-of-$_-9b1e" for qw(plain first second);

# An app with a key of its own.
sub app {
    my ($name, @tokens) = @_;
    return { name => $name, operations => ['read'], tokens => \@tokens,
             keys => [ { id => 'primary', value => $KEY{"$name.primary"} } ] };
}

sub named { return { id => $_[0], sha256 => sha256_hex($TOKEN{ $_[1] }) } }
sub plain { return 'sha256:' . sha256_hex($TOKEN{ $_[0] }) }

sub replace {
    spew("$apps.new", JSON::PP->new->canonical->encode({ apps => [@_] }));
    rename "$apps.new", $apps or die $!;
    return;
}

replace(app('billing', plain('plain'), named('2026', 'first'), named('2027', 'second')),
        app('reader', plain('reader')));
my $api = start_api();
my $gateway = start_server('gateway', gateway_config(http => <<'END', server => <<"END2"));
    log_format token '$riverty_app:$riverty_token_id';
END
        riverty_customer on;
        access_log logs/token.log token;
        location / { proxy_pass $API; }
        location /app/ { riverty_prefix /app; riverty_app reader; proxy_pass $API/; }
        location /denied/ { riverty_prefix /denied; deny all; proxy_pass $API/; }
END2
my $log = $gateway->path('audit.log');

for my $of ([ 'plain', '#1' ], [ 'first', '2026' ], [ 'second', '2027' ]) {
    my ($token, $id) = @$of;
    is(ask("GET $item", token => $TOKEN{$token})->{status}, 404, "the $token token is taken");
    is((records($log, 1))[0]{riverty}{token}, $id, "... and is $id in the record");
    is((lines($gateway->path('token.log'), 1))[0], "billing:$id\n", '... and in the variable');
}
for my $of ([ 'one of nobody', "GET $item", 401, 'stranger' ], [ 'none', "GET $item", 401 ],
            [ 'one beside riverty_app', "GET /app$item", 404, $TOKEN{first} ]) {
    my ($name, $line, $status, $token) = @$of;
    is(ask($line, token => $token)->{status}, $status, "$name: $status");
    is((records($log, 1))[0]{riverty}{token}, undef, '... the record names no token');
    like((lines($gateway->path('token.log'), 1))[0], qr/:-\n\z/, '... nor does the variable');
}
is(ask("GET /denied$item", token => $TOKEN{second})->{status}, 403, 'what nginx denies');
is((records($log, 1))[0]{riverty}{token}, '2027', '... has the token in its record');

$gateway->stop();
unlike(slurp($log) . $gateway->log(), qr/token-of-|\Q${\ sha256_hex($TOKEN{first}) }\E/,
       'no log shows a token or its digest');


# --- versions of the store ---

my %digest;     # by version

# The text that the digest is of, as docs/audit.md has it.
sub public {
    my (@apps) = @_;
    my $text = '';
    for my $app (sort { $a->{name} cmp $b->{name} } @apps) {
        my $operations = join ',', @{ $app->{operations} };
        $text .= "app $app->{name} " . ($operations || '-') . "\n";
        $text .= "key $_->{id} " . ($_->{not_before} // '..') . '/' . ($_->{not_after} // '..') . "\n"
            for @{ $app->{keys} };
            my $place = 0;
        for my $token (@{ $app->{tokens} }) {
            $place++;
            $text .= 'token ' . (ref $token ? $token->{id} : "#$place") . "\n";
        }
    }
    return $text;
}

# The gateway's own, which the command tells, too.
my ($gateway_version) = qx{${\($ENV{BUILD} // "build")}/riverty-customer --version} =~ /^riverty-customer (\S+)$/
    or die "riverty-customer tells no version\n";

my @version;    # what the logs are to say, in order

# The next one: how many apps, keys and tokens, and what has changed.
sub version {
    my ($number, $since, $apps, %of) = @_;
    push @version, { store => $number, version => $gateway_version, key_store => {
        digest => sha256_hex(public(@$apps)), apps => scalar @$apps,
        keys => scalar(map { @{ $_->{keys} } } @$apps),
        tokens => scalar(map { @{ $_->{tokens} } } @$apps),
        added => [], removed => [], changed => [], %of,
        defined $since ? (since => $since) : () } };
    return;
}

sub told {
    my ($name, @logs) = @_;
    for (@logs) {
        my $file = $_;
        wait_for(sub { @version <= (() = stores($file)) }, 10);
        is_deeply([ map { $_->{riverty} } stores($file) ], \@version, "$name: " . $file =~ s{.*/}{}r)
            or diag(explain([ map { $_->{riverty} } stores($file) ]));
    }
    return;
}

# Beside the logs one that takes no records for a while: its directory goes.
put('many/audit.key', 'c0ffee' x 12 . "\n", 0640) if mkdir "$DIR/many";
mkdir "$DIR/many/out" or die $!;
my $out = "$DIR/many/out";
my @apps = (app('reader', plain('reader')), app('billing', plain('plain'), named('2026', 'first')));
$apps[1]{operations} = [qw(create read)];
replace(@apps);
version(1, undef, \@apps, added => [qw(app:billing=create,read key:billing/primary
                                        token:billing/#1 token:billing/2026 app:reader=read
                                        key:reader/primary token:reader/#1)]);
my $text = gateway_config(workers => 3, level => 'notice', http => <<"END", server => <<"END2");
    riverty_audit_key audit.key;
END
        riverty_customer on;
        location / { proxy_pass $API; }
        location /may/ { riverty_prefix /may; riverty_audit_log logs/may.log; proxy_pass $API/; }
        location /out/ { riverty_prefix /out; riverty_audit_log $out/out.log required; proxy_pass $API/; }
END2
$text =~ s/(apps\.json);/$1 check=100ms;/ or die;
my $many = start_server('many', $text);
my @logs = map { $many->path($_) } qw(audit.log may.log);
told('at the start', @logs);

# All workers have it.
sub in_force {
    my ($version) = @_;
    return ok(wait_for(sub {
        3 <= (() = $many->log() =~ /is in force in version $version$/mg);
    }, 10), "version $version is in force");
}

told('at the start, in that one, too', "$out/out.log");
remove_tree($out);
$apps[1]{keys}[0]{value} = 'another-key-of-billing';
replace(@apps);
version(2, 1, \@apps, changed => ['key:billing/primary:value']);
in_force(2);
told('another value', @logs);

$apps[1]{keys}[0]{not_after} = '2999-01-01T00:00:00Z';
push @{ $apps[1]{keys} }, { id => 'next', value => 'the-next-key', not_before => '2026-01-01T00:00:00Z' };
$apps[1]{operations} = ['read'];
$apps[1]{tokens}[1] = named('2026', 'second');
push @apps, { %{ app('other', named('x', 'first')) }, operations => [] };
replace(@apps);
version(3, 2, \@apps, added => [qw(key:billing/next=2026-01-01T00:00:00Z/.. app:other=-
                                     key:other/primary token:other/x)],
        changed => [qw(app:billing:operations=read
                       key:billing/primary:validity=../2999-01-01T00:00:00Z token:billing/2026:value)]);
in_force(3);
told('an app more, and another way', @logs);

@{ $apps[1]{keys} } = reverse @{ $apps[1]{keys} };
shift @apps;
replace(@apps);
version(4, 3, \@apps, removed => [qw(app:reader key:reader/primary token:reader/#1)],
        changed => ['app:billing:order']);
in_force(4);
told('an app less, and keys in another order', @logs);

mkdir $out or die $!;
ok(wait_for(sub { stores("$out/out.log") }, 15), 'a log that takes records again');
my ($late) = map { $_->{riverty} } stores("$out/out.log");
is_deeply([ $late->{store}, @{ $late->{key_store} }{qw(digest since)} ],
          [ 4, $version[3]{key_store}{digest}, undef ], '... is told what is in force');
is_deeply($late->{key_store}{added},
          [qw(app:billing=read key:billing/next=2026-01-01T00:00:00Z/..
              key:billing/primary=../2999-01-01T00:00:00Z token:billing/#1 token:billing/2026
              app:other=- key:other/primary token:other/x)], '... all of it');

ok($many->reload(), 'a reload');
my ($killed) = $many->workers();
kill 'KILL', $killed;
ok(wait_for(sub { 3 == grep { $_ != $killed } $many->workers() }, 10), 'a new worker');
ask("GET $item", token => $TOKEN{plain});
is((records($logs[0]))[-1]{riverty}{store}, 4, 'a request is under that version');
told('neither of them is another version', @logs);
is(scalar(my @late = stores("$out/out.log")), 1, '... to no log');

# Read by the configuration before a worker looks.
pop @apps;
kill 'STOP', $many->workers();
replace(@apps);
my @old = $many->workers();
$many->signal('HUP');
version(5, 4, \@apps, removed => [qw(app:other key:other/primary token:other/x)]);
wait_for(sub { 6 == (() = $many->workers()) }, 10);
told('what a reload brings is compared with what the last one brought', @logs);
kill 'CONT', @old;
ok(wait_for(sub { 3 == (() = $many->workers()) }, 10), 'the old workers go');

# A list ends somewhere; the line is not longer for it.
my @crowd = map { { %{ app("app$_"), }, operations => ['read'],
                    keys => [ { id => 'a-rather-long-name', value => "key-of-app$_" } ] } } 100 .. 350;
replace(@crowd);
ok(wait_for(sub { 6 == (() = stores($logs[0])) }, 10), 'many apps');
my ($told) = (stores($logs[0]))[-1]{riverty}{key_store};
is_deeply([ @$told{qw(since apps keys tokens added_total removed_total)} ], [ 5, 251, 251, 0, 502, undef ],
          'are counted');
my @first = map { ("app:app$_=read", "key:app$_/a-rather-long-name") } 100 .. 350;
is_deeply($told->{added}, [ @first[0 .. 99] ], 'and a hundred entries named');
is_deeply($told->{removed}, [qw(app:billing key:billing/next key:billing/primary token:billing/#1
                                token:billing/2026)], 'whatever went');

$many->stop();
unlike(join('', map { slurp($_) } @logs) . $many->log(), qr/token-of-|another-key|the-next-key/,
       'no log shows a token or a key');
my $build = $ENV{BUILD} // 'build';
my $said = qx{'$build/riverty-customer' audit verify --closed --key $DIR/many/audit.key @logs 2>&1};
like($said, qr/^damaged: .* 2 damaged$/m, 'the chains are whole, but for the killed worker');

done_testing();
