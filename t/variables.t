# The variables: in the access log, where they have their last word, in headers
# of the answer, in what is forwarded, and as a key of limit_req.
#
#     --- logged     a line a request, as in the access log
#     --- told       a line a request, as add_header tells the client

use strict;
use warnings;

use lib 't/lib';
use Test::Nginx::Socket;
use Riverty;

my @names = qw(app operation outcome key_id request mode findings warnings changes);

our $number = 't:k1:[0-9a-f]{32}';

# Another spelling of the API's codes, and a broken document.
our $other_form = edited('update-request',
    [ countryCode => '"DE"' => '"de"' ],
    [ language => '"de"' => '"DE"' ],
    [ customerCategory => '"PERSON"' => '"person"' ]);
our $broken = edited('create-request', [ countryCode => '"DE"' => '"XX"' ],
                     [ street => '"Bergnaum Mountains"' => '""' ]);

# Behind Riverty's own, which makes the configuration of a block's sections.
Test::Nginx::Util::add_block_preprocessor(sub {
    my ($block) = @_;
    my $format = join ',', map { "\"$_\":\"\$riverty_$_\"" } @names;
    my $headers = join "\n", map {
        'add_header X-Told-' . tr/_/-/r . " \$riverty_$_ always;"
    } @names;
    $block->set_value(http_config => $block->http_config
        . "log_format variables escape=json '{$format}';\n");
    $block->set_value(config => $block->config
        . "\n$headers\naccess_log logs/variables.log variables;\n");
    $block->set_value(talk => \&logged);
});

