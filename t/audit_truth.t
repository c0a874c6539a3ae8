#!/usr/bin/perl

# What a record says is so, whatever nginx makes of the request afterwards: the
# method is the client's, an interim status of the API is no reply, an answer of
# nginx's own is told from a refusal, and setting the clock stretches no request.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Riverty;
use RivertyClock;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $item = "$CUSTOMERS/$NUMBER";
my ($interim, $bearer) = map { port() } 1 .. 2;

# An API that says "100 Continue" first, in the same packet or a moment later.
my $listen = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1',
                                   LocalPort => $interim, ReuseAddr => 1) or die $!;
my $pid = fork() // die $!;
if (!$pid) {
    while (my $client = $listen->accept()) {
        sysread $client, my $request, 65536;
        print $client "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n";
        $client->flush();
        sleep 0.1 if $request =~ /late/;
        print $client "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        close $client;
    }
    POSIX::_exit(0);
}
END { local $?; kill 'KILL', $pid if $pid }

my $api = start_api();
my $clock = clock_library();
my $gateway = do {
    local $ENV{LD_PRELOAD} = $clock if $clock;
    local $ENV{CLOCK} = "$DIR/clock";
    start_server('gateway', gateway_config(level => 'notice', http => <<"END", server => <<"END2"));
    server {
        listen 127.0.0.1:$bearer;
        riverty_customer on;
        riverty_app_token_header Authorization;
        location / { proxy_pass $API; }
    }
END
        riverty_customer on;
        location / {
            if (\$request_method = OPTIONS) { return 204; }
            proxy_pass $API;
        }
        location /pages/ {
            riverty_prefix /pages;
            proxy_intercept_errors on;
            error_page 404 502 /sorry;
            proxy_pass $API/;
        }
        location = /sorry { riverty_customer off; return 200 "sorry\\n"; }
        location /interim/ { riverty_prefix /interim; proxy_pass http://127.0.0.1:$interim/; }
        location /looks/ {
            riverty_prefix /looks;
            riverty_customer monitor;
            proxy_pass http://127.0.0.1:$interim/;
        }
        location /gone/ { return 301 http://127.0.0.1/elsewhere; }
END2
};
my $log = $gateway->path('audit.log');

sub record_of {
    my ($line, %of) = @_;
    my $answer = ask($line, %of);
    my @records = records($log, 1);
    is(scalar @records, 1, "$line: one record");
    return ($answer->{status}, $records[0]);
}

my ($status, $record) = record_of("PUT /pages$item", body => $SAMPLE{'update-request'});
is("$status $record->{'http.request.method'} $record->{'event.action'} $record->{riverty}{outcome}",
   '404 PUT customer.update forwarded', "behind an error page the method is the client's");

for my $late ('', '?late=1') {
    ($status, $record) = record_of("GET /interim$item$late");
    is("$status $record->{'event.outcome'} $record->{riverty}{outcome}", '502 failure failed',
       "an interim status$late is no reply of the API");
}
($status, $record) = record_of("GET /looks$item");
is("$record->{riverty}{outcome} $record->{riverty}{mode}", 'failed monitor', 'nor is it in monitor mode');

($status, $record) = record_of("OPTIONS $item", token => undef);
is("$status $record->{'event.outcome'} $record->{riverty}{outcome}", '204 success served',
   'a preflight that nginx answers is served, and no refusal');
($status, $record) = record_of('GET /gone/x', token => undef);
is("$status $record->{'event.outcome'} $record->{riverty}{outcome}", '301 success served',
   'so is a redirect');

($status, $record) = record_of("GET $item", port => $bearer, token => undef,
                               headers => ["Authorization: bearer $TOKEN{billing}"]);
is("$status $record->{'user.name'}", '404 billing', 'a bearer token names the app');
($status, $record) = record_of("GET $item", port => $bearer, token => undef,
                               headers => ['Authorization: Basic ' . $TOKEN{billing}]);
is($status, 401, 'a token of another scheme names none');
is(scalar(() = slurp($api->path('api.log')) =~ /earer/g), 0, 'and the API never gets it');

SKIP: {
    skip 'no compiler for a clock that can be set', 4 if !$clock;
    for my $step (3600, -3600) {
        my $set = fork() // die $!;
        if (!$set) { sleep 0.3; spew("$DIR/clock", $step); POSIX::_exit(0) }
        ($status, $record) = record_of("GET $item?delay=800");
        waitpid $set, 0;
        my $ms = $record->{'event.duration'} / 1_000_000;
        ok($ms > 500 && $ms < 20_000, "a clock set by $step s while a request runs does not stretch it")
            or diag("$ms ms");
        unlink "$DIR/clock";
        ask("GET $item");
        records($log, 1);
    }
}

done_testing();
