# Bodies: every framing, the size to the byte, in memory only, and a connection
# that is left in order.  That no body was in a file is asked of every block.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Test::Nginx::Socket;
use Riverty;

our $create = $SAMPLE{'create-request'};
our $size = length $create;
our $changed = edited('create-request', [ countryCode => '"DE"' => '"de"' ]);

# Documents of just so many bytes.
sub sized {
    my ($length) = @_;
    return $create =~ s/\n\}\n\z/'}' . ' ' x ($length - $size + 1) . "\n"/er;
}

sub chunks {
    my ($body, $step) = @_;
    return join('', map { sprintf "%x\r\n%s\r\n", length, $_ }
                    unpack "(a$step)*", $body) . "0\r\n\r\n";
}

sub chunked {
    my ($body, $step) = @_;
    return "POST $CUSTOMERS\n" . chunks($body, $step // 100);
}

# Bytes of a request that is refused for the body's sake or before it.
sub post { return raw("POST $CUSTOMERS", @_) }

sub chunked_post {
    my ($body) = @_;
    return raw("POST $CUSTOMERS", undef, 'Content-Type: application/json',
               'Transfer-Encoding: chunked') . chunks($body, 50);
}

our $next = raw("GET $CUSTOMERS/c7", undef, 'Connection: close');
our $tail = quotemeta('"message": "Customer not found"');

# Two requests on one connection: the statuses of the answers.
sub statuses {
    my ($bytes) = @_;
    return join ' ', exchange($Riverty::PORT, $bytes) =~ m{HTTP/1\.1 (\d+) }g;
}

Riverty::run();

__DATA__

=== with a length, in pieces, a byte at a time
--- request eval
[ ::create(), [ "POST $::CUSTOMERS\n" . substr($::create, 0, 7),
                substr($::create, 7, 300), substr $::create, 307 ],
  [ "POST $::CUSTOMERS\n", split //, $::create ] ]
--- raw_request_middle_delay: 0.001
--- error_code eval: [ 200, 200, 200 ]
--- arrived
body=@create-request length=624 coding=-
body=@create-request length=624 coding=-
body=@create-request length=624 coding=-
--- record
http.request.body.bytes=624
http.request.body.bytes=624
http.request.body.bytes=624



=== chunked, in chunks of a byte, and changed on its way
--- request eval: [ ::chunked($::create, 1), ::chunked($::create), ::chunked($::changed, 1) ]
--- more_headers
Transfer-Encoding: chunked
--- error_code eval: [ 200, 200, 200 ]
--- arrived
body=@create-request length=624 coding=-
body=@create-request length=624 coding=-
body=@create-request length=624 coding=-
--- record
http.request.body.bytes=624
http.request.body.bytes=624
http.request.body.bytes=624 riverty.changes=/customer/address/countryCode



=== chunk by chunk, each in a packet of its own
--- request eval
[ [ "POST $::CUSTOMERS\n", ::chunks($::create, 10) =~ /[^\r]+\r\n[^\r]*\r\n/g ] ]
--- raw_request_middle_delay: 0.001
--- more_headers
Transfer-Encoding: chunked
--- error_code: 200
--- arrived
body=@create-request length=624 coding=-



=== one after the other, large and small, chunked and not: none has bytes of another
--- request eval
[ map { ($_ % 2 ? ::create(::sized($_ * 4099)) : ::chunked(::sized($_ * 4099), 1000)),
        ::create($::changed) } 1 .. 7 ]
--- more_headers eval
[ map { ($_ % 2 ? '' : 'Transfer-Encoding: chunked'), '' } 1 .. 7 ]
--- error_code eval: [ (200) x 14 ]
--- arrived eval
[ map { ({ body => ::sized($_ * 4099), length => $_ * 4099 },
         { body => $::create, length => $::size }) } 1 .. 7 ]



=== HTTP/2 with and without a length
--- in_server eval: $Riverty::H2
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    ::like(::http2($::CUSTOMERS, $::create), qr/"contracts":\[\]/, 'without');
    ::like(::http2($::CUSTOMERS, $::create, { headers => [ [ 'content-length', $::size ] ] }),
           qr/"contracts":\[\]/, 'with');
    ::like(::http2($::CUSTOMERS, $::changed), qr/"contracts":\[\]/, 'changed');
    ::like(::http2($::CUSTOMERS, ''), qr/malformed-json/, 'an empty one');
}
--- arrived
method=GET
method=POST body=@create-request length=624
method=POST body=@create-request length=624
method=POST body=@create-request length=624
--- record
http.version=1.1
http.version=2 riverty.outcome=forwarded http.request.body.bytes=624
http.version=2 riverty.outcome=forwarded http.request.body.bytes=624
http.version=2 riverty.outcome=forwarded riverty.changes=/customer/address/countryCode
http.version=2 riverty.outcome=refused http.response.status_code=400



=== an empty body is no JSON, however it is framed
--- request eval: [ ::create(''), ::create(''), ::chunked(''), ::update('') ]
--- more_headers eval
[ '', 'Content-Length: 0', 'Transfer-Encoding: chunked', '' ]
--- error_code eval: [ (400) x 4 ]
--- response_body_like eval: [ ('malformed-json.*"line":1,"column":1') x 4 ]
--- record eval: [ ({ 'riverty.outcome' => 'refused' }) x 4 ]



=== Expect: 100-continue is answered, where the body is wanted
--- in_location: lingering_timeout 100ms;
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    my $post = ::post($::create, 'Expect: 100-continue', 'Connection: close');
    ::like(::exchange($Riverty::PORT, $post),
           qr{^HTTP/1\.1 100 Continue\r\n\r\nHTTP/1\.1 200 }, 'continue, then 200');
    ::like(::exchange($Riverty::PORT, $post =~ s/X-App-Token: \w/X-App-Token: /r),
           qr{^HTTP/1\.1 401 }, 'refused at once');
    ::like(::exchange($Riverty::PORT,
                      [ $post =~ s/\r\n\r\n.*/\r\n\r\n/sr =~ s/(Length:) \d+/$1 9999999/r ]),
           qr{^HTTP/1\.1 413 }, 'too large, at once');
}
--- arrived
method=GET
method=POST body=@create-request
--- record
riverty.outcome=forwarded
riverty.outcome=forwarded
riverty.outcome=denied
riverty.outcome=refused http.response.status_code=413



=== as many bytes as are allowed, and one more, with a length
--- in_location: riverty_max_body 2000;
--- request eval: [ map { ::create(::sized($_)) } 2000, 2001, 1999 ]
--- error_code eval: [ 200, 413, 200 ]
--- arrived eval: [ map { { body => ::sized($_), length => $_ } } 2000, 1999 ]
--- record
riverty.outcome=forwarded
riverty.outcome=refused http.response.status_code=413
riverty.outcome=forwarded



=== as many bytes as are allowed, and one more, chunked
--- in_location: riverty_max_body 2000;
--- request eval
[ map { ::chunked(::sized($_->[0]), $_->[1]) } [ 2000, 1 ], [ 2001, 1 ],
  [ 2000, 2000 ], [ 2001, 2001 ], [ 60_000, 60_000 ], [ 1999, 7 ] ]
--- more_headers
Transfer-Encoding: chunked
--- error_code eval: [ 200, 413, 200, 413, 413, 200 ]
--- response_body_like eval
[ map { $_ ? 'content-too-large' : 'contracts' } 0, 1, 0, 1, 1, 0 ]
--- arrived eval
[ map { { body => ::sized($_), length => $_ } } 2000, 2000, 1999 ]
--- record eval
[ map { { 'http.response.status_code' => $_ } } 200, 413, 200, 413, 413, 200 ]



=== as many bytes as are allowed, and one more, in HTTP/2
--- in_server eval: $Riverty::H2
--- in_location: riverty_max_body 2000;
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    for my $way ('without', 'with') {
        for my $case ([ 2000, 'contracts' ], [ 2001, 'content-too-large' ],
                      [ 30_000, 'content-too-large' ]) {
            my ($length, $answer) = @$case;
            my @length = $way eq 'with' ? [ 'content-length', $length ] : ();
            for my $frame (1000, 16_384) {
                ::like(::http2($::CUSTOMERS, ::sized($length),
                               { headers => \@length, frame => $frame }), qr/$answer/,
                       "$length bytes $way a length, in frames of $frame");
            }
        }
    }
}
--- arrived eval
[ { method => 'GET' }, ({ method => 'POST', body => ::sized(2000) }) x 4 ]
--- record eval
[ map { { 'http.response.status_code' => $_ } } 404, ((200) x 2, (413) x 4) x 2 ]



