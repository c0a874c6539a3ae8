# A read: the path alone is judged, and the answer is the API's.

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

# Member by member, as the sandbox writes it.
our $read = $SAMPLE{'read-response'} =~ s/\n//gr =~ s/": /":/gr;

Riverty::run();

__DATA__

=== a read is answered as the API does
--- request eval: [ ::create(), ::fetch() ]
--- error_code eval: [ 200, 200 ]
--- response_headers eval
[ "Content-Type: application/json", "Content-Type: application/json" ]
--- response_body_like eval: [ '"contracts"', '^' . quotemeta($::read) . '$' ]
--- arrived
method=POST
method=GET uri=/subscriptions/v1/customers/c1631704458 key=billing.primary token=- type=- length=- coding=- body=-
--- record
event.action=customer.create riverty.outcome=forwarded
event.action=customer.read event.outcome=success riverty.outcome=forwarded riverty.key=primary http.request.body.bytes=0 http.response.status_code=200 url.path=~^/subscriptions/v1/customers/\{t:k1:[0-9a-f]{32}}$ riverty.customer=~^t:k1:[0-9a-f]{32}$ riverty.document=-



=== one token stands for the customer, in a path and in a document
--- request eval: [ ::create(), ::fetch(), ::fetch('c9') ]
--- error_code eval: [ 200, 200, 404 ]
--- talk eval
sub {
    my @tokens = map { $_->{riverty}{customer} } ::audit_log(undef, end => 1);
    ::is(scalar @tokens, 3, 'three records');
    ::is($tokens[0], $tokens[1], 'the same customer, the same token');
    ::isnt($tokens[1], $tokens[2], 'another customer, another token');
}
--- arrived: any
--- record: any



=== who may only read reads with his own key
--- app: reader
--- request eval: ::fetch()
--- error_code: 404
--- response_body eval: qr/^\{ "statusCode": 404, "message": "Customer not found" \}$/
--- arrived
method=GET uri=/subscriptions/v1/customers/c1631704458 key=reader.primary token=-
--- record
event.action=customer.read event.outcome=failure riverty.outcome=forwarded user.name=reader http.response.status_code=404



=== no media type is asked of a read
--- request eval: [ ::fetch(), ::fetch() ]
--- more_headers eval: [ 'Content-Type: text/plain', 'Accept: application/xml' ]
--- error_code eval: [ 404, 404 ]
--- arrived
method=GET type=text/plain
method=GET type=-



=== the shortest and the longest number, and all its characters
--- request eval: [ map { ::fetch($_) } 'c', 'Z' x 50, '0A.z_9-' ]
--- error_code eval: [ 404, 404, 404 ]
--- arrived eval
[ map { { uri => "$::CUSTOMERS/$_", key => 'billing.primary' } }
  'c', 'Z' x 50, '0A.z_9-' ]



=== an old client is served
--- request eval: ::fetch() . ' HTTP/1.0'
--- error_code: 404
--- arrived
method=GET key=billing.primary
--- record
http.version=1.0 event.action=customer.read riverty.outcome=forwarded
