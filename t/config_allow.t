#!/usr/bin/perl

# nginx -t: what it refuses unless riverty_allow says otherwise (logs that print
# raw request heads, an upstream that proves nothing, answers on disk), and the
# values of riverty_field, riverty_zone and riverty_audit_key.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

my $module = load_module_line('customer_module');
my $port = port();
my $user = Riverty::worker_user();

put('redaction.key', ('5a' x 32) . "\n", 0640);
put('audit.key', ('c0' x 32) . "\n", 0640);
put('short.key', ('c0' x 31) . "\n", 0640);
put('open.key', ('c0' x 32) . "\n", 0644);

# nginx -t with parts of the case in their places.
sub tried {
    my (%part) = @_;
    $part{$_} //= '' for qw(main events http default server location);
    $part{pass} //= 'proxy_pass http://127.0.0.1:9;';
    $part{mode} //= 'on';
    $part{keys} //= "riverty_key_store $STORE/apps.json;";
    return nginx_t(<<"END");
$module
$user
pid test.pid;
error_log stderr warn;
$part{main}
events { $part{events} }
http {
    access_log off;
    $part{keys}
    riverty_redaction_key k1 redaction.key;
    riverty_audit_log audit.log;
    proxy_cache_path $DIR/cache keys_zone=answers:1m;
    $part{http}
    server { listen 127.0.0.1:$port default_server; server_name other; $part{default} }
    server {
        listen 127.0.0.1:$port;
        server_name gateway;
        $part{server}
        location / {
            riverty_customer $part{mode};
            $part{location}
            $part{pass}
        }
    }
}
END
}

sub fine {
    my ($name, %part) = @_;
    my ($status, $said) = tried(%part);
    ok($status == 0, $name) or diag($said);
    return;
}

# All of the facts stand in one message, with the place.
sub refused {
    my ($name, $facts, %part) = @_;
    my ($status, $said) = tried(%part);
    my $all = join '', map { "(?=.*\Q$_\E)" } ref $facts ? @$facts : $facts;
    ok($status != 0 && $said =~ /\[emerg\] $all.* in \S+test\.conf:\d+$/m, $name) or diag($said);
    return;
}

