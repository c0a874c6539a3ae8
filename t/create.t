# A create: what the API gets, what the app gets, what the record says.

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

Riverty::run();

__DATA__

=== the API's own sample goes through as it is
--- request eval: ::create()
--- response_headers
Content-Type: application/json
--- response_body_like: "externalCustomerReference":"c1631704458"
--- arrived
method=POST uri=/subscriptions/v1/customers key=billing.primary token=- type=application/json body=@create-request
--- record
event.type=end event.action=customer.create event.outcome=success riverty.outcome=forwarded



=== broken
--- request eval: ::create('{}')
--- error_code: 422
--- response_headers
Content-Type: application/problem+json
--- record
event.action=customer.create riverty.outcome=rejected
