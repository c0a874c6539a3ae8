#!/usr/bin/perl

# What versions of nginx refuse and others let pass (docs/compatibility.md):
# whichever it is, there is one record, and what passes arrives as judged.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

my $item = "$CUSTOMERS/$NUMBER";
my $h2 = port();

my $api = start_api();
my $api_log = $api->path('api.log');
my $gateway = start_server('gateway', gateway_config(http => <<"END", server => <<"END2"));
    large_client_header_buffers 64 8k;
    server {
        listen 127.0.0.1:$h2 http2;
        riverty_customer on;
        location / { proxy_pass $API; }
    }
END
        riverty_customer on;
        location / { proxy_pass $API; }
END2
my $log = $gateway->path('audit.log');

# One request, and whether this nginx refuses it.
sub tried {
    my ($refused, $name, $send, %of) = @_;
    $send->();
    my @records = records($log, 1);
    is(@records, 1, "$name: one record");
    is($records[0]{riverty}{outcome}, $refused ? 'refused' : 'forwarded', "$name: its outcome");
    my @arrived = reached($api_log, $refused ? 0 : 1);
    is(@arrived, $refused ? 0 : 1, "$name: the API got " . ($refused ? 'nothing' : 'it'));
    is($arrived[0]{$_}, $of{$_}, "$name: its $_") for $refused ? () : sort keys %of;
    return;
}

sub get {
    my (@headers) = @_;
    return sub { ask("GET $item", headers => \@headers) };
}

sub h2 {
    my (@headers) = @_;
    return sub { http2_post($h2, $CUSTOMERS, $SAMPLE{'create-request'}, headers => \@headers) };
}

tried(0, 'a request like any other', get(), key => 'billing.primary');

# Debian's 1.22.1 has it, too.
my (undef, $said) = nginx_t(config_of(http => 'max_headers 1000;'));
tried($said !~ /unknown directive/, 'more than a thousand headers', get(map { "X-Number-$_: $_" } 1 .. 1001));

# RFC 3986.
tried(nginx_since('1.29.4'), 'a host with a brace', sub {
    exchange($GATEWAY, "GET $item HTTP/1.1\r\nHost: gate{way\r\nConnection: close\r\n"
                       . "X-App-Token: $TOKEN{billing}\r\n\r\n");
});

my $body = $SAMPLE{'create-request'};
tried(nginx_since('1.29.4'), 'chunks that end in a line feed alone', sub {
    exchange($GATEWAY, request_bytes("POST $CUSTOMERS", headers =>
        [ 'Content-Type: application/json', 'Transfer-Encoding: chunked' ])
        . sprintf "%x\n%s\n0\n\n", length $body, $body);
}, length => length $body);

tried(nginx_since('1.31.0'), "HTTP/2 with $_->[0]", h2($_)) for [ 'connection', 'close' ],
    [ 'keep-alive', 'timeout=5' ], [ 'upgrade', 'h2c' ], [ 'te', 'gzip' ];
tried(0, 'HTTP/2 with te: trailers', h2([ 'te', 'trailers' ]));

unlike($gateway->log(), qr/\[(?:error|crit|alert|emerg)\](?!.*invalid chunked body)/,
       'error.log says no more at level error');

done_testing();