=== far more than is allowed in HTTP/2, in the largest frames and a small buffer
--- in_server eval: $Riverty::H2
--- in_location
riverty_max_body 2000;
client_body_buffer_size 1k;
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    my $large = ::sized(200_000);
    my $socket = ::http2_connect();
    for my $stream (1, 3, 5) {
        my $body = $stream == 3 ? ::sized(2000) : $large;
        ::like(::http2($::CUSTOMERS, $body,
                       { frame => 16_384, socket => $socket, stream => $stream }),
               $stream == 3 ? qr/contracts/ : qr/content-too-large/,
               "stream $stream of a connection");
    }
}
--- arrived eval: [ { method => 'GET' }, { body => ::sized(2000) } ]
--- record eval
[ map { { 'http.response.status_code' => $_ } } 404, 413, 200, 413 ]



=== the default is 64k
--- request eval: [ map { ::create(::sized($_)) } 65_536, 65_537 ]
--- error_code eval: [ 200, 413 ]
--- arrived eval: [ { body => ::sized(65_536) } ]



=== client_max_body_size counts where it is smaller, and leaves a record
--- config eval
"location / {
    riverty_customer on;
    riverty_max_body 10k;
    riverty_audit_log logs/audit.log;
    client_max_body_size 1000;
    proxy_pass http://127.0.0.1:$::API_PORT;
}"
--- request eval
[ map { ::create(::sized($_)) } 1000, 1001 ]
--- error_code eval: [ 200, 413 ]
--- response_body_like eval: [ 'contracts', 'content-too-large' ]
--- arrived eval: [ { body => ::sized(1000) } ]
--- record
riverty.outcome=forwarded
riverty.outcome=refused http.response.status_code=413



