# What is no customers path: key and audit only, for an app that was granted
# "other"; the rest goes through untouched.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our $orders = "$CUSTOMERS/$NUMBER/orders";
our @bodies = ('{"not": "closed', "\0\1\xff\xfe binary \r\n\r\n", '<xml/>',
               '{"customer":{"language":"DE"}}');

Riverty::run();

__DATA__

=== an order goes through with the app's key
--- app: other
--- request eval: "POST $::orders\n{\"order\": 1.10e2 }"
--- response_headers
Content-Type: application/json
--- response_body: {"status":"accepted"}
--- arrived eval
[ { method => 'POST', uri => $::orders, key => 'other.primary', token => '',
    type => 'application/json', coding => '', body => '{"order": 1.10e2 }' } ]
--- record
event.action=other event.outcome=success riverty.outcome=forwarded riverty.key=primary user.name=other url.path=~^/subscriptions/v1/customers/\{t:k1:[0-9a-f]{32}}/orders$ riverty.customer=~^t:k1: riverty.findings=- riverty.document=-



=== an app that was not granted it is refused, whatever the path
--- app: billing reader billing billing
--- request eval
[ "POST $::orders\n{}", "GET $::orders", 'GET /', "DELETE $::CUSTOMERS/c1/x" ]
--- error_code eval: [ 403, 403, 403, 403 ]
--- response_body_like eval: [ ('urn:riverty-customer:problem:operation-not-granted') x 4 ]
--- record eval
[ ({ 'event.action' => 'other', 'riverty.outcome' => 'denied',
     'event.outcome' => 'failure' }) x 4 ]



=== methods are the API's to know
--- app: other
--- request eval
[ map { "$_ $::orders" } qw(GET PUT PATCH DELETE OPTIONS REPORT) ]
--- error_code eval: [ (200) x 6 ]
--- arrived eval
[ map { { method => $_, uri => $::orders, key => 'other.primary' } }
  qw(GET PUT PATCH DELETE OPTIONS REPORT) ]
--- record eval
[ map { { 'event.action' => 'other', 'http.request.method' => $_ } }
  qw(GET PUT PATCH DELETE OPTIONS OTHER) ]



=== no document is judged or changed, no media type asked
--- app: other
--- request eval: [ map { "POST $::orders\n$_" } @::bodies ]
--- more_headers eval
[ 'Content-Type: application/json', 'Content-Type: application/octet-stream',
  "Content-Type: text/xml\nContent-Encoding: gzip", 'Content-Type: application/json' ]
--- error_code eval: [ (200) x 4 ]
--- arrived eval
[ map { { body => $_, length => length $_ } } @::bodies ]



=== a chunked body arrives whole, with a length
--- app: other
--- request eval: "POST $::orders\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
--- more_headers
Transfer-Encoding: chunked
Content-Type: text/plain
--- error_code: 200
--- arrived
method=POST body=hello! length=6 coding=- type=text/plain



=== no body at all, however it is framed
--- app: other other other other reader reader
--- request eval
[ "POST $::orders\n", "POST $::orders\n", "POST $::orders\n0\r\n\r\n",
  "GET $::orders\n", "GET $::CUSTOMERS/$::NUMBER\n",
  "GET $::CUSTOMERS/$::NUMBER\n0\r\n\r\n" ]
--- more_headers eval
[ '', 'Content-Length: 0', 'Transfer-Encoding: chunked', 'Content-Length: 0',
  'Content-Length: 0', 'Transfer-Encoding: chunked' ]
--- error_code eval: [ (200) x 4, 404, 404 ]
--- arrived
method=POST body=- length=- coding=- key=other.primary
method=POST body=- length=0 coding=- key=other.primary
method=POST body=- length=0 coding=- key=other.primary
method=GET body=- length=0 coding=- key=other.primary
method=GET body=- length=0 coding=- key=reader.primary
method=GET body=- length=0 coding=- key=reader.primary
--- record eval: [ ({ 'riverty.outcome' => 'forwarded' }) x 6 ]



=== no body in HTTP/2: an empty frame, or none
--- in_server eval: $Riverty::H2
--- app: other
--- request eval: "GET $::orders"
--- error_code: 200
--- talk eval
sub {
    my $other = { token => $::TOKEN{other} };
    ::like(::http2($::orders, '', $other), qr/accepted/, 'an empty frame');
    ::like(::http2($::orders, undef, $other), qr/accepted/, 'none');
    ::like(::http2($::orders, '', { %$other, headers => [ [ 'content-length', 0 ] ] }),
           qr/accepted/, 'a length, too');
}
--- arrived
method=GET
method=POST body=- length=0 coding=-
method=POST body=- length=- coding=-
method=POST body=- length=0 coding=-
--- record eval: [ ({ 'riverty.outcome' => 'forwarded' }) x 4 ]



=== the size counts here, too
--- app: other
--- in_location: riverty_max_body 10;
--- request eval: [ "POST $::orders\n0123456789", "POST $::orders\n0123456789a" ]
--- error_code eval: [ 200, 413 ]
--- arrived
body=0123456789
--- record
riverty.outcome=forwarded
event.action=other riverty.outcome=refused http.response.status_code=413



=== everything that is no customers path is other
--- app: other
--- request eval
[ map { "GET $_" } '/', '/subscriptions', '/subscriptions/v1',
  '/subscriptions/v1/customersx', '/subscriptions/v1/contracts/c1',
  "/subscriptions/v1/customers/c1/orders/", '/subscriptions/v1/orders?customers=1',
  '/subscriptions/v1/customers/c1/contracts/7/activate', '/businesses/1/customers' ]
--- error_code eval: [ 404, 404, 404, 200, 200, 200, 200, 200, 404 ]
--- response_body_unlike eval: [ ('problem') x 9 ]
--- arrived eval
[ map { { uri => $_, key => 'other.primary' } } '/', '/subscriptions',
  '/subscriptions/v1', '/subscriptions/v1/customersx',
  '/subscriptions/v1/contracts/c1', "/subscriptions/v1/customers/c1/orders/",
  '/subscriptions/v1/orders?customers=1',
  '/subscriptions/v1/customers/c1/contracts/7/activate', '/businesses/1/customers' ]
--- record eval
[ ({ 'event.action' => 'other', 'riverty.outcome' => 'forwarded' }) x 9 ]



=== no segment that could be a number is shown
--- app: other
--- request eval
[ 'GET /subscriptions/v1/customers/c1631704458/contracts/c1631704458/activate',
  'GET /subscriptions/v1/contracts/c1631704458',
  'GET /subscriptions/v1/customers/Ankunding/orders',
  'GET /elsewhere/c1631704458?number=c1631704458',
  'GET /subscriptions/v1/contracts/%3Femail=ray@example.com',
  'GET /subscriptions/v1/contracts/v4711/.;x/details' ]
--- error_code eval: [ 200, 200, 200, 404, 200, 200 ]
--- arrived eval: [ ({ key => 'other.primary' }) x 6 ]
--- record eval
my $t = '\{t:k1:[0-9a-f]{32}\}';
[ { 'url.path' => qr{^/subscriptions/v1/customers/$t/contracts/$t/activate$} },
  { 'url.path' => qr{^/subscriptions/v1/contracts/$t$} },
  { 'url.path' => qr{^/subscriptions/v1/customers/$t/orders$} },
  { 'url.path' => qr{^(?:/elsewhere/$t)?$} },
  { 'url.path' => qr{^/subscriptions/v1/contracts/$t$} },
  { 'url.path' => qr{^/subscriptions/v1/contracts/$t/$t/details$} } ]
