#!/usr/bin/perl

# What the record says of the key store: which of an app's tokens came.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
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

done_testing();
