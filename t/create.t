# A create: what the API gets, what the app gets, what the record says.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our $company = edited('create-request',
    [ customerCategory => '"PERSON"' => '"COMPANY"' ],
    [ companyName => '""' => '"Riverty & Sons"' ],
    [ firstName => '"Ray"' => '""' ],
    [ lastName => '"Ankunding"' => '""' ]);

Riverty::run();

__DATA__

=== the API's own sample goes through as it is
--- request eval: ::create()
--- response_headers
Content-Type: application/json
--- response_body_like: ^\{"signUpId":\d+,"customerNumber":"\d+","externalCustomerReference":"c1631704458","contracts":\[\]\}$
--- arrived
method=POST uri=/subscriptions/v1/customers key=billing.primary token=- type=application/json coding=- body=@create-request
--- record
event.action=customer.create event.outcome=success riverty.outcome=forwarded riverty.mode=on riverty.key=primary user.name=billing url.path=/subscriptions/v1/customers http.request.method=POST http.request.body.bytes=624 http.response.status_code=200 riverty.changes=- riverty.findings=postal_code_suffix,masked_value,masked_value,phone_not_international riverty.customer=~^t:k1:[0-9a-f]{32}$ riverty.upstream.status=200



=== each app has its own key
--- app: billing other
--- request eval: [ ::create(), ::create() ]
--- error_code eval: [ 200, 200 ]
--- arrived
key=billing.primary token=- body=@create-request
key=other.primary token=- body=@create-request
--- record
user.name=billing riverty.key=primary
user.name=other riverty.key=primary



=== a customer that is there already is updated, and keeps its numbers
--- request eval: [ ::create(), ::create(), ::fetch() ]
--- error_code eval: [ 200, 200, 200 ]
--- response_body_like eval
[ '"signUpId":702000001,"customerNumber":"700000001"',
  '"signUpId":702000001,"customerNumber":"700000001"',
  '"firstName":"Ray"' ]
--- arrived
method=POST body=@create-request
method=POST body=@create-request
method=GET body=-
--- record
event.action=customer.create
event.action=customer.create
event.action=customer.read



=== a company needs no name of a person
--- request eval: ::create($::company)
--- response_body_like: "externalCustomerReference":"c1631704458"
--- arrived eval
[ { key => 'billing.primary', body => $::company } ]
--- record
riverty.outcome=forwarded riverty.document./customer/customerCategory=COMPANY riverty.document./customer/companyName.len=14
--- secrets: Sons



=== another version is the API's to know
--- request eval: "POST /subscriptions/v27/customers\n" . $::SAMPLE{'create-request'}
--- response_body_like: "externalCustomerReference":"c1631704458"
--- arrived
uri=/subscriptions/v27/customers body=@create-request
--- record
event.action=customer.create url.path=/subscriptions/v27/customers



=== JSON by any of its names
--- request eval: [ map { ::create() } 1 .. 6 ]
--- more_headers eval
[ map { "Content-Type: $_" }
  'Application/JSON', 'application/json;charset=utf-8',
  'application/json; charset=UTF-8', 'application/json ; charset="utf-8"',
  'application/json; profile=x; charset=utf-8', 'application/json; profile=x' ]
--- error_code eval: [ (200) x 6 ]
--- arrived eval
[ map { { type => $_, body => $::SAMPLE{'create-request'} } }
  'Application/JSON', 'application/json;charset=utf-8',
  'application/json; charset=UTF-8', 'application/json ; charset="utf-8"',
  'application/json; profile=x; charset=utf-8', 'application/json; profile=x' ]



=== what the API says of a document is the app's to read
--- in_api: riverty_sandbox_status 409;
--- request eval: ::create()
--- error_code: 409
--- response_headers
Content-Type: application/json
--- response_body eval: qr/^\{ "statusCode": 409, /
--- arrived
body=@create-request status=409
--- record
riverty.outcome=forwarded event.outcome=failure http.response.status_code=409 riverty.upstream.status=409
