#!/usr/bin/perl

# nginx -t of a location that could not forward what the gateway has judged, or
# would send keys in clear, and what it warns of once all is known: settings
# that nothing uses, a store without a key, alerts that nobody sees, a sandbox
# beside a real API, a log that everybody can read.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $modules = load_modules();
my $user = Riverty::worker_user();
my $port = port();

my $proxy = 'proxy_pass http://127.0.0.1:9;';

# nginx -t with parts of the case in their places.
sub tried {
    my (%part) = @_;
    $part{$_} //= '' for qw(http server customer location);
    $part{error_log} //= 'error_log stderr;';
    $part{store} //= "$STORE/apps.json";
    $part{log} //= 'audit.log';
    $part{mode} //= 'on';
    $part{pass} //= $proxy;
    return nginx_t(<<"END");
$modules
$user
pid test.pid;
$part{error_log}
events { }
http {
    access_log off;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_key_store $part{store};
    riverty_audit_log $part{log};
    $part{http}
    server {
        listen 127.0.0.1:$port;
        $part{server}
        location /api {
            riverty_customer $part{mode};
            $part{location}
            $part{pass}
        }
    }
}
END
}

# One complaint, at that level, with all of the facts and a place; "": none.
sub says {
    my ($level, $name, $facts, @part) = @_;
    my ($status, $said) = tried(@part);
    my @lines = grep { /\[(?:warn|emerg|alert|error)\]/ } split /\n/, $said;
    my $all = join '', map { "(?=.*\Q$_\E)" } ref $facts ? @$facts : $facts;
    ok(($status != 0) == ($level eq 'emerg')
       && ($level ? @lines == 1 && $lines[0] =~ /\[$level\] $all.* in \S+test\.conf:\d+$/
                  : !@lines), $name)
        or diag($said);
    return;
}

sub fine { my ($name, @part) = @_; return says('', $name, [], @part) }
sub refused { return says('emerg', @_) }
sub warned { return says('warn', @_) }

fine('the usual');

