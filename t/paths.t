# Paths: one spelling of a customers path is served, every other is 404 and
# never "other".  Asked by an app that may do everything, so that what slips
# through arrives.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our $not_found = '^\{"type":"urn:riverty-customer:problem:path-not-found"';
our $misspelled = { 'riverty.outcome' => 'refused', 'event.action' => 'unknown',
                    'url.path' => '', 'http.response.status_code' => 404 };

sub gets { return [ map { "GET $_" } @_ ] }

# Every path of a list for a number that the logs are searched for.
sub numbered { return map { s/\bN\b/$NUMBER/gr } @_ }

our @case = numbered(qw(
    /Subscriptions/v1/customers /SUBSCRIPTIONS/V1/CUSTOMERS/N
    /subscriptions/V1/customers /subscriptions/V1/customers/N
    /subscriptions/v1/Customers /subscriptions/v1/cUSTOMERS/N));

our @slashes = numbered(qw(
    //subscriptions/v1/customers /subscriptions//v1/customers/N
    /subscriptions/v1//customers /subscriptions/v1/customers//N
    /subscriptions/v1/customers/ /subscriptions/v1/customers//
    /subscriptions/v1/customers/N/ /subscriptions/v1/customers/N//
    /subscriptions%2Fv1/customers /subscriptions%2fv1%2fcustomers%2fN
    /subscriptions/v1%2Fcustomers/N /subscriptions/v1/customers%2FN
    /subscriptions/v1/customers%2F /subscriptions/v1/customers/%2FN
    /subscriptions/v1/customers/N%2F /%2Fsubscriptions/v1/customers/N
    /subscriptions\v1\customers\N /subscriptions/v1/customers%5CN
    /subscriptions/v1/customers/N\x /subscriptions/v1/customers/N%5Cx
    /subscriptions/v1/customers/N%255Corders));

our @dots = numbered(qw(
    /./subscriptions/v1/customers /subscriptions/./v1/customers/N
    /subscriptions/v1/./customers /subscriptions/v1/customers/./N
    /subscriptions/v1/customers/. /subscriptions/v1/customers/N/.
    /subscriptions/v1/customers/.. /subscriptions/v1/customers/N/..
    /x/../subscriptions/v1/customers/N /subscriptions/x/../v1/customers/N
    /subscriptions/v1/contracts/../customers/N
    /subscriptions/v1/customers/../customers/N
    /subscriptions/v1/customers/c1/../N
    /subscriptions/v1/customers/N/orders/..
    /subscriptions/v1/customers/c1/orders/../../N
    /subscriptions/v1/customers/%2e /subscriptions/v1/customers/N/%2E
    /subscriptions/v1/customers/%2e%2E /subscriptions/v1/customers/N/orders/%2e.
    /subscriptions/v1/contracts/%2e%2e/customers/N
    /subscriptions/v1/contracts/..%2fcustomers/N
    /subscriptions/v1/contracts%2f..%2fcustomers%2fN
    /subscriptions/v1/contracts/..;x/customers/N
    /subscriptions/v1/contracts/..\customers/N
    /subscriptions/v1/customers/N/x//.. /subscriptions/v1/customers/N//../..
    /subscriptions/v1/customers/N/a%2Fb/%2e%2e
    /subscriptions/v1/customers/N/a%2Fb%5C..));

our @parameters = numbered(qw(
    /subscriptions;a=b/v1/customers /subscriptions/v1;a/customers/N
    /subscriptions/v1/customers; /subscriptions/v1/customers;a=b
    /subscriptions/v1/customers;a/N /subscriptions/v1/customers/N;
    /subscriptions/v1/customers/N;a=b /subscriptions/v1/customers/;a
    /subscriptions/v1/customers%3Ba /subscriptions/v1/customers%3ba/N
    /subscriptions/v1/customers/N%3Ba /subscriptions/v1/customers%3Fa
    /subscriptions/v1/customers%23 /subscriptions/v1/customers/N%3Fa
    /subscriptions/v1/customers/;N /subscriptions/v1/customers/.;N
    /subscriptions/v1/customers/%3FN /subscriptions/v1/customers/%23N));

# Two readings of one path that agree that it is no customers path, but name
# different customers.
our @customers = numbered(qw(
    /subscriptions/v1/customers//N/orders /subscriptions/v1/customers/;a/N/orders
    /subscriptions/v1/customers/c1/../N/orders /subscriptions/v1/customers/N\x/orders
    /subscriptions/v1/customers/c1/..%2FN/orders
    /subscriptions/v1/customers/N;a/orders /subscriptions/v1/customers/N%3Fa/orders
    /subscriptions/v1/customers/c%25201/orders /subscriptions/v1/customers%2FN/x/orders));

