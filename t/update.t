# An update: a create's document, and the path's number is the document's.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

our $moved = edited('update-request', [ street => '"Bergnaum Mountains"'
                                        => '"Hauptstrasse"' ]);
our $escaped = edited('update-request', [ customerNumber => '"c1631704458"'
                                          => '"\u0063163170445\u0038"' ]);
our $stranger = edited('update-request', [ customerNumber => '"c1631704458"'
                                           => '"c99"' ]);
our $shouted = edited('update-request', [ customerNumber => '"c1631704458"'
                                          => '"C1631704458"' ]);
our $numberless = edited('update-request', [ customerNumber => '"c1631704458"'
                                             => '""' ]);

Riverty::run();

__DATA__

=== the API's own sample goes through as it is
--- request eval: [ ::create(), ::update() ]
--- error_code eval: [ 200, 200 ]
--- response_body_like eval: [ ('"externalCustomerReference":"c1631704458"') x 2 ]
--- arrived
method=POST
method=PUT uri=/subscriptions/v1/customers/c1631704458 key=billing.primary token=- type=application/json coding=- body=@update-request
--- record
event.action=customer.create
event.action=customer.update event.outcome=success riverty.outcome=forwarded riverty.key=primary http.request.method=PUT url.path=~^/subscriptions/v1/customers/\{t:k1:[0-9a-f]{32}}$ riverty.changes=- riverty.findings=postal_code_suffix,masked_value,masked_value,phone_not_international



=== what was updated is read
--- request eval: [ ::create(), ::update($::moved), ::fetch() ]
--- error_code eval: [ 200, 200, 200 ]
--- response_body_like eval: [ 'contracts', 'contracts', '"street":"Hauptstrasse"' ]
--- arrived eval
[ { method => 'POST' }, { method => 'PUT', body => $::moved }, { method => 'GET' } ]
--- secrets: Hauptstrasse



=== a number that is spelled otherwise is the same number
--- request eval
[ ::create(), ::update($::escaped), ::update(undef, '%631631704458') ]
--- error_code eval: [ 200, 200, 200 ]
--- arrived eval
[ { method => 'POST' },
  { uri => "$::CUSTOMERS/c1631704458", body => $::escaped },
  { uri => "$::CUSTOMERS/%631631704458", body => $::SAMPLE{'update-request'} } ]



=== the number of the document must be that of the path
--- request eval
[ ::update($::stranger), ::update($::shouted), ::update(undef, 'c1') ]
--- error_code eval: [ 422, 422, 422 ]
--- response_body_like eval
[ ('contract-broken.*"errors":\[\{"pointer":"/customer/customerNumber","field":"customer\.customerNumber","rule":"customer_number_mismatch",[^}]*"line":15,"column":19\}\]') x 3 ]
--- record eval
[ ({ 'riverty.outcome' => 'rejected', 'event.action' => 'customer.update',
     'http.response.status_code' => 422,
     'riverty.findings' => qr/\bcustomer_number_mismatch\b/ }) x 3 ]



=== without a number in the document one is missing, not another
--- request eval: ::update($::numberless)
--- error_code: 422
--- response_body_like: "pointer":"/customer/customerNumber","field":"customer.customerNumber","rule":"required"
--- record
riverty.outcome=rejected event.action=customer.update



=== an answer of the API is no document for it
--- request eval: ::update($::SAMPLE{'read-response'})
--- error_code: 422
--- response_body_like: "rule":"not_wrapped"
--- record
riverty.outcome=rejected riverty.findings=~\bnot_wrapped\b



=== an unknown customer is the API's to know
--- request eval: ::update()
--- error_code: 404
--- response_body eval: qr/^\{ "statusCode": 404, "message": "Customer not found" \}$/
--- arrived
method=PUT status=404 body=@update-request
--- record
riverty.outcome=forwarded event.outcome=failure
