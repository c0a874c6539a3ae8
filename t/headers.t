# What the client sends as a key or a token never arrives; ids; who the app is.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our @uuids = ('123e4567-e89b-12d3-a456-426614174000',
              'ABCDEF01-2345-6789-abcd-EF0123456789', '0123456789abcdefABCDEF0123456789');

our @no_ids = ('1', 'x' x 36, '123e4567-e89b-12d3-a456-42661417400',
               '123e4567-e89b-12d3-a456-4266141740000', '123e4567e89b-12d3-a456-4266141740000',
               'g' x 32, '0123456789abcdef0123456789abcde', '');

# The request as the API's socket sees it: Test::Nginx plays the API, to which
# nginx speaks HTTP/1.0 by default, and HTTP/1.1 since 1.29.7.
our $reply = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}";

Riverty::run();

__DATA__

=== the client's keys are taken away, ours stands there once
--- request eval: [ (::fetch()) x 6 ]
--- more_headers eval
[ 'X-Subscription-Key: mine', 'x-subscription-KEY: mine',
  'Ocp-Apim-Subscription-Key: mine', "X-Subscription-Key: mine\nX-Subscription-Key: yours",
  "OCP-APIM-SUBSCRIPTION-KEY: mine\nX-Subscription-Key: yours\nAccept: */*",
  'X-Subscription-Key: ' . $::KEY{'other.primary'} ]
--- error_code eval: [ (404) x 6 ]
--- arrived eval: [ ({ key => 'billing.primary', token => '' }) x 6 ]
--- secrets: mine yours



=== in a write and in another operation as well
--- app: other
--- request eval: [ ::create(), ::update(), "POST $::CUSTOMERS/c1/orders\n{}" ]
--- more_headers
X-Subscription-Key: mine
Ocp-Apim-Subscription-Key: mine
--- error_code eval: [ 200, 200, 200 ]
--- arrived eval: [ ({ key => 'other.primary' }) x 3 ]
--- secrets: mine



=== what arrives is what the client sent, its key and its token replaced
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval
qr{\AGET /subscriptions/v1/customers/c1631704458 HTTP/1\.[01]\r
Host: 127\.0\.0\.1:\d+\r
(?:Connection: close\r
)?Accept: \*/\*\r
X-Other: a, b\r
traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r
X-Request-ID: [0-9a-f]{32}\r
X-Subscription-Key: \Q$::KEY{'billing.primary'}\E\r
\r
\z}
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- more_headers
Accept: */*
X-Subscription-Key: mine
X-Other: a, b
traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
--- response_body: {}
--- record
trace.id=0af7651916cd43dd8448eb211c80319c span.id=b7ad6b7169203331
--- secrets: mine



=== "_" is "-": a server that makes variables of headers takes one for the other
--- in_http: underscores_in_headers on;
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval
qr{\AGET \S+ HTTP/1\.[01]\r\n(?!.*mine)(?!.*app.token)(?:\S+: [^\r]*\r\n)*?X_Other: a\r
(?:\S+: [^\r]*\r\n)*X-Subscription-Key: \Q$::KEY{'billing.primary'}\E\r\n\r\n\z}si
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- app: none
--- request eval: ::fetch()
--- more_headers eval
"X_Subscription_Key: mine\nX_App_Token: $::TOKEN{billing}\nx-SUBSCRIPTION_key: mine\nX_Other: a\n"
. "Ocp_Apim_Subscription_Key: mine\nOCP-Apim_Subscription-Key: mine\nReferer_: b"
--- response_body: {}
--- record
user.name=billing
--- secrets: mine



=== of two tokens neither counts, however they are spelled
--- in_http: underscores_in_headers on;
--- app: none
--- request eval: [ (::fetch()) x 2 ]
--- more_headers eval
my ($a, $b) = @::TOKEN{qw(billing reader)};
[ "X-App-Token: $a\nX_App_Token: $a", "X_App_Token: $a\nX-App_Token: $b" ]
--- error_code eval: [ (401) x 2 ]
--- record eval: [ ({ 'riverty.outcome' => 'denied', 'user.name' => '' }) x 2 ]



=== a key among the arguments is taken out, the others stay as they are
--- request eval
[ map { "GET $::CUSTOMERS/$::NUMBER?$_" }
  'subscription-key=mine', 'a=1&subscription-key=mine&b=%20%2', 'subscription-key',
  'Subscription-KEY=mine&a', '%73ubscription-key=mine', 'subscription%2Dkey=mine&a=1',
  '%53%55BSCRIPTION%2dKEY=mine', 'subscription-key=mine&subscription-key=yours&a=%3D',
  'a=1&&subscription-key=&b', 'subscription-key=a=b&c=d', 'x-subscription-key=1',
  'subscription-keys=1', 'a=subscription-key=1' ]
--- error_code eval: [ (404) x 13 ]
--- arrived eval
[ map { { uri => qr{^\Q$::CUSTOMERS/$::NUMBER\E$_$}, key => 'billing.primary' } }
  '', '\?a=1&b=%20%2', '', '\?a', '', '\?a=1', '', '\?a=%3D', '\?a=1&&?b', '\?c=d',
  '\?x-subscription-key=1', '\?subscription-keys=1', '\?a=subscription-key=1' ]
--- secrets: mine yours



=== and also where proxy_pass writes the path anew, in a write, elsewhere
--- app: other
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT/;
--- request eval
[ "GET $::CUSTOMERS/$::NUMBER?a&%73ubscription-key=mine&b",
  "POST $::CUSTOMERS?subscription-key=mine\n$::SAMPLE{'create-request'}",
  "GET /subscriptions/v1/contracts?subscription%2Dkey=mine&a=1" ]
--- error_code eval: [ 404, 200, 200 ]
--- arrived eval
[ map { { uri => $_ } } "$::CUSTOMERS/$::NUMBER?a&b", $::CUSTOMERS,
  '/subscriptions/v1/contracts?a=1' ]
--- secrets: mine



=== of two tokens neither counts
--- app: none
--- request eval: [ (::fetch()) x 4 ]
--- more_headers eval
my ($a, $b) = @::TOKEN{qw(billing reader)};
[ "X-App-Token: $a\nX-App-Token: $a", "X-App-Token: $a\nx-app-TOKEN: $b",
  "X-App-Token: $a, $a", "X-App-Token: $a\nAccept: */*\nX-App-Token: $b" ]