=== nothing that nginx would rather have in a file gets there
--- in_location
client_body_in_file_only on;
client_body_buffer_size 1k;
--- request eval: [ ::create(::sized(20_000)), ::chunked(::sized(20_000), 1000), "POST $::CUSTOMERS/c1/orders\n" . 'z' x 50_000 ]
--- app: billing billing other
--- more_headers eval: [ '', 'Transfer-Encoding: chunked', '' ]
--- error_code eval: [ 200, 200, 200 ]
--- arrived eval
[ { body => ::sized(20_000) }, { body => ::sized(20_000) }, { body => 'z' x 50_000 } ]



=== in_file_only clean, a single buffer, a tiny one
--- in_location
client_body_in_file_only clean;
client_body_in_single_buffer on;
client_body_buffer_size 1;
--- request eval: [ ::create(::sized(20_000)), ::chunked(::sized(6_000), 1) ]
--- more_headers eval: [ '', 'Transfer-Encoding: chunked' ]
--- error_code eval: [ 200, 200 ]
--- arrived eval: [ { body => ::sized(20_000) }, { body => ::sized(6_000) } ]



=== proxy_request_buffering off changes nothing
--- in_location
proxy_request_buffering off;
proxy_http_version 1.1;
client_body_buffer_size 1k;
--- request eval: [ ::create($::changed), ::chunked(::sized(20_000), 1000), ::create('{}') ]
--- more_headers eval: [ '', 'Transfer-Encoding: chunked', '' ]
--- error_code eval: [ 200, 200, 422 ]
--- arrived eval
[ { body => $::create, length => $::size, coding => '' },
  { body => ::sized(20_000), length => 20_000, coding => '' } ]



=== an answer is in no file either, however slowly it is read
--- user_files eval: [ [ long => 'long ' x 2_000_000 ] ]
--- in_http
server {
    listen 127.0.0.1:$TEST_NGINX_SECOND_PORT;
    access_log off;
    location / {
        root html;
        rewrite ^ /long break;
    }
}
--- in_location
proxy_buffers 2 4k;
proxy_busy_buffers_size 4k;
proxy_buffer_size 4k;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- response_body_filters: length
--- response_body: 10000000
--- talk eval
sub {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $Riverty::PORT);
    $socket->syswrite($::next);
    select undef, undef, undef, 0.2;
    my ($read, $got) = 0;
    $read += $got while $got = sysread $socket, my $buffer, 1 << 20;
    ::cmp_ok($read, '>', 10_000_000, 'it is read whole');
}
--- record
riverty.outcome=forwarded http.response.status_code=200
riverty.outcome=forwarded http.response.status_code=200



