# The API's side: what it answers passes unchanged, what it does not answer is
# told apart, and a request goes out once, with one key, whatever the upstream.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use Test::Nginx::Socket;
use Riverty;

our @statuses = (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 502, 503, 504);

Riverty::run();

__DATA__

=== nobody answers: 502
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_DEAD_PORT;
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 502, 502 ]
--- errors
connect() failed (111: Connection refused)
--- record eval
[ ({ 'riverty.outcome' => 'failed', 'event.outcome' => 'failure',
     'http.response.status_code' => 502,
     'riverty.upstream.addr' => "127.0.0.1:$ENV{TEST_NGINX_DEAD_PORT}",
     'riverty.key' => 'primary' }) x 2 ]



=== whatever the API answers passes unchanged
--- in_api: riverty_sandbox_status $arg_status;
--- request eval: [ map { "GET $::CUSTOMERS/c1?status=$_" } 200, @::statuses ]
--- error_code eval: [ 200, @::statuses ]
--- response_headers eval: [ map { 'Content-Type: application/json' } 200, @::statuses ]
--- response_body eval
[ map { $_ == 429
        ? '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds." }'
        : "{ \"statusCode\": $_, \"message\": \"Chosen by riverty_sandbox_status\" }" }
  200, @::statuses ]
--- arrived eval: [ map { { status => $_, key => 'billing.primary' } } 200, @::statuses ]
--- record eval
[ map { { 'riverty.outcome' => 'forwarded', 'http.response.status_code' => $_,
          'event.outcome' => $_ < 400 ? 'success' : 'failure',
          'riverty.upstream.status' => $_ } } 200, @::statuses ]



=== and its headers with it
--- in_api
riverty_sandbox_status 429;
add_header X-Api "one" always;
add_header Set-Cookie "api=1" always;
--- request eval: ::create()
--- error_code: 429
--- response_headers
Retry-After: 1
X-Api: one
Set-Cookie: api=1
X-Subscription-Key:
X-App-Token:
--- response_body eval: qr/^\{ "statusCode": 429/
--- arrived
method=POST status=429



=== a dead server among the API's: the next is asked, once
--- in_http
upstream api {
    server 127.0.0.1:$TEST_NGINX_DEAD_PORT;
    server 127.0.0.1:$TEST_NGINX_API_PORT;
}
--- proxy_pass: proxy_pass http://api;
--- request eval: [ ::create(), ::create(), ::fetch() ]
--- error_code eval: [ 200, 200, 200 ]
--- errors
connect() failed (111: Connection refused)
--- arrived
method=POST host=api key=billing.primary token=- body=@create-request length=624
method=POST host=api key=billing.primary token=- body=@create-request length=624
method=GET host=api key=billing.primary token=- body=-
--- record eval
[ ({ 'riverty.outcome' => 'forwarded', 'riverty.upstream.status' => 200,
     'riverty.upstream.addr' => "127.0.0.1:$::API_PORT" }) x 3 ]



=== the next is asked with the document in the API's form
--- in_http
upstream api {
    server 127.0.0.1:$TEST_NGINX_DEAD_PORT;
    server 127.0.0.1:$TEST_NGINX_API_PORT;
}
--- proxy_pass: proxy_pass http://api;
--- request eval: ::create(::edited('create-request', [ language => '"de"' => '"DE"' ]))
--- error_code: 200
--- errors
connect() failed (111: Connection refused)
--- arrived
body=@create-request length=624 key=billing.primary
--- record
riverty.outcome=forwarded riverty.changes=/customer/language



=== a server that breaks off: a read is asked again, a create is not
--- in_http
upstream api {
    server 127.0.0.1:$TEST_NGINX_SECOND_PORT max_fails=0;
    server 127.0.0.1:$TEST_NGINX_API_PORT backup;
}
server {
    listen 127.0.0.1:$TEST_NGINX_SECOND_PORT;
    access_log off;
    location / { return 444; }
}
--- proxy_pass: proxy_pass http://api;
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 502, 404 ]
--- errors
upstream prematurely closed connection
--- arrived
method=GET key=billing.primary
--- record
riverty.outcome=failed event.action=customer.create http.response.status_code=502
riverty.outcome=forwarded event.action=customer.read http.response.status_code=404