--- error_code eval: [ (401) x 4 ]
--- record eval: [ ({ 'riverty.outcome' => 'denied', 'user.name' => '' }) x 4 ]



=== an id that is one is forwarded and recorded
--- request eval: [ map { ::fetch() } @::uuids ]
--- more_headers eval: [ map { "X-Request-ID: $_" } @::uuids ]
--- error_code eval: [ (404) x 3 ]
--- arrived eval: [ map { { id => $_ } } @::uuids ]
--- record eval: [ map { { 'http.request.id' => $_ } } @::uuids ]



=== any other is replaced by the record's own
--- request eval: [ map { ::fetch() } @::no_ids, 'none', 'two' ]
--- more_headers eval
[ (map { "X-Request-ID: $_" } @::no_ids), '', "X-Request-ID: $::uuids[0]\nX-Request-ID: $::uuids[0]" ]
--- error_code eval: [ map { 404 } @::no_ids, 'none', 'two' ]
--- record eval: [ map { { 'http.request.id' => '' } } @::no_ids, 'none', 'two' ]
--- arrived: any
--- talk eval
sub {
    my @records = ::audit_log(undef, end => 1);
    my @sent = ::api_log();
    ::is(scalar @sent, @::no_ids + 2, 'all of them arrived');
    ::is_deeply([ map { $_->{id} } @sent ], [ map { $_->{'event.id'} } @records ],
                'with the ids of the records');
    my %ids = map { $_->{id} => 1 } @sent;
    ::is(scalar keys %ids, scalar @sent, 'each with its own');
}
--- secrets eval: "@{[ grep { length > 5 } @::no_ids ]}"



=== the key in a header of another name
--- in_location: riverty_key_header Ocp-Apim-Subscription-Key;
--- request eval: [ ::fetch(), ::create() ]
--- more_headers eval
[ "X-Subscription-Key: mine\nOcp-Apim-Subscription-Key: mine", '' ]
--- error_code eval: [ 404, 200 ]
--- arrived
key=billing.primary
key=billing.primary
--- secrets: mine



=== a name that the sandbox does not know
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval
qr{\AGET \S+ HTTP/1\.[01]\r\n(?!.*mine)(?!.*X-Subscription-Key)(?!.*X-App-Token).*\r
X-Api-Secret: \Q$::KEY{'billing.primary'}\E\r
\r
\z}s
--- in_location: riverty_key_header X-Api-Secret;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- more_headers
x-api-secret: mine
X-Subscription-Key: mine
--- response_body: {}
--- secrets: mine



