#!/usr/bin/perl

# nginx -t and the key store: every fault is named with its app and its key,
# and no message shows a key or a token.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use JSON::PP;
use POSIX qw(mkfifo);
use Riverty;
use RivertyConfig;
use Test::More;

my $module = load_module_line('customer_module');
my $port = port();

# In every key and token of this file, good or bad: no message may show it.
my $secret = 'MARKER7c41';
my $digest = sha256_hex("token-$secret");

mkdir "$DIR/keys" or die $!;
put('keys/redaction.key', ('5a' x 32) . "\n", 0640);

# What nginx -t says of the store that stands there; workers are nobody's.
sub tried {
    my ($file, $check) = @_;
    $file .= " $check" if defined $check;
    return nginx_t(<<"END");
$module
pid test.pid; error_log stderr;
events { }
http {
    access_log off;
    riverty_redaction_key k1 keys/redaction.key;

    riverty_key_store $file;
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

# A store of two apps, which a sub may spoil; $_[0] is the store, $_[1] the
# first app, $_[2] its first key.
sub store {
    my ($change) = @_;
    my $store = { apps => [
        { name => 'billing', tokens => [ "sha256:$digest" ],
          operations => [qw(create read)],
          keys => [ { id => 'primary', file => 'primary.key' },
                    { id => 'secondary', value => "key-$secret",
                      not_before => '2026-12-01T00:00:00Z' } ] },
        { name => 'other', tokens => [], operations => [],
          keys => [ { id => 'only', value => "other-$secret" } ] } ] };
    put('keys/primary.key', "primary-$secret\n", 0640);
    my $app = $store->{apps}[0];
    $change->($store, $app, $app->{keys}[0]) if $change;
    return JSON::PP->new->utf8->canonical->encode($store);
}

# With a JSON text, or with the change of a store.
sub fine {
    my ($name, $text, $mode) = @_;
    put('keys/apps.json', ref $text ? store($text) : $text // store(), $mode // 0640);
    my ($status, $said) = tried('keys/apps.json');
    ok($status == 0 && $said !~ /\[/, $name) or diag($said);
}

# Every message names the store and the line of the configuration.
sub refused {
    my ($name, $message, $text, $mode, $file) = @_;
    $file //= 'keys/apps.json';
    put($file, ref $text ? store($text) : $text // store(), $mode // 0640)
        if $file eq 'keys/apps.json';
    complains($name, $message, $file);
}

sub complains {
    my ($name, $message, $file) = @_;
    my ($status, $said) = tried($file);
    my @messages = ref $message ? @$message : $message;
    my $facts = join '', map { "(?=.*\Q$_\E)" } @messages;
    ok($status != 0 && $said =~
           /\[emerg\] .*"riverty_key_store" "\Q$DIR\E\/\Q$file\E": $facts.* in \S+test\.conf:8$/m,
       $name)
        or diag($said);
    my @shown = grep { index($said, $_) >= 0 } $secret, $digest, sha256_hex('');
    is("@shown", '', "$name: no secret is shown");
}

subtest 'what may stand there' => sub {
    fine('a whole store');
    fine("mode $_", undef, oct $_) for qw(640 440);
    fine('no tokens, for apps that nginx itself knows', sub { delete $_[1]{tokens} });
    fine('every operation', sub { $_[1]{operations} = [qw(create read update other)] });
    fine('no operation', sub { $_[1]{operations} = [] });
    fine('two tokens', sub { push @{ $_[1]{tokens} }, 'sha256:' . sha256_hex($secret) });
    fine('a digest in capitals', sub { $_[1]{tokens} = [ 'sha256:' . uc $digest ] });
    fine('a name of all that a name may hold', sub { $_[1]{name} = 'Bill.ing_2-x@host' });
    fine('a long name', sub { $_[1]{name} = 'a' x 64 });
    fine('a key id of all that it may hold', sub { $_[2]{id} = 'Pri.mary_2-x@host' });
    fine('the same key id for two apps', sub { $_[0]{apps}[1]{keys}[0]{id} = 'primary' });
    fine('a key that is valid for a while', sub {
        @{ $_[2] }{qw(not_before not_after)} = ('2026-12-01T00:00:00Z', '2026-12-31T23:59:59Z')
    });
    fine('a key of every visible character',
         sub { $_[1]{keys}[1]{value} = join '', map { chr } 0x21 .. 0x7e });
    fine('a long key', sub { $_[1]{keys}[1]{value} = 'x' x 4096 });
    fine('a file with an absolute name', sub { $_[2]{file} = "$DIR/keys/primary.key" });
    fine('a file without a line feed', sub { put('keys/primary.key', "k-$secret", 0640) });
    fine('white space between', JSON::PP->new->utf8->pretty->encode(decode_json(store())) . "\n\n");

    put('keys/apps.json', store(), 0640);
    symlink 'apps.json', "$DIR/keys/link.json" or die $!;
    my ($status, $said) = tried('keys/link.json');
    is($status, 0, 'a symbolic link') or diag($said);
    ($status, $said) = tried("$DIR/keys/apps.json");
    is($status, 0, 'a store with an absolute name') or diag($said);
};

subtest 'the directive' => sub {
    my ($status, $said) = tried('');
    isnt($status, 0, 'no arguments');
    like($said, qr/invalid number of arguments in "riverty_key_store" directive in \S+:8$/m,
         'are named with the line');
    put('keys/apps.json', store(), 0640);
    ($status, $said) = tried("keys/apps.json;\nriverty_key_store keys/apps.json");
    isnt($status, 0, 'two stores');
    like($said, qr/"riverty_key_store" directive is duplicate in \S+:9$/m, 'are too many');
    ($status, $said) = tried('""');
    isnt($status, 0, 'no name') or diag($said);
    for my $check ('check=5s', 'check=100ms', 'check=1m', 'check=0') {
        ($status, $said) = tried('keys/apps.json', $check);
        is($status, 0, $check) or diag($said);
    }
    for my $check ('check=', 'check=often', 'check=-1', 'chek=5s', '5s', 'check') {
        ($status, $said) = tried('keys/apps.json', $check);
        isnt($status, 0, "not $check");
        like($said, qr/invalid parameter "\Q$check\E" of "riverty_key_store".*"check=TIME".*check=5s.* in \S+:8$/m,
             'with the remedy');
    }
    ($status, $said) = tried('keys/apps.json', 'check=5s check=5s');
    isnt($status, 0, 'nor twice');
};

subtest 'the file' => sub {
    refused('a missing file', 'cannot be opened', undef, undef, 'keys/missing.json');
    refused('a directory', 'is not a regular file', undef, undef, 'keys');
    mkfifo("$DIR/keys/pipe", 0600) or die $!;
    refused('a pipe, which is not waited for', 'is not a regular file', undef, undef, 'keys/pipe');
    refused('an empty file', 'is empty', '');
    open my $large, '>', "$DIR/keys/large.json" or die $!;
    chmod 0600, $large;
    truncate $large, 17 * 1024 * 1024;
    refused('more than 16 MB', 'is longer than', undef, undef, 'keys/large.json');

    refused("mode $_", [ 'can be read by every user', 'chmod it to 640 or less' ],
            undef, oct $_) for qw(644 604 666);
    refused("mode $_", [ 'can be written by other users', 'chmod it to 640 or less' ],
            undef, oct $_) for qw(660 620 602);

  SKIP: {
        skip 'only root can give files away', 11 if $> != 0;
        my @again = ('the workers\' user "nobody" cannot read', 'chgrp', 'check=0');
        for my $file ('keys/apps.json', 'keys/primary.key') {
            put('keys/apps.json', store(), 0640);
            chmod 0600, "$DIR/$file" or die $!;
            complains("root's alone: $file", [ @again, "read \"$DIR/$file\" again" ],
                      'keys/apps.json');
            my ($status, $said) = tried('keys/apps.json', 'check=0');
            is($status, 0, "with check=0 it may be: $file") or diag($said);
        }
        put('keys/apps.json', store(), 0600);
        chown 12345, 0, "$DIR/keys/apps.json" or die $!;
        complains('a file of another user',
                  [ 'belongs to another user', 'chown it to root or to the user of nginx' ],
                  'keys/apps.json');
        chown scalar getpwnam('nobody'), 0, "$DIR/keys/apps.json" or die $!;
        my ($status, $said) = tried('keys/apps.json');
        is($status, 0, 'a file of the workers\' user') or diag($said);
        unlink "$DIR/keys/apps.json";
    }
};

subtest 'the JSON' => sub {
    my $good = store();
    my $no_json = [ 'not JSON', 'at line', 'column' ];
    refused('cut in a key', $no_json, substr $good, 0, 4 + index $good, $secret);
    refused('cut before the end', $no_json, substr $good, 0, -2);
    refused('something behind it', $no_json, "$good $secret");
    refused('a second object', $no_json, "$good$good");
    refused('no JSON', $no_json, "apps: $secret");
    refused('a string', $no_json, "\"$secret\"");
    refused('white space alone', $no_json, " \n");
    refused('a comment', $no_json, "/* $secret */ $good");
    refused('a byte order mark', $no_json, "\xef\xbb\xbf$good");
    refused('no UTF-8', $no_json, $good =~ s/key-/key-\xff/r);
    refused('a NUL', $no_json, $good =~ s/key-/key-\\u0000/r);
    refused('a member twice', $no_json, $good =~ s/"name":"billing"/"name":"$secret",$&/r);
    refused('a key twice', $no_json, $good =~ s/"value":/"value":"$secret",$&/r);
    refused('depth without end', $no_json, '[' x 100_000);
    my $store = [ 'the store must be an object', 'one member, "apps"', 'array' ];
    refused('an array', $store, "[\"$secret\"]");
    refused('no member', $store, '{}');
    refused('apps is an object', $store, '{"apps":{}}');
    refused('a member beside apps', $store, sub { $_[0]{$secret} = 1 });
};

subtest 'an app' => sub {
    refused("$_->[0] is no app", '"apps"', sub { $_[0]{apps}[0] = $_->[1] })
        for [ 'a string', $secret ], [ 'a number', 1 ], [ 'an array', [] ];
    refused("no $_", [ 'app', "has no \"$_\"" ], sub { delete $_[1]{$_} })
        for qw(name operations keys);
    my $of = [ 'app "billing"', 'none of name, tokens, operations, keys' ];
    refused('an unknown member', $of, sub { $_[1]{key} = $secret });
    refused('a member in capitals', $of, sub { $_[1]{Tokens} = [$secret] });

    my $name = 'the name of an app must be 1 to 64 letters, digits, . _ - or @';
    refused("the name \"$_\"", $name, sub { $_[1]{name} = $_ })
        for '', 'bill ing', "bill\ning", 'b"', "\x{fc}", 'b/c', 'x' x 65;
    refused('a name that is a number', $name, sub { $_[1]{name} = 5 });
    refused('two apps of one name', 'there are two apps "billing"',
            sub { $_[0]{apps}[1]{name} = 'billing' });

    refused('operations is a string', '"operations" of app "billing" is not an array',
            sub { $_[1]{operations} = 'create' });
    my $words = '"operations" of app "billing" may hold create, read, update and other';
    refused('the operation ' . JSON::PP->new->allow_nonref->encode($_), $words,
            sub { $_[1]{operations} = [ 'read', $_ ] })
        for 'delete', 'Create', 'unknown', '', 1, undef, [];
};

subtest 'tokens' => sub {
    refused('a string', '"tokens" of app "billing" is not an array',
            sub { $_[1]{tokens} = "sha256:$digest" });
    my $form = [ 'token 2 of app "billing" must be "sha256:" and 64 hex digits' ];
    refused($_->[0], $form, sub { push @{ $_[1]{tokens} }, $_->[1] }) for
        [ 'a token itself', "token-$secret" ],
        [ 'a token of 71 characters', substr "sha256:$secret" . 'x' x 64, 0, 71 ],
        [ 'a digest without its name', $digest ],
        [ 'another digest', "sha512:$digest" ],
        [ 'a digit too few', 'sha256:' . substr $digest, 1 ],
        [ 'a digit too many', "sha256:${digest}0" ],
        [ 'a letter that is no digit', 'sha256:' . substr($digest, 1) . 'g' ],
        [ 'the word in capitals', "SHA256:$digest" ],
        [ 'a number', 5 ], [ 'null', undef ];
    refused('a token twice in an app', 'token 2 of app "billing" stands in the store twice',
            sub { push @{ $_[1]{tokens} }, "sha256:$digest" });
    refused('twice, spelled differently', 'token 2 of app "billing" stands in the store twice',
            sub { push @{ $_[1]{tokens} }, 'sha256:' . uc $digest });
    refused('a token of two apps', 'token 1 of app "other" stands in the store twice',
            sub { $_[0]{apps}[1]{tokens} = [ "sha256:$digest" ] });
    refused('the digest of nothing', 'token 2 of app "billing" is the digest of nothing',
            sub { push @{ $_[1]{tokens} }, 'sha256:' . sha256_hex('') });
};

subtest 'keys' => sub {
    my $of = 'key "primary" of app "billing"';
    refused("$_->[0]", '"keys" of app "billing" must be an array with a key',
            sub { $_[1]{keys} = $_->[1] })
        for [ 'no keys', [] ], [ 'a string', $secret ], [ 'an object', { id => $secret } ];
    refused("$_->[0] is no key", 'of app "billing"', sub { $_[1]{keys} = [ $_->[1] ] })
        for [ 'a string', $secret ], [ 'null', undef ], [ 'an array', [$secret] ];

    my $id = 'the "id" of a key of app "billing" must be 1 to 64 letters, digits, . _ - or @';
    refused('no id', $id, sub { delete $_[2]{id} });
    refused("the id \"$_\"", $id, sub { $_[2]{id} = $_ }) for '', 'a b', "a\n", 'a"', 'x' x 65;
    refused('an id that is a number', $id, sub { $_[2]{id} = 1 });
    refused('an id twice', 'app "billing" has two keys "primary"',
            sub { $_[1]{keys}[1]{id} = 'primary' });
    refused("the unknown member $_",
            [ $of, 'none of id, file, value, not_before, not_after' ],
            sub { $_[2]{$_} = $secret }) for qw(key Value not_Before), $secret;

    my $either = [ $of, 'must have either "file" or "value"' ];
    refused('both file and value', $either, sub { $_[2]{value} = "key-$secret" });
    refused('neither file nor value', $either, sub { delete $_[2]{file} });
    refused('a file that is not a string', [ '"file"', $of, 'is not a string' ],
            sub { $_[2]{file} = 1 });
    refused('a value that is not a string',
            [ '"value"', 'key "secondary" of app "billing"', 'is not a string' ],
            sub { $_[1]{keys}[1]{value} = [$secret] });
};

subtest 'times' => sub {
    my @form = ('key "primary" of app "billing"', 'UTC time such as 2026-12-01T00:00:00Z');
    for my $member (qw(not_before not_after)) {
        refused("$member " . (defined $_ ? "\"$_\"" : 'null'), [ $member, @form ],
                sub { $_[2]{$member} = $_ })
            for '', '2026-12-01', '2026-12-01T00:00:00', '2026-12-01T00:00:00+00:00',
                '2026-12-01T00:00:00z', '2026-12-01 00:00:00Z', '2026-02-30T00:00:00Z',
                '2026-13-01T00:00:00Z', '2026-12-01T24:00:00Z', '2026-12-01T00:60:00Z',
                '2026-12-01T00:00:61Z', '2026-12-01T00:00:00.0Z', '2026-12-1T00:00:00Z',
                "$secret", undef;
        refused("$member as a number", [ $member, @form ], sub { $_[2]{$member} = 1 });
    }
    my $never = [ 'key "primary" of app "billing"', 'never valid',
                  'not_after is not later than not_before' ];
    refused('not_after before not_before', $never, sub {
        @{ $_[2] }{qw(not_before not_after)} = ('2026-12-02T00:00:00Z', '2026-12-01T00:00:00Z')
    });
    refused('not_after at not_before', $never, sub {
        @{ $_[2] }{qw(not_before not_after)} = ('2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z')
    });
};

# What a key may not be, in the store and in a file of its own.
my @bad = (
    [ 'empty', '', 'is empty' ],
    [ 'a blank in it', "key $secret", 'white space' ],
    [ 'a blank in front', " key-$secret", 'white space' ],
    [ 'a blank behind', "key-$secret ", 'white space' ],
    [ 'a tab', "key\t$secret", 'white space' ],
    [ 'a carriage return', "key-$secret\r", 'white space' ],
    [ 'a line feed in it', "key\n$secret", 'white space' ],
    [ 'two line feeds behind', "key-$secret\n\n", 'white space' ],
    [ 'a control character', "key\x01$secret", 'control character' ],
    [ 'a delete character', "key\x7f$secret", 'control character' ],
    [ 'an umlaut', "key-\x{c3}\x{bc}-$secret", 'ASCII' ],
    map({ [ "the placeholder $_", $_, 'was never filled in' ] }
        'YOUR_API_SUBSCRIPTION_TOKEN', 'your_api_subscription_token',
        "x-YOUR_API_SUBSCRIPTION_TOKEN", '${RIVERTY_KEY}', '$secret://riverty/key',
        '{{key}}', '{{ key }}', 'vault:secret/riverty#key'),
);

subtest 'a key in the store' => sub {
    my $of = 'key "secondary" of app "billing"';
    refused($_->[0], [ $of, $_->[2] ], sub { $_[1]{keys}[1]{value} = $_->[1] }) for @bad;
    refused('a line feed behind', [ $of, 'white space' ],
            sub { $_[1]{keys}[1]{value} = "key-$secret\n" });
    refused('more than 4096 characters', [ $of, 'is too long' ],
            sub { $_[1]{keys}[1]{value} = $secret x 410 });
};

subtest 'a key in a file' => sub {
    my $of = "key \"primary\" of app \"billing\"";
    my $file = "$DIR/keys/primary.key";
    my $put = sub {
        my ($content, $mode) = @_;
        return sub { put('keys/primary.key', $content, $mode // 0640) };
    };
    refused($_->[0], [ $of, $_->[2] ], $put->($_->[1])) for @bad;
    refused('a line feed alone', [ $of, 'is empty' ], $put->("\n"));
    refused('more than 4096 bytes', [ $of, 'is longer than 4096 bytes' ],
            $put->($secret x 410));
    refused("mode $_", [ $of, "\"$file\"", 'can be read by every user', 'chmod' ],
            $put->("key-$secret", oct $_)) for qw(644 604);
    refused("mode $_", [ $of, "\"$file\"", 'can be written by other users', 'chmod' ],
            $put->("key-$secret", oct $_)) for qw(660 602);
    refused('a missing file', [ $of, "\"$DIR/keys/missing.key\"", 'cannot be opened' ],
            sub { $_[2]{file} = 'missing.key' });
    refused('a directory', [ $of, 'is not a regular file' ], sub { $_[2]{file} = '.' });
    refused('an empty name', $of, sub { $_[2]{file} = '' });
    refused('a file with a key in its name', $of, sub { $_[2]{file} = "../$_[2]{file}" });

  SKIP: {
        skip 'only root can give files away', 2 if $> != 0;
        put('keys/apps.json', store(), 0640);
        chown 12345, 0, $file or die $!;
        complains('a file of another user', [ $of, "\"$file\"", 'belongs to another user' ],
                  'keys/apps.json');
        unlink $file;
    }
};

done_testing();
