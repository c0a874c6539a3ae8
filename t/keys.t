#!/usr/bin/perl

# riverty-customer keys: a store is refused in the words of nginx -t, advice is
# given on what is not refused, keys are listed and tokens made, and no output
# shows a key; the examples of key stores are what their comments say.

use strict;
use warnings;

use lib 't/lib';
use CPAN::Meta::YAML;
use Cwd qw(abs_path);
use Digest::SHA qw(hmac_sha256 sha256_hex);
use JSON::PP;
use POSIX qw(strftime);
use Riverty qw(load_modules slurp);
use RivertyConfig;
use Test::More;
use Time::HiRes ();

my $build = $ENV{BUILD} // 'build';
my $cli = abs_path("$build/riverty-customer");
# nothing where the module is in nginx's binary
my $module = (load_modules() =~ /^(load_module \S+customer_module\S+)/m)[0] // '';
my $port = port();
my $root = $> == 0;
my $user = 'www-data';          # whose group has no others
my $group = (getpwnam $user)[3];
my $secret = 'MARKER7c41';      # in every key: no output may show it
my %value = map { $_ => "$_-$secret" } qw(primary secondary only);
my $digest = sha256_hex("token-$secret");
my $day = 86400;

# A directory that only root and the workers may enter.
sub directory {
    my ($name) = @_;
    mkdir "$DIR/$name" or die "$name: $!\n";
    chown 0, $group, "$DIR/$name" if $root;
    chmod 0750, "$DIR/$name" or die "$name: $!\n";
    return $name;
}

# A file of the workers' group.
sub place {
    my ($name, $content, $mode) = @_;
    my $path = put($name, $content, $mode);
    chown 0, $group, $path if $root;
    return $path;
}

directory('keys');
place('keys/redaction.key', ('5a' x 32) . "\n", 0640);

# Exit status and all that it said.
sub run {
    my (@words) = @_;
    my $words = join ' ', map { "'$_'" } @words;
    my $said = qx{cd $DIR && '$cli' keys $words 2>&1};
    my ($status, @shown) = ($? >> 8 || $?);
    @shown = grep { index($said, $_) >= 0 } $secret, $digest;
    is("@shown", '', "@words: no secret is shown") if @shown;
    return ($status, $said);
}

sub lint { return run('lint', @_, '--user', $user) }

# nginx -t of a configuration with that store.
sub nginx {
    my ($store) = @_;
    return nginx_t(<<"END");
$module
user $user;
pid test.pid;
events { }
http {
    access_log off;
    riverty_redaction_key k1 keys/redaction.key;
    riverty_key_store $store;
    server {
        listen 127.0.0.1:$port;
        location / {
            riverty_customer on;
            riverty_audit_log audit.log;
            proxy_pass http://127.0.0.1:9;
        }
    }
}
END
}

sub utc { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $_[0])) }

sub app {
    my ($name, @keys) = @_;
    return { name => $name, operations => [qw(create read)],
             tokens => [ 'sha256:' . sha256_hex("token of $name") ], keys => \@keys };
}

# Apps as they stand in keys/apps.json; by default one that is all right.
sub store {
    my (@apps) = @_;
    place('keys/primary.key', "$value{primary}\n", 0640);
    @apps = app('billing', { id => 'primary', file => 'primary.key' },
                { id => 'secondary', value => $value{secondary} }) if !@apps;
    @apps = grep { defined } @apps;
    return place('keys/apps.json', encode_json({ apps => \@apps }), 0640);
}

sub advises {
    my ($name, $advice, @apps) = @_;
    store(@apps);
    my ($status, $said) = lint('keys/apps.json');
    is($status, 0, "$name is advice");
    my @all = ref $advice ? @$advice : $advice;
    like($said, qr{^keys/apps\.json: advice: .*\Q$_\E}m, "$name: $_") for @all;
}

subtest 'a good store' => sub {
    store();
    my ($status, $said) = lint('keys/apps.json');
    is($status, 0, 'passes');
    like($said, qr{^keys/apps\.json: good; apps: 1, keys: 2, tokens: 1$}m, 'and is summed up')
        or diag($said);
    unlike($said, qr/advice/, 'without advice') or diag($said);
    like($said, qr{^keys/apps\.json: 2 files can be read by root.* group}m,
         'and who can read it is said');
    my ($works) = nginx('keys/apps.json');
    is($works, 0, 'nginx -t agrees');
};

