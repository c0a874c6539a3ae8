# Refusals: each status and its problem document, in the documented order; none
# reaches the API, each has its record.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use Test::Nginx::Socket;
use Riverty;

our $customer = "GET $CUSTOMERS/$NUMBER";
our $wrong = "GET $CUSTOMERS/$NUMBER/";      # misspelled

# Everything a document can do wrong at once that is independent of the rest.
our $broken = edited('create-request',
    [ countryCode => '"DE"' => '"XX"' ],
    [ street => '"Bergnaum Mountains"' => '""' ],
    [ streetNumber => '"1"' => '1' ],
    [ birthDate => '"1984-11-11"' => '"1984-02-30"' ],
    [ customerCategory => '"PERSON"' => '"FRIEND"' ],
    [ language => '"de"' => '"dk"' ],
    [ customerNumber => "\"$NUMBER\"" => '"c 1631704458"' ],
    [ id => '"275122"' => '275122' ]);
our %wrong = map { $_->{pointer} => $_ } map { { pointer => $_->[0], rule => $_->[1],
                                                 line => $_->[2], column => $_->[3] } }
    [ '/customer/address/countryCode' => 'country_code', 5, 16 ],
    [ '/customer/address/street' => 'required', 8, 11 ],
    [ '/customer/address/streetNumber' => 'type', 9, 17 ],
    [ '/customer/birthDate' => 'birth_date', 12, 14 ],
    [ '/customer/customerCategory' => 'customer_category', 14, 21 ],
    [ '/customer/language' => 'language', 19, 13 ],
    [ '/customer/customerNumber' => 'customer_number', 15, 19 ],
    [ '/paymentRegistration/id' => 'type', 27, 7 ];

sub problem { return "^\\{\"type\":\"urn:riverty-customer:problem:$_[0]\"" }
sub end { return audit_log(undef, end => 1) }

Riverty::run();

__DATA__

=== without a token, with a wrong one or with half of one: 401
--- app: none
--- request eval: [ ($::customer) x 4 ]
--- more_headers eval
[ '', 'X-App-Token: nobody', 'X-App-Token:',
  'X-App-Token: ' . substr($::TOKEN{billing}, 0, -1) ]
--- error_code eval: [ (401) x 4 ]
--- response_headers eval
[ ("Content-Type: application/problem+json\nCache-Control: no-store\nWWW-Authenticate: AppToken header=\"X-App-Token\"") x 4 ]
--- response_body_like eval: [ (::problem('unknown-app')) x 4 ]
--- record eval
[ ({ 'riverty.outcome' => 'denied', 'event.outcome' => 'failure',
     'http.response.status_code' => 401, 'user.name' => '', 'riverty.key' => '',
     'event.action' => 'customer.read' }) x 4 ]



=== a problem document says what, why and which request, and no more
--- request eval: ::create('{"customer":{"firstName":"Zuckmayer","zuck":1}}')
--- error_code: 422
--- response_headers
Content-Type: application/problem+json
--- response_body_like eval: ::problem('contract-broken')
--- write_resp_body_file eval: "$ENV{TEST_NGINX_SERVROOT}/logs/api-problem"
--- talk eval
sub {
    my $problem = ::decode_json(::slurp(Riverty::logs() . '/api-problem'));
    ::is_deeply([ sort keys %$problem ],
                [ qw(detail errors instance status title type) ], 'its members');
    ::is($problem->{status}, 422, 'the status');
    ::like($problem->{title}, qr/\S/, 'a title');
    ::like($problem->{detail}, qr/\S/, 'a detail');
    my ($record) = ::end();
    ::is($problem->{type}, "urn:riverty-customer:problem:$record->{riverty}{problem}",
         'the record has its name, whole');
    ::is($problem->{instance}, $record->{'event.id'},
         'the instance is the id of the record');
    ::is_deeply([ grep { "@{[ sort keys %$_ ]}"
                         ne 'column detail field line pointer rule' }
                  @{ $problem->{errors} } ], [], 'the members of every error');
    ::is_deeply([ map { $_->{field} } grep {
                      (my $dotted = substr $_->{pointer}, 1) =~ s{/}{.}g;
                      $dotted ne $_->{field} } @{ $problem->{errors} } ], [],
                'field is the dotted pointer');
    ::unlike(::slurp(Riverty::logs() . '/api-problem'), qr/zuck/i, 'no value, no name');
}
--- record
riverty.outcome=rejected event.action=customer.create
--- secrets: Zuckmayer zuck