=== connections to the API are kept
--- in_http
upstream api {
    server 127.0.0.1:$TEST_NGINX_API_PORT;
    keepalive 2;
}
--- in_location
proxy_http_version 1.1;
proxy_set_header Connection "";
--- proxy_pass: proxy_pass http://api;
--- request eval: [ ::create(), ::fetch(), ::update(), ::create('{}'), ::fetch('c9') ]
--- error_code eval: [ 200, 200, 200, 422, 404 ]
--- arrived
nth=1 protocol=HTTP/1.1 key=billing.primary body=@create-request
nth=2 protocol=HTTP/1.1 key=billing.primary body=-
nth=3 protocol=HTTP/1.1 key=billing.primary body=@update-request
nth=4 protocol=HTTP/1.1 key=billing.primary body=-
--- record eval: [ map { { 'http.response.status_code' => $_ } } 200, 200, 200, 422, 404 ]



=== kept connections carry each app's own key
--- in_http
upstream api {
    server 127.0.0.1:$TEST_NGINX_API_PORT;
    keepalive 2;
}
--- in_location
proxy_http_version 1.1;
proxy_set_header Connection "";
--- proxy_pass: proxy_pass http://api;
--- app: billing reader other billing
--- request eval: [ (::fetch()) x 4 ]
--- error_code eval: [ (404) x 4 ]
--- arrived
key=billing.primary
key=reader.primary
key=other.primary
key=billing.primary



=== a kept connection that the API closed: the request goes out on another
--- in_http
upstream api {
    server 127.0.0.1:$TEST_NGINX_API_PORT;
    keepalive 2;
}
--- in_api: keepalive_requests 1;
--- in_location
proxy_http_version 1.1;
proxy_set_header Connection "";
--- proxy_pass: proxy_pass http://api;
--- request eval: [ ::create(), ::create(), ::fetch() ]
--- error_code eval: [ 200, 200, 200 ]
--- arrived
key=billing.primary body=@create-request
key=billing.primary body=@create-request
key=billing.primary body=-



=== the API's name in a variable
--- in_http
upstream api { server 127.0.0.1:$TEST_NGINX_API_PORT; }
--- in_location: set $api api;
--- proxy_pass: proxy_pass http://$api;
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 200, 200 ]
--- arrived
key=billing.primary uri=/subscriptions/v1/customers body=@create-request
key=billing.primary uri=/subscriptions/v1/customers/c1631704458



=== and its address
--- in_location: set $api 127.0.0.1:$TEST_NGINX_API_PORT;
--- proxy_pass: proxy_pass http://$api;
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 200, 200 ]
--- arrived
key=billing.primary body=@create-request
key=billing.primary



=== too slow an API: 504
--- in_api: riverty_sandbox_delay 2s;
--- in_location: proxy_read_timeout 100ms;
--- request eval: ::create()
--- error_code: 504
--- errors
upstream timed out
--- arrived: any
--- record
riverty.outcome=failed event.outcome=failure http.response.status_code=504 riverty.upstream.status=~^(?:504)?$



=== a client that goes before the API has answered
--- in_api: riverty_sandbox_delay 2s;
--- request eval: ::create()
--- timeout: 0.3
--- abort
--- ignore_response
--- arrived: any
--- record
riverty.outcome=aborted event.outcome=unknown event.action=customer.create riverty.key=primary



=== an API that is slow and a client that waits
--- in_api: riverty_sandbox_delay 150ms;
--- request eval: ::create()
--- error_code: 200
--- arrived
body=@create-request
--- record
riverty.outcome=forwarded event.duration=~^[0-9]{9,10}$ riverty.upstream.duration=~^[0-9]{9,10}$



