#!/usr/bin/perl

# nginx is stopped, in order or at once, while requests are under way: each has
# its end record, and each chain its own.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $cli = ($ENV{BUILD} // 'build') . '/riverty-customer';
my $h2 = port();
my $api = start_api();

put('audit.key', 'c0ffee' x 12 . "\n", 0640);
my $text = gateway_config(level => 'notice', main => "worker_shutdown_timeout 500ms;\n",
                          http => "    riverty_audit_key ../audit.key;\n", server => <<"END");
        listen 127.0.0.1:$h2 http2;
        riverty_customer on;
        location / { proxy_pass $API; }
        location /off/ { riverty_customer off; proxy_pass $API/; }
        location /post/ { riverty_prefix /post; post_action \@after; proxy_pass $API/; }
        location \@after { riverty_customer off; rewrite ^ $item?delay=5s break; proxy_pass $API; }
END
$text =~ s/audit\.log\K;/ required;/;

my $json = 'Content-Type: application/json';

sub connected {
    my ($port, @bytes) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die $!;
    $socket->syswrite($_) for @bytes;
    return $socket;
}

sub frame {
    my ($type, $flags, $stream, $payload) = @_;
    return substr(pack('N', length $payload), 1) . pack('CCN', $type, $flags, $stream) . $payload;
}

sub h2_request {
    my ($stream, $path) = @_;
    return frame(1, 5, $stream, join '', map { join '', "\0", map { chr(length) . $_ } @$_ }
        [ ':method', 'GET' ], [ ':scheme', 'http' ], [ ':path', $path ],
        [ ':authority', 'gateway' ], [ 'x-app-token', $TOKEN{billing} ]);
}

# What is under way when nginx is told to stop, and what it leaves.
sub stopped {
    my ($signal) = @_;
    my $gateway = start_server($signal, $text);
    my $log = $gateway->path('audit.log');
    my @sockets = (
        connected($GATEWAY, request_bytes("GET $item?delay=5s")),
        connected($GATEWAY, request_bytes("PUT $item", headers => [ $json, 'Content-Length: 600' ])
                            . '{"customer"'),
        connected($GATEWAY, request_bytes("GET /off$item?delay=5s")),
        connected($GATEWAY, request_bytes("GET /post$item")),
        # which a shutdown in order waits for
        $signal eq 'TERM' ? connected($GATEWAY, 'GET /half-a-line') : (),
        connected($GATEWAY, request_bytes("GET $item?status=500") =~ s/close/keep-alive/r),
        connected($h2, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frame(4, 0, 0, ''),
                  h2_request(1, "$item?delay=5s"), h2_request(3, "$item?delay=5s")),
    );
    # what it has of the body and of the line came before these
    ok(wait_for(sub { 5 == (() = slurp($log) =~ /"event\.type":"start"/g)
                      && slurp($log) =~ /"event\.type":"end".*"http\.response\.status_code":500/
                    }), "$signal: requests are under way");
    $gateway->stop($signal);
    my (%start, @ends);
    for (records($log)) {
        $start{ $_->{'event.id'} }++ if $_->{'event.type'} eq 'start';
        push @ends, join ' ', $_->{'http.response.status_code'} // '-', $_->{riverty}{outcome},
            $_->{'event.outcome'}, delete $start{ $_->{'event.id'} } ? '+' : ()
            if $_->{'event.type'} eq 'end';
    }
    is(scalar keys %start, 0, "$signal: no start without an end");
    my $said = qx{$cli audit verify --closed --key $DIR/audit.key $log 2>&1};
    is($?, 0, "$signal: the chains are whole and have their ends") or diag($said);
    return join ', ', sort @ends;
}

# Of what is no request of a protected location there is none.
my @answered = ('404 forwarded failure +', '500 forwarded failure +');
is(stopped('TERM'), join(', ', '- aborted unknown', ('- aborted unknown +') x 3, @answered),
   'at once: each request has its end, without a status where its client got none');
is(stopped('QUIT'), join(', ', '- aborted unknown', '- aborted unknown +', $answered[0],
                         ('499 aborted unknown +') x 2, $answered[1]),
   'in order, but with worker_shutdown_timeout: the same');

done_testing();