=== every mistake of a document is named, with its place: 422
--- request eval: ::create($::broken)
--- error_code: 422
--- response_body_like eval: ::problem('contract-broken')
--- write_resp_body_file eval: "$ENV{TEST_NGINX_SERVROOT}/logs/api-problem"
--- talk eval
sub {
    my $content = ::slurp(Riverty::logs() . '/api-problem');
    my %got = map { $_->{pointer} => $_ } @{ ::decode_json($content)->{errors} };
    delete @{ $_ }{qw(detail field)} for values %got;
    ::is_deeply(\%got, \%::wrong, 'pointer, rule, line and column');
    ::unlike($content, qr/XX|FRIEND|02-30|c 16317|275122/, 'no value');
}
--- record
riverty.outcome=rejected event.action=customer.create http.response.status_code=422 riverty.findings=~\bcountry_code\b.*\brequired\b



=== a misspelled path is 404, also for who may do everything else
--- app: billing other
--- request eval: [ $::wrong, "POST $::CUSTOMERS/\n{}" ]
--- error_code eval: [ 404, 404 ]
--- response_headers eval: [ ("Content-Type: application/problem+json") x 2 ]
--- response_body_like eval: [ (::problem('path-not-found')) x 2 ]
--- record eval
[ ({ 'riverty.outcome' => 'refused', 'event.action' => 'unknown',
     'http.response.status_code' => 404, 'url.path' => '' }) x 2 ]



=== another method is 405, and Allow names those there are
--- app: other
--- request eval
[ "GET $::CUSTOMERS", "PUT $::CUSTOMERS\n{}", "DELETE $::CUSTOMERS",
  "POST $::CUSTOMERS/c1\n{}", "DELETE $::CUSTOMERS/c1", "PATCH $::CUSTOMERS/c1\n{}",
  "OPTIONS $::CUSTOMERS/c1", "REPORT $::CUSTOMERS/c1" ]
--- error_code eval: [ (405) x 8 ]
--- response_headers eval: [ ('Allow: POST') x 3, ('Allow: GET, PUT') x 5 ]
--- response_body_like eval: [ (::problem('method-not-allowed')) x 8 ]
--- record eval
[ ({ 'riverty.outcome' => 'refused', 'event.action' => 'unknown',
     'http.response.status_code' => 405 }) x 8 ]



=== HEAD is another method, and gets no body
--- request eval: "HEAD $::CUSTOMERS/c1"
--- error_code: 405
--- response_headers
Allow: GET, PUT
Content-Type: application/problem+json
--- response_body:
--- record
http.request.method=HEAD riverty.outcome=refused



=== what was not granted is 403
--- app: reader
--- request eval: [ ::create(), ::update() ]
--- error_code eval: [ 403, 403 ]
--- response_body_like eval: [ (::problem('operation-not-granted')) x 2 ]
--- record
riverty.outcome=denied event.action=customer.create user.name=reader
riverty.outcome=denied event.action=customer.update user.name=reader



=== another media type is 415
--- request eval: [ map { ::create() } 1 .. 9 ]
--- more_headers eval
[ map { "Content-Type: $_" } 'text/plain', 'application/jsonx', 'application/json5',
  'application/problem+json', 'application/json; charset=iso-8859-1',
  'application/json;charset=utf-16', 'text/json', '', 'application/json, text/plain' ]
--- error_code eval: [ (415) x 9 ]
--- response_body_like eval: [ (::problem('unsupported-media-type')) x 9 ]
--- record eval: [ ({ 'riverty.outcome' => 'refused' }) x 9 ]



=== two media types are none
--- request eval: ::create()
--- more_headers
Content-Type: application/json
Content-Type: application/json
--- error_code: 415
--- response_body_like eval: ::problem('unsupported-media-type')
--- record
riverty.outcome=refused



=== any content coding is 415
--- request eval: [ ::create(), ::update(), ::create() ]
--- more_headers eval
[ map { "Content-Encoding: $_" } 'gzip', 'identity', 'br' ]
--- error_code eval: [ (415) x 3 ]
--- response_body_like eval: [ (::problem('unsupported-content-coding')) x 3 ]
--- record eval: [ ({ 'riverty.outcome' => 'refused' }) x 3 ]



=== too large is 413
--- in_location: riverty_max_body 100;
--- request eval: [ ::create(), ::update() ]
--- error_code eval: [ 413, 413 ]
--- response_body_like eval: [ (::problem('content-too-large')) x 2 ]
--- record eval
[ ({ 'riverty.outcome' => 'refused', 'http.response.status_code' => 413 }) x 2 ]