=== the token in a header of another name
--- in_location: riverty_app_token_header X-Caller;
--- app: none
--- request eval: [ ::fetch(), ::fetch(), ::fetch() ]
--- more_headers eval
[ "x-caller: $::TOKEN{reader}", "X-App-Token: $::TOKEN{reader}",
  "X-Caller: $::TOKEN{reader}\nX-Caller: $::TOKEN{reader}" ]
--- error_code eval: [ 404, 401, 401 ]
--- response_headers eval
[ 'WWW-Authenticate:', ('WWW-Authenticate: AppToken header="X-Caller"') x 2 ]
--- arrived
key=reader.primary
--- record
user.name=reader riverty.outcome=forwarded
user.name=- riverty.outcome=denied
user.name=- riverty.outcome=denied



=== Authorization may carry the token, and stays here
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval
qr{\AGET \S+ HTTP/1\.[01]\r\n(?!.*Authorization).*\r\nX-Subscription-Key: \Q$::KEY{'reader.primary'}\E\r\n\r\n\z}s
--- in_location: riverty_app_token_header Authorization;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- app: none
--- request eval: ::fetch()
--- more_headers eval: "Authorization: $::TOKEN{reader}"
--- response_body: {}
--- record
user.name=reader



=== the app by a map of what nginx knows
--- in_http
map $server_port $the_app { default reader; }
--- in_location: riverty_app $the_app;
--- app: none none other
--- request eval: [ ::fetch(), ::create(), ::fetch() ]
--- error_code eval: [ 404, 403, 404 ]
--- arrived
key=reader.primary token=-
key=reader.primary token=-
--- record
user.name=reader riverty.outcome=forwarded
user.name=reader riverty.outcome=denied
user.name=reader riverty.outcome=forwarded



=== a name that no app has, and none at all
--- in_http
map $arg_who $the_app { default ""; nobody nobody; }
--- in_location: riverty_app $the_app;
--- request eval: [ ::fetch('c1?who=nobody'), ::fetch() ]
--- error_code eval: [ 401, 401 ]
--- record
riverty.outcome=denied user.name=-
riverty.outcome=denied user.name=-



=== the app by nginx's own password check
--- user_files
>>> htpasswd
reader:{PLAIN}open-sesame
stranger:{PLAIN}open-barley
--- in_location
auth_basic api;
auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/htpasswd;
riverty_app $remote_user;
--- app: none
--- request eval: [ ::fetch(), ::create(), ::fetch(), ::fetch(), ::fetch() ]
--- more_headers eval
[ map { "Authorization: Basic $_" } 'cmVhZGVyOm9wZW4tc2VzYW1l', 'cmVhZGVyOm9wZW4tc2VzYW1l',
  'cmVhZGVyOndyb25n', 'c3RyYW5nZXI6b3Blbi1iYXJsZXk=', 'cmVhZGVyOg==' ]
--- error_code eval: [ 404, 403, 401, 401, 401 ]
--- response_headers eval
[ 'Content-Type: application/json', 'Content-Type: application/problem+json',
  'WWW-Authenticate: Basic realm="api"', 'Content-Type: application/problem+json',
  'WWW-Authenticate: Basic realm="api"' ]
--- errors
user "reader": password mismatch
--- arrived
key=reader.primary
--- record
user.name=reader riverty.outcome=forwarded
user.name=reader riverty.outcome=denied
riverty.outcome=~^(?:denied|refused)$ http.response.status_code=401 riverty.key=-
user.name=- riverty.outcome=denied http.response.status_code=401
riverty.outcome=~^(?:denied|refused)$ http.response.status_code=401 riverty.key=-
--- secrets: open-sesame open-barley



=== a password for nginx stays here, also where an address would do
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval
qr{\AGET \S+ HTTP/1\.[01]\r\n(?!.*Authorization).*\r\nX-Subscription-Key: \Q$::KEY{'billing.primary'}\E\r\n\r\n\z}s
--- user_files
>>> htpasswd
someone:{PLAIN}open-sesame
--- in_location
satisfy any;
allow 127.0.0.2;
deny all;
auth_basic api;
auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/htpasswd;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- more_headers: Authorization: bAsic c29tZW9uZTpvcGVuLXNlc2FtZQ==
--- response_body: {}
--- record
user.name=billing riverty.outcome=forwarded
--- secrets: open-sesame c29tZW9uZT



