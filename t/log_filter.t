#!/usr/bin/perl

# No line of error.log about a request in a protected location carries a value,
# the client's or the API's, whatever writes it; what helps an operator stays.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64);
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;

my ($port, $dead, $h2, $proxied, $deferred) = map { port() } 1 .. 5;
my $mark = 'MARK';
my $item = "$CUSTOMERS/c1MARKED";

my ($nginx_version) = qx(@{[ $ENV{TEST_NGINX_BINARY} // 'nginx' ]} -v 2>&1) =~ m{nginx/([\d.]+)};
$nginx_version = sprintf '%d%03d%03d', split /\./, $nginx_version;

# An API that answers with the bytes of a file.
my $listener = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1',
                                     LocalPort => $port, ReuseAddr => 1) or die $!;
my $api = fork() // die $!;
if (!$api) {
    $SIG{$_} = 'DEFAULT' for qw(HUP INT TERM);
    $SIG{PIPE} = 'IGNORE';
    while (1) {
        my $socket = $listener->accept() or next;
        my $asked = '';
        until ($asked =~ /\r\n\r\n/) {
            sysread $socket, $asked, 65536, length $asked or last;
        }
        syswrite $socket, slurp("$DIR/bytes");
    }
}
END { local $?; kill 'TERM', $api if $api; }

mkdir "$DIR/root" or die $!;
put('htpasswd', "reader:{PLAIN}sesame\n");
symlink 'loop', "$DIR/root/loop" or die $!;

my $newer = $nginx_version < 1_027_002 ? '' : 'proxy_pass_trailers on;';

my $text = gateway_config(level => 'notice', http => <<'END1', server => <<"END2");
    map $host $empty { default ""; }
    limit_req_zone $server_port zone=MARK_is_no_value:1m rate=1r/m;
    limit_req_zone $server_port zone=calls:1m rate=1r/m;
END1
        listen 127.0.0.1:$h2 http2;
        listen 127.0.0.1:$proxied proxy_protocol;
        listen 127.0.0.1:$deferred proxy_protocol deferred;
        riverty_customer on;
        rewrite_log on;
        proxy_http_version 1.1;
        $newer
        location / { proxy_pass http://127.0.0.1:$port; }
        location /monitor/ {
            riverty_customer monitor;
            riverty_prefix /monitor;
            proxy_pass http://127.0.0.1:$port/;
        }
        location /checked/ {
            riverty_prefix /checked;
            auth_request /check;
            proxy_pass http://127.0.0.1:$port/;
        }
        location = /check {
            internal;
            riverty_customer off;
            proxy_pass http://127.0.0.1:$port;
        }
        location /direct/ { riverty_prefix /direct; proxy_buffering off; proxy_pass http://127.0.0.1:$port/; }
        location /cycle/ { riverty_prefix /cycle; rewrite ^(.*)\$ \$1 last; }
        location /rewritten/ {
            riverty_prefix /rewritten;
            rewrite ^/rewritten(/.*)\$ \$1?more=\$arg_a break;
            proxy_pass http://127.0.0.1:$dead;
        }
        location /closed/ {
            riverty_prefix /closed;
            root $DIR/root;
            try_files \$uri \@api;
        }
        location /file/ {
            riverty_prefix /file;
            root $DIR/root/loop;
            try_files \$uri \@api;
        }
        location \@api { proxy_pass http://127.0.0.1:$dead; }
        location /prefix/ { riverty_prefix /prefix; proxy_pass \$empty\$request_uri; }
        location /host/ { riverty_prefix /host; proxy_pass http://\$arg_host; }
        location /user/ {
            riverty_prefix /user;
            auth_basic api;
            auth_basic_user_file $DIR/htpasswd;
            proxy_pass http://127.0.0.1:$port/;
        }
        location /limited/ {
            riverty_prefix /limited;
            limit_req zone=calls;
            proxy_pass http://127.0.0.1:$port/;
        }
        location /denied/ { riverty_prefix /denied; deny all; proxy_pass http://127.0.0.1:$port/; }
        location /down/ { riverty_prefix /down; proxy_pass http://127.0.0.1:$dead/; }
        location /unset/ { riverty_prefix /unset; if (\$cookie_a) { set \$b 1; } set \$c "\$b"; proxy_pass http://127.0.0.1:$port/; }
        location /off/ {
            riverty_customer off;
            rewrite ^/off/again(.*)\$ /off\$1 break;
            proxy_pass http://127.0.0.1:$dead;
        }
END2
my $gateway = start_server('gateway', $text);

# What error.log says of that request.
sub said {
    my ($place, $bytes, %of) = @_;
    put('bytes', $bytes // http('{}'));
    lines($gateway->path('error.log'));
    my $answer = ask("GET $place$item?a=${mark}Q", %of);
    wait_for(sub { records($gateway->path('audit.log')) }, 2) if $place !~ m{^/off};
    my $text = join '', lines($gateway->path('error.log'));
    unlike($text, qr/MARK(?!_is)|c1M/, "$place: no value in error.log") if $place !~ m{^/off};
    return $text;
}

sub http { return "HTTP/1.1 200 OK\r\nContent-Length: " . length($_[0]) . "\r\n" . join('', map { "$_\r\n" } @_[1 .. $#_]) . "\r\n$_[0]" }

my $rest = qr/, client: 127\.0\.0\.1, server: , request: "GET \S+ HTTP\/1\.1"/;

subtest 'the bytes of the API' => sub {
    like(said('', "HTTP/1.1 200 OK\r\nX-Echo: $mark\0\r\n\r\n"),
         qr/\[error\] .*: \*\d+ upstream sent invalid header: "\.\.\." while reading response header from upstream$rest, upstream: "/,
         'an invalid header');
    for my $head ("X-$mark\0: a", "$mark", "X: \"$mark\0\"", "X: a\" $mark b\0", "X: a' $mark b\0", "X: ` $mark b' $mark\0",
                  "X: a\" while reading $mark, client: 127.0.0.1\0", "X: $mark, client: 127.0.0.1\0", ": $mark",
                  "proxy_pass: \" $mark \" $mark\0", 'X: ' . "\" $mark " x 500 . "\0", 'X: ' . "$mark \" " x 900 . "\0",
                  'X: ' . ('a' x 1980) . " $mark\0", 'X: riverty: ' . "$mark\0", "riverty: $mark\0") {
        said('', "HTTP/1.1 200 OK\r\n$head\r\n\r\n");
    }
    for my $lines ([ map { "Content-Length: $_" } "1$mark" ], [ "Content-Length: 1", "Content-Length: 2$mark" ],
                   [ "Transfer-Encoding: $mark" ], [ "Transfer-Encoding: chunked", "Transfer-Encoding: $mark" ],
                   [ "Content-Type: $mark", "Content-Type: a$mark" ], [ "ETag: $mark", "ETag: $mark" ],
                   [ "Expires: $mark", "Expires: $mark" ], [ "Location: $mark", "Location: /$mark" ],
                   [ "Server: $mark", "Server: $mark" ], [ "Last-Modified: $mark", "Last-Modified: $mark" ],
                   [ "Connection: $mark", "Connection: $mark" ], [ "X-Accel-Expires: $mark", "X-Accel-Expires: $mark" ],
                   [ "Transfer-Encoding: chunked", "Content-Length: 1", "X: $mark" ]) {
        said('', "HTTP/1.1 200 OK\r\n" . join("\r\n", @$lines) . "\r\n\r\n{");
    }
    for my $line ($mark, "HTTP/$mark 200 OK", "HTTP/1.1 $mark OK", "HTTP/1.1 9$mark", "HTTP/1.1 200$mark", "\0$mark", "ICY 200 $mark") {
        said($_, "$line\r\nX: $mark\r\n\r\n") for '', '/direct';
    }
    said('', "HTTP/1.1 200 OK\r\nX: " . $mark x 10_000);
    my $chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for my $place ('', '/direct') {
        said($place, "${chunked}$mark\r\n");
        said($place, "${chunked}1\r\na\r\n0\r\n\r\n$mark");
        said($place, "${chunked}1\r\na\r\n0\r\nX: $mark\0\r\n\r\n");
        said($place, "${chunked}1\r\na\r\n0\r\n$mark\0: 1\r\n\r\n");
        said($place, http('{}') . $mark);
    }
    said('', "HTTP/1.1 103 Early Hints\r\nX: $mark\0\r\n\r\n" . http('{}'));
};

subtest 'wherever it comes from' => sub {
    my $broken = "HTTP/1.1 200 OK\r\nX: $mark\0\r\n\r\n";
    my $line = qr/upstream sent invalid header: "\.\.\." while reading response header from upstream, client: /;
    like(said('/monitor', $broken), $line, 'monitor');
    like(said('/checked', $broken), qr/$line.*, subrequest, upstream: "/, 'a subrequest');
    http2_post($h2, "$CUSTOMERS?$mark", $SAMPLE{'create-request'});
    my $said = join '', lines($gateway->path('error.log'));
    like($said, qr/$line.*HTTP\/2\.0"/, 'HTTP/2');
    unlike($said, qr/$mark(?!_is)/, 'no value');
    records($gateway->path('audit.log'));
};

subtest 'what is duplicate' => sub {
    plan skip_all => 'nginx says so since 1.23' if $nginx_version < 1_023_000;
    like(said('', http('{}', "ETag: $mark", "ETag: $mark")),
         qr/\[warn\] .* upstream sent duplicate header line: "\.\.\.", ignored while reading response header from upstream$rest/,
         'a header of the API');
};

subtest 'the trailers of the API' => sub {
    plan skip_all => 'nginx reads them since 1.27.2' if $nginx_version < 1_027_002;
    like(said('', "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: $mark\0\r\n\r\n"),
         qr/upstream sent invalid trailer: "\.\.\."/, 'an invalid one');
};

subtest 'the client\'s side' => sub {
    like(said('/cycle'), qr/rewrite or internal redirection cycle while processing "\.\.\."$rest/, 'a cycle of rewrites');
    like(said('/cycle'), qr/\[notice\] .*: \*\d+ "\.\.\."$rest/, 'rewrite_log');
    like(said('/rewritten'), qr/rewritten data: "\.\.\."$rest/, 'what was rewritten');
    like(said('/prefix'), qr/invalid URL prefix in "\.\.\."$rest/, 'a proxy_pass without a scheme');
    said('/host', undef);
    like(said('/file'), qr/stat\(\) "\.\.\." failed \(40: Too many levels of symbolic links\)$rest/, 'a path that cannot be');
    like(said('/closed'), qr/connect\(\) failed \(111: Connection refused\) while connecting to upstream$rest/, 'an API that is down');
    like(said('/down'), qr/connect\(\) failed \(111: Connection refused\) while connecting to upstream$rest/, 'and directly');
    like(said('/unset'), qr/using uninitialized "\.\.\." variable/, 'a variable without a value');
    like(said('/denied'), qr/access forbidden by rule$rest/, 'what is denied');
    said('/limited');
    like(said('/limited'), qr/limiting requests, excess: \d\.\d+ by zone "calls"$rest/, 'a limit, by the name of its zone');
    my $user = sub { 'Authorization: Basic ' . encode_base64($_[0], '') };
    like(said('/user', undef, headers => [ $user->("${mark}U:$mark") ]),
         qr/user "\.\.\."$rest/, 'an unknown user');
    like(said('/user', undef, headers => [ $user->("reader:$mark") ]), qr/user "reader": password mismatch$rest/,
         'one that is an app');
    said('/user', undef, headers => [ $user->("reader\" $mark:$mark") ]);
    said("/closed/%22 $mark %22");
    said("/file/a%22$mark%22");
};

subtest 'our own messages stay' => sub {
    my $said = said('', http('{}', "X: $KEY{'billing.primary'}"));
    like($said, qr/riverty: the API sent a key back in a header; it was removed while reading/, 'whole');
    unlike($said, qr/$KEY{'billing.primary'}/, 'without the key');
};

subtest 'of what is off nothing is hidden' => sub {
    like(said('/off'), qr{request: "GET /off\S+c1MARKED\?a=MARKQ }, 'the request');
};

# Whatever bytes: words, quotes of each kind and what ends a line of nginx's.
# A client that comes past the proxy: nginx logs its first bytes, a token among them.
subtest 'no PROXY header' => sub {
    for my $listen ($proxied, $deferred) {
        for my $bytes (request_bytes("GET /$mark"), "$mark\r\n\r\n", "PROXY \"$mark\" $mark\r\n\r\n",
                       "PROXY TCP4 \"$mark\r\n", "\"$mark", "PROXY $mark" . 'x' x 5000) {
            lines($gateway->path('error.log'));
            exchange($listen, $bytes);
            my $said = join '', lines($gateway->path('error.log'), 1);
            like($said, qr/\[error\] .*: \*\d+ broken header: "\.\.\." while reading PROXY protocol, client: 127\.0\.0\.1, server: /,
                 'the line stays');
            unlike($said, qr/$mark|\Q$TOKEN{billing}\E/, 'without what came');
        }
        my $answer = exchange($listen, "PROXY TCP4 203.0.113.7 10.0.0.1 1 2\r\n" . request_bytes("GET $item"));
        like($answer, qr{\AHTTP/1\.1 200 }, 'with one it is a request like any other');
    }
};

subtest 'generated' => sub {
    my @pieces = ($mark, $mark, '"', "'", '`', ' ', ' ', ': ', ', ', 'client: 127.0.0.1', ' while reading response header from upstream',
                  'riverty: ', 'proxy_pass', 'ETag', '2026/11/28 05:52:17 [error] 17#17: *1 ', '"...", ', "\t", 'a', '\\', '%s', '(2: ');
    srand 11;
    my $bytes = '';
    my @wrong;
    lines($gateway->path('error.log'));
    for my $round (1 .. 400) {
        my $value = '';
        $value .= $pieces[rand @pieces] for 1 .. 1 + rand(rand() < 0.1 ? 600 : 12);
        put('bytes', "HTTP/1.1 200 OK\r\nX: $value$mark\0\r\n\r\n");
        ask("GET $item");
        push @wrong, grep { /$mark(?!_is)/ } lines($gateway->path('error.log'));
    }
    is_deeply(\@wrong, [], 'no value');
};

is_deeply([ grep { /\[(?:alert|emerg)\]/ } split /\n/, $gateway->log() ], [], 'no alert');
$gateway->stop();
done_testing();