# All readings agree: what is served as other, as it came.
our @agreed = qw(
    /%2e/subscriptions/v1/.;/customersX /subscriptions/v1/contracts/a;b=c%2Fd
    /subscriptions/v1/customers/c1/orders;a=b /subscriptions/v1/customers/c1//orders
    /subscriptions/v1/customers/c1/orders/a%20b%2Fc /subscriptions/v1/customers/%631/orders/
    /subscriptions/v1/contracts/../contracts\7 /subscriptions//v1/contracts);

our @encoded = numbered(qw(
    /%73ubscriptions/v1/customers/N /subscriptions/%76%31/customers/N
    /subscriptions/v%31/customers /subscriptions/v1/%63ustomers
    /subscriptions/v1/customer%73/N /subscriptions/v1/%43ustomers/N
    /subscriptions/v1/%2563ustomers /subscriptions/v1/customer%2573/N
    /%2573ubscriptions/v1/customers/N /subscriptions/v1%252Fcustomers/N
    /subscriptions/v1/customers%252FN /subscriptions/v1/customers/N%252F
    /subscriptions/v1/contracts/%252e%252e/customers/N
    /subscriptions/v1/customers%253Ba));

our @versions = numbered(qw(
    /subscriptions/v/customers /subscriptions/1/customers/N
    /subscriptions/v1a/customers /subscriptions/v1.0/customers/N
    /subscriptions/vX/customers /subscriptions/latest/customers/N
    /subscriptions/v-1/customers /subscriptions/v%201/customers/N));

our @numbers = map { "$CUSTOMERS/$_" } qw(
    -c1 .c1 _c1 c~1 c%7E1 c%201 c+1 c%2B1 c:1 c%0A1 c%25 c%C3%A4),
    'c,1', "c\xc3\xa4", 'c' x 51;

Riverty::run();

__DATA__

=== letters of another case
--- app: other
--- request eval: ::gets(@::case)
--- error_code eval: [ map { 404 } @::case ]
--- response_body_like eval: [ map { $::not_found } @::case ]
--- record eval: [ map { $::misspelled } @::case ]



=== doubled, encoded, trailing and turned slashes
--- app: other
--- request eval: ::gets(@::slashes)
--- error_code eval: [ map { 404 } @::slashes ]
--- response_body_like eval: [ map { $::not_found } @::slashes ]
--- record eval: [ map { $::misspelled } @::slashes ]



=== dot segments, resolved or not
--- app: other
--- request eval: ::gets(@::dots)
--- error_code eval: [ map { 404 } @::dots ]
--- response_body_like eval: [ map { $::not_found } @::dots ]
--- record eval: [ map { $::misspelled } @::dots ]



=== parameters and what an encoded ? or # would cut off
--- app: other
--- request eval: ::gets(@::parameters)
--- error_code eval: [ map { 404 } @::parameters ]
--- response_body_like eval: [ map { $::not_found } @::parameters ]
--- record eval: [ map { $::misspelled } @::parameters ]



=== readings of one path that name different customers
--- app: other
--- request eval: ::gets(@::customers)
--- error_code eval: [ map { 404 } @::customers ]
--- response_body_like eval: [ map { $::not_found } @::customers ]
--- record eval: [ map { $::misspelled } @::customers ]



=== readings that agree are other, with and without a URI in proxy_pass
--- in_server
location /anew/ {
    riverty_customer on;
    riverty_prefix /anew;
    riverty_audit_log logs/audit.log;
    client_max_body_size 1m;
    proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT/;
}
--- app: other
--- request eval: ::gets(@::agreed, map { "/anew$_" } @::agreed)
--- error_code_like eval: [ map { qr/^(?:200|404)$/ } @::agreed, @::agreed ]
--- response_body_unlike eval: [ map { 'problem' } @::agreed, @::agreed ]
--- arrived eval
[ (map { { uri => $_, key => 'other.primary' } } @::agreed),
  (map { { key => 'other.primary' } } @::agreed) ]
--- record eval
[ map { { 'event.action' => 'other', 'riverty.outcome' => 'forwarded' } } @::agreed, @::agreed ]



=== encoded letters of the words, once or twice
--- app: other
--- request eval: ::gets(@::encoded)
--- error_code eval: [ map { 404 } @::encoded ]
--- response_body_like eval: [ map { $::not_found } @::encoded ]
--- record eval: [ map { $::misspelled } @::encoded ]



=== no version
--- app: other
--- request eval: ::gets(@::versions)
--- error_code eval: [ map { 404 } @::versions ]
--- response_body_like eval: [ map { $::not_found } @::versions ]
--- record eval: [ map { $::misspelled } @::versions ]



=== a number of dots is none, whatever a pattern allows
--- in_location: riverty_field /customer/customerNumber pattern=[.a-z0-9]+;
--- app: other
--- request eval: ::gets("$::CUSTOMERS/..", "$::CUSTOMERS/.", "$::CUSTOMERS/%2e%2E")
--- error_code eval: [ (404) x 3 ]
--- response_body_like eval: [ ($::not_found) x 3 ]
--- record eval: [ ($::misspelled) x 3 ]



=== no customer number
--- app: other
--- request eval: ::gets(@::numbers)
--- error_code eval: [ map { 404 } @::numbers ]
--- response_body_like eval: [ map { $::not_found } @::numbers ]
--- record eval: [ map { $::misspelled } @::numbers ]



=== the same for a write
--- app: other
--- request eval
[ map { "POST $_\n$::SAMPLE{'create-request'}" } "$::CUSTOMERS/",
  '/subscriptions//v1/customers', '/subscriptions/v1/Customers',
  '/subscriptions/v1/customers;a', '/subscriptions/v1/contracts/../customers' ]
--- error_code eval: [ (404) x 5 ]
--- response_body_like eval: [ ($::not_found) x 5 ]
--- record eval: [ ($::misspelled) x 5 ]



=== nginx merges no slashes: the same
--- app: other
--- in_http: merge_slashes off;
--- request eval: ::gets(@::slashes, @::dots)
--- error_code eval: [ map { 404 } @::slashes, @::dots ]
--- response_body_like eval: [ map { $::not_found } @::slashes, @::dots ]
--- record eval: [ map { $::misspelled } @::slashes, @::dots ]



=== unreserved characters of the number may be encoded, and arrive as they came
--- request eval: [ ::create(), map { ::fetch($_) } '%631631704458', 'c163170445%38', 'c%2D1', 'c%2e1', 'c%5f1' ]
--- error_code eval: [ 200, 200, 200, 404, 404, 404 ]
--- arrived eval
[ { method => 'POST' }, map { { uri => "$::CUSTOMERS/$_" } }
  '%631631704458', 'c163170445%38', 'c%2D1', 'c%2e1', 'c%5f1' ]
--- record eval
[ {}, ({ 'event.action' => 'customer.read', 'riverty.outcome' => 'forwarded' }) x 5 ]



=== a query string goes through, and hides no spelling
--- app: other
--- request eval
[ "GET $::CUSTOMERS/$::NUMBER?a=1&b=%2F..%2F", "GET $::CUSTOMERS/$::NUMBER?",
  "POST $::CUSTOMERS?a=/subscriptions/v1/orders\n$::SAMPLE{'create-request'}",
  "GET $::CUSTOMERS/?a=1", "GET /subscriptions/v1/Customers?/orders" ]
--- error_code eval: [ 404, 404, 200, 404, 404 ]
--- arrived eval
[ { method => 'GET', uri => "$::CUSTOMERS/$::NUMBER?a=1&b=%2F..%2F" },
  { method => 'GET', uri => qr{^\Q$::CUSTOMERS/$::NUMBER\E\??$} },
  { method => 'POST', uri => "$::CUSTOMERS?a=/subscriptions/v1/orders" } ]
--- record
event.action=customer.read
event.action=customer.read
event.action=customer.create
event.action=unknown
event.action=unknown



=== a fragment belongs in no request
--- app: other
--- request eval: ::gets("$::CUSTOMERS/$::NUMBER#orders", "$::CUSTOMERS#/x/y")
--- error_code eval: [ 404, 404 ]
--- response_body_like eval: [ ($::not_found) x 2 ]
--- record eval: [ ($::misspelled) x 2 ]



=== the absolute form is read as its path
--- app: other
--- request eval
[ map { "GET http://gateway$_" } "$::CUSTOMERS/$::NUMBER", "$::CUSTOMERS/$::NUMBER/",
  '/subscriptions/v1/contracts', '//subscriptions/v1/customers' ]
--- error_code eval: [ 404, 404, 200, 404 ]
--- arrived eval
[ { uri => "$::CUSTOMERS/$::NUMBER" }, { uri => '/subscriptions/v1/contracts' } ]
--- record
event.action=customer.read riverty.outcome=forwarded
event.action=unknown riverty.outcome=refused
event.action=other riverty.outcome=forwarded
event.action=unknown riverty.outcome=refused



=== a prefix on this side is taken off by proxy_pass
--- config eval
"location /riverty/ {
    riverty_customer on;
    riverty_prefix /riverty;
    riverty_audit_log logs/audit.log;
    client_max_body_size 1m;
    proxy_pass http://127.0.0.1:$::API_PORT/;
}"
--- app: other
--- request eval
[ "POST /riverty$::CUSTOMERS\n$::SAMPLE{'create-request'}",
  "GET /riverty$::CUSTOMERS/$::NUMBER", "GET /riverty$::CUSTOMERS/$::NUMBER?a=1",
  "GET /riverty/subscriptions/v1/contracts",
  map { "GET /riverty$_" } "$::CUSTOMERS/", '//subscriptions/v1/customers',
  '/riverty/subscriptions/v1/customers', '/./subscriptions/v1/customers',
  "/subscriptions/v1/Customers/$::NUMBER" ]
