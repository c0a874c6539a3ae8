#!/usr/bin/perl

# Where records go: one log or several, off, syslog, an address as configured,
# no redaction key; "required", and a log that takes nothing.

use strict;
use warnings;

use lib 't/lib';
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use Socket qw(SOCK_DGRAM);
use Test::More;
use Time::HiRes qw(sleep);

my $item = "$CUSTOMERS/$NUMBER";
my ($tokenless, $many) = (port(), port());

my $udp = IO::Socket::INET->new(Proto => 'udp', LocalAddr => '127.0.0.1') or die $!;
my $udp_port = $udp->sockport();

my $api = start_api();

# A location with an audit log of its own for each way.
my %log = (
    one      => 'logs/one.log',
    two      => 'logs/two.log client_ip=drop',
    prefix   => 'logs/prefix.log client_ip=prefix',
    none     => 'off',
    syslog   => "syslog:server=127.0.0.1:$udp_port,tag=riverty,facility=local3,severity=notice",
    required => 'logs/required.log required',
    full     => '/dev/full',
    must     => '/dev/full required',
    socket   => "syslog:server=unix:$DIR/audit.sock required",
);
my $locations = join '', map { <<"END" } sort keys %log;
        location /$_/ {
            riverty_customer on;
            riverty_prefix /$_;
            riverty_audit_log $log{$_};
            proxy_pass $API/;
        }
END

