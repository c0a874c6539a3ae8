# The last look: where nginx would send something else than what was judged,
# nothing is sent, and error.log names the directive to look at.  The values
# are variables: without one nginx -t refuses them (t/config_forward.t).

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our $fault = '^\{"type":"urn:riverty-customer:problem:gateway-fault",[^}]*"status":500,';
our $failed = { 'riverty.outcome' => 'failed', 'event.outcome' => 'failure',
                'http.response.status_code' => 500, 'riverty.upstream.addr' => '' };

# What every block of this file asks.
Test::Nginx::Util::add_block_preprocessor(sub {
    my ($block) = @_;
    return if defined $block->error_code || !defined $block->errors;
    my $requests = Riverty::requests_of($block);
    my $n = @$requests;
    $block->set_value(error_code => $n > 1 ? [ (500) x $n ] : 500);
    $block->set_value(response_body_like => $n > 1 ? [ ($fault) x $n ] : $fault);
    $block->set_value(response_headers => $n > 1
        ? [ ('Content-Type: application/problem+json') x $n ]
        : 'Content-Type: application/problem+json');
    $block->set_value(record => [ ($failed) x $n ]);
});

Riverty::run();

__DATA__

=== a key from proxy_set_header
--- in_location: set $mine mine; proxy_set_header X-Subscription-Key $mine;
--- request eval: [ ::fetch(), ::create() ]
--- errors: look at "proxy_set_header"
--- secrets: mine



=== a key under Azure's name
--- in_location: set $mine mine; proxy_set_header ocp-apim-subscription-key $mine;
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== a key under the name that riverty_key_header gives
--- in_location
riverty_key_header X-Api-Secret;
set $mine mine; proxy_set_header x-api-secret $mine;
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== the usual name counts also where another one was given
--- in_location
riverty_key_header X-Api-Secret;
set $mine mine; proxy_set_header X-Subscription-Key $mine;
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== an app token from proxy_set_header
--- in_location: set $mine mine; proxy_set_header X-App-Token $mine;
--- request eval: [ ::fetch(), ::create() ]
--- errors: look at "proxy_set_header"
--- secrets: mine



=== an app token under another name
--- in_location
riverty_app_token_header X-Caller;
set $mine mine; proxy_set_header x-caller $mine;
--- app: none
--- more_headers eval: "X-Caller: $::TOKEN{billing}"
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== a key behind the end of a line
--- in_location: proxy_set_header X-More "a\r\nX-Subscription-Key: mine";
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== a key behind half an end of a line
--- in_location: proxy_set_header X-More "a\nX-Subscription-Key: mine";
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== a key in a name that some servers would trim
--- in_location: proxy_set_header "X-Subscription-Key " mine;
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"
--- secrets: mine



=== a second request behind the headers
--- in_location: proxy_set_header X-More "a\r\n\r\nGET /subscriptions/v1/customers/c2 HTTP/1.1";
--- request eval: ::fetch()
--- errors: in the header block



=== an empty key is one, too
--- in_location: set $empty " "; proxy_set_header X-Subscription-Key $empty;
--- request eval: ::fetch()
--- errors: look at "proxy_set_header"



=== another Content-Length
--- in_location: set $five 5; proxy_set_header Content-Length $five;
--- request eval: [ ::create(), ::fetch() ]
--- errors: Content-Length



=== a Transfer-Encoding
--- in_location
proxy_http_version 1.1;
set $coding chunked;
proxy_set_header Transfer-Encoding $coding;
--- request eval: [ ::create(), ::fetch() ]
--- errors: look at "proxy_set_header"



=== another body
--- in_location: set $body '{"customer":{}}'; proxy_set_body $body;
--- request eval: [ ::create(), ::update(), ::fetch() ]
--- errors: "proxy_set_body"



=== a body as long as the one that was judged
--- in_location eval: "set \$body '" . 'x' x length($::SAMPLE{'create-request'}) . "'; proxy_set_body \$body;"
--- request eval: ::create()
--- errors: "proxy_set_body"