=== an answer that ends too early
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- ignore_response
--- errors
upstream prematurely closed connection while reading upstream
--- record
riverty.outcome=failed riverty.upstream.status=200 event.action=customer.read



=== a chunked answer that ends too early
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"half\":"
--- in_location: proxy_http_version 1.1;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- ignore_response
--- errors
upstream prematurely closed connection while reading upstream
--- record
riverty.outcome=failed riverty.upstream.status=200



=== an answer that is no HTTP
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: "nonsense\r\n\r\n"
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- error_code: 502
--- errors
upstream sent no valid HTTP/1.0 header
--- record
riverty.outcome=failed event.outcome=failure



=== a header that is none
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: "HTTP/1.1 200 OK\r\n\0bad\r\n\r\n{}"
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- error_code: 502
--- errors
upstream sent invalid header
--- record
riverty.outcome=failed event.outcome=failure



=== no answer at all
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply:
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::create()
--- error_code: 502
--- errors
upstream prematurely closed connection while reading response header
--- record
riverty.outcome=failed http.response.status_code=502



=== X-Accel-Redirect makes nginx serve nothing of its own
--- user_files
>>> secret
local secret
--- in_http
server {
    listen 127.0.0.1:$TEST_NGINX_SECOND_PORT;
    access_log off;
    location / {
        add_header X-Accel-Redirect /files/secret always;
        add_header X-Accel-Limit-Rate 1 always;
        add_header X-Accel-Charset koi8-r always;
        default_type application/json;
        return 200 '{"of":"the API"}';
    }
}
--- in_server
location /files/ {
    internal;
    alias html/;
}
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: [ ::fetch(), ::create() ]
--- error_code eval: [ 200, 200 ]
--- response_headers eval: [ ('Content-Type: application/json') x 2 ]
--- response_body eval: [ ('{"of":"the API"}') x 2 ]
--- record
riverty.outcome=forwarded http.response.status_code=200
riverty.outcome=forwarded http.response.status_code=200



=== an answer is read without buffering, too
--- in_location: proxy_buffering off;
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 200, 200 ]
--- response_body_like eval: [ 'contracts', '"firstName":"Ray"' ]
--- arrived
method=POST key=billing.primary
method=GET key=billing.primary
--- record
riverty.outcome=forwarded
riverty.outcome=forwarded



=== proxy_intercept_errors shows a page of one's own, and the record the API's status
--- in_location
proxy_intercept_errors on;
error_page 404 = /ours;
--- in_server
location = /ours { return 404 'ours'; }
--- request eval: ::fetch()
--- error_code: 404
--- response_body: ours
--- arrived
method=GET status=404
--- record
riverty.outcome=forwarded http.response.status_code=404 riverty.upstream.status=404



=== a tunnel: nobody could judge what goes through it
--- skip_nginx: 1: < 1.31.0
--- proxy_pass: tunnel_pass 127.0.0.1:$TEST_NGINX_API_PORT;
--- app: other
--- raw_request eval
"CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\nX-App-Token: $::TOKEN{other}\r\n\r\n"
--- error_code: 500
--- response_body_like: gateway-fault
--- errors
only "proxy_pass" can forward
--- record
riverty.outcome=failed http.request.method=CONNECT http.response.status_code=500



=== nor in monitor, where it ends the same way
--- skip_nginx: 1: < 1.31.0
--- config eval
"location / {
    riverty_customer monitor;
    riverty_audit_log logs/audit.log;
    tunnel_pass 127.0.0.1:$::API_PORT;
}"
--- raw_request eval
"CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\nX-App-Token: $::TOKEN{other}\r\n\r\n"
--- error_code: 500
--- errors
look at "tunnel_pass"
--- record
riverty.outcome=failed http.request.method=CONNECT http.response.status_code=500