=== no JSON is 400, with the line and the column
--- request eval
[ map { ::create($_) } '', "{\n \"customer\": secret}", '{"a":1}x', "{\"a\":1,}",
  '[1', '{"a":1,"\u0061":2}', "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", '{"a":"\ud800"}',
  "{\"a\":\"\0\"}", "{'a':1}", '{"a":01}', "\n\n  {\"a\":NaN}",
  '{"a":' x 8 . '{}' . '}' x 8 ]
--- error_code eval: [ (400) x 14 ]
--- response_body_like eval
[ map { ::problem('malformed-json') . ".*\"errors\":\\[\\{\"pointer\":\"\",[^{}]*"
        . "\"line\":$_->[0],\"column\":$_->[1]\\}\\]\\}" }
  [ 1, 1 ], [ 2, 14 ], [ 1, 8 ], [ 1, 8 ], [ 1, 3 ], [ 1, 8 ], [ 1, 1 ], [ 1, 7 ],
  [ 1, '\d+' ], [ 1, 7 ], [ 1, 2 ], [ 1, '\d+' ], [ 3, 8 ], [ 1, '\d+' ] ]
--- record eval
[ ({ 'riverty.outcome' => 'refused', 'http.response.status_code' => 400,
     'event.action' => 'customer.create' }) x 14 ]
--- secrets: secret



=== JSON that is no object is 422
--- request eval: [ map { ::create($_) } '[]', '"x"', '1', 'null' ]
--- error_code eval: [ (422) x 4 ]
--- response_body_like eval: [ ('"pointer":"","field":"","rule":"type"') x 3, '"pointer":"","field":"","rule":"required"' ]
--- record eval: [ ({ 'riverty.outcome' => 'rejected' }) x 4 ]



=== without a valid key nothing is sent: 503
--- app: expired
--- request eval: [ ::create(), ::fetch(), "GET $::CUSTOMERS/c1/orders" ]
--- error_code eval: [ (503) x 3 ]
--- response_headers eval: [ ("Retry-After: 10") x 3 ]
--- response_body_like eval: [ (::problem('key-unavailable')) x 3 ]
--- errors
app "expired" has no key that is valid now
--- record eval
[ ({ 'riverty.outcome' => 'unavailable', 'user.name' => 'expired',
     'riverty.key' => '', 'http.response.status_code' => 503 }) x 3 ]



=== who is asked before where
--- app: none
--- request eval: [ $::wrong, "DELETE $::CUSTOMERS", "GET /", ::create('') ]
--- error_code eval: [ (401) x 4 ]
--- record eval: [ ({ 'riverty.outcome' => 'denied' }) x 4 ]



=== where, how and whether before what
--- app: reader
--- request eval
[ "POST $::CUSTOMERS/\nx", "POST $::CUSTOMERS/c1\nx", ::create('x') ]
--- more_headers eval: [ ('Content-Type: text/plain') x 3 ]
--- error_code eval: [ 404, 405, 403 ]
--- record eval: [ map { { 'http.response.status_code' => $_ } } 404, 405, 403 ]



=== the type before the coding, both before the size, that before the JSON
--- in_location: riverty_max_body 4;
--- request eval: [ ::create('{"a":'), ::create('{"a":'), ::create('{"a":'), ::create('{"a"') ]
--- more_headers eval
[ "Content-Type: text/plain\nContent-Encoding: gzip", 'Content-Encoding: gzip', '', '' ]
--- error_code eval: [ 415, 415, 413, 400 ]
--- response_body_like eval
[ map { ::problem($_) } 'unsupported-media-type', 'unsupported-content-coding',
  'content-too-large', 'malformed-json' ]
--- record eval: [ ({ 'riverty.outcome' => 'refused' }) x 4 ]



=== the document before the key
--- app: expired
--- request eval: [ ::create('{'), ::create('{}') ]
--- error_code eval: [ 400, 422 ]
--- record
riverty.outcome=refused
riverty.outcome=rejected



=== what nginx's own parser refuses has a record where the server is protected
--- in_http eval
"server {
    listen 127.0.0.1:\$TEST_NGINX_SECOND_PORT;
    riverty_customer on;
    riverty_audit_log logs/audit.log;
    location / { proxy_pass http://127.0.0.1:$::API_PORT; }
}"
--- request eval: ::fetch()
--- error_code: 404
--- talk eval
sub {
    # HTTP/1.1 without a Host
    my $answer = ::exchange($ENV{TEST_NGINX_SECOND_PORT}, "$::customer HTTP/1.1\r\n\r\n");
    ::like($answer, qr{^HTTP/1.1 400 }, 'the parser refuses');
}
--- arrived
method=GET
--- record
riverty.outcome=forwarded
event.type=end event.action=unknown riverty.outcome=refused http.response.status_code=400
