#!/usr/bin/perl

# nginx -t: each directive's good and bad values, its places and companions.
# A refusal names the line, the problem and the remedy.  t/config_key_store.t
# has what may stand in the key store.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use Riverty;
use RivertyConfig;
use Test::More;

my $module = load_module_line('customer_module');
my $port = port();

put('redaction.key', ('5a' x 32) . "\n", 0640);
put('apps.json', slurp("$STORE/apps.json") =~ s/"file":"[^"]+"/"value":"a-key"/r, 0640);

# What a protected location needs; a case's own directives stand beside or
# instead of these.
my %usual = (
    main     => '',
    events   => '',
    store    => 'riverty_key_store apps.json;',
    log      => 'riverty_audit_log audit.log;',
    redact   => 'riverty_redaction_key k1 redaction.key;',
    http     => '',
    upstream => '',
    server   => '',
    customer => 'riverty_customer on;',
    location => '',
    inner    => '',
);

# nginx -t over the usual parts and those of a case: its exit status, what it
# said, and the line of the configuration that a part's last line is.
sub tried {
    my (%parts) = @_;
    my %part = (%usual, %parts);
    my $text = <<"END";
$module
pid test.pid;
error_log stderr;
$part{main}
events { $part{events} }
http {
    access_log off;
    map \$ssl_client_s_dn \$app_of_certificate { default billing; }
    $part{store}
    $part{log}
    $part{redact}
    $part{http}
    upstream api {
        server 127.0.0.1:9;
        $part{upstream}
    }
    server {
        listen 127.0.0.1:$port;
        $part{server}
        location / {
            proxy_pass http://api;
            $part{customer}
            $part{location}
            location /inner {
                proxy_pass http://api;
                $part{inner}
            }
        }
    }
}
END
    my ($status, $said) = nginx_t($text);
    my %line;
    for my $name (keys %parts) {
        my $at = length $part{$name} ? index($text, $part{$name}) : -1;
        $line{$name} = 1 + (substr($text, 0, $at + length $part{$name}) =~ tr/\n//)
            if $at >= 0;
    }
    return ($status, $said, \%line);
}

# Loads, and says nothing but that.
sub fine {
    my ($name, %parts) = @_;
    my ($status, $said) = tried(%parts);
    my @more = grep { !/syntax is ok$|test is successful$/ } split /\n/, $said;
    ok($status == 0 && !@more, $name) or diag($said);
}

# Loads with a warning that ends with the place of the first part's directive.
sub warned {
    my ($name, $message, $part, @parts) = @_;
    my ($status, $said, $line) = tried($part, @parts);
    my $place = $part eq 'redact' ? '' : ".* in \\S+test\\.conf:$line->{$part}\$";
    ok($status == 0 && $said =~ /\[warn\] .*\Q$message\E$place/m, $name)
        or diag($said);
}

# Does not load; the message ends with the place of the first part's directive.
sub refused {
    my ($name, $message, $part, @parts) = @_;
    my ($status, $said, $line) = tried($part, @parts);
    my @messages = ref $message ? @$message : $message;
    my $facts = join '', map { "(?=.*\Q$_\E)" } @messages;
    ok($status != 0
       && $said =~ /\[emerg\] $facts.* in \S+test\.conf:$line->{$part}$/m, $name)
        or diag($said);
}

subtest 'riverty_customer' => sub {
    fine('on');
    fine('off, which needs nothing',
         store => '', log => '', redact => '', customer => 'riverty_customer off;');
    fine('not at all', store => '', log => '', redact => '', customer => '');
    fine('monitor, which needs no key store',
         store => '', customer => 'riverty_customer monitor;');
    fine('in http', http => 'riverty_customer on;', customer => '');
    fine('in server', server => 'riverty_customer on;', customer => '');
    fine('off below on', server => 'riverty_customer on;',
         customer => 'riverty_customer off;');

    refused("\"$_\" is no mode",
            [ 'invalid "riverty_customer"', "\"$_\" must be \"on\", \"monitor\" or \"off\"" ],
            customer => "riverty_customer \"$_\";") for 'yes', 'ON', 'on ', '';
    refused('twice in one place', '"riverty_customer" directive is duplicate',
            location => 'riverty_customer off;');
    refused('without a value', 'invalid number of arguments in "riverty_customer"',
            customer => 'riverty_customer;');
    refused('with two', 'invalid number of arguments in "riverty_customer"',
            customer => 'riverty_customer on off;');

    my $store = [ '"riverty_customer on" needs a "riverty_key_store" in http',
                  'which app may do what' ];
    refused('on without a key store', $store,
            customer => 'riverty_customer on;', store => '');
    refused('on in server without one', $store,
            server => 'riverty_customer on;', customer => '', store => '');
    refused('on in http without one', $store,
            http => 'riverty_customer on;', customer => '', store => '');
    my $log = [ '"riverty_customer" needs a "riverty_audit_log"',
                'name a file or a syslog server, or say "off"' ];
    refused('on without an audit log', $log, customer => 'riverty_customer on;', log => '');
    refused('monitor without one', $log,
            customer => 'riverty_customer monitor;', log => '');
    refused('on in an inner location without one', $log,
            inner => 'riverty_customer on;', customer => '', log => '');
};

subtest 'places' => sub {
    my %value = (
        riverty_customer         => 'on',
        riverty_prefix           => '/riverty',
        riverty_key_store        => 'other.json',
        riverty_key_header       => 'X-Key',
        riverty_app              => 'billing',
        riverty_app_token_header => 'X-Token',
        riverty_rules            => 'strict',
        riverty_rule             => 'phone off',
        riverty_max_body         => '1k',
        riverty_redaction_key    => 'k2 redaction.key',
        riverty_audit_log        => 'other.log',
    );
    my %http_only = map { $_ => 1 } qw(riverty_key_store riverty_redaction_key);

    for my $name (sort keys %value) {
        my $directive = "$name $value{$name};";
        my $message = "\"$name\" directive is not allowed here";
        refused("$name in main", $message, main => $directive);
        refused("$name in events", $message, events => $directive);
        refused("$name in upstream", $message, upstream => $directive);
        refused("$name in if", $message, location => "if (\$arg_x) { $directive }");
        if ($http_only{$name}) {
            refused("$name in server", $message, server => $directive);
            refused("$name in location", $message, location => $directive);
        }
        else {
            fine("$name in http, server and location", log => '',
                 customer => $name eq 'riverty_customer' ? '' : $usual{customer},
                 redact => $usual{redact},
                 http => ($name eq 'riverty_audit_log' ? '' : $usual{log}) . $directive,
                 server => $directive, location => $directive, inner => $directive);
        }
    }
};

subtest 'riverty_prefix' => sub {
    fine("\"$_\"", location => "riverty_prefix \"$_\";")
        for '', '/', '/riverty', '/riverty/', '/a/b';
    refused('without a slash in front',
            [ 'invalid "riverty_prefix"', '"riverty" must start with "/"' ],
            location => 'riverty_prefix riverty;');
    refused('twice', '"riverty_prefix" directive is duplicate',
            location => "riverty_prefix /a;\nriverty_prefix /b;");
    refused('an empty one twice', '"riverty_prefix" directive is duplicate',
            location => "riverty_prefix \"\";\nriverty_prefix /b;");
};

subtest 'riverty_key_header, riverty_app_token_header' => sub {
    for my $name (qw(riverty_key_header riverty_app_token_header)) {
        fine("$name $_", location => "$name $_;") for qw(X-Key x-key2 Authorization);
        refused("$name \"$_\"",
                [ "invalid \"$name\"", "\"$_\" is not a header name of letters, digits and \"-\"" ],
                location => "$name \"$_\";") for '', 'X Key', 'X-Key:', 'X_Key', 'X-Schlüssel';
        refused("$name $_",
                [ "invalid \"$name\"", "needs the header \"$_\"", 'choose another name' ],
                location => "$name $_;")
            for qw(Host host Connection Content-Length Content-Type Content-Encoding
                   Transfer-Encoding Expect Upgrade TE X-Request-ID traceparent);
        refused("$name twice", "\"$name\" directive is duplicate",
                location => "$name X-A;\n$name X-B;");
    }
};

subtest 'riverty_app' => sub {
    fine($_, location => "riverty_app $_;")
        for 'billing', '$ssl_client_s_dn', '$app_of_certificate',
            '"${app_of_certificate}"', '$server_name', '$remote_addr';

    for (qw($http_x_app ${http_x_app} $arg_x ${arg_x} $cookie_app ${cookie_app}
            $HTTP_x_app $Arg_x $args $query_string $uri $document_uri $request
            $request_uri $request_body $host $http_host $content_type
            app-$arg_x $app_of_certificate-$http_x $ssl_server_name $is_args$args)) {
        refused($_, [ 'invalid "riverty_app"', 'client can write', 'use' ],
                location => "riverty_app \"$_\";");
    }
    refused('$1 of a path', [ 'invalid "riverty_app"', 'client can write' ],
            inner => 'riverty_app $1;');
    refused('twice', '"riverty_app" directive is duplicate',
            location => "riverty_app a;\nriverty_app b;");
    my ($status, $said) = tried(location => 'riverty_app $no_such;');
    ok($status != 0 && $said =~ /unknown "no_such" variable/,
       'a variable that does not exist');
};

subtest 'riverty_app $remote_user' => sub {
    my $basic = 'auth_basic closed; auth_basic_user_file passwords;';
    my $message = [ '"riverty_app" with $remote_user needs "auth_basic"', '"satisfy all"' ];
    my $user = 'riverty_app $remote_user;';

    fine('with auth_basic', location => "$basic $user");
    fine('with the server\'s auth_basic', server => $basic, location => $user);
    fine('with http\'s auth_basic', http => $basic, location => $user);
    fine('with satisfy all', location => "$basic satisfy all; $user");
    fine('where the location is off', customer => 'riverty_customer off;', location => $user);

    for my $spelled ('$remote_user', '"${remote_user}"', '$Remote_User', '"x-$remote_user"') {
        refused("$spelled without auth_basic", $message,
                customer => 'riverty_customer on;', location => "riverty_app $spelled;");
    }
    refused('inherited, without auth_basic', $message,
            customer => 'riverty_customer on;', http => $user);
    refused('with auth_basic off below', $message, customer => 'riverty_customer on;',
            server => $basic, location => "auth_basic off; $user");
    refused('with a realm that may come to be "off"', $message,
            customer => 'riverty_customer on;',
            location => "auth_basic \$host; auth_basic_user_file passwords; $user");
    refused('with satisfy any', $message, customer => 'riverty_customer on;',
            location => "$basic satisfy any; allow 127.0.0.1; deny all; $user");
    refused('with the server\'s satisfy any', $message, customer => 'riverty_customer on;',
            server => 'satisfy any;', location => "$basic $user");
    refused('in monitor', $message, customer => 'riverty_customer monitor;',
            location => $user);
    refused('with auth_basic off in an inner location', $message,
            customer => 'riverty_customer on;', location => "$basic $user",
            inner => 'auth_basic off;');
};

subtest 'riverty_rules' => sub {
    fine($_, location => "riverty_rules $_;") for qw(strict default lenient);
    fine('a profile for each place', http => 'riverty_rules strict;',
         location => 'riverty_rules lenient;', inner => 'riverty_rules default;');
    refused("\"$_\" is no profile",
            [ 'invalid "riverty_rules"', "profile \"$_\" must be", 'strict', 'default', 'lenient' ],
            location => "riverty_rules \"$_\";") for 'loose', 'STRICT', '';
    refused('two in one place', '"riverty_rules" directive is duplicate',
            location => "riverty_rules strict;\nriverty_rules strict;");
    refused('without a profile', 'invalid number of arguments in "riverty_rules"',
            location => 'riverty_rules;');
};

subtest 'riverty_rule' => sub {
    fine("phone $_", location => "riverty_rule phone $_;") for qw(off warn reject);
    fine('a rule for each place, the inner one counts', http => 'riverty_rule phone off;',
         location => "riverty_rule phone warn;\nriverty_rule email off;",
         inner => 'riverty_rule phone reject;');
    refused("\"$_\" is no rule",
            [ 'invalid "riverty_rule"', "no rule \"$_\"", 'lists them' ],
            location => "riverty_rule \"$_\" off;") for 'no_such_rule', 'PHONE', '';
    refused("\"$_\" is no level",
            [ 'invalid "riverty_rule"', "level \"$_\" of rule \"phone\"",
              'off', 'warn', 'reject' ],
            location => "riverty_rule phone \"$_\";") for 'on', 'error', 'OFF', '';
    refused('a rule about the reply cannot refuse',
            [ 'invalid "riverty_rule"', '"reference_mismatch" looks at the API\'s reply',
              'off or warn' ], location => 'riverty_rule reference_mismatch reject;');
    refused('one rule twice in one place',
            [ 'duplicate "riverty_rule"', '"phone" has a level here already' ],
            location => "riverty_rule phone off;\nriverty_rule phone warn;");
    refused('without a level', 'invalid number of arguments in "riverty_rule"',
            location => 'riverty_rule phone;');
};

subtest 'riverty_max_body' => sub {
    fine("$_ bytes", location => "riverty_max_body $_;") for qw(1 64k 1M 16m);
    refused("$_ bytes", [ '"riverty_max_body" directive must be between 1 byte and 16m',
                  'held in memory' ],
            location => "riverty_max_body $_;") for qw(0 16777217 17m 1000m);
    refused("\"$_\"", '"riverty_max_body" directive invalid value',
            location => "riverty_max_body \"$_\";") for '-1', 'big', '1g', '64 k', '';
    refused('twice', '"riverty_max_body" directive is duplicate',
            location => "riverty_max_body 1k;\nriverty_max_body 2k;");
};

subtest 'what is overridden' => sub {
    my $on = 'riverty_customer on;';
    warned('a larger client_max_body_size',
           '"client_max_body_size" is overridden by "riverty_max_body" (65536 bytes)',
           customer => $on, http => 'client_max_body_size 10m;');
    fine('a smaller client_max_body_size counts', location => 'client_max_body_size 1k;');
    fine('client_max_body_size without a limit', location => 'client_max_body_size 0;');
    fine('a larger one where the location is off', location => 'client_max_body_size 10m;',
         customer => 'riverty_customer off;');
    warned('proxy_max_temp_file_size', '"proxy_max_temp_file_size" is overridden by 0',
           customer => $on, location => 'proxy_max_temp_file_size 5m;');
    fine('proxy_max_temp_file_size 0', location => 'proxy_max_temp_file_size 0;');
    warned('no redaction key', 'no "riverty_redaction_key": audit records have no pseudonym',
           redact => '');
};

subtest 'riverty_audit_log' => sub {
    fine($_, log => "riverty_audit_log $_;")
        for 'audit.log', "$DIR/audit.log", 'off', 'audit.log required',
            map({ "audit.log client_ip=$_" } qw(keep prefix drop)),
            'audit.log client_ip=drop required',
            'syslog:server=127.0.0.1:9', 'syslog:server=unix:/dev/log,tag=riverty required';
    fine('one in each place', location => 'riverty_audit_log inner.log required;',
         inner => 'riverty_audit_log off;');
    refused("parameter $_",
            [ "invalid parameter \"$_\" of \"riverty_audit_log\"", '"required"',
              '"client_ip=keep"', '"client_ip=prefix" or "client_ip=drop"' ],
            log => "riverty_audit_log audit.log $_;")
        for qw(client_ip=none client_ip= client_ip require REQUIRED off combined);
    refused('off with a parameter', '"riverty_audit_log off" takes no parameter "required"',
            log => 'riverty_audit_log off required;');
    refused('a file that has no name', '"riverty_audit_log"', log => 'riverty_audit_log "";');
    refused('without a file', 'invalid number of arguments in "riverty_audit_log"',
            log => 'riverty_audit_log;');
    refused('twice', '"riverty_audit_log" directive is duplicate',
            log => "riverty_audit_log audit.log;\nriverty_audit_log other.log;");
    refused('off and a file', '"riverty_audit_log" directive is duplicate',
            log => "riverty_audit_log off;\nriverty_audit_log other.log;");
    warned('"required" over UDP',
           '"required" of "riverty_audit_log" proves little over UDP, which takes a record'
           . ' whether or not it arrives; name a unix socket or a file',
           log => 'riverty_audit_log syslog:server=127.0.0.1:9 required;');
    refused('syslog without a server', 'no syslog server specified',
            log => 'riverty_audit_log syslog:tag=x;');
    refused('syslog with an unknown parameter', 'unknown syslog parameter "x=y"',
            log => 'riverty_audit_log syslog:server=127.0.0.1,x=y;');
    my ($status, $said) = tried(log => 'riverty_audit_log missing/audit.log;');
    ok($status != 0 && $said =~ m{\[emerg\] .*"riverty_audit_log": there is no directory}
       && $said =~ m{"install -d -m 750 \S+/missing" .* in \S+test\.conf:\d+$}m,
       'a directory that is not there') or diag($said);
};

subtest 'riverty_redaction_key' => sub {
    my $hex = '0123456789abcdef' x 4;
    my $files = sub {
        my ($name, $content, $mode) = @_;
        put($name, $content, $mode // 0640);
        return "riverty_redaction_key k1 $name;";
    };
    my $try = sub {
        my ($name, $message, $content, $mode) = @_;
        my $directive = $files->('bad.key', $content, $mode);
        refused($name, [ '"riverty_redaction_key" "k1"', "\"$DIR/bad.key\"", $message ],
                redact => $directive);
        my (undef, $said) = tried(redact => $directive);
        my $part = substr $content, 0, 12;
        ok($part =~ /^\s*$/ || index($said, $part) < 0, "$name: no digit is printed");
    };
    my $digits = 'must hold 64 or more hex digits';

    fine('64 digits', redact => $files->('good.key', $hex));
    fine('a line feed behind', redact => $files->('good.key', "$hex\n"));
    fine('128 digits, capitals', redact => $files->('good.key', uc "$hex$hex"));
    fine('of root alone', redact => $files->('good.key', $hex, 0400));
    fine('two keys', redact => $files->('good.key', $hex)
         =~ s/;/ k2 redaction.key;/r);
    fine('an absolute name', redact => "riverty_redaction_key k1 $DIR/good.key;");

    $try->('63 digits', $digits, substr $hex, 1);
    $try->('65 digits', $digits, "${hex}0");
    $try->('no digits', $digits, 'Z' x 64);
    $try->('a digit that is none', $digits, substr($hex, 1) . 'g');
    $try->('two line feeds', $digits, "$hex\n\n");
    $try->('a blank', $digits, " $hex ");
    $try->('nothing', 'is empty', '');
    $try->('a line feed alone', $digits, "\n");
    $try->('more than 1024 digits', 'longer than 1025 bytes', $hex x 17);
    $try->('a file that all can read', 'can be read by every user; chmod it', $hex, 0644);
    $try->('a file that a group can write', 'can be written by other users; chmod it',
           $hex, 0660);

  SKIP: {
        skip 'only root can give files away', 1 if $> != 0;
        my $directive = $files->('bad.key', $hex, 0600);
        chown 12345, 0, "$DIR/bad.key" or die $!;
        refused('a file of another user',
                [ '"riverty_redaction_key" "k1"', 'belongs to another user', 'chown it' ],
                redact => $directive);
        unlink "$DIR/bad.key";
    }
    refused('a missing file', [ '"riverty_redaction_key" "k1"', 'cannot be opened' ],
            redact => 'riverty_redaction_key k1 missing.key;');
    refused('a directory', [ '"riverty_redaction_key" "k1"', 'is not a regular file' ],
            redact => "riverty_redaction_key k1 $DIR;");
    refused("\"$_\" is no id",
            [ '"riverty_redaction_key"', 'the id must be 1 to', 'letters, digits' ],
            redact => "riverty_redaction_key \"$_\" good.key;")
        for '', 'k 1', 'k:1', 'k/1', 'k' x 65, 'ü';
    refused('one id for two keys', [ '"riverty_redaction_key"', 'same id twice' ],
            redact => 'riverty_redaction_key k1 good.key k1 redaction.key;');
    refused('an id without a file', [ '"riverty_redaction_key"', 'takes ID FILE, or ID FILE ID FILE' ],
            redact => 'riverty_redaction_key k1 good.key k2;');
    refused('twice', '"riverty_redaction_key" directive is duplicate',
            redact => "riverty_redaction_key k1 good.key;\nriverty_redaction_key k2 redaction.key;");
    refused("$_->[0] arguments", 'invalid number of arguments in "riverty_redaction_key"',
            redact => "riverty_redaction_key $_->[1];")
        for [ 1, 'k1' ], [ 5, 'k1 good.key k2 redaction.key k3' ];
};

# The files of docs/examples with the four things changed that they say, and
# with a host that needs no DNS.
subtest 'the examples' => sub {
    my @examples = glob 'docs/examples/nginx*.conf';
    plan skip_all => 'there are none' if !@examples;

    make_path("$DIR/riverty");
    put('riverty/redaction.key', ('5a' x 32) . "\n", 0640);
    put('riverty/ca.pem', join '', map { s/^ +//r } split /^/, <<'END');
    -----BEGIN CERTIFICATE-----
    MIIBezCCASGgAwIBAgIUQMSTP855CWvZ+2rg/MSh/TvT0NYwCgYIKoZIzj0EAwIw
    EjEQMA4GA1UEAwwHZXhhbXBsZTAgFw0yNjExMjQxMzQ5MjZaGA8yMTI2MTAzMTEz
    NDkyNlowEjEQMA4GA1UEAwwHZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
    A0IABAcr+X4O7kSGEFvElfxHFtYWVN3UQY+5gvRrMDqqY8ZvpzJNXI6xICfvx1v8
    bEL3X5banWpChFkRyUrxQ2ASDjSjUzBRMB0GA1UdDgQWBBTgCAY/Stw07V55D9pp
    RWDEXu99RzAfBgNVHSMEGDAWgBTgCAY/Stw07V55D9ppRWDEXu99RzAPBgNVHRMB
    Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDxUZUKZyp7h8v9YlXy8UpgCSTY
    ZjURNiJ8LG+Ke87+MAIgDYkOC+IMKx44wnPKe93IXPs04yU+TYl8NPyDBD3vgoc=
    -----END CERTIFICATE-----
END
    my $apps = slurp('docs/examples/apps.json');
    put('riverty/apps.json', $apps, 0640);
    put("riverty/$_", "a-key\n", 0640) for $apps =~ /"file": *"([^"]+)"/g;

    for my $example (@examples) {
        my $text = slurp($example);
        my ($user) = $text =~ /^user (\S+);/m;
        chown 0, (getpwnam $user)[3], glob "$DIR/riverty/*" if $> == 0 && $user;
        $text =~ s/^user .*//m if $> != 0;
        $text =~ s{^load_module modules/(\S+);}{load_module_of($1)}gem;
        $text =~ s{/etc/riverty/}{$DIR/riverty/}g;
        $text =~ s{/etc/ssl/certs/\S+(?=;)}{$DIR/riverty/ca.pem}g;
        $text =~ s{(?:/var/log/(?:nginx|riverty)|/run)/}{$DIR/}g;
        $text =~ s{^(\s*server\s+)[\w.-]+:443;}{${1}127.0.0.1:443;}gm;
        $text =~ s{listen\s+\S+;}{listen 127.0.0.1:$port;}g;
        my ($status, $said) = nginx_t($text);
        ok($status == 0 && $said !~ /\[(?:warn|emerg|alert)\]/, $example) or diag($said);
    }
};

sub load_module_of {
    my ($name) = @_;
    return $name =~ /riverty/ ? load_module_line($name) : "load_module modules/$name;";
}

done_testing();
