#!/usr/bin/perl

# riverty_health: can this worker serve?  Asked by hand, and by Debian's haproxy
# (option httpchk), which takes a server that cannot out and in again.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path remove_tree);
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

sub store {
    my (@more) = @_;
    return encode_json({ apps => [ { name => 'billing', operations => ['read'],
        tokens => [ 'sha256:' . 'ab' x 32 ],
        keys => [ { id => 'primary', value => 'a-key-of-billing', @more } ] } ] });
}

make_path("$DIR/audit");
put('apps.json', store(), 0640);
start_server('gateway', config_of(http => <<"END"));
    riverty_key_store $DIR/apps.json check=100ms;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    riverty_audit_log $DIR/audit/audit.log required;
    server {
        listen 127.0.0.1:$GATEWAY;
        riverty_customer on;
        location / { proxy_pass http://127.0.0.1:9; }
        location = /health { riverty_health; }
        location = /closed { riverty_health; deny all; }
    }
END

sub health { return ask("GET /health" . ($_[0] // ''), token => undef) }

sub unavailable {
    my ($name, $problem) = @_;
    my $answer;
    ok(wait_for(sub { ($answer = health('?verbose'))->{status} == 503 }, 4), "$name: 503");
    is_deeply(decode_json($answer->{body})->{problems}, [$problem], "$name: $problem");
    unlike($answer->{body}, qr/billing|primary|audit\.log|apps\.json/, "$name: no name is shown");
    return;
}

sub well { return ok(wait_for(sub { health()->{status} == 200 }, 4), "$_[0]: 200") }

my $answer = health();
is($answer->{status}, 200, 'it can serve');
is($answer->{body}, qq({"status":"ok"}\n), '... and says no more than that');
like($answer->{head}, qr{^Content-Type: application/json\r$}m, '... as JSON');
like($answer->{head}, qr{^Cache-Control: no-store\r?$}m, '... that nobody keeps');

my $all = decode_json(health('?verbose')->{body});
is_deeply([ $all->{apps}, $all->{audit}, $all->{store}{version} > 0 ],
          [ { all => 1, valid => 1 }, { required => 1, failed => 0 }, 1 ], 'verbose: counts');

my $head = ask('HEAD /health', token => undef);
is("$head->{status} $head->{body}", '200 ', 'HEAD has no body');
is(ask('GET /health', token => undef, headers => [$_])->{status}, 200, "a condition says nothing: $_")
    for 'If-None-Match: *', 'If-Match: "a"';
is(ask('POST /health', token => undef, body => '{}')->{status}, 405, 'POST');
is(ask('GET /closed', token => undef)->{status}, 403, 'access is the configuration\'s');

put('apps.json', '{', 0640);
ok(wait_for(sub { decode_json(health('?verbose')->{body})->{store}{bad} }, 4), 'a bad store is told');
is(health()->{status}, 200, '... but the old one is in force');

put('apps.json', store(not_after => '2020-01-01T00:00:00Z'), 0640);
unavailable('an expired key', 'no-valid-key');
put('apps.json', store(), 0640);
well('a valid one');

remove_tree("$DIR/audit");
unavailable('a log that was removed', 'audit-unavailable');
make_path("$DIR/audit");
well('one that can be made again');

subtest 'a full disk' => sub {
    remove_tree("$DIR/audit");
    make_path("$DIR/audit");
    plan skip_all => 'needs root, to mount one'
        if system("mount -t tmpfs -o size=64k none $DIR/audit 2> /dev/null") != 0;
    system("dd if=/dev/zero of=$DIR/audit/filler bs=4k count=64 2> /dev/null");
    unavailable('none', 'audit-unavailable');
    unlink "$DIR/audit/filler";
    well('room again');
    system("umount -l $DIR/audit");
};

subtest 'haproxy' => sub {
    plan skip_all => 'there is no haproxy' if system('haproxy -v > /dev/null 2>&1') != 0;
    my $port = port();
    my $config = put('haproxy.cfg', <<"END");
defaults
    mode http
    timeout connect 1s
    timeout client 2s
    timeout server 2s
frontend in
    bind 127.0.0.1:$port
    default_backend gateway
backend gateway
    option httpchk GET /health
    server one 127.0.0.1:$GATEWAY check inter 100ms fall 1 rise 1
END
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        exec 'haproxy', '-db', '-f', $config or die "haproxy: $!\n";
    }
    my $through = sub {
        my $got = eval { ask('GET /health?verbose', token => undef, port => $port) } // {};
        return ($got->{body} // '') =~ /^\{"status"/;
    };
    ok(wait_for($through, 5), 'it sends requests to a gateway that is well');
    put('apps.json', store(not_after => '2020-01-01T00:00:00Z'), 0640);
    ok(wait_for(sub { !$through->() }, 5), '... and none to one that is not');
    put('apps.json', store(), 0640);
    ok(wait_for($through, 5), '... until it is well again');
    kill 'TERM', $pid;
    waitpid $pid, 0;
};

done_testing();