sub logged {
    my ($block) = @_;
    my $wanted = Riverty::expected($block->logged // return);
    my @got;
    wait_for(sub {
        @$wanted <= (@got = json_lines(Riverty::logs() . '/variables.log', JSON::PP->new))
    }, 2);
    Riverty::compare($block->name, 'logged', \@got, $wanted);
    return;
}

Riverty::run();

__DATA__

=== a create, in the log and in the answer's headers
--- request eval: ::create()
--- arrived: any
--- record
riverty.outcome=forwarded
--- response_headers_like
X-Told-app: billing
X-Told-operation: create
X-Told-outcome: forwarded
X-Told-key-id: primary
X-Told-request: POST /subscriptions/v1/customers HTTP/1.1
X-Told-mode: on
X-Told-warnings: postal_code_suffix,masked_value,masked_value,phone_not_international
--- raw_response_headers_unlike: X-Told-(?:findings|changes)
--- logged eval
[ { app => 'billing', operation => 'create', outcome => 'forwarded', key_id => 'primary',
    request => 'POST /subscriptions/v1/customers HTTP/1.1', changes => '',
    mode => 'on', findings => '',
    warnings => 'postal_code_suffix,masked_value,masked_value,phone_not_international' } ]



=== a read: the number is a token, nothing else is there
--- request eval: ::fetch()
--- error_code: 404
--- arrived: any
--- record
riverty.outcome=forwarded
--- response_headers_like eval
"X-Told-request: GET /subscriptions/v1/customers/\\{$::number\\} HTTP/1.1\nX-Told-operation: read"
--- raw_response_headers_unlike: X-Told-(?:findings|warnings|changes)
--- logged eval
[ { operation => 'read', outcome => 'forwarded', findings => '', changes => '',
    request => qr{^GET /subscriptions/v1/customers/\{$::number\} HTTP/1\.1$} } ]



=== an update: what was changed is named, as in the record
--- request eval: ::update($::other_form)
--- error_code: 404
--- arrived: any
--- record
riverty.changes=~^/customer/.*countryCode
--- response_headers_like
X-Told-changes: /customer/\w+/countryCode,.*/customer/language.*
--- logged eval
[ { operation => 'update',
    changes => qr{^(?=.*/customer/address/countryCode)(?=.*/customer/language)(?=.*/customer/customerCategory)/\S+,/\S+,/\S+$} } ]



=== an unknown app
--- app: none
--- request eval: ::fetch()
--- error_code: 401
--- record
riverty.outcome=denied
--- response_headers_like
X-Told-operation: read
X-Told-outcome: denied
--- raw_response_headers_unlike: X-Told-(?:app|key-id)
--- logged
app=- operation=read outcome=denied key_id=- findings=- changes=-



=== an operation that was not granted
--- app: reader
--- request eval: ::create()
--- error_code: 403
--- record
riverty.outcome=denied
--- response_headers_like
X-Told-app: reader
X-Told-operation: create
X-Told-outcome: denied
--- logged
app=reader operation=create outcome=denied key_id=- findings=-



=== a contract that is broken
--- request eval: ::create($::broken)
--- error_code: 422
--- record
riverty.outcome=rejected
--- response_headers_like
X-Told-outcome: rejected
X-Told-findings: .*country_code.*
X-Told-warnings: .*masked_value.*
--- raw_response_headers_unlike: X-Told-key-id
--- logged eval
[ { app => 'billing', outcome => 'rejected', key_id => '',
    findings => qr/^(?=.*required)(?=.*country_code)(?!.*masked_value)/,
    warnings => qr/^(?=.*masked_value)(?!.*country_code)/ } ]



=== a misspelled path, another method, another path
--- app: other
--- request eval
[ "GET /subscriptions/v1/customers/", "PUT /subscriptions/v1/customers", "GET /subscriptions/v1/contracts" ]
--- error_code eval: [ 404, 405, 200 ]
--- arrived
uri=/subscriptions/v1/contracts
--- record: any
--- logged
operation=unknown outcome=refused
operation=unknown outcome=refused
operation=other outcome=forwarded request=~^GET



=== a document that is none
--- request eval: ::create('{"customer":')
--- error_code: 400
--- record
riverty.outcome=refused
--- logged
operation=create outcome=refused changes=-



=== no key that is valid
--- app: expired
--- request eval: ::fetch()
--- error_code: 503
--- error_log: has no key that is valid now
--- record
riverty.outcome=unavailable
--- logged
app=expired outcome=unavailable key_id=-



=== an API that is down
--- in_location
proxy_connect_timeout 2s;
--- proxy_pass: proxy_pass http://127.0.0.1:$TEST_NGINX_DEAD_PORT;
--- request eval: ::fetch()
--- error_code: 502
--- error_log: connect() failed
--- record
riverty.outcome=failed
--- logged
app=billing outcome=failed key_id=primary



=== a location that is off has none
--- in_server
location /off { return 200 "[$riverty_app$riverty_operation$riverty_outcome$riverty_request]"; }
--- request: GET /off?x=1
--- response_body: []
--- raw_response_headers_unlike: X-Told
--- record: any
--- logged
app=- operation=- outcome=- key_id=- request=- findings=- changes=-



=== asked for early they still have the last word
--- in_server
add_header X-Early $early always;
--- in_location
set $early "$riverty_app $riverty_operation $riverty_outcome $riverty_warnings";
--- request eval: ::create()
--- arrived: any
--- record
riverty.outcome=forwarded
--- response_headers_like
X-Early: billing create .*
--- logged
app=billing outcome=forwarded warnings=~masked_value



=== in a map and in an "if"
--- in_http
map $riverty_operation $reads { read yes; default no; }
--- in_location
if ($reads = yes) { return 403; }
--- request eval: [ ::fetch(), ::create() ]
--- error_code eval: [ 403, 200 ]
--- arrived
method=POST
--- record
event.action=customer.read riverty.outcome=refused http.response.status_code=403
event.action=customer.create riverty.outcome=forwarded
--- logged
operation=read outcome=refused app=billing
operation=create outcome=forwarded



=== forwarded in a header
--- in_location
proxy_set_header X-More "$riverty_app $riverty_operation";
--- request eval: ::fetch()
--- error_code: 404
--- arrived eval
[ { more => 'billing read' } ]
--- record: any



=== a token never shows, not even as the name that it is taken for
--- in_server
add_header X-Token "[$http_x_app_token]" always;
--- request eval: ::fetch()
--- error_code: 404
--- arrived: any
--- record: any
--- response_headers
X-Token: []
--- logged
app=billing



=== limit_req by app: one app is at its limit, the others are not
--- in_http
limit_req_zone $riverty_app zone=apps:64k rate=1r/m;
limit_req_status 429;
limit_req_log_level notice;
--- in_location
limit_req zone=apps;
--- app: billing billing other other reader
--- request eval: [ (::create()) x 4, ::fetch() ]
--- error_code eval: [ 200, 429, 200, 429, 200 ]
--- arrived
key=billing.primary
key=other.primary
key=reader.primary
--- record
user.name=billing riverty.outcome=forwarded
riverty.outcome=refused http.response.status_code=429 event.action=customer.create
user.name=other riverty.outcome=forwarded
riverty.outcome=refused http.response.status_code=429
user.name=reader riverty.outcome=forwarded
--- logged
app=billing outcome=forwarded
app=billing outcome=refused key_id=-
app=other outcome=forwarded
app=other outcome=refused
app=reader outcome=forwarded



=== limit_req does not count who is no app
--- in_http
limit_req_zone $riverty_app zone=apps:64k rate=1r/m;
--- in_location
limit_req zone=apps;
--- app: none
--- request eval: [ ::fetch(), ::fetch(), ::fetch() ]
--- error_code eval: [ 401, 401, 401 ]
--- record
riverty.outcome=denied
riverty.outcome=denied
riverty.outcome=denied



=== a name that nobody verified is no app, by way of a map neither
--- in_http
map $remote_user $by_user { alice billing; }
--- in_location
riverty_app $by_user;
--- more_headers
Authorization: Basic YWxpY2U6d3Jvbmc=
--- app: none
--- request eval: ::fetch()
--- error_code: 401
--- record
user.name=- riverty.outcome=denied