=== behind a refusal the next request of a connection is answered
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    for my $case (
        [ 401, ::post($::create) =~ s/X-App-Token: \w/X-App-Token: /r ],
        [ 404, ::post($::create) =~ s{(POST \S+)}{$1/}r ],
        [ 405, ::post($::create) =~ s/POST/PATCH/r ],
        [ 403, ::post($::create) =~ s/billing/reader/r ],
        [ 415, ::post($::create, 'Content-Encoding: gzip') ],
        [ 415, ::post($::create) =~ s/application.json/text\/plain/r ],
        [ 413, ::post(::sized(70_000)) ],
        [ 400, ::post('{') ], [ 400, ::post('') ], [ 422, ::post('{}') ],
        [ 503, ::post($::create) =~ s/billing/expired/r ],
        [ 401, ::chunked_post($::create) =~ s/X-App-Token: \w/X-App-Token: /r ],
        [ 415, ::chunked_post($::create) =~ s/application.json/text\/plain/r ],
        [ 400, ::chunked_post('{') ], [ 422, ::chunked_post('{}') ])
    {
        my ($status, $bytes) = @$case;
        ::is(::statuses($bytes . $::next), "$status 404",
             "$status, then the next: " . substr $bytes, 0, 30);
    }
    ::like(::statuses(::chunked_post(::sized(70_000)) . $::next), qr/^413(?: 404)?$/,
           'too large without a length: the next, or the end');
}
--- errors
has no key that is valid now
--- arrived: any
--- record: any



=== no byte of a refused body is taken for a request
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    my $hidden = ::raw("GET $::CUSTOMERS/hidden", undef, 'Connection: close');
    my $body = $hidden x 700;
    for my $bytes (::post($body), ::chunked_post($body)) {
        $bytes =~ s/\r\n/\r\nConnection: close\r\n/;
        ::is(::statuses($bytes), 413, 'too large, and nothing more');
        $bytes =~ s/X-App-Token: \w/X-App-Token: /;
        ::is(::statuses($bytes), 401, 'unknown, and nothing more');
    }
}
--- arrived
uri=/subscriptions/v1/customers/c1631704458
--- record
riverty.outcome=forwarded
riverty.outcome=refused http.response.status_code=413
riverty.outcome=denied
riverty.outcome=refused http.response.status_code=413
riverty.outcome=denied



=== requests one behind the other are each answered with its own
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    ::is(::statuses(::post($::create) . ::chunked_post($::create)
                    . ::raw("GET $::CUSTOMERS/$::NUMBER") . ::post('{}')
                    . ::raw("PUT $::CUSTOMERS/$::NUMBER", $::create) . $::next),
         '200 200 200 422 200 404', 'six answers');
}
--- arrived
method=GET
method=POST body=@create-request
method=POST body=@create-request
method=GET
method=PUT body=@create-request
method=GET uri=/subscriptions/v1/customers/c7
--- record: any



=== a client that goes in the middle of its body
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    for my $bytes (substr(::post($::create), 0, -100),
                   substr ::chunked_post($::create), 0, -100) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                           PeerPort => $Riverty::PORT);
        $socket->syswrite($bytes);
        select undef, undef, undef, 0.05;
        close $socket;
    }
}
--- arrived
method=GET
--- record
riverty.outcome=forwarded
riverty.outcome=aborted event.outcome=unknown event.action=customer.create
riverty.outcome=aborted event.outcome=unknown event.action=customer.create



=== a client that never sends the rest of it
--- in_location: client_body_timeout 200ms;
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    my $answer = ::exchange($Riverty::PORT, substr ::post($::create), 0, -100);
    ::like($answer, qr{^(?:HTTP/1\.1 408 .*)?\z}s, '408, or nothing');
}
--- arrived
method=GET
--- record
riverty.outcome=forwarded
riverty.outcome=~^(?:aborted|refused)$ http.response.status_code=408 event.action=customer.create



=== what is no chunked coding is 400, with a record
--- request eval: "POST $::CUSTOMERS\nnonsense\r\n{}\r\n0\r\n\r\n"
--- more_headers
Transfer-Encoding: chunked
--- error_code: 400
--- errors
client sent invalid chunked body
--- record
riverty.outcome=refused http.response.status_code=400 event.action=customer.create