=== what is no password goes on to the API
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval: qr{\r\nAuthorization: Bearer of-a-user\r\n}
--- in_location
satisfy any;
allow 127.0.0.1;
auth_basic api;
auth_basic_user_file $TEST_NGINX_SERVER_ROOT/html/none;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: ::fetch()
--- more_headers: Authorization: Bearer of-a-user
--- response_body: {}
--- record
user.name=billing riverty.outcome=forwarded



=== valid_referers sees the Referer, which the API does not get
--- tcp_listen: $TEST_NGINX_SECOND_PORT
--- tcp_reply eval: $::reply
--- tcp_query eval: qr{\A(?!.*Referer).*\r\n\r\n\z}s
--- in_location
valid_referers server_names ours.example;
if ($invalid_referer) { return 403; }
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT;
--- request eval: [ ::fetch(), ::fetch() ]
--- more_headers eval: [ 'Referer: http://theirs.example/', 'Referer: http://ours.example/' ]
--- error_code eval: [ 403, 200 ]
--- record
user.name=billing riverty.outcome=refused
user.name=billing riverty.outcome=forwarded



=== no variable tells a key or a token
--- in_http
log_format secrets '$http_x_subscription_key|$sent_http_x_subscription_key|$http_x_app_token|$upstream_http_x_subscription_key|$http_ocp_apim_subscription_key|$args';
--- in_server
set $seen $http_x_subscription_key$http_x_app_token$http_ocp_apim_subscription_key$args;
if ($arg_stop) { return 403; }
access_log logs/secrets.log secrets;
riverty_key_header X-Api-Secret;
--- in_location: riverty_key_header X-Subscription-Key;
--- request eval: [ ::fetch('c1?subscription-key=mine'), ::create(), ::fetch('c1?stop=1') ]
--- more_headers
X-Subscription-Key: mine
Ocp-Apim-Subscription-Key: mine
--- error_code eval: [ 404, 200, 403 ]
--- arrived
key=billing.primary
key=billing.primary
--- talk eval
sub { ::like(::slurp(Riverty::logs() . '/secrets.log'), qr/^(?:-[|]-[|]-[|]-[|]-[|]-?\n){3}\z/, 'all empty') }
--- record: any
--- secrets: mine



=== not even where the head has no right end
--- in_http
log_format secrets '$http_x_subscription_key|$http_x_app_token';
--- in_server
access_log logs/secrets.log secrets;
--- request eval: ::fetch()
--- error_code: 404
--- arrived: any
--- talk eval
sub {
    my $head = ::raw('GET /', undef, 'X-Subscription-Key: mine') =~ s/\r\n\z//r;
    ::exchange($ENV{TEST_NGINX_PORT}, "${head}X-\0: a\r\n\r\n");
    my $said = '';
    ::wait_for(sub { ($said = ::slurp(Riverty::logs() . '/secrets.log')) =~ tr/\n// == 2 });
    ::is($said, "-|-\n" x 2, 'both empty');
}
--- record: any
--- secrets: mine



=== a mirror gets neither key nor token
--- in_http
server {
    listen 127.0.0.1:$TEST_NGINX_SECOND_PORT;
    location / {
        riverty_sandbox;
        access_log logs/api-mirror.log api;
    }
}
--- in_location: mirror /mirror;
--- in_server
location = /mirror {
    internal;
    proxy_pass http://127.0.0.1:$TEST_NGINX_SECOND_PORT$uri;
}
--- request eval: [ ::create(), ::fetch() ]
--- more_headers
X-Subscription-Key: mine
--- error_code eval: [ 200, 200 ]
--- arrived
key=billing.primary body=@create-request
key=billing.primary body=-
--- talk eval
sub {
    my @mirrored;
    ::wait_for(sub { 2 == (@mirrored = ::api_log(Riverty::logs() . '/api-mirror.log')) });
    ::is_deeply([ map { "$_->{key}|$_->{token}" } @mirrored ], [ '|', '|' ], 'neither');
}
--- record eval: [ ({ 'riverty.outcome' => 'forwarded' }) x 2 ]
--- secrets: mine



=== not even the debug log tells a key
--- debug
--- request eval: [ ::create(), ::fetch(), "GET $::CUSTOMERS/c1/orders" ]
--- app: billing billing other
--- error_code eval: [ 200, 200, 200 ]
--- error_log eval: qr/http upstream request: "/
--- arrived
key=billing.primary
key=billing.primary
key=other.primary