# The same server without a redaction key, which is http's.
my $without = gateway_config(server => "$locations
        listen 127.0.0.1:$tokenless;") =~ s/listen 127\.0\.0\.1:$GATEWAY;//r
    =~ s/riverty_redaction_key .*//r;

my $gateway = start_server('gateway', gateway_config(server => <<"END"));
$locations
        location / {
            riverty_customer on;
            riverty_audit_log logs/audit.log required client_ip=prefix;
            location $CUSTOMERS/inherits { proxy_pass $API; }
            location $CUSTOMERS/differs {
                riverty_audit_log logs/differs.log;
                proxy_pass $API;
            }
            proxy_pass $API;
        }
END

sub of { return $gateway->path("$_[0].log") }
sub all_logs { return grep { !/(?:error|access)\.log$/ } glob "$gateway->{prefix}/logs/*.log" }

subtest 'a log of one\'s own' => sub {
    ask("GET /one$item");
    ask("GET /two$item?status=500");
    my @one = records(of('one'), 1);
    my @two = records(of('two'), 1);
    is(join(' ', map { $_->{'http.response.status_code'} } @one), 404, 'one record in one');
    is(join(' ', map { $_->{'http.response.status_code'} } @two), 500, 'and one in the other');
    ask("GET /none$item");
    sleep 0.2;
    my @files = map { slurp($_) =~ /"event.type":"end"/ ? s{.*/}{}r : () } all_logs();
    is("@files", 'one.log two.log', '"off" writes nothing anywhere');
    is_deeply([ map { s{.*/}{}r . ': ' . stores($_) } all_logs() ],
              [ map { s{.*/}{}r . ': 1' } all_logs() ], 'each log says what the key store is');
    is(ask("GET $CUSTOMERS/inherits")->{status}, 404, 'a location below');
    is(scalar(records(of('audit'), 2)), 2, 'inherits the log and "required"');
    ask("GET $CUSTOMERS/differs");
    is(scalar(records(of('differs'), 1)), 1, 'or has another');
};

subtest 'the client\'s address' => sub {
    ask("GET /$_$item") for qw(one two prefix);
    is((records(of('one'), 1))[0]{'client.ip'}, '127.0.0.1', 'is kept');
    ok(!exists((records(of('two'), 1))[0]{'client.ip'}), 'or dropped');
    is((records(of('prefix'), 1))[0]{'client.ip'}, '127.0.0.0', 'or cut to its /24');
};

subtest 'an IPv6 address' => sub {
    my $port = port();
    eval { require IO::Socket::IP; IO::Socket::IP->new(LocalHost => '::1', Listen => 1) }
        or plan skip_all => 'there is no IPv6';
    my $server = start_server('six', config_of(http => key_store_config() . <<"END"));
    server {
        listen 127.0.0.1:$port;
        listen [::1]:$port;
        riverty_customer on;
        location /keep { riverty_audit_log logs/keep.log; return 200; }
        location /prefix { riverty_audit_log logs/prefix.log client_ip=prefix; return 200; }
        riverty_audit_log off;
    }
END
    for my $case ([ keep => '::1' ], [ prefix => '::' ]) {
        my ($path, $shown) = @$case;
        my $socket = IO::Socket::IP->new(PeerHost => '::1', PeerPort => $port) or die $!;
        $socket->syswrite("GET /$path HTTP/1.0\r\n\r\n");
        1 while sysread $socket, my $answer, 1000;
        is((records($server->path("$path.log"), 1))[0]{'client.ip'}, $shown, $path);
    }
    $server->stop();
};

subtest 'a client without an address' => sub {
    my $server = start_server('local', config_of(http => key_store_config() . <<"END"));
    server {
        listen unix:$DIR/local.sock;
        riverty_customer on;
        location / { riverty_audit_log logs/audit.log; return 200; }
        location /prefix { riverty_audit_log logs/audit.log client_ip=prefix; return 200; }
        riverty_audit_log off;
    }
END
    ok(wait_for(sub { IO::Socket::UNIX->new(Peer => "$DIR/local.sock") }),
       'nginx listens on a unix socket');
    for my $path ('/', '/prefix') {
        my $socket = IO::Socket::UNIX->new(Peer => "$DIR/local.sock") or die $!;
        $socket->syswrite("GET $path HTTP/1.0\r\n\r\n");
        1 while sysread $socket, my $answer, 1000;
        ok(!exists((records($server->path('audit.log'), 1))[0]{'client.ip'}), "$path: none");
    }
    $server->stop();
};

subtest 'syslog' => sub {
    ok(IO::Select->new($udp)->can_read(3), 'the key store is told of') or return;
    $udp->recv(my $store, 65536);
    like($store, qr/riverty: \{.*"event.action":"store".*\}\z/, '... first');
    for my $case ([ '', 404 ], [ '?status=500', 500 ]) {
        my ($query, $status) = @$case;
        ask("GET /syslog$item$query");
        ok(IO::Select->new($udp)->can_read(3), 'a datagram comes') or return;
        $udp->recv(my $datagram, 65536);
        my ($header, $json) = $datagram =~ /^(<\d+>[^{]*?)(\{.*\})\z/s;
        like($header, qr/^<157>\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ riverty: $/,
             'with facility, severity and tag');
        my $record = eval { decode_json($json // '') };
        is($record->{'http.response.status_code'}, $status, 'that is the whole record');
    }
    ask("GET /syslog$item", token => undef);
    ok(IO::Select->new($udp)->can_read(3), 'a refusal is one too');
    $udp->recv(my $datagram, 65536);
    ok(!IO::Select->new($udp)->can_read(0.2), 'and no datagram more');
};

subtest 'required: a start and an end' => sub {
    my $answer = ask("PUT /required$item", body => $SAMPLE{'update-request'});
    my @records = records(of('required'), 2);
    is(join(' ', map { $_->{'event.type'} } @records), 'start end', 'in this order');
    my ($start, $end) = @records;
    is($start->{'event.id'}, $end->{'event.id'}, 'of one request');
    is_deeply([ grep { !exists $start->{$_} } sort keys %$end ],
              [ qw(event.duration event.outcome http.response.body.bytes
                   http.response.status_code) ],
              'the start has all that is known by then');
    is_deeply([ grep { !exists $start->{riverty}{$_} } sort keys %{ $end->{riverty} } ],
              [ qw(outcome upstream) ], 'of ours as well');
    for my $member (qw(event.action http.request.method http.request.body.bytes url.path
                       user.name client.ip)) {
        is($start->{$member}, $end->{$member}, "the same $member");
    }
    for my $member (qw(key customer document findings changes mode)) {
        is_deeply($start->{riverty}{$member}, $end->{riverty}{$member}, "the same $member");
    }
    my @refused = ([ "GET /required$item", token => undef ], [ "GET /required$CUSTOMERS/" ],
                   [ "POST /required$CUSTOMERS", body => '{' ]);
    ask(shift @$_, @$_) for @refused;
    @records = records(of('required'), 3);
    is(join(' ', map { $_->{'event.type'} } @records), 'end end end',
       'what is not forwarded has an end only');
    is(scalar(grep { $_->{'event.id'} eq $end->{'event.id'} } @records), 0, 'of its own');

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(request_bytes("GET /required$item?delay=1s"));
    @records = records(of('required'), 1);
    is(join(' ', map { $_->{'event.type'} } @records), 'start',
       'the start is there before there is an answer');
    close $socket;
    @records = records(of('required'), 1);
    is(join(' ', map { $_->{'riverty'}{outcome} } @records), 'aborted', 'and the end follows');
    wait_for(sub { $api->log('api.log') =~ /delay=1s/ });
};

sub alerts {
    my ($name) = @_;
    return scalar(() = $gateway->log() =~ /\[alert\][^\n]*audit log "\Q$name\E"/g);
}

subtest 'a log that takes nothing' => sub {
    sleep 0.2;
    reached($api->path('api.log'), 0);
    is(ask("GET /full$item")->{status}, 404, 'without "required" a request is forwarded')
        for 1 .. 3;
    is(scalar(reached($api->path('api.log'), 3)), 3, 'to the API');
    is(alerts('/dev/full'), 1, 'one alert tells of it');
    for (1 .. 3) {
        my $answer = ask("GET /must$item");
        is($answer->{status}, 503, 'with "required" it is refused');
        like($answer->{head}, qr{^Content-Type: application/problem\+json\r?$}m, 'with a problem');
        like($answer->{head}, qr/^Retry-After: \d+\r?$/m, 'and a time to wait');
        is(eval { decode_json($answer->{body})->{type} },
           'urn:riverty-customer:problem:audit-unavailable', 'that is its type');
    }
    is(ask("GET /must$item", token => undef)->{status}, 401, 'an unknown app is refused as ever');
    sleep 0.2;
    is(scalar(reached($api->path('api.log'), 0)), 0, 'nothing reached the API');
    cmp_ok(alerts('/dev/full'), '<=', 2, 'and one alert more at most');
};

subtest 'service returns by itself' => sub {
    is(ask("GET /socket$item")->{status}, 503, 'refused while nobody listens') for 1, 2;
    # The worker's next turn: the ends of these have been tried, in vain.
    is(ask("GET /none$item")->{status}, 404, 'another log is none of it');
    my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$DIR/audit.sock") or die $!;
    chmod 0777, "$DIR/audit.sock";
    is(ask("GET /socket$item")->{status}, 404, 'forwarded as soon as somebody does');
    my @types;
    while (@types < 2 && IO::Select->new($socket)->can_read(2)) {
        $socket->recv(my $datagram, 65536);
        push @types, $datagram =~ /"event\.type":"(\w+)"/;
    }
    is("@types", 'start end', 'with its records');
    is(alerts('syslog'), 1, 'one alert told that there was trouble');
    like($gateway->log(), qr/audit log "syslog" takes records again/, 'and a line that it is over');
};

subtest 'no redaction key' => sub {
    my $server = start_server('tokenless', $without);
    ask("PUT /one$item", port => $tokenless, body => $SAMPLE{'update-request'});
    ask("GET /one$item/orders", port => $tokenless);
    my ($update, $other) = records($server->path('one.log'), 2);
    is($update->{riverty}{outcome}, 'forwarded', 'requests are forwarded');
    ok(!exists $update->{riverty}{customer}, 'the customer has no token');
    ok(!exists $update->{riverty}{document}{'/paymentRegistration/id'}, 'nor has anything else');
    is($update->{riverty}{document}{'/customer/address/countryCode'}, 'DE', 'the rest is there');
    is($update->{'url.path'}, "/one$CUSTOMERS/{-}", 'the path has a place for the number');
    is($other->{'url.path'}, "/one$CUSTOMERS/{-}/orders", 'and so has another path');
    my $written = join '', map { slurp($_) } glob "$server->{prefix}/logs/*";
    unlike($written, qr/\Q$NUMBER\E|t:k1:/, 'no log shows the number or a token');
    $server->stop();
};

subtest 'many at once' => sub {
    my $server = start_server('many', gateway_config(workers => 4, server => '
        riverty_customer on;') =~ s/listen 127\.0\.0\.1:\K$GATEWAY;/$many reuseport;/r);
    my @children = map {
        my $child = fork() // die $!;
        if (!$child) {
            my $one = request_bytes("GET $CUSTOMERS/", token => undef);
            exchange($many, ($one =~ s/Connection: close\r\n//r) x 99 . $one);
            POSIX::_exit(0);
        }
        $child;
    } 1 .. 8;
    waitpid $_, 0 for @children;
    my @records = eval { records($server->path('audit.log'), 800) };
    is(scalar @records, 800, 'every request has its line, and every line is whole') or diag($@);
    $server->stop();
};

done_testing();