=== the body as the client sent it, where it was changed
--- in_location: proxy_set_body $request_body;
--- request eval: ::create(::edited('create-request', [ language => '"de"' => '"DE"' ]))
--- errors: "proxy_set_body"



=== a body for another operation
--- in_location: set $body x; proxy_set_body $body;
--- app: other
--- request eval: [ "GET $::CUSTOMERS/c1/orders", "POST $::CUSTOMERS/c1/orders\ny" ]
--- errors: "proxy_set_body"



=== another method
--- in_location: set $put PUT; proxy_method $put;
--- request eval: [ ::create(), ::fetch() ]
--- errors: look at "proxy_method"



=== a method that is a part of the right one
--- in_location: set $ge GE; proxy_method $ge;
--- request eval: ::fetch()
--- errors: look at "proxy_method"



=== a rewrite to another customer
--- in_location: rewrite ^ /subscriptions/v1/customers/other break;
--- request eval: [ ::fetch(), ::update() ]
--- errors: "rewrite"



=== a rewrite from elsewhere to a customer
--- in_location: rewrite ^/elsewhere /subscriptions/v1/customers/c1 break;
--- app: other
--- request: GET /elsewhere
--- errors: "rewrite"



=== a rewrite from a customer to elsewhere
--- in_location: rewrite ^(.*)$ $1/orders break;
--- request eval: ::fetch()
--- errors: "rewrite"



=== another version
--- in_location: rewrite ^/subscriptions/v1(.*)$ /subscriptions/v2$1 break;
--- request eval: ::fetch()
--- errors: "rewrite"



=== a key among the arguments
--- in_location: set $args a=1&subscription%2Dkey=mine;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT/;
--- request eval: [ ::fetch(), ::create() ]
--- errors: a subscription-key argument
--- secrets: mine



=== proxy_pass to another path
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT/subscriptions/;
--- request eval: [ ::fetch(), ::create() ]
--- errors: "proxy_pass"



=== proxy_pass to another customer
--- config eval
"location $::CUSTOMERS/$::NUMBER {
    riverty_customer on;
    riverty_audit_log logs/audit.log;
    client_max_body_size 1m;
    proxy_pass http://127.0.0.1:$::API_PORT$::CUSTOMERS/other;
}"
--- request eval: ::fetch()
--- errors: "proxy_pass"



=== proxy_pass to another path, by a variable
--- in_location: set $there /subscriptions/v1/customers/other;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT$there;
--- request eval: [ ::fetch(), ::update() ]
--- errors: "proxy_pass"



=== a path that proxy_pass makes a customers path of
--- config eval
"location /contracts/ {
    riverty_customer on;
    riverty_audit_log logs/audit.log;
    client_max_body_size 1m;
    proxy_pass http://127.0.0.1:$::API_PORT$::CUSTOMERS/;
}"
--- app: other
--- request eval: "GET /contracts/$::NUMBER"
--- errors: "proxy_pass"



=== nothing to forward to
--- proxy_pass: set $more 1; root html;
--- request eval: [ ::fetch(), ::create() ]
--- errors: needs "proxy_pass"



=== FastCGI
--- proxy_pass: set $to 127.0.0.1:$TEST_NGINX_API_PORT; fastcgi_pass $to;
--- request eval: [ ::fetch(), ::create() ]
--- errors: only "proxy_pass" can forward



=== uwsgi
--- proxy_pass: set $to 127.0.0.1:$TEST_NGINX_API_PORT; uwsgi_pass $to;
--- request eval: ::create()
--- errors: only "proxy_pass" can forward



=== SCGI
--- proxy_pass: set $to 127.0.0.1:$TEST_NGINX_API_PORT; scgi_pass $to;
--- request eval: ::create()
--- errors: only "proxy_pass" can forward



=== what changes nothing that was judged goes through
--- in_location
proxy_set_header Host api.example;
proxy_set_header X-More $riverty_operation;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_http_version 1.1;
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 200, 200 ]
--- arrived
host=api.example more=create protocol=HTTP/1.1 key=billing.primary body=@create-request
host=api.example more=read protocol=HTTP/1.1 key=billing.primary