subtest 'cleartext_upstream' => sub {
    my @facts = ('riverty_customer on', 'in clear', 'https://', 'riverty_allow cleartext_upstream');
    my %elsewhere = (
        'an address' => { pass => 'proxy_pass http://192.0.2.7;' },
        'with a port and a path' => { pass => 'proxy_pass http://192.0.2.7:8080/base/;' },
        'IPv6' => { pass => 'proxy_pass http://[2001:db8::1]:80;' },
        'in capitals' => { pass => 'proxy_pass HTTP://192.0.2.7;' },
        'a server of an upstream, beside one here' => {
            http => 'upstream api { server 127.0.0.1:9; server 192.0.2.7:80; }',
            pass => 'proxy_pass http://api;' },
        'a server that is for emergencies' => {
            http => 'upstream api { server 127.0.0.1:9; server 192.0.2.7 backup; }',
            pass => 'proxy_pass http://api;' },
        'in a limit_except' => { pass => "$proxy limit_except GET { proxy_pass http://192.0.2.7; }" },
        'in an if' => { pass => "$proxy if (\$arg_x) { proxy_pass http://192.0.2.7; }" },
    );
    for my $name (sort keys %elsewhere) {
        refused($name, \@facts, %{ $elsewhere{$name} });
        fine("$name, allowed", %{ $elsewhere{$name} },
             http => ($elsewhere{$name}{http} // '') . 'riverty_allow cleartext_upstream;');
        fine("$name, in monitor", %{ $elsewhere{$name} }, mode => 'monitor');
    }
    fine($_, pass => "proxy_pass $_;")
        for 'http://127.0.0.1', 'http://127.200.0.1:8080', 'http://[::1]:80', 'http://localhost:9',
            'http://unix:/run/api.sock:/', '$scheme://192.0.2.7';
    fine('an upstream on this host',
         http => 'upstream api { server localhost:9; server unix:/run/a; keepalive 2; }',
         pass => 'proxy_pass http://api;');
    fine('where it is off', server => 'location /off { proxy_pass http://192.0.2.7; }');
};

subtest 'https on any port' => sub {
    my @facts = ('certificate is not verified', 'proxy_ssl_verify on', 'unverified_upstream');
    for my $pass ('https://127.0.0.1:8443', 'HTTPS://127.0.0.1:8443/base/', 'https://192.0.2.7:8080') {
        refused($pass, \@facts, pass => "proxy_pass $pass;");
        fine("$pass, allowed", pass => "proxy_pass $pass;",
             http => 'riverty_allow unverified_upstream;');
    }
    refused('an upstream', \@facts, http => 'upstream api { server 127.0.0.1:8443; }',
            pass => 'proxy_pass https://api;');
    refused('in an if', \@facts,
            pass => "$proxy if (\$arg_x) { proxy_pass https://127.0.0.1:8443; }");
    fine('http to port 443, beside https elsewhere', pass => 'proxy_pass http://127.0.0.1:443;',
         server => 'location /off { proxy_pass https://127.0.0.1; }');
};

subtest 'nothing to forward to' => sub {
    my @none = ('location "/api" has no "proxy_pass"', 'riverty_customer off');
    refused('nothing at all', \@none, pass => '');
    refused('root', \@none, pass => 'root /srv;');
    refused('try_files', \@none, pass => 'try_files $uri =404;');

    my @return = ('location "/api" has return', 'before anything is judged', 'off');
    refused('return', \@return, pass => 'return 204;');
    refused('return beside proxy_pass', \@return, location => 'return 204;');
    fine('return in an if', location => 'if ($arg_x) { return 204; }');
    fine('a rewrite to elsewhere', pass => 'rewrite ^ /other last;');

    for my $pass ('fastcgi_pass 127.0.0.1:9;', 'uwsgi_pass 127.0.0.1:9;', 'scgi_pass 127.0.0.1:9;',
                  'grpc_pass 127.0.0.1:9;', 'set $memcached_key x; memcached_pass 127.0.0.1:9;') {
        my ($name) = $pass =~ /(\w+_pass)/;
        refused($name, [ "location \"/api\" has $name", 'say that instead' ], pass => $pass);
        refused("$name, inherited", [ "location \"/in\" has $name" ],
                server => "riverty_customer on; location /in { $pass }");
        refused("$name in an if", [ "has $name" ], pass => "$proxy if (\$arg_x) { $pass }")
            if $name ne 'memcached_pass';
    }

    my $server = 'riverty_customer on;';
    warned('root, inherited', [ 'location "/in" has no "proxy_pass"', 'answered 500' ],
           server => "$server location /in { root /srv; }");
    fine('return, inherited', server => "$server location /in { return 204; }");
    fine('a page of error_page',
         server => "$server error_page 502 /in; location = /in { internal; root /srv; }");
    fine('a named location', server => "$server location \@in { root /srv; }");
    fine('where it is off', server => "$server location /in { riverty_customer off; root /srv; }");
    fine('in monitor', mode => 'monitor', pass => 'return 204;');
};

subtest 'another request than the one that was judged' => sub {
    my %fault = (
        'proxy_method PUT;'                                  => 'proxy_method',
        'proxy_set_body x;'                                  => 'proxy_set_body',
        'proxy_pass_request_body off;'                       => 'proxy_pass_request_body off',
        'proxy_set_header X-Subscription-Key mine;'          => 'the header of the key',
        'proxy_set_header ocp-apim-subscription-key mine;'   => 'the header of the key',
        'proxy_set_header X_Subscription_Key " ";'           => 'the header of the key',
        'riverty_key_header X-K; proxy_set_header x-k mine;' => 'the header of the key',
        'proxy_set_header X-App-Token mine;'                 => 'the header of the app token',
        'proxy_set_header Content-Length 5;'                 => 'proxy_set_header Content-Length',
        'proxy_set_header content-length "";'                => 'proxy_set_header Content-Length ""',
        'proxy_set_header Transfer-Encoding chunked;'        => 'proxy_set_header Transfer-Encoding',
        'proxy_set_header Host "";'                          => 'proxy_set_header Host ""',
    );
    for my $directive (sort keys %fault) {
        my @facts = ('location "/api" has proxy_', $fault{$directive}, 'never sent', 'take it out');
        refused($directive, \@facts, location => $directive);
        refused("$directive in http", \@facts, http => $directive);
        fine("$directive in monitor", mode => 'monitor', location => $directive);
        fine("$directive where it is off", server => "location /off { $directive $proxy }");
    }
    fine($_, location => $_) for 'proxy_method $request_method;', 'proxy_set_body $request_body;',
        'proxy_pass_request_body on;', 'proxy_set_header X-Subscription-Key "";',
        'proxy_set_header X-App-Token "";', 'proxy_set_header X-App-Token $arg_x;',
        'proxy_set_header Content-Length $content_length;', 'proxy_set_header Connection "";',
        'proxy_set_header Transfer-Encoding "";', 'proxy_set_header Host api.example;',
        'proxy_set_header X-Real-IP $remote_addr;';
    fine('http\'s where the location says its own', http => 'proxy_set_header Host "";',
         location => 'proxy_set_header Host api;');
};

subtest 'a name that is nearly a member\'s' => sub {
    my %near = (birthdate => 'birthDate', birthDat => 'birthDate', birthDatee => 'birthDate',
                birthDaet => 'birthDate', BIRTHDATE => 'birthDate', emial => 'email',
                xbirthDate => 'birthDate');
    for my $name (sort keys %near) {
        warned($name, [ 'declares a new member', "\"/customer/$name\"",
                        "nearly \"/customer/$near{$name}\"", 'take that name' ],
               http => "riverty_field /customer/$name max=9;");
    }
    fine($_, http => "riverty_field $_ max=9;")
        for '/customer/birthDate', '/customer/loyaltyNumber', '/customer/birthDay2',
            '/customer/address/birthDate';
};

subtest 'set and never used' => sub {
    my %set = ('riverty_rule phone off;' => 'riverty_rule phone',
               'riverty_rules strict;' => 'riverty_rules strict',
               'riverty_field /customer/birthDate required;' => 'riverty_field /customer/birthDate');
    for my $set (sort keys %set) {
        my @facts = ("\"$set{$set}\" is never used", 'say it where it is on');
        warned("$set where it is off", \@facts, server => "location /off { $set }");
        warned("$set below", \@facts,
               server => "location /off { location /off/in { $set $proxy } }");
        warned("$set where nothing is on", \@facts, mode => 'off', http => $set);
        fine("$set in http", http => $set);
        fine("$set in server", server => $set);
        fine("$set where it monitors", mode => 'monitor', location => $set);
        fine("$set around what is on",
             server => "location /off { $set location /off/in { riverty_customer on; $proxy } }");
    }
};

subtest 'a store that lets nobody through' => sub {
    my $key = sub { return { id => 'primary', value => 'a-key-of-billing', @_ } };
    my $store = sub {
        my @keys = @_;
        return put('apps.json', encode_json({ apps => [ @keys ? {
            name => 'billing', tokens => [ 'sha256:' . 'ab' x 32 ], operations => ['read'],
            keys => \@keys } : () ] }), 0640);
    };
    my @none = ('"riverty_key_store"', 'no key that is valid now', '503', 'keys list');
    warned('no app', [ '"riverty_key_store"', 'has no app', '401', 'keys new-token' ],
           store => $store->());
    warned('a key that has expired', \@none,
           store => $store->($key->(not_after => '2020-01-01T00:00:00Z')));
    warned('a key of the future', \@none,
           store => $store->($key->(not_before => '2120-01-01T00:00:00Z')));
    fine('a second key', store => $store->($key->(not_after => '2020-01-01T00:00:00Z'),
                                           $key->(id => 'secondary', value => 'another-key')));
};

subtest 'error_log' => sub {
    my @facts = ('no "error_log" outside of http', 'say "error_log /var/log/nginx/error.log');
    warned('none', \@facts, error_log => '');
    warned('one in http alone', \@facts, error_log => '', http => 'error_log http.log;');
    fine('in the foreground', error_log => 'daemon off;');
    fine('a file', error_log => 'error_log errors.log;');
    fine('where nothing is on', error_log => '', mode => 'off');
};

subtest 'the sandbox beside a real API' => sub {
    my $sandbox = 'location /sandbox { riverty_sandbox; }';
    my @https = (http => 'riverty_allow unverified_upstream;', pass => 'proxy_pass https://192.0.2.7;');
    warned('beside https', [ '"riverty_sandbox" stands beside', 'take it out' ],
           server => $sandbox, @https);
    fine('beside http', server => $sandbox);
    fine('https alone', @https);
};

subtest 'the audit log' => sub {
    unlink "$DIR/fresh.log";
    fine('one that is made', log => 'fresh.log');
    is((stat "$DIR/fresh.log")[2] & 0777, 0640, '... is not for everybody');
    put('open.log', '', 0644);
    warned('one that everybody can read', [ 'open.log"', 'every user', 'chmod it to 640' ],
           log => 'open.log');
    fine('/dev/stdout', log => '/dev/stdout');
    refused('a directory that is not there',
            [ "no directory \"$DIR/logs/none\"", 'install -d -m 750' ], log => 'logs/none/audit.log');
};

done_testing();
