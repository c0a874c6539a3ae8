#!/usr/bin/perl

# HTTP/3: every framing, the size to the byte, what is refused and who leaves;
# each request has its record, and its connection is right for the next.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $nginx = $ENV{TEST_NGINX_BINARY} // 'nginx';

plan(skip_all => 'this nginx has no HTTP/3 (http_v3_module, since 1.25)')
    if qx{$nginx -V 2>&1} !~ /http_v3_module/;
plan(skip_all => 'this machine has no python3-aioquic (tools/install-dependencies test)')
    if system('python3 -c "import aioquic" 2> /dev/null') != 0;

my $h3 = port();
system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gateway"
       . " -keyout $DIR/tls.key -out $DIR/tls.crt > $DIR/openssl.log 2>&1") == 0
    or die "no certificate\n";

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(level => 'notice', http => <<"END", server => <<"END2"));
    server {
        # over TCP, too: so it is seen to listen
        listen 127.0.0.1:$h3 ssl;
        listen 127.0.0.1:$h3 quic;
        ssl_certificate $DIR/tls.crt;
        ssl_certificate_key $DIR/tls.key;
        riverty_customer on;
        location / { proxy_pass $API; }
        location /small/ {
            riverty_prefix /small;
            riverty_max_body 2000;
            client_body_buffer_size 1k;
            proxy_pass $API/;
        }
        location /hasty/ {
            riverty_prefix /hasty;
            client_body_timeout 200ms;
            proxy_pass $API/;
        }
        location /streamed/ {
            riverty_prefix /streamed;
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass $API/;
        }
        location /monitor/ {
            riverty_customer monitor;
            riverty_prefix /monitor;
            riverty_max_body 2000;
            proxy_pass $API/;
        }
    }
END
        location / { return 404; }
END2
my ($log, $api_log) = ($gateway->path('audit.log'), $api->path('api.log'));

my $create = $SAMPLE{'create-request'};
my $size = length $create;
my $item = "$CUSTOMERS/$NUMBER";
my @length = ([ 'content-length', $size ]);

# A document of just so many bytes.
sub sized { return $create =~ s/\n\}\n\z/'}' . ' ' x ($_[0] - $size + 1) . "\n"/er }

# Requests, with what is asked of their answer (status, body), of their record
# (dotted members) and of what arrived (nothing, where it says nothing).
sub get { return request('GET', $item, [], @_) }
sub post { my ($data, %of) = @_; return request('POST', $CUSTOMERS, $data, %of) }