--- error_code eval: [ 200, 200, 200, 200, (404) x 5 ]
--- arrived eval
[ map { { uri => $_, key => 'other.primary' } } $::CUSTOMERS,
  "$::CUSTOMERS/$::NUMBER", "$::CUSTOMERS/$::NUMBER?a=1",
  '/subscriptions/v1/contracts' ]
--- record eval
[ { 'event.action' => 'customer.create' }, { 'event.action' => 'customer.read' },
  { 'event.action' => 'customer.read' }, { 'event.action' => 'other' },
  ($::misspelled) x 5 ]



=== behind a prefix that nobody named nothing is served
--- app: other
--- request eval
::gets("/riverty$::CUSTOMERS", "/riverty$::CUSTOMERS/$::NUMBER")
--- error_code eval: [ 404, 404 ]
--- response_body_like eval: [ ($::not_found) x 2 ]
--- record eval: [ ($::misspelled) x 2 ]



=== the API may have a base of its own
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT/base/;
--- request eval: [ ::fetch(), ::create() ]
--- error_code eval: [ 404, 404 ]
--- arrived eval
[ { uri => "/base$::CUSTOMERS/$::NUMBER", key => 'billing.primary' },
  { uri => "/base$::CUSTOMERS", body => $::SAMPLE{'create-request'} } ]
