#!/usr/bin/perl

# Who calls: by a client's certificate, by auth_basic, by an auth_request, by a
# token; and whatever a client writes itself names no app.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep);

my $item = "$CUSTOMERS/$NUMBER";
my ($tls, $tls_on, $check) = map { port() } 1 .. 3;

# --- certificates ---

sub openssl {
    my ($arguments) = @_;
    return system("cd $DIR && openssl $arguments > openssl.log 2>&1") == 0;
}

# An authority, or a certificate that one of them gave for a subject.
sub authority {
    my ($name) = @_;
    return openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$name"
                   . " -keyout $name.key -out $name.crt");
}

sub certificate {
    my ($name, $subject, $by) = @_;
    return openssl("req -newkey rsa:2048 -nodes -subj '$subject' -keyout $name.key -out $name.csr")
        && openssl("x509 -req -days 2 -in $name.csr -CA $by.crt -CAkey $by.key -CAcreateserial"
                   . " -out $name.crt");
}

my %subject = (
    billing  => [ '/CN=billing', 'authority' ],
    reader   => [ '/O=Apps/CN=reader', 'authority' ],
    stranger => [ '/CN=stranger', 'authority' ],
    forged   => [ '/CN=billing', 'another' ],
);
my $openssl = authority('authority') && authority('another')
              && certificate('gateway', '/CN=gateway', 'authority')
              && !grep { !certificate($_, @{ $subject{$_} }) } keys %subject;

# Clients with a certificate: each a server that passes requests on over TLS.
my %client = map { $_ => { map { $_ => port() } keys %subject, 'none' } } $tls, $tls_on;
my $clients = join '', map {
    my $to = $_;
    map {
        my $certificate = $_ eq 'none' ? ''
            : "proxy_ssl_certificate ../$_.crt; proxy_ssl_certificate_key ../$_.key;";
        <<"END" } sort keys %{ $client{$to} };
    server {
        listen 127.0.0.1:$client{$to}{$_};
        access_log off;
        location / {
            $certificate
            proxy_ssl_session_reuse off;
            proxy_set_header Host gateway;
            proxy_pass https://127.0.0.1:$to;
        }
    }
END
} $tls, $tls_on;


# --- the API, and who answers auth_request ---

my $api = start_server('api', config_of(http => <<'END' . api_config(<<'END2') . <<"END3"
    log_format arrived '$http_authorization|$http_x_app_token|$http_x_subscription_key|$http_cookie';
END
            access_log logs/arrived.log arrived;
            riverty_sandbox_status $arg_status;
END2
    server {
        listen 127.0.0.1:$check;
        access_log logs/checked.log arrived;
        location / {
            add_header X-Identity \$http_x_session always;
            if (\$http_x_session = "") { return 401; }
            if (\$http_x_session = "evil") { return 403; }
            return 204;
        }
    }
@{[ $openssl ? $clients : '' ]}
END3
));
my $api_log = $api->path('api.log');


# --- the gateway ---

my $pass = "proxy_pass $API/;";
my $basic = 'auth_basic apps; auth_basic_user_file passwords;';
my $https = $openssl ? join '', map { <<"END" } [ $tls, 'optional' ], [ $tls_on, 'on' ] : '';
    server {
        listen 127.0.0.1:$_->[0] ssl;
        ssl_certificate ../gateway.crt;
        ssl_certificate_key ../gateway.key;
        ssl_client_certificate ../authority.crt;
        ssl_verify_client $_->[1];
        riverty_customer on;
        riverty_app \$app_of_cert;
        location / { proxy_pass $API; }
    }
