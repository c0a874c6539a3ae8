#!/usr/bin/perl

# nginx's cache in a protected location: no caller gets another customer's answer
# or another app's, no answer to another query, a hit is recorded as one and
# without a key, and what cannot be made right is refused by nginx -t.

use strict;
use warnings;

use lib 't/lib';
use File::Find;
use IO::Socket::INET;
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $api = start_api();

# An API that sends the key back that it got.
my $echo = port();
my $listen = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1',
                                   LocalPort => $echo, ReuseAddr => 1) or die $!;
my $pid = fork() // die $!;
if (!$pid) {
    while (my $client = $listen->accept()) {
        sysread $client, my $request, 65536;
        my ($key) = $request =~ /^X-Subscription-Key: (\S+)/mi;
        print $client "HTTP/1.1 200 OK\r\nX-Echo: $key\r\nContent-Length: 2\r\n\r\n{}";
        close $client;
    }
    POSIX::_exit(0);
}
END { local $?; kill 'KILL', $pid if $pid }

sub cached {
    my ($lines) = @_;
    return (http => <<"END", server => <<"END2");
    proxy_cache_path cache keys_zone=c:1m;
END
        riverty_customer on;
        riverty_allow cache;
        proxy_cache c;
        proxy_cache_valid 200 1m;
        $lines
END2
}

my $server = <<"END";
        location / { proxy_pass $API; }
        location /short/ {
            riverty_prefix /short;
            proxy_cache_valid 200 1s;
            proxy_cache_use_stale error timeout http_500 http_503 updating;
            proxy_pass $API/;
        }
        location /watch/ {
            riverty_prefix /watch;
            riverty_customer monitor;
            proxy_pass $API/;
        }
        location /echo/ { riverty_prefix /echo; proxy_pass http://127.0.0.1:$echo/; }
        location /one/ {
            riverty_prefix /one;
            proxy_cache_key one;
            proxy_pass $API/;
        }
END

# Whether the redaction key is there or not: the path is not told by its form
# for logs.
for my $redaction ('with', 'without') {
    my %part = cached($server);
    my $text = gateway_config(level => 'notice', %part);
    $text =~ s/^\s*riverty_redaction_key.*$//m if $redaction eq 'without';
    my $gateway = start_server("gateway-$redaction", $text);
    my $log = $gateway->path('audit.log');
    ask("POST $CUSTOMERS", body => edited('create-request', [customerNumber => qq{"$NUMBER"} => qq{"$_"}]))
        for qw(c1 c2);
    ask("GET $CUSTOMERS/none");
    records($log, 3);

    my $seen = sub {
        my ($line, %of) = @_;
        my $answer = ask($line, %of);
        my ($record) = records($log, 1);
        my ($number) = $answer->{body} =~ /"customerNumber"\s*:\s*"(\w+)"/;
        return join ' ', $answer->{status}, $number // '-', $record->{riverty}{outcome},
            $record->{riverty}{cache} // '-', $record->{riverty}{key} // '-';
    };

    is($seen->("GET $CUSTOMERS/c1"), '200 c1 forwarded - primary', "$redaction key: the API answers first");
    is($seen->("GET $CUSTOMERS/c1"), '200 c1 served HIT -', "$redaction key: then the cache, without a key");
    is($seen->("GET $CUSTOMERS/c2"), '200 c2 forwarded - primary', "$redaction key: another customer is another answer");
    is($seen->("GET $CUSTOMERS/c1?expand=contracts"), '200 c1 forwarded - primary', "$redaction key: another query, too");
    is($seen->("GET $CUSTOMERS/c1", token => $TOKEN{reader}), '200 c1 forwarded - primary', "$redaction key: another app, too");
    is($seen->("GET $CUSTOMERS/c1", token => $TOKEN{reader}), '200 c1 served HIT -', "$redaction key: which has its own");
    is($seen->("GET /one$CUSTOMERS/c1"), '200 c1 forwarded - primary', "$redaction key: one key for all is none");
    is($seen->("GET /one$CUSTOMERS/c2"), '200 c2 forwarded - primary', "$redaction key: for two customers");
    is($seen->("GET $CUSTOMERS/c1", token => undef), '401 - denied - -', "$redaction key: and nobody's is a refusal");

    is($seen->("GET /short$CUSTOMERS/c1"), '200 c1 forwarded - primary', "$redaction key: a short life");
    sleep 2;
    my $stale = $seen->("GET /short$CUSTOMERS/c1?status=503");
    is($stale, '503 - forwarded - primary', "$redaction key: an error of the API is passed on");

    is($seen->("GET /watch$CUSTOMERS/c1"), '200 c1 forwarded - primary', "$redaction key: monitor");
    is($seen->("GET /watch$CUSTOMERS/c1"), '200 c1 served HIT -', "$redaction key: monitor has hits");
    is($seen->("GET /watch$CUSTOMERS/c1", headers => ['X-Subscription-Key: wrong']), '401 - forwarded - -',
       "$redaction key: but none for a client that brings a key of its own");

    $gateway->stop();
}

# What a stale answer says: the API was asked, and answered with an error.
{
    my %part = cached($server);
    my $gateway = start_server('gateway-stale', gateway_config(level => 'notice', %part));
    my $log = $gateway->path('audit.log');
    is(ask("GET /short$CUSTOMERS/c1")->{status}, 200, 'an answer to keep');
    records($log, 1);
    sleep 2;
    $api->stop();
    is(ask("GET /short$CUSTOMERS/c1")->{status}, 200, 'the API is gone: a stale one');
    my ($record) = records($log, 1);
    is(join(' ', map { $record->{riverty}{$_} // '-' } qw(outcome cache key)),
       'served STALE primary', 'recorded as one; the key was spent on a try');
    is(ask("GET /echo$CUSTOMERS/c1")->{status}, 200, 'a key that comes back') for 1 .. 2;
    is(join(' ', map { $_->{riverty}{cache} // '-' } records($log, 2)), '- -', 'is not kept');
    my @kept;
    find(sub { push @kept, slurp($_) if -f }, $gateway->{prefix} . '/cache');
    ok(@kept > 0, 'the cache is on disk');
    is(scalar(grep { my $file = $_; grep { index($file, $_) >= 0 } values %KEY } @kept), 0,
       'without a key in it');
    $gateway->stop();
}

sub refused {
    my ($name, $pattern, $lines, $mode) = @_;
    my %part = cached("$lines location / { proxy_pass $API; }");
    $part{server} =~ s/riverty_customer on/riverty_customer $mode/ if $mode;
    my ($status, $said) = nginx_t(gateway_config(%part));
    is($status, 1, "$name: nginx -t refuses it");
    like($said, $pattern, "$name: says why, and what to do");
    return;
}

refused('an update in the background', qr/\[emerg\].*"proxy_cache_background_update".*subrequests.*say "off", in .*test\.conf:\d+/,
        'proxy_cache_background_update on; proxy_cache_use_stale updating;');
refused('the same in monitor mode', qr/"proxy_cache_background_update"/,
        'proxy_cache_background_update on; proxy_cache_use_stale updating;', 'monitor');
refused('a cache of creates', qr/\[emerg\].*"proxy_cache_methods" with POST/, 'proxy_cache_methods GET POST;');

done_testing();