--- record
event.action=customer.read riverty.outcome=forwarded
event.action=customer.create riverty.outcome=forwarded



=== proxy_pass with a URI writes the path anew, decoded
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT/;
--- app: other
--- request eval
[ ::create(), ::fetch('%631631704458'), ::fetch("$::NUMBER?a=%31"),
  "GET $::CUSTOMERS/$::NUMBER/orders", "GET $::CUSTOMERS/$::NUMBER/orders/.." ]
--- error_code eval: [ 200, 200, 200, 200, 404 ]
--- arrived eval
[ map { { uri => $_ } } $::CUSTOMERS, "$::CUSTOMERS/$::NUMBER",
  "$::CUSTOMERS/$::NUMBER?a=%31", "$::CUSTOMERS/$::NUMBER/orders" ]



=== proxy_pass with $request_uri sends what came, not what the logs show
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_API_PORT$request_uri;
--- request eval: [ ::create(), ::fetch("$::NUMBER?a=%31") ]
--- error_code eval: [ 200, 200 ]
--- arrived eval
[ { uri => $::CUSTOMERS }, { uri => "$::CUSTOMERS/$::NUMBER?a=%31" } ]



=== a path that the server rewrites is judged as it leaves
--- in_server
rewrite ^/customer/(.*)$ /subscriptions/v1/customers/$1;
--- app: reader
--- request eval: [ "GET /customer/$::NUMBER", "PUT /customer/$::NUMBER\n{}", 'GET /customer/' ]
--- error_code eval: [ 404, 403, 404 ]
--- arrived eval: [ { uri => "$::CUSTOMERS/$::NUMBER", key => 'reader.primary' } ]
--- record
event.action=customer.read riverty.outcome=forwarded
event.action=customer.update riverty.outcome=denied
event.action=unknown riverty.outcome=refused