END
sub locations {
    my (%of) = @_;
    return join '', map { "        location /$_/ { riverty_prefix /$_; $of{$_} }\n" } sort keys %of;
}
my $early = port();
my $gateway = start_server('gateway', gateway_config(level => 'notice', http => <<"END", server => <<"END2"
    limit_req_zone \$riverty_app zone=apps:64k rate=1r/m;
    limit_req_status 429;
    map \$ssl_client_s_dn \$app_of_cert {
        CN=billing billing;
        CN=reader,O=Apps reader;
    }
    map \$remote_user \$app_of_user {
        default "";
        billing billing;
        reader reader;
    }
    map \$identity \$app_of_identity {
        default "";
        ~^session-of-(?<found>\\w+)\$ \$found;
    }
$https
    server {
        listen 127.0.0.1:$early;
        if (\$app_of_user = nobody) { return 403; }
        set \$said \$remote_user;
        riverty_customer on;
        location / { riverty_app \$app_of_user; proxy_pass $API; }
        location /set/ { riverty_prefix /set; riverty_app \$said; proxy_pass $API/; }
    }
END
        riverty_customer on;
        location / { proxy_pass $API; }
@{[ locations(
    basic => "riverty_app \$remote_user; $basic $pass",
    mapped => "riverty_app \$app_of_user; $basic $pass",
    open => "riverty_app \$app_of_user; $pass",
    any => "riverty_app \$app_of_user; satisfy any; allow 127.0.0.1; deny all; $basic $pass",
    'any-token' => "satisfy any; allow 127.0.0.1; deny all; $basic $pass",
    'other-address' => "satisfy any; deny all; $basic $pass",
    request => "riverty_app \$app_of_identity; auth_request /check;"
               . ' auth_request_set $identity $upstream_http_x_identity; ' . $pass,
    checked => "auth_request /check; $pass",
    limited => "limit_req zone=apps; $pass",
    'limited-user' => "riverty_app \$remote_user; $basic limit_req zone=apps; $pass",
    named => "try_files /none \@named;",
    page => "deny all; error_page 403 /page; $pass",
    'page-of-api' => "deny all; error_page 403 = \@api; $pass",
    'page-of-basic' => "riverty_app \$remote_user; $basic error_page 401 = \@api; $pass",
    caller => "riverty_app_token_header X-Caller; $pass",
    constant => "riverty_app reader; $pass",
) ]}
        location \@named { rewrite ^/named(/.*)\$ \$1 break; proxy_pass $API; }
        location \@api { proxy_pass $API; }
        location /in/ { riverty_customer off; rewrite ^/in(/.*)\$ \$1 last; }
        location /from/ { riverty_app reader; rewrite ^/from(/.*)\$ \$1 last; proxy_pass $API; }
        location = /page { riverty_customer off; return 403 "a page\\n"; }
        location = /check { riverty_customer off; internal; proxy_pass_request_body off;
                            proxy_set_header Content-Length ""; proxy_pass http://127.0.0.1:$check; }
END2
));
put('gateway/passwords', join '', map { "$_:{PLAIN}secret-of-$_\n" } qw(billing reader stranger));
my $log = $gateway->path('audit.log');

sub by_password {
    my ($user, $password) = @_;
    return 'Authorization: Basic ' . encode_base64("$user:" . ($password // "secret-of-$user"), '');
}

# One request: its status, and the app that the record names.  What reaches the
# API has that app's key and none of what the client brought to be known by.
sub called {
    my ($name, $line, $status, $app, %of) = @_;
    my $answer = ask($line, token => undef, %of);
    is($answer->{status}, $status, "$name: $status");
    my ($record) = records($log, 1);
    is($record->{'user.name'}, $app, "$name: the app is " . ($app // 'unknown'));
    is($record->{riverty}{outcome}, $of{outcome}, "$name: $of{outcome}") if $of{outcome};
    if ($status == 200) {
        my ($request) = reached($api_log, 1);
        is($request->{key}, "$app.primary", "$name: with its key");
        my ($arrived) = lines($api->path('arrived.log'), 1);
        is($arrived, "-|-|$KEY{$request->{key}}|-\n", "$name: and nothing of the client's");
    }
    return $answer;
}

sub unheard {
    my ($name) = @_;
    sleep 0.05;
    is(scalar(my @requests = reached($api_log)), 0, "$name: the API has not heard of it");
}

called('a create', "POST $CUSTOMERS", 200, 'billing', body => $SAMPLE{'create-request'},
       token => $TOKEN{billing});

subtest 'certificates' => sub {
    plan skip_all => 'needs openssl (apt-get install openssl)' if !$openssl;
    for my $of ([ 'optional', $tls ], [ 'on', $tls_on ]) {
        my ($mode, $to) = @$of;
        my $ask = sub {
            my ($name, $who, @of) = @_;
            return called("$mode, $name", $of[0] =~ / / ? @of : ("GET $item", @of),
                          port => $client{$to}{$who});
        };
        $ask->('the right one', 'billing', 200, 'billing');
        $ask->('another app\'s', 'reader', 200, 'reader');
        $ask->('it may not write', 'reader', "PUT $item", 403, 'reader',
               body => $SAMPLE{'update-request'});
        $ask->('one of no app', 'stranger', 401, undef);
        is($ask->('another authority\'s', 'forged', 400, undef)->{body} =~ /SSL certificate error/, 1,
           "$mode, another authority's: by nginx");
        my $none = $ask->('none', 'none', $mode eq 'on' ? 400 : 401, undef);
        like($none->{body}, $mode eq 'on' ? qr/No required SSL certificate/ : qr/unknown-app/,
             "$mode, none: is told");
        $ask->('with the token of another', 'reader', "GET $item", 200, 'reader',
               token => $TOKEN{billing});
        $ask->('none, but a token', 'none', "GET $item", $mode eq 'on' ? 400 : 401, undef,
               token => $TOKEN{billing});
        $ask->('none, but the name of it', 'none', "GET $item", $mode eq 'on' ? 400 : 401, undef,
               headers => [ 'X-SSL-Client-S-DN: CN=billing', 'Ssl-Client-S-Dn: CN=billing',
                            'X-Client-Cert: CN=billing' ]);
    }
    unheard('refused ones');
};

subtest 'auth_basic' => sub {
    for my $way ('basic', 'mapped') {
        my $line = "GET /$way$item";
        called("$way, the right password", $line, 200, 'billing',
               headers => [ by_password('billing') ]);
        called("$way, another app's", $line, 200, 'reader', headers => [ by_password('reader') ]);
        my $wrong = called("$way, a wrong one", $line, 401, undef, outcome => 'refused',
                           headers => [ by_password('billing', 'secret-of-reader') ]);
        like($wrong->{head}, qr/^WWW-Authenticate: Basic realm="apps"\r?$/m,
             "$way, a wrong one: by nginx");
        called("$way, an empty one", $line, 401, undef, headers => [ by_password('billing', '') ]);
        called("$way, none", $line, 401, undef);
        called("$way, a user of no app", $line, 401, undef, outcome => 'denied',
               headers => [ by_password('stranger') ]);
        called("$way, an unknown user", $line, 401, undef, headers => [ by_password('other') ]);
        called("$way, a token instead", $line, 401, undef, token => $TOKEN{billing});
        called("$way, two", $line, 400, undef,
               headers => [ by_password('billing'), by_password('reader') ]);
        called("$way, the token of another", $line, 200, 'reader', token => $TOKEN{billing},
               headers => [ by_password('reader') ]);
        my $write = called("$way, what it may not do", "PUT /$way$item", 403, 'reader',
                           headers => [ by_password('reader') ], body => $SAMPLE{'update-request'});
        like($write->{body}, qr/operation-not-granted/, "$way, what it may not do: is told");
        called("$way, a create", "POST /$way$CUSTOMERS", 200, 'billing',
               headers => [ by_password('billing') ], body => $SAMPLE{'create-request'});
    }
    unheard('refused ones');
};

subtest 'a user whose password nobody looked at' => sub {
    for my $line ("GET /open$item", "GET /any$item") {
        called($line, $line, 401, undef, headers => [ $_ ], outcome => 'denied')
            for by_password('billing'), by_password('billing', 'wrong'), by_password('reader', '');
        called($line, $line, 401, undef);
    }
    called('looked up before a location is known', "GET $item", 401, undef, port => $early,
           headers => [ by_password('billing', 'wrong') ]);
    called('set before a location is known', "GET /set$item", 401, undef, port => $early,
           headers => [ by_password('billing', 'wrong') ]);
    unheard('it');
    lines($api->path('arrived.log'));
};

subtest 'satisfy any' => sub {
    my $line = "GET /any-token$item";
    called('an address that is let in, with a token', $line, 200, 'billing', token => $TOKEN{billing});
    called('without one', $line, 401, undef, outcome => 'denied');
    called('with a wrong one', $line, 401, undef, outcome => 'denied', token => 'wrong');
    called('with a password', $line, 401, undef, outcome => 'denied',
           headers => [ by_password('billing') ]);
    $line = "GET /other-address$item";
    called('another address, with a token', $line, 401, 'billing', outcome => 'refused',
           token => $TOKEN{billing});
    my $both = ask($line, headers => [ by_password('reader') ]);
    is($both->{status}, 200, 'with a token and a password');
    is((records($log, 1))[0]{'user.name'}, 'billing', 'it is the token\'s');
    is((reached($api_log, 1))[0]{key}, 'billing.primary', 'and has its key');
    lines($api->path('arrived.log'), 1);
    called('with a password alone', $line, 401, undef, outcome => 'denied',
           headers => [ by_password('reader') ]);
    unheard('refused ones');
};

subtest 'auth_request' => sub {
    my $line = "GET /request$item";
    called('who it says', $line, 200, 'billing', headers => [ 'X-Session: session-of-billing' ]);
    called('or another', $line, 200, 'reader', headers => [ 'X-Session: session-of-reader' ]);
    called('or nobody', $line, 401, undef, headers => [ 'X-Session: session-of-nobody' ],
           outcome => 'denied');
    called('no session', $line, 401, undef, outcome => 'refused');
    called('forbidden', $line, 403, undef, headers => [ 'X-Session: evil' ], outcome => 'refused');
    called('a header as the answer has it', $line, 401, undef,
           headers => [ 'X-Identity: session-of-billing' ]);
    called('a create', "POST /request$CUSTOMERS", 200, 'billing', body => $SAMPLE{'create-request'},
           headers => [ 'X-Session: session-of-billing' ]);
    lines($api->path('checked.log'), 7);

    called('beside a token', "GET /checked$item", 200, 'reader', token => $TOKEN{reader},
           headers => [ 'X-Session: x' ]);
    called('a good session, no token', "GET /checked$item", 401, undef, headers => [ 'X-Session: x' ]);
    called('a token, no session', "GET /checked$item", 401, 'reader', token => $TOKEN{reader});
    is(join('', lines($api->path('checked.log'), 3)), "-|-|-|-\n" x 3,
       'it is asked without token and key');
    unheard('refused ones');
};

subtest 'limit_req' => sub {
    my %status;
    for (1 .. 3) {
        for my $app (qw(billing reader other)) {
            push @{ $status{$app} }, ask("GET /limited$item", token => $TOKEN{$app})->{status};
        }
        push @{ $status{nobody} }, ask("GET /limited$item", token => 'wrong')->{status};
    }
    is("@{ $status{$_} }", '200 429 429', "$_ is counted by itself") for qw(billing reader other);
    is("@{ $status{nobody} }", '401 401 401', 'and nobody not at all');
    my @records = records($log, 12);
    is(scalar(grep { $_->{'http.response.status_code'} == 429 && $_->{riverty}{outcome} eq 'refused' }
              @records), 6, 'what is too much is recorded as refused');
    is(join(' ', map { $_->{key} } reached($api_log, 3)),
       'billing.primary reader.primary other.primary', 'and does not reach the API');
    my $wrong = ask("GET /limited-user$item", token => undef,
                    headers => [ by_password('billing', 'wrong') ]);
    is($wrong->{status}, 429, 'by a user\'s name, too');
    lines($api->path('arrived.log'), 3);
    records($log, 1);
    unheard('it');
};

subtest 'internal redirects and pages' => sub {
    my @token = (token => $TOKEN{billing});
    called('by rewrite', "GET /in$item", 200, 'billing', @token);
    called('by rewrite, without a token', "GET /in$item", 401, undef);
    called('from another identity', "GET /from$item", 200, 'billing', @token);
    called('from another identity, without a token', "GET /from$item", 401, undef);
    called('by try_files', "POST /named$CUSTOMERS", 200, 'billing', @token,
           body => $SAMPLE{'create-request'});
    called('by try_files, without a token', "GET /named$item", 401, undef);
    called('to a page', "GET /page$item", 403, 'billing', @token, outcome => 'refused');
    for my $way ('page-of-api', 'page-of-basic') {
        my $answer = ask("GET /$way$item", @token);
        cmp_ok($answer->{status}, '>=', 400, "$way: a page that is the API is not served");
        unlike($answer->{body}, qr/firstName/, "$way: nor anything of it");
        records($log, 1);
    }
    unheard('refused ones');
    called('a fixed app', "GET /constant$item", 200, 'reader');
    called('a fixed app with another\'s token', "GET /constant$item", 200, 'reader', @token);
};

subtest 'tokens' => sub {
    my @header = map { "X-App-Token: $TOKEN{$_}" } qw(billing reader);
    called('one', "GET $item", 200, 'billing', headers => [ $header[0] ]);
    called('in another spelling of the header', "GET $item", 200, 'billing',
           headers => [ "x-app-TOKEN:   $TOKEN{billing}  " ]);
    my $digest = sha256_hex($TOKEN{billing});
    my %bad = (
        'two'               => \@header,
        'the same twice'    => [ @header[0, 0] ],
        'good and wrong'    => [ $header[0], 'X-App-Token: x' ],
        'wrong and good'    => [ 'X-App-Token: x', $header[0] ],
        'empty and good'    => [ 'X-App-Token:', $header[0] ],
        'two in one'        => [ "X-App-Token: $TOKEN{billing}, $TOKEN{reader}" ],
        'an empty one'      => [ 'X-App-Token:' ],
        'its digest'        => [ "X-App-Token: $digest" ],
        'as in the store'   => [ "X-App-Token: sha256:$digest" ],
        'in capitals'       => [ "X-App-Token: \U$TOKEN{billing}" ],
        'cut'               => [ 'X-App-Token: ' . substr $TOKEN{billing}, 0, -1 ],
        'longer'            => [ "X-App-Token: $TOKEN{billing}x" ],
        'quoted'            => [ "X-App-Token: \"$TOKEN{billing}\"" ],
        'the app\'s name'   => [ 'X-App-Token: billing' ],
        'in another header' => [ "Authorization: Bearer $TOKEN{billing}" ],
        'in a cookie'       => [ "Cookie: X-App-Token=$TOKEN{billing}" ],
    );
    called($_, "GET $item", 401, undef, headers => $bad{$_}, outcome => 'denied') for sort keys %bad;
    called('in the query', "GET $item?X-App-Token=$TOKEN{billing}", 401, undef);
    called('another header', "GET /caller$item", 200, 'billing',
           headers => [ "X-Caller: $TOKEN{billing}" ]);
    called('the usual one there', "GET /caller$item", 401, undef, headers => [ $header[0] ]);
    unheard('refused ones');
};

subtest 'an app that a client names' => sub {
    my @names = qw(App X-App X-App-Name X-App-Id Riverty-App X-Riverty-App Remote-User X-Remote-User
                   X-Forwarded-User User From X-Identity X-User Identity X-Client-Id);
    for my $at ('', '/open', '/request', '/any-token') {
        my @session = $at eq '/request' ? 'X-Session: session-of-nobody' : ();
        my @headers = (map({ "$_: billing" } @names), 'X-SSL-Client-S-DN: CN=billing',
                       'Cookie: app=billing; riverty_app=billing; session-of-billing', @session);
        called("at $at/, in any header", "GET $at$item?app=billing&riverty_app=billing", 401, undef,
               headers => \@headers);
        called("at $at/, with a password", "GET $at$item", 401, undef,
               headers => [ by_password('billing'), @session ]);
    }
    called('beside a token', "GET $item", 200, 'reader', token => $TOKEN{reader},
           headers => [ map { "$_: billing" } @names ]);
    unheard('refused ones');
};

$gateway->stop();
my $said = $gateway->log() . slurp($log) . slurp($gateway->path('access.log'));
my @shown = grep { index($said, $_) >= 0 } values %KEY, values %TOKEN,
    map { ("secret-of-$_", encode_base64("$_:secret-of-$_", '')) } qw(billing reader);
is_deeply(\@shown, [], 'no log shows a key, a token or a password');
my $by_nginx = qr/user "(?:\w+|\.{3})"|access forbidden|limiting requests|no user\/password/;
my @complaints = grep { !/"error_page", "post_action" or another module.s redirect leads|$by_nginx/ }
    $said =~ /^.*\[(?:error|crit|alert|emerg)\].*$/mg;
is_deeply(\@complaints, [], 'error.log has nothing else to complain about');

done_testing();