# A fault, and what allows it.
sub allowed {
    my ($name, $allow, $fact, %part) = @_;
    refused($name, [ $fact, "riverty_allow $allow" ], %part);
    fine("$name, allowed", %part, http => ($part{http} // '') . " riverty_allow $allow;");
    return;
}

fine('the usual');

subtest 'verbose_log' => sub {
    my $log = 'error_log logs.log';
    for my $level (qw(info debug debug_http)) {
        allowed("$level for the location", 'verbose_log', 'raw request heads',
                location => "$log $level;");
    }
    allowed("info for the $_", 'verbose_log', 'raw request heads', $_ => "$log info;")
        for qw(main http server default);
    allowed('a second log', 'verbose_log', 'raw request heads',
            location => "$log warn; error_log more.log info;");
    allowed('debug_connection', 'verbose_log', 'debug_connection',
            events => 'debug_connection 127.0.0.1;');
    fine('notice', location => "$log notice;", server => "$log notice;");
    fine('info for a location that is off',
         server => "location /off { riverty_customer off; $log info; }");
    fine('monitor refuses nothing', location => "$log info;",
         server => "location /monitor { riverty_customer monitor; $log info; }",
         http => 'riverty_allow verbose_log;');
};

subtest 'unverified_upstream' => sub {
    allowed('https without a check', 'unverified_upstream', 'proxy_ssl_verify on',
            pass => 'proxy_pass https://127.0.0.1;');
    allowed('https to an upstream', 'unverified_upstream', 'proxy_ssl_verify on',
            http => 'upstream api { server 127.0.0.1:443; }', pass => 'proxy_pass https://api;');
    fine('http beside https elsewhere', pass => 'proxy_pass http://127.0.0.1:9;',
         default => 'location / { proxy_pass https://127.0.0.1; }');
    fine('http', pass => 'proxy_pass http://127.0.0.1:9;');
    fine('a scheme that is known later', pass => 'proxy_pass $scheme://127.0.0.1:9;');

    my @monitor = (mode => 'monitor', pass => 'proxy_pass https://127.0.0.1;');
    allowed('monitor, which sends keys, too', 'unverified_upstream', 'proxy_ssl_verify on',
            @monitor);
    fine('monitor that has no key to send', @monitor, keys => '');
};

# A module of nginx itself; each says what it needs.
subtest 'HTTP/2 to the API' => sub {
    plan skip_all => 'since 1.29.4' if !nginx_since('1.29.4');
    my $two = 'proxy_http_version 2;';
    my @facts = ('request of HTTP/2', 'say "proxy_http_version 1.1"');
    refused('where it is on', \@facts, location => $two);
    refused('by inheritance', \@facts, http => $two);
    refused('by a variable', \@facts, location => "$two set \$to 127.0.0.1:9;",
            pass => 'proxy_pass http://$to;');
    refused('in monitor', \@facts, mode => 'monitor', location => $two);
    fine('1.1 inside', http => $two, location => 'proxy_http_version 1.1;');
    fine('where nothing is proxied', server => "$two location /own { return 204; }",
         location => 'proxy_http_version 1.1;');
    fine('in a location that is off',
         server => "location /off { riverty_customer off; $two proxy_pass http://127.0.0.1:9; }");
};

subtest 'cache' => sub {
    allowed('proxy_cache', 'cache', 'to disk', location => 'proxy_cache answers;');
    allowed('proxy_store', 'cache', 'to disk', location => 'proxy_store on;');
    fine('proxy_cache off', http => 'proxy_cache answers;', location => 'proxy_cache off;');
};

subtest 'riverty_allow itself' => sub {
    fine('several names', http => 'riverty_allow cache verbose_log unverified_upstream;');
    refused('no such name', [ 'invalid "riverty_allow"', '"everything" is none of', '"verbose_log"',
              '"unverified_upstream"', '"cleartext_upstream"', '"cache"' ], http => 'riverty_allow everything;');
    refused('without a name', 'invalid number of arguments', http => 'riverty_allow;');
};

subtest 'riverty_field' => sub {
    my $field = sub { return (http => "riverty_field $_[0];") };
    fine($_, $field->($_)) for '/customer/birthDate required', '/customer/address/street max=35',
        '/customer/loyalty max=12 pattern=[A-Z0-9]+ redact=token optional',
        '/customer/tier "enum=GOLD,SILVER" redact=keep', '/more/inside/it required',
        '"/customer/quoted" "pattern=(?:a|b){1,3}"';
    my %bad = (
        'customer/street max=3'              => 'is not a JSON pointer',
        '/customer/address/street max=0'             => 'max= must be a number from 1 to 65535',
        '/customer/address/street max=many'          => 'max= must be a number from 1 to 65535',
        '/customer/address/street "pattern=a(b"'     => [ 'pattern= fails at offset 3', 'parenthes' ],
        '/customer/address/street "pattern="'        => 'pattern=',
        '/customer/address/street enum='             => 'empty',
        '/customer/address/street enum=A,,B'         => 'empty value',
        '/customer/address/street redact=some'       => 'redact= must be keep, token, partial',
        '/customer/address/street long'              => [ '"long" is none of', 'pattern=REGEX' ],
        '/customer/address/street max=3 max=4'       => 'says again',
        '/customer/address/street required optional' => 'says again',
        '/customer max=3'                    => 'is an object',
        '/customer/email/part required'      => 'stands below a member that is a string',
    );
    for my $words (sort keys %bad) {
        my @facts = ref $bad{$words} ? @{ $bad{$words} } : $bad{$words};
        refused($words, [ 'riverty_field', @facts ], $field->($words));
    }
    refused('nothing about it', 'invalid number of arguments', $field->('/customer/address/street'));
};

subtest 'riverty_zone' => sub {
    fine('2m', http => 'riverty_zone 2m;');
    refused($_, [ 'riverty_zone', 'at least 1m' ], http => "riverty_zone $_;") for '64k', 'much', '0';
    refused('twice', 'is duplicate', http => 'riverty_zone 1m; riverty_zone 1m;');
};

subtest 'riverty_audit_key' => sub {
    fine('64 hex digits', http => 'riverty_audit_key audit.key;');
    refused('too few', '64 or more hex digits', http => 'riverty_audit_key short.key;');
    refused('for every reader', 'chmod it to 640', http => 'riverty_audit_key open.key;');
    refused('no such file', 'cannot be opened', http => 'riverty_audit_key none.key;');
    refused('twice', 'is duplicate', http => 'riverty_audit_key audit.key; riverty_audit_key audit.key;');
    refused('not in a location', 'not allowed here', location => 'riverty_audit_key audit.key;');
};

done_testing();