subtest 'what nginx -t refuses' => sub {
    my @faults = (
        [ 'no JSON', sub { place('keys/apps.json', "{\"$secret\"", 0640) } ],
        [ 'a member that is unknown', sub { store({ %{ app('billing') }, $secret => 1 }) } ],
        [ 'an app without keys', sub { store(app('billing')) } ],
        [ 'a placeholder', sub { store(app('b', { id => 'k', value => '{{ key }}' })) } ],
        [ 'a key with a blank', sub { store(app('b', { id => 'k', value => "$secret x" })) } ],
        [ 'a file that is not there', sub { store(app('b', { id => 'k', file => 'no.key' })) } ],
        [ 'a key in place of a file', sub { store(app('b', { id => 'k', file => "${secret}0123456789" })) } ],
        [ 'a file that all can read', sub { store(); chmod 0644, "$DIR/keys/primary.key" } ],
        [ 'a store that all can read', sub { store(); chmod 0644, "$DIR/keys/apps.json" } ],
    );
    for (@faults) {
        my ($name, $make) = @$_;
        $make->();
        my ($works, $nginx) = nginx('keys/apps.json');
        my ($why) = $nginx =~ m{"riverty_key_store" "\S+": (.*) in \S+test\.conf:\d+$}m;
        my ($status, $said) = lint('keys/apps.json');
        is($status, 1, $name);
        # it was called by a name that is not absolute
        is($said =~ s{"keys/}{"$DIR/keys/}r, "keys/apps.json: refused: $why\n",
           "$name: in the same words");
    }
  SKIP: {
        skip 'only root can ask for another user', 4 if !$root;
        store();
        chmod 0600, "$DIR/keys/primary.key" or die $!;
        my ($works, $nginx) = nginx('keys/apps.json');
        my ($why) = $nginx =~ /: (the workers' user .* only)/;
        my ($status, $said) = lint('keys/apps.json');
        is($status, 1, 'a file that the workers cannot read again');
        like($said =~ s{"keys/}{"$DIR/keys/}r, qr/^keys\/apps\.json: refused: \Q$why\E$/m,
             'in the same words');
        ($status, $said) = lint('keys/apps.json', '--check', '0');
        is($status, 0, 'with check=0 only root reads it');
        chmod 0700, "$DIR/keys" or die $!;
        chmod 0640, "$DIR/keys/primary.key" or die $!;
        ($status) = lint('keys/apps.json');
        is($status, 1, 'a directory that they cannot enter');
        chmod 0750, "$DIR/keys" or die $!;
    }
};

subtest 'advice on apps and keys' => sub {
    my @two = map { { id => $_, value => $value{$_} } } qw(primary secondary);
    my $ends = sub { return { id => 'k', value => $secret, not_after => utc($_[0]) } };

    advises('no token', 'app "a": no token', { %{ app('a', @two) }, tokens => [] });
    advises('no operation', 'app "a": no operation', { %{ app('a', @two) }, operations => [] });
    advises('a single key', 'app "a": a single key', app('a', $two[0]));
    advises('an old key and a single one', 'app "a": a single key', app('a', $two[0], $ends->(-5)));
    advises('an app without a key now', [ 'app "a": no key is valid now',
                                          'app "a": key "k" has expired (' . utc(-$day) ],
            app('a', $ends->(-$day)), app('b', @two));
    advises('a key that is still to come', 'app "a": no key is valid now',
            app('a', { id => 'k', value => $secret, not_before => utc($day) }), app('b', @two));
    advises('a key that ends soon, another does not', 'key "k" expires in 11 days (' . utc(12 * $day - 5),
            app('a', $ends->(12 * $day - 5), $two[0]));
    advises('the last key that ends soon', 'expires in 1 day (' . utc(2 * $day - 5) . '), and no other is valid then',
            app('a', $ends->(2 * $day - 5)));
    advises('a key of two apps', 'app "b": key "x" is key "primary" of app "a", too',
            app('a', @two), app('b', $two[1], { id => 'x', value => $value{primary} }));
    advises('a key twice in an app', 'app "a": keys "primary" and "x" are the same',
            app('a', @two, { id => 'x', value => $value{primary} }));
    for my $word (qw(test password a-name)) {
        advises("the token $word", 'app "a-name": token "#1" is easily guessed',
                { %{ app('a-name', @two) }, tokens => [ 'sha256:' . sha256_hex($word) ] });
    }
    store(app('a', @two, $ends->(31 * $day)));
    my ($status, $said) = lint('keys/apps.json');
    unlike($said, qr/advice/, 'a key that ends in 31 days is no matter yet') or diag($said);
};

subtest 'advice on files' => sub {
    plan skip_all => 'only root can give files away' if !$root;
    my $advised = sub {
        my ($name, $advice, $file, $mode, $owner, $of) = @_;
        store();
        chown $owner, $of // $group, "$DIR/$file" or die $!;
        chmod $mode, "$DIR/$file" or die $!;
        my ($status, $said) = lint('keys/apps.json', '--check', '0');
        is($status, 0, "$name is advice") or diag($said);
        like($said, qr/: advice: .*\Q$advice\E/, "$name: $advice");
        chown 0, $group, "$DIR/keys";
        chmod 0750, "$DIR/keys";
        unlink "$DIR/keys/primary.key";
    };
    my ($worker, $nobody) = map { scalar getpwnam $_ } $user, 'nobody';
    $advised->('a file of the workers', "\"keys/primary.key\" belongs to $user: a worker could change it",
               'keys/primary.key', 0600, $worker);
    $advised->('a group with others', 'can be read by members of the group',
               'keys/primary.key', 0640, 0, (getpwnam 'nobody')[3]);
    $advised->('a directory for all', "every user can enter the directory \"$DIR/keys\"",
               'keys', 0755, 0);
    $advised->('a directory that the group writes', "the directory \"$DIR/keys\" can be written by its group",
               'keys', 0770, 0);
    $advised->('a directory that all write', "the directory \"$DIR/keys\" can be written by every user",
               'keys', 0777, 0);
    $advised->('a directory of somebody', "the directory \"$DIR/keys\" belongs to nobody",
               'keys', 0750, $nobody);

    store();
    symlink 'keys', "$DIR/link" or die $!;
    chmod 0777, $DIR or die $!;
    my ($status, $said) = lint('link/apps.json');
    like($said, qr/: advice: the directory "\Q$DIR\E" can be written by every user/,
         'a directory above, behind a symbolic link');
    is(scalar(() = $said =~ /: advice: /g), 1, 'once') or diag($said);
    chmod 0755, $DIR or die $!;
};

subtest 'list' => sub {
    my $app = app('billing', { id => 'primary', file => 'primary.key' },
                  { id => 'secondary', value => $value{secondary}, not_before => '2999-12-01T00:00:00Z',
                    not_after => '2999-12-31T00:00:00Z' },
                  { id => 'past', value => "past-$secret", not_after => '2020-01-01T00:00:00Z' },
                  { id => 'last', value => "last-$secret", not_after => '2999-01-01T00:00:00Z' });
    store($app, { name => 'x', operations => [], keys => [ { id => 'only', value => $value{only} } ] });
    my ($status, $said) = run('list', 'keys/apps.json', '--user', $user);
    is($status, 0, 'lists');
    is($said, <<'END', 'a line a key');
app      operations   tokens  key        validity
billing  create,read       1  primary    valid
                              secondary  from 2999-12-01T00:00:00Z until 2999-12-31T00:00:00Z
                              past       expired 2020-01-01T00:00:00Z
                              last       valid until 2999-01-01T00:00:00Z
x        none              0  only       valid
END
    my @secret = ('--redaction-key', 'keys/redaction.key', '--user', $user);
    my $print = sub {
        my ($id, $value) = @_;
        my $mac = hmac_sha256("subscriptionKey\0$value", pack 'H*', '5a' x 32);
        return "t:$id:" . unpack 'H32', $mac;
    };
    ($status, $said) = run('list', 'keys/apps.json', @secret);
    like($said, qr/  primary +valid +\Q${\ $print->('k1', $value{primary}) }\E$/m,
         'a fingerprint is the keyed token of the key');
    my %json = map { my ($s, $out) = run('list', 'keys/apps.json', '--json', @$_);
                     is($s, 0, "--json @$_");
                     ("@$_" => decode_json($out)) }
        [ '--user', $user ], [ @secret, '--id', 'other_2' ];
    my @plain = (
        { id => 'primary', state => 'valid' },
        { id => 'secondary', state => 'not yet', not_before => '2999-12-01T00:00:00Z',
          not_after => '2999-12-31T00:00:00Z' },
        { id => 'past', state => 'expired', not_after => '2020-01-01T00:00:00Z' },
        { id => 'last', state => 'valid', not_after => '2999-01-01T00:00:00Z' });
    is_deeply($json{"--user $user"}, { apps => [
        { name => 'billing', operations => [qw(create read)], tokens => 1, token_ids => ['#1'],
          keys => \@plain },
        { name => 'x', operations => [], tokens => 0, token_ids => [],
          keys => [ { id => 'only', state => 'valid' } ] } ] },
        'the same as JSON, without a fingerprint where there is no secret');
    my @keys = map { @{ $_->{keys} } } @{ $json{"@secret --id other_2"}{apps} };
    is_deeply([ map { $_->{fingerprint} } @keys ],
              [ map { $print->('other_2', $_) } @value{qw(primary secondary)},
                "past-$secret", "last-$secret", $value{only} ],
              'with it, and its id');

    place('keys/bad.key', "$secret\n", 0640);
    for ([ 2, 'must hold 64 or more hex digits', '--redaction-key', 'keys/bad.key' ],
         [ 2, 'cannot be opened', '--redaction-key', 'keys/missing.key' ],
         [ 2, '--id: must be 1 to 16', '--redaction-key', 'keys/redaction.key', '--id', 'a b' ],
         [ 2, '--id: goes with', '--id', 'k1' ]) {
        my ($wanted, $words, @options) = @$_;
        ($status, $said) = run('list', 'keys/apps.json', '--user', $user, @options);
        is($status, $wanted, "@options");
        like($said, qr/\Q$words\E/, "@options: $words");
    }
    store(app('billing'));
    ($status, $said) = run('list', 'keys/apps.json', '--user', $user);
    is($status, 1, 'a store that is refused');
    like($said, qr/refused: "keys" of app "billing"/, 'is not listed');
};

subtest 'new-token' => sub {
    my %seen;
    for (1 .. 3) {
        my ($status, $said) = run('new-token');
        is($status, 0, 'made');
        my ($token, $line) = $said =~ /\Atoken: ([0-9a-f]{64})\nstore: "sha256:([0-9a-f]{64})"\n\z/;
        is($line, sha256_hex($token), 'with its digest');
        ok(!$seen{$token}++, 'a new one');
        store({ %{ app('a', { id => 'k', value => $secret }) }, tokens => ["sha256:$line"] });
        ($status) = lint('keys/apps.json');
        is($status, 0, 'which a store takes');
    }
};

subtest 'tokens with ids' => sub {
    my ($status, $said) = run(qw(new-token --id 2026));
    is($status, 0, 'new-token --id');
    my ($token, $line) = $said =~ /\Atoken: ([0-9a-f]{64})\nstore: (\{.*\})\n\z/;
    my $named = decode_json($line);
    is_deeply($named, { id => '2026', sha256 => sha256_hex($token) }, 'makes such a line');
    my $app = { %{ app('a', { id => 'k', value => $secret }) },
                tokens => [ 'sha256:' . sha256_hex('one'), $named ] };
    store($app, app('b', { id => 'k', value => "$secret-b" }));
    is((lint('keys/apps.json'))[0], 0, 'which a store takes');
    is((nginx('keys/apps.json'))[0], 0, '... and nginx');
    ($status, $said) = run('list', 'keys/apps.json', '--user', $user);
    like($said, qr/^app +operations +tokens +key +validity$/m, 'list has a column');
    like($said, qr/^a +create,read +#1,2026 +k +valid$/m, '... with the ids');
    like($said, qr/^b +create,read +1 +k +valid$/m, '... or how many there are');
    ($status, $said) = run('list', 'keys/apps.json', '--json', '--user', $user);
    is_deeply([ map { $_->{token_ids} } @{ decode_json($said)->{apps} } ], [ [ '#1', '2026' ], ['#1'] ],
              '... and JSON has all of them');
    for my $id ('', 'a b', '#1', 'x' x 65) {
        ($status, $said) = run('new-token', '--id', $id);
        is($status, 2, "--id '$id' is refused");
        like($said, qr/^riverty-customer: --id: must be 1 to 64 letters/, '... why');
    }
    store({ %$app, tokens => [ $named, { %$named, sha256 => sha256_hex('two') } ] });
    ($status, $said) = lint('keys/apps.json');
    like($said, qr/refused: app "a" has two tokens "2026"/, 'an id twice is refused');
    like((nginx('keys/apps.json'))[1], qr/app "a" has two tokens "2026"/, '... by nginx -t, too');
};

# Containers give a process an id that no passwd entry has (OpenShift).
subtest 'a user without a name' => sub {
    plan skip_all => 'only root can be somebody else' if !$root;
    my $nobody = 1_000_650_000;
    my @group = map { "--user=$nobody" . ($_ ? ":$_" : '') } 0, 4321;
    store();
    my ($status, $said) = run('lint', 'keys/apps.json', $group[0]);
    is($status, 1, 'is in no group of the workers\'');
    like($said, qr/the workers' user "$nobody" cannot read "keys\/[\w.]+" again/, '... which is said');
    chmod 0755, "$DIR/keys" or die $!;
    my @files = map { "$DIR/keys/$_" } qw(apps.json primary.key);
    chown 0, 4321, @files;
    is((run('lint', 'keys/apps.json', $group[0]))[0], 1, 'nor in another one');
    is((run('lint', 'keys/apps.json', $group[1]))[0], 0, 'but in the one that is said');
    chown 0, 0, @files;
    is((run('lint', 'keys/apps.json', $group[0]))[0], 0, 'by default in root\'s');
    is((run('lint', 'keys/apps.json', '--user', (getpwnam $user)[2]))[0], 1,
       'a number that has a name is in its group');
    chmod 0750, "$DIR/keys" or die $!;
    for my $none ('99x', '5:', ':5', '4294967295', '-1') {
        ($status, $said) = run('lint', 'keys/apps.json', '--user', $none);
        is($status, 2, "--user $none");
        like($said, qr/^riverty-customer: --user: there is no user "\Q$none\E"/m, '... is nobody');
    }
};

subtest 'digest' => sub {
    my $app = app('b', { id => 'k', value => $secret, not_after => '2999-01-01T00:00:00Z' },
                  { id => 'l', value => "$secret-l" });
    $app->{tokens} = [ { id => '2026', sha256 => sha256_hex('one') }, 'sha256:' . sha256_hex('two') ];
    store($app, { %{ app('a', { id => 'k', value => "$secret-a" }) }, operations => [] });
    my ($status, $text) = run('digest', 'keys/apps.json', '--text', '--user', $user);
    is($text, <<'END', '--text is what can be seen of a store');
app a -
key k ../..
token #1
app b create,read
key k ../2999-01-01T00:00:00Z
key l ../..
token 2026
token #2
END
    is_deeply([ run('digest', 'keys/apps.json', '--user', $user) ], [ 0, sha256_hex($text) . "\n" ],
              'of which the digest is');
    place('keys/apps.json', '{"apps":[', 0640);
    ($status, $text) = run('digest', 'keys/apps.json', '--user', $user);
    is($status, 1, 'a store that is refused');
    like($text, qr/refused: not JSON/, '... has none');
};

subtest 'a store that serves nobody' => sub {
    for my $case ([ 'no app', qr/no app: everybody is answered 401/, undef ],
                  [ 'expired keys only', qr/no app has a key that is valid now/,
                    map { app($_, { id => 'k', value => "$value{primary}$_",
                                    not_after => utc(-$day) }) } qw(a b) ],
                  [ 'keys to come only', qr/no app has a key that is valid now/,
                    app('a', { id => 'k', value => $secret, not_before => utc($day) }) ]) {
        my ($name, $says, @apps) = @$case;
        store(@apps);
        my ($status, $said) = lint('keys/apps.json');
        is($status, 1, "$name: exit status");
        like($said, qr{^keys/apps\.json: bad: $says}m, '... why');
        like($said, qr{^keys/apps\.json: bad; apps: \d}m, '... in the last line, too');
        is((nginx('keys/apps.json'))[0], 0, '... though nginx takes it');
    }
};

subtest 'for programs' => sub {
    store();
    my ($status, $said) = lint('keys/apps.json', '--json');
    my $object = decode_json($said);
    is($status, 0, 'a good store');
    is_deeply([ @$object{qw(verdict apps keys tokens)} ], [ 'good', 1, 2, 1 ], '... its verdict');
    is_deeply([ grep { $_->{level} ne 'note' } @{ $object->{findings} } ], [], '... notes alone');

    store(app('a', { id => 'k', value => $secret }));
    ($status, $said) = lint('keys/apps.json', '--json');
    is($status, 0, 'a store with advice');
    my ($advice) = grep { $_->{level} eq 'advice' } @{ decode_json($said)->{findings} };
    like($advice->{text}, qr/^app "a": a single key/, '... which is told');
    ($status, $said) = lint('keys/apps.json', '--json', '--strict');
    is("$status " . decode_json($said)->{verdict}, '1 bad', '... and is bad with --strict');
    ($status, $said) = lint('keys/apps.json', '--strict');
    is($status, 1, '... as text');
    like($said, qr{^keys/apps\.json: bad; apps: 1, }m, '... which says so');

    store(undef);
    ($status, $said) = lint('keys/apps.json', '--json');
    is("$status " . decode_json($said)->{verdict}, '1 bad', 'an empty store');
    place('keys/apps.json', '{"apps":[', 0640);
    ($status, $said) = lint('keys/apps.json', '--json');
    $object = decode_json($said);
    is("$status $object->{verdict}", '1 refused', 'one that nginx refuses');
    is($object->{findings}[0]{level}, 'refused', '... says why');
    is_deeply([ sort keys %$object ], [qw(findings verdict)], '... and counts nothing');
};

subtest 'usage' => sub {
    store();
    for ([], ['lists'], ['lint'], [qw(lint a b)], [qw(lint --none a)], [qw(lint --check 5s a)],
         [qw(lint a --user)], ['list'], [qw(list --none a)], ['digest'], [qw(digest a b)], [qw(new-token a)]) {
        my ($status, $said) = run(@$_);
        is($status, 2, join ' ', 'keys', @$_);
        like($said, qr/^usage: riverty-customer keys /m, 'is told how');
    }
    for (qw(lint list digest new-token)) {
        my ($status, $said) = run($_, '--help');
        is($status, 0, "$_ --help");
        like($said, qr/^usage: riverty-customer keys $_/, 'tells how');
    }
    my ($status, $said) = run('lint', 'keys/missing.json', '--user', $user);
    is($status, 2, 'a store that is not there');
    like($said, qr{keys/missing\.json: No such file}, 'is said');
    ($status, $said) = run('lint', 'keys/apps.json', '--user', 'no-such-user');
    is($status, 2, 'a user that is not there');
    like($said, qr/no user "no-such-user"/, 'is said');
};

# The goal for the load alone is 100 ms; this is far more than that, so that a
# slow machine is no fault and a loader that is quadratic is one.
subtest '10,000 apps' => sub {
    store(map { my $n = $_; app("app$n", map { { id => $_, value => "$_-$n-0123456789" } }
                                             qw(primary secondary)) } 1 .. 10_000);
    my $cpu = -(times)[2] - (times)[3];
    my ($status, $said) = lint('keys/apps.json');
    $cpu += (times)[2] + (times)[3];
    is($status, 0, 'pass');
    like($said, qr/good; apps: 10000, keys: 20000, tokens: 10000$/m, 'all of them');
    ok($cpu < 3, "in $cpu s of CPU");
};


# --- docs/examples ---

sub example { return slurp("docs/examples/$_[0]") }

# Files of a mount or of an agent: name, content, ... into a directory.
sub fill {
    my ($directory, $mode, @files) = @_;
    directory($directory) if !-d "$DIR/$directory";
    while (my ($name, $content) = splice @files, 0, 2) {
        place("$directory/$name", $content, $mode);
    }
}

my @key_files = map { ($_ => "$_-$secret\n") } qw(billing.primary billing.secondary support.key);

sub fits {
    my ($name, $store, $check) = @_;
    my ($works, $nginx) = nginx("$store" . ($check ? ' check=0' : ''));
    is($works, 0, "$name: nginx -t takes it") or diag($nginx);
    my ($status, $said) = lint($store, $check ? ('--check', '0') : ());
    is($status, 0, "$name: lint takes it") or diag($said);
    return $said;
}

subtest 'apps.json' => sub {
    fill('plain', 0640, 'apps.json' => example('apps.json'), @key_files);
    my $said = fits('the example', 'plain/apps.json');
    is(scalar(() = $said =~ /token "[^"]+" is easily guessed/g), 2, 'its tokens are for examples only');
};

subtest 'systemd-credentials.conf' => sub {
    my $unit = example('systemd-credentials.conf');
    my %source = $unit =~ /^LoadCredential=([\w.]+):(\S+)$/mg;
    my @named = example('apps.json') =~ /"file": "([^"]+)"/g;
    is_deeply([ sort keys %source ], [ sort 'apps.json', 'redaction.key', @named ],
              'all files of apps.json are passed');
    is_deeply([ grep { $source{$_} ne "/etc/riverty/$_" } keys %source ], [], 'by their names');

  SKIP: {
        skip 'only root sees a difference', 3 if !$root;
        fill('credentials', 0400, 'apps.json' => example('apps.json'), @key_files);
        chmod 0500, "$DIR/credentials" or die $!;
        fits('what only root can read', 'credentials/apps.json', 1);
        my ($works) = nginx('credentials/apps.json');
        isnt($works, 0, 'without check=0 it is refused');
    }
  SKIP: {
        my $nginx_unit = '/lib/systemd/system/nginx.service';
        skip 'no systemd-analyze, or no unit of nginx', 1
            if !-e $nginx_unit || system('systemd-analyze --version > /dev/null 2>&1');
        mkdir "$DIR/nginx.service.d" or die $!;
        put('nginx.service', slurp($nginx_unit));
        put('nginx.service.d/riverty.conf', $unit);
        is(qx{systemd-analyze verify $DIR/nginx.service 2>&1}, '', 'systemd knows each line');
    }
};

subtest 'kubernetes' => sub {
    my ($keys, $deployment) = map { CPAN::Meta::YAML->read_string(example("kubernetes/$_.yaml"))->[0] }
        qw(secret deployment);
    my $pod = $deployment->{spec}{template}{spec};
    my ($volume) = @{ $pod->{volumes} };
    my ($mount) = @{ $pod->{containers}[0]{volumeMounts} };
    is($volume->{secret}{secretName}, $keys->{metadata}{name}, 'the secret is mounted');
    is("$mount->{name} $mount->{readOnly}", "$volume->{name} true", 'where it is wanted');
    ok(!exists $mount->{subPath}, 'without subPath');

    my %data = %{ $keys->{stringData} };
    my $mode = oct $volume->{secret}{defaultMode};
    directory('mount');
    fill('mount/..1', $mode, %data);
    symlink '..1', "$DIR/mount/..data" or die $!;
    symlink "..data/$_", "$DIR/mount/$_" or die $! for keys %data;
    my ($status, $said) = lint('mount/apps.json');
    is($status, 1, 'nothing is filled in yet');
    like($said, qr/token 1 of app "billing" must have a "sha256"/, 'as is said');

    $data{'apps.json'} =~ s/\(riverty-customer keys new-token\)/$digest/ or die;
    fill('mount/..2', $mode, %data);
    unlink "$DIR/mount/..data";
    symlink '..2', "$DIR/mount/..data" or die $!;
    ($status, $said) = lint('mount/apps.json');
    like($said, qr/key "primary" of app "billing" was never filled in/, 'nor the keys');

    $data{$_} = "$_-$secret" for grep { /^billing/ } keys %data;
    fill('mount/..3', $mode, %data);
    unlink "$DIR/mount/..data";
    symlink '..3', "$DIR/mount/..data" or die $!;
    fits('filled in', 'mount/apps.json');
};

subtest 'vault-agent.hcl' => sub {
    my @templates = example('vault-agent.hcl') =~ /^template \{\n(.*?)^\}/msg;
    is(scalar @templates, 2, 'a template a key');
    for my $value ('key', '<no value>') {
        fill('vault', 0640, 'apps.json' => encode_json({ apps => [
            app('billing', { id => 'primary', file => 'billing.primary' },
                { id => 'secondary', file => 'billing.secondary' }) ] }));
        for (@templates) {
            my ($file) = /destination += "\/etc\/riverty\/([\w.]+)"/;
            my ($mode) = /perms += "(\d+)"/;
            my ($text) = /<<EOT\n(.*?)^EOT$/ms;
            like($text, qr/^\{\{ with secret "\S+" -\}\}\n\{\{ \.Data\.data\.\w+ \}\}\n\{\{- end \}\}\n\z/,
                 "$file is a line");
            place("vault/$file", ($value eq 'key' ? "$file-$secret" : $value) . "\n", oct $mode);
        }
        if ($value eq 'key') {
            fits('what it writes', 'vault/apps.json');
        } else {
            my ($status, $said) = lint('vault/apps.json');
            is($status, 1, "$value is refused");
        }
    }
};

done_testing();