sub request {
    my ($method, $path, $data, %of) = @_;
    my $app = $of{app} // 'billing';
    my @head = ([ ':method', $method ], [ ':scheme', 'https' ], [ ':authority', 'gateway' ],
                [ ':path', ($of{place} // '') . ($of{path} // $path) ]);
    push @head, [ 'x-app-token', $TOKEN{$app} // $app ] if $app ne 'none';
    push @head, [ 'content-type', $of{type} // 'application/json' ] if $method ne 'GET';
    push @head, map { [ "$_->[0]", "$_->[1]" ] } @{ $of{headers} // [] };
    return { %of, ask => { headers => \@head, data => $data, trailers => $of{trailers},
                           end => $of{end} // 'fin' } };
}

sub answers {
    my (@requests) = @_;
    my $file = put('requests', encode_json([ map { $_->{ask} } @requests ]));
    my $said = qx{python3 t/lib/http3.py $h3 < $file 2> $DIR/client.log};
    is($?, 0, 'the client ends well') or diag(slurp("$DIR/client.log"));
    return @{ $? ? [] : decode_json($said) };
}

# All on one connection.
sub tried {
    my ($what, @requests) = @_;
    subtest $what => sub {
        my @answers = answers(@requests) or return;
        my @records = map { { flat($_) } } records($log, scalar @requests);
        my @sent = grep { $_->{arrived} } @requests;
        my @reached = reached($api_log, scalar @sent);
        is(scalar @records, scalar @requests, 'one record a request');
        is(scalar @reached, scalar @sent, 'the API got what it was to get');

        for my $request (@requests) {
            my ($name, $answer, $record) = ($request->{name} // $request->{ask}{end},
                                            shift @answers, shift @records);
            my %record = ('http.version' => 3, %{ $request->{record} // {} });
            $record{'http.response.status_code'} = $answer->{status} if $answer->{status};
            my $status = $request->{status} // 0;
            like($answer->{status}, qr/^(?:$status)$/, "$name: the status");
            like($answer->{body}, $request->{body}, "$name: the answer") if $request->{body};
            is($record->{$_}, $record{$_}, "$name: $_") for sort keys %record;
            my $arrived = $request->{arrived} or next;
            my $reached = shift @reached;
            is($reached->{$_}, $arrived->{$_}, "$name: its $_ arrived") for sort keys %$arrived;
        }
    };
    return;
}

my %forwarded = ('riverty.outcome' => 'forwarded');
my %refused = ('riverty.outcome' => 'refused');
my %gone = ('riverty.outcome' => 'aborted', 'event.outcome' => 'unknown');
my %whole = (body => $create, length => $size, coding => '', key => 'billing.primary', token => '');
my %created = (status => 200, body => qr/"contracts"/, arrived => \%whole,
               record => { %forwarded, 'http.request.body.bytes' => $size });

tried('every framing',
    get(name => 'a read', status => 404, arrived => { method => 'GET', body => '', key => 'billing.primary' },
        record => { %forwarded, 'event.action' => 'customer.read' }),
    get(name => 'a read that ends later', end => 'later', status => 404,
        arrived => { method => 'GET', body => '' }),
    get(name => 'a read with a length', headers => [ [ 'content-length', 0 ] ], status => 404,
        arrived => { method => 'GET', body => '' }),
    map {
        my ($with, @headers) = @$_;
        (post([ $create ], %created, name => "whole, $with", headers => \@headers),
         post([ unpack '(a64)*', $create ], %created, name => "in pieces, $with", headers => \@headers),
         post([ '', substr($create, 0, 9), '', substr $create, 9 ], %created, end => 'later',
              name => "with empty frames, ended later, $with", headers => \@headers),
         post([ $create ], %created, end => 'trailers', trailers => [ [ 'x-app-token', $TOKEN{reader} ] ],
              name => "with trailers, $with", headers => \@headers),
         post([ unpack '(a200)*', $create ], %created, place => '/streamed',
              name => "without buffering, $with", headers => \@headers));
    } [ 'without a length' ], [ 'with a length', @length ]);

tried('changed on its way', post([ edited('create-request', [ countryCode => '"DE"' => '"de"' ]) ],
    %created, record => { %forwarded, 'riverty.changes' => '/customer/address/countryCode' }));

my %other = (app => 'other', path => "$item/contracts/1/activate", status => 200,
             arrived => { method => 'POST', body => '', coding => '' },
             record => { %forwarded, 'event.action' => 'other' });
my %malformed = (status => 400, body => qr/malformed-json/, record => { %refused });
tried('empty bodies', map {
    my ($name, $data, %of) = @$_;
    (post($data, %other, %of, name => "$name, to be forwarded"),
     post($data, %malformed, %of, name => "$name, no JSON"));
} [ 'none', [] ], [ 'ended later', [], end => 'later' ], [ 'an empty frame', [ '' ] ],
  [ 'empty frames, ended later', [ '', '' ], end => 'later' ],
  [ 'a length of 0', [], headers => [ [ 'content-length', 0 ] ] ],
  [ 'a length of 0 and a frame', [ '' ], headers => [ [ 'content-length', 0 ] ] ],
  [ 'trailers alone', [], end => 'trailers', trailers => [ [ 'a', 'b' ] ] ]);

my %small = (place => '/small', status => 200, record => { %forwarded });
my %large = (place => '/small', status => 413, body => qr/content-too-large/, record => { %refused });
tried('as many bytes as are allowed, and more', map {
    my $with = $_;
    my $headers = sub { $with eq 'with' ? (headers => [ [ 'content-length', $_[0] ] ]) : () };
    my $sent = sub {
        my ($length, $frame, $end, %of) = @_;
        return post([ unpack "(a$frame)*", sized($length) ], %of, end => $end, $headers->($length),
                    name => "$length bytes $with a length, in frames of $frame, $end",
                    arrived => $of{status} == 200 ? { body => sized($length), length => $length } : undef);
    };
    ($sent->(2000, 2000, 'fin', %small), $sent->(2000, 500, 'later', %small),
     $sent->(2001, 2001, 'fin', %large), $sent->(2001, 2000, 'later', %large),
     $sent->(2000, 1999, 'fin', %small),
     $sent->(30_000, 3000, 'fin', %large), $sent->(200_000, 200_000, 'fin', %large),
     $sent->(200_000, 20_000, 'later', %large), $sent->(1999, 999, 'fin', %small));
} 'without', 'with');

my $refused_at = sub {
    my ($status, $name, $data, %of) = @_;
    return (request($of{method} // 'POST', $CUSTOMERS, $data, name => $name, status => $status,
                    record => { 'riverty.outcome' => $of{outcome} // 'refused' }, %of),
            post([ $create ], %created, name => "behind $name"));
};
tried('behind a refusal the next request of a connection is answered', map { $refused_at->(@$_) }
    [ 401, 'an unknown token', [ $create ], app => 'unknown', outcome => 'denied' ],
    [ 401, 'no token', [ $create, $create ], app => 'none', outcome => 'denied', end => 'later' ],
    [ 403, 'no grant', [ $create ], app => 'reader', outcome => 'denied' ],
    [ 404, 'a misspelled path', [ $create ], path => "$CUSTOMERS/" ],
    [ 405, 'a method', [ $create ], method => 'PATCH' ],
    [ 415, 'a media type', [ $create, $create ], type => 'text/plain' ],
    [ 400, 'a body on a read', [ '{}' ], method => 'GET', path => $item ],
    [ 400, 'no JSON', [ '{' ] ],
    [ 422, 'a broken contract', [ '{}' ], outcome => 'rejected' ],
    [ 401, 'a body without an end', [ $create ], app => 'unknown', outcome => 'denied', end => 'none' ],
    [ 413, 'a body too long, without an end', [ sized(70_000) ], end => 'none' ]);

tried('heads that nginx refuses', map {
    my ($status, $name, %of) = @$_;
    request($of{method} // 'GET', $item, [], %of, name => $name, status => $status, record => { %refused });
} [ 400, 'a length that is none', headers => [ [ 'content-length', "1$NUMBER" ] ] ],
  [ 400, 'a path that is none', path => "c$NUMBER" ],
  [ 405, 'TRACE', method => 'TRACE' ]);

my $half = substr $create, 0, 300;
tried('who leaves', map {
    my ($name, @of) = @$_;
    (post([ $half ], name => $name, record => { %gone, 'event.action' => 'customer.create' }, @of),
     $name =~ /connection/ ? () : post([ $create ], %created, name => "behind $name"));
} [ 'a stream that is reset', end => 'reset' ],
  [ 'one that is reset, with a length', end => 'reset', headers => \@length ],
  [ 'half a frame', end => 'half' ],
  [ 'a connection that is closed', end => 'leave' ]);
tried('who leaves with the connection, a length said',
    post([ $half ], name => 'it', end => 'leave', headers => \@length, record => { %gone }));
tried('who leaves with the connection before the answer',
    get(name => 'it', end => 'leave', path => "$item?delay=1s", arrived => { method => 'GET' },
        record => { %gone, 'riverty.key' => 'primary' }));
tried('who leaves before the answer',
    get(end => 'stop', path => "$item?delay=1s", arrived => { method => 'GET' },
        record => { %gone, 'http.response.status_code' => 499, 'riverty.key' => 'primary' }),
    get(status => 200, name => 'behind it', arrived => {}));

tried('a body that is not as said',
    post([ $half ], name => 'shorter', headers => \@length, status => 400, record => { %refused }),
    post([ $create, $half ], name => 'longer', headers => \@length, record => { %refused },
         status => '400|413'),
    post([ $half ], name => 'never whole', place => '/hasty', end => 'none',
         record => { %refused, 'http.response.status_code' => 408 }));

my $made = (stat $gateway->path('../nginx.pid'))[9];
is_deeply([ grep { (stat $gateway->path("../$_"))[9] > $made } qw(body proxy) ], [], 'no body was in a file');

tried('in monitor mode',
    post([ unpack '(a9000)*', sized(30_000) ], place => '/monitor', status => 200, name => 'too long',
         arrived => { body => sized(30_000) },
         record => { %forwarded, 'riverty.mode' => 'monitor', 'riverty.would' => 'refused' }),
    post([ sized(30_000) ], place => '/monitor', status => 200, headers => [ [ 'content-length', 30_000 ] ],
         name => 'too long, with a length', arrived => { body => sized(30_000) }, record => { %forwarded }),
    post([ '{' ], place => '/monitor', status => 400, name => 'no JSON', arrived => { body => '{' },
         record => { %forwarded, 'riverty.would' => 'refused' }));

my $shown = join '', map { slurp($_) } glob $gateway->path('*');
is_deeply([ grep { index($shown, $_) >= 0 } @MARKERS ], [], 'no log shows a secret or a person');
like($gateway->log('access.log'), qr{"GET \S*/customers/\S+ HTTP/3\.0" 404 },
     'the access log has requests of HTTP/3');

# nginx: who left with the connection, and in 1.26 who sent more than was said.
my $known = qr/: \*\d+ (?:failed to send stream cancellation|client intended to send too large body)/;
unlike($gateway->log(), qr/\[(?:error|crit|alert|emerg)\](?!.*$known)/,
       'error.log says no more at level error');

done_testing();
