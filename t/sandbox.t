#!/usr/bin/perl

# The sandbox, riverty_sandbox: answers, keys, framings, chosen answers, shared
# memory, nginx -t.  Run from the top of the tree; starts an nginx of its own
# on free ports of 127.0.0.1.  With TEST_NGINX_USE_VALGRIND set, under valgrind.

use strict;
use warnings;

use lib 't/lib';
use File::Temp;
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use Riverty qw(load_module_line);
use Test::More;
use Time::HiRes qw(sleep time);

my $module = load_module_line('sandbox_module');

my $valgrind = $ENV{TEST_NGINX_USE_VALGRIND};
my $nginx = $ENV{TEST_NGINX_BINARY} // 'nginx';
$ENV{PATH} .= ':/usr/sbin:/usr/local/sbin';

my $dir = File::Temp->newdir();
chmod 0755, $dir or die "$dir: $!\n";     # the workers are not root

my ($port, $h2_port) = map { $_->sockport() }
    map { IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') } 1, 2;
my $path = '/subscriptions/v1/customers';
my $http = HTTP::Tiny->new(timeout => 20, keep_alive => 1);
$SIG{PIPE} = 'IGNORE';

sub slurp {
    my ($file) = @_;
    open my $in, '<', $file or return '';
    local $/;
    return scalar <$in>;
}

sub logged {
    my ($name) = @_;
    return slurp("$dir/$name");
}

# A slow machine, valgrind: facts that come are waited for.
sub wait_for {
    my ($code) = @_;
    for (1 .. 200) {
        return 1 if $code->();
        sleep 0.05;
    }
    return 0;
}

sub write_config {
    my ($http_block, $name) = (@_, 'nginx.conf');
    open my $out, '>', "$dir/$name" or die "$name: $!\n";
    print $out <<"END";
$module
pid nginx.pid;
worker_processes 2;
error_log error.log info;
events { worker_connections 512; }
http {
    client_body_temp_path body;
    proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    client_max_body_size 8m;
    log_format sandbox escape=none
        '\$request_method \$status k=\$riverty_sandbox_key b=\$riverty_sandbox_body';
    access_log access.log sandbox;
$http_block
}
END
    close $out;
}

sub start {
    my @command = ($nginx, '-p', "$dir/", '-c', 'nginx.conf', '-e', 'error.log');
    unshift @command, 'valgrind', '-q', "--log-file=$dir/valgrind.%p",
        '--leak-check=full', '--keep-debuginfo=yes' if $valgrind;
    system(@command) == 0 or die "nginx does not start\n";
    return wait_for(sub { eval { connection() } }) || die "nginx does not listen\n";
}

sub stop {
    my ($signal) = @_;
    my ($pid) = logged('nginx.pid') =~ /(\d+)/ or return 0;
    kill $signal // 'QUIT', $pid;
    return wait_for(sub { !-e "$dir/nginx.pid" });
}

# New workers answer as soon as the old ones are told to go.
sub reload {
    my ($pid) = logged('nginx.pid') =~ /(\d+)/;
    my $exited = () = logged('error.log') =~ /gracefully shutting down/g;
    $http = HTTP::Tiny->new(timeout => 20, keep_alive => 1);
    kill 'HUP', $pid;
    return wait_for(sub {
        $exited + 2 <= (() = logged('error.log') =~ /gracefully shutting down/g)
    });
}

END { my $code = $?; stop('TERM') if $dir; $? = $code }

sub ask {
    my ($method, $uri, $content, %headers) = @_;
    $headers{'X-Subscription-Key'} //= 'primary-1';
    delete $headers{'X-Subscription-Key'} if $headers{'X-Subscription-Key'} eq '-';
    $headers{'Content-Type'} //= 'application/json' if defined $content;
    return $http->request($method, "http://127.0.0.1:$port$uri",
        { headers => \%headers, defined $content ? (content => $content) : () });
}

sub json { eval { decode_json($_[0]{content}) } }

sub customer {
    my ($number, %more) = @_;
    return encode_json({ customer => { customerNumber => $number, %more } });
}

sub connection {
    my ($to) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $to // $port)
        // die "connect: $!\n";
}

sub rest {
    my ($socket) = @_;
    local $/;
    return scalar <$socket>;
}

# Raw bytes to one connection, a moment apart; what comes until it is closed.
sub raw {
    my ($first, @more) = @_;
    my $socket = connection();
    print $socket $first;
    for (@more) {
        sleep 0.1;
        print $socket $_;
    }
    return rest($socket);
}

my $common = "    server { listen 127.0.0.1:$port; listen 127.0.0.1:$h2_port http2;";
my $usual = <<"END";
$common
        riverty_sandbox_key primary-1 secondary-2;

        location / {
            riverty_sandbox;
            riverty_sandbox_status \$arg_status;
            riverty_sandbox_delay \$arg_delay;
        }
        location /any/ {
            rewrite ^/any(/.*)\$ \$1 break;
            riverty_sandbox;
            if (\$arg_if) { set \$x 1; }
        }
        location /slow/ {
            rewrite ^/slow(/.*)\$ \$1 break;
            riverty_sandbox;
            riverty_sandbox_key only-here;
            riverty_sandbox_delay 300ms;
        }
        location /elsewhere { return 200 "k=\$riverty_sandbox_key b=\$riverty_sandbox_body"; }
    }
END

my %sample = map { $_ => slurp("t/data/$_.json") }
    qw(create-request create-response read-response update-request update-response);

write_config($usual);
start();

subtest 'the samples' => sub {
    my $created = ask('POST', $path, $sample{'create-request'});
    is($created->{status}, 200, 'a create is answered 200');
    is($created->{headers}{'content-type'}, 'application/json', 'as JSON');
    my $got = json($created);
    is_deeply([sort keys %$got], [sort keys %{ decode_json($sample{'create-response'}) }],
              'with the members of the sample');
    is($got->{externalCustomerReference}, 'c1631704458', 'with the merchant\'s number');
    like($got->{customerNumber}, qr/^700\d{6}$/, 'with a number of its own');
    like($created->{content}, qr/^\{"signUpId":\d+,"customerNumber":"/,
         'signUpId is a number, customerNumber a string');

    is(ask('POST', $path, $sample{'create-request'})->{content}, $created->{content},
       'posted again, a customer keeps its numbers');

    my $flat = $sample{'read-response'} =~ s/\n//gr =~ s/": /":/gr;
    is(ask('GET', "$path/c1631704458")->{content}, $flat,
       'a read is the sample, member by member in its order');

    my $changed = $sample{'update-request'} =~ s/"Ray"/"J\\u00f6rg \\"J\\""/r;
    is(ask('PUT', "$path/c1631704458", $changed)->{content}, $created->{content},
       'an update answers as the create did');
    is(json(ask('GET', "$path/c1631704458"))->{firstName}, "J\xf6rg \"J\"",
       'and is read back');
    is(ask('POST', $path, $sample{'create-request'})->{status}, 200, 'a create updates');
    is(json(ask('GET', "$path/c1631704458"))->{firstName}, 'Ray', 'and is read back');

    my $second = json(ask('POST', $path, customer('c "2"', more => [1])));
    is($second->{externalCustomerReference}, 'c "2"', 'a number is escaped');
    isnt($second->{customerNumber}, $got->{customerNumber}, 'each customer has its own');
    is(ask('GET', "$path/c%20%222%22")->{content}, '{"customerNumber":"c \"2\""}',
       'what was not sent and what is unknown does not come back');
};

subtest 'keys' => sub {
    my $missing = ask('GET', "$path/c1", undef, 'X-Subscription-Key' => '-');
    is($missing->{status}, 401, 'no key is 401');
    is($missing->{headers}{'content-length'}, 152, 'as long as Azure API Management\'s');
    like($missing->{content}, qr/missing subscription key/, 'that says so');
    like($missing->{headers}{'www-authenticate'},
         qr/^AzureApiManagementKey realm="[^"]+",name="X-Subscription-Key",type="header"$/,
         'with its WWW-Authenticate');
    my $wrong = ask('GET', "$path/c1", undef, 'X-Subscription-Key' => 'wrong');
    is($wrong->{status}, 401, 'a wrong key is 401');
    is($wrong->{headers}{'content-length'}, 143, 'as long as Azure API Management\'s');
    like($wrong->{content}, qr/invalid subscription key/, 'that says so');
    is(ask('GET', '/nowhere', undef, 'X-Subscription-Key' => 'wrong')->{status}, 401,
       'the key comes before the path');
    is(ask('GET', "$path/c1", undef, 'X-Subscription-Key' => 'secondary-2')->{status}, 404,
       'the second key is as good');
    is(ask('GET', "$path/c1", undef, 'X-Subscription-Key' => '-',
           'Ocp-Apim-Subscription-Key' => 'primary-1')->{status}, 404,
       'so is the other header');
    is(ask('GET', "$path/c1", undef, 'Ocp-Apim-Subscription-Key' => 'primary-1')->{status},
       401, 'two keys are none');
    is(ask('GET', "/slow$path/c1")->{status}, 401, 'a location may have keys of its own');

    my $body = customer('private-1', firstName => 'unseen');
    ask('POST', $path, $body, 'X-Subscription-Key' => 'wrong');
    ok(wait_for(sub { logged('access.log') =~ /^POST 401 k=wrong b=$/m }),
       '$riverty_sandbox_key tells which came; the body of a 401 is not read');
    like(logged('access.log'), qr/^GET 401 k=primary-1, primary-1 b=/m, 'and both of two');
    ask('POST', $path, $body);
    ok(wait_for(sub { logged('access.log') =~ /^POST 200 k=primary-1 b=\Q$body\E$/m }),
       '$riverty_sandbox_body is what came');
    is(ask('GET', '/elsewhere')->{content}, 'k= b=',
       'the variables are empty where no sandbox is');
};

subtest 'refusals' => sub {
    my $got = ask('POST', $path, "{\n\"customer\": secret}");
    is($got->{status}, 400, 'no JSON is 400');
    like($got->{content}, qr/not JSON: line 2, column \d+"/, 'with the position');
    unlike($got->{content}, qr/secret/, 'and no word of the document');
    is(ask('POST', $path, $_->[0])->{status}, 400, $_->[1]) for
        [ '', 'an empty body is 400' ],
        [ '[]', 'no object is 400' ],
        [ '{"customer":{"customerNumber":"a","customerNumber":"b"}}', 'a member twice is 400' ],
        [ '{"customerNumber":"a"}', 'an unwrapped customer is 400' ],
        [ customer(''), 'an empty number is 400' ],
        [ '{"customer":{"customerNumber":5}}', 'a number that is one is 400' ];

    $got = ask('POST', $path, customer('c5', language => 'DE'));
    is($got->{status}, 400, 'a language in capitals is 400');
    is_deeply(json($got)->{errorDetails},
              [ { fieldName => 'customer.language', providedValue => 'DE',
                  ErrorDescription => 'may only consist of lower case letters' } ],
              'and the value is repeated, as the API does');
    is(ask('GET', "$path/c5")->{status}, 404, 'nothing was kept');
    is(ask('POST', $path, customer('c6', language => ''))->{status}, 200,
       'an empty language is none');
    is(ask('POST', $path, customer('c6', language => undef, address => 1))->{status}, 200,
       'null is none');

    is(ask('GET', "$path/unknown")->{status}, 404, 'to read an unknown customer is 404');
    is(ask('PUT', "$path/unknown", customer('unknown'))->{status}, 404, 'to update one too');
    is(json(ask('PUT', "$path/c6", customer('c7')))->{errorDetails}[0]{providedValue}, 'c7',
       'an update of another number than the path\'s is refused');
    is(ask('POST', $path, '{}', 'Content-Type' => $_)->{status}, 415, "$_ is 415")
        for 'text/plain', 'application/jsonx', 'application/x-www-form-urlencoded';
    is(ask('POST', $path, customer('c6'), 'Content-Type' => 'Application/JSON; charset=utf-8')
           ->{status}, 200, 'a charset is fine');

    for (['GET', $path, 'POST'], ['DELETE', "$path/c6", 'GET, PUT'],
         ['POST', "$path/c6", 'GET, PUT']) {
        my ($method, $uri, $allow) = @$_;
        $got = ask($method, $uri);
        is($got->{status}, 405, "$method $uri is 405");
        is($got->{headers}{allow}, $allow, "Allow: $allow");
    }
    is(ask('DELETE', $_)->{content}, '{"status":"accepted"}', "$_ is accepted")
        for "$path/c6/orders", '/subscriptions/v2/contracts/5', '/subscriptions/v1/customersx';
    is(ask('POST', $_)->{status}, 404, "$_ is 404")
        for '/', '/subscriptions/v1', '/subscriptions/v1/', '/subscriptions/vx/customers',
            "$path/", '/Subscriptions/v1/customers', '/businesses/1/customers';
};

subtest 'framings' => sub {
    my $big = customer('big', careOf => 'x' x 3_000_000, firstName => 'Bea');
    is(ask('POST', $path, $big)->{status}, 200, 'a body that goes to a file');
    is(json(ask('GET', "$path/big"))->{firstName}, 'Bea', 'is read whole');
    my @parts = map { substr $big, $_ * 1000, 1000 } 0 .. 40;
    my $got = ask('POST', $path, sub { shift @parts });
    is($got->{status}, 400, 'a chunked body that ends early is no JSON');
    @parts = split //, customer('chunked');
    is(ask('POST', $path, sub { shift @parts })->{status}, 200, 'chunks of a byte each');

    my $head = $http->request('HEAD', "http://127.0.0.1:$port$path/big",
                              { headers => { 'X-Subscription-Key' => 'primary-1' } });
    is($head->{status}, 200, 'HEAD is a read');
    is($head->{headers}{'content-length'}, length ask('GET', "$path/big")->{content},
       'without the body');

    my $request = "Host: sandbox\r\nContent-Type: application/json\r\nX-Subscription-Key: ";
    my $body = customer('raw');
    my $post = "POST $path HTTP/1.1\r\n${request}%s\r\nContent-Length: "
        . length($body) . "\r\n%s\r\n$body";
    my $answers = raw(sprintf($post, 'wrong', '') . sprintf($post, 'primary-1', '')
                      . sprintf($post, 'primary-1', "Connection: close\r\n"));
    is(join(' ', $answers =~ m{HTTP/1\.1 (\d+)}g), '401 200 200',
       'pipelined requests, the body of a refused one discarded');
    my $chunked = sprintf "POST $path HTTP/1.1\r\n${request}wrong\r\n"
        . "Transfer-Encoding: chunked\r\n\r\n%x\r\n$body\r\n0\r\n\r\n", length $body;
    $answers = raw($chunked . sprintf($post, 'primary-1', "Connection: close\r\n"));
    is(join(' ', $answers =~ m{HTTP/1\.1 (\d+)}g), '401 200', 'a chunked one as well');
    my $long = customer('long', careOf => 'x' x 9000);
    like(raw("POST $path HTTP/1.0\r\n${request}primary-1\r\nContent-Length: "
             . length($long) . "\r\n\r\n" . substr($long, 0, 400), substr $long, 400),
         qr/"long"/, 'a body in two buffers');
    like(raw(sprintf $post, 'primary-1', "Expect: 100-continue\r\nConnection: close\r\n"),
         qr{^HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 }, '100 Continue');

    is(json({ content => http2($path, customer('h2', careOf => 'y' x 9000)) })
           ->{externalCustomerReference}, 'h2', 'HTTP/2 without a length');
    like(http2($path, '{}', 'wrong'), qr/invalid subscription key/, 'and a refused one');
    like(http2("$path?delay=100ms", customer('h2')), qr/"h2"/, 'and a delayed one');
};

# One POST over HTTP/2: literal header fields, DATA frames, no content-length.
sub http2 {
    my ($uri, $body, $key) = @_;
    my $socket = connection($h2_port);
    my $frame = sub { substr(pack('N', length $_[3]), 1) . pack('CCN', @_[0 .. 2]) . $_[3] };
    my $field = sub { join '', "\0", map { chr(length) . $_ } @_ };
    my $headers = join '', map { $field->(@$_) }
        [ ':method', 'POST' ], [ ':scheme', 'http' ], [ ':path', $uri ],
        [ ':authority', 'sandbox' ], [ 'content-type', 'application/json' ],
        [ 'x-subscription-key', $key // 'primary-1' ];
    print $socket "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", $frame->(4, 0, 0, ''),
        $frame->(1, 4, 1, $headers);
    print $socket $frame->(0, 0, 1, $_) for unpack '(a4000)*', $body;
    print $socket $frame->(0, 1, 1, '');

    my $content = '';
    while ((read($socket, my $head, 9) // 0) == 9) {
        my ($high, $low, $type, $flags, $stream) = unpack 'CnCCN', $head;
        my $length = ($high << 16) + $low;
        my $payload = '';
        read $socket, $payload, $length if $length;
        $content .= $payload if $type == 0;
        last if $stream == 1 && $type < 2 && $flags & 1;
    }
    return $content;
}

subtest 'a chosen status' => sub {
    for my $status (200, 202, 400, 403, 429, 500, 503, 599) {
        my $got = ask('POST', "$path?status=$status", customer("status-$status"));
        is($got->{status}, $status, "status $status");
        is(json($got)->{statusCode}, $status, 'in the body too');
    }
    is(ask('GET', "$path/status-200")->{status}, 404, 'is instead of the operation');
    is(ask('GET', "/nowhere?status=418")->{status}, 418, 'for every path');
    is(ask('GET', "/nowhere?status=418", undef, 'X-Subscription-Key' => 'x')->{status}, 401,
       'but only with a key');
    like(ask('GET', "$path/c6?status=401")->{headers}{'www-authenticate'},
         qr/^AzureApiManagementKey /, '401 has its WWW-Authenticate');
    is(ask('GET', "$path/c6?status=429")->{headers}{'retry-after'}, 1, '429 its Retry-After');
    is(ask('GET', "$path/c6?status=204")->{content} // '', '', '204 has no body');
    is(ask('GET', "$path/c6?status=444")->{status}, 599, '444 closes the connection');
    is(ask('GET', "$path/c6?status=")->{status}, 200, 'an empty one chooses nothing');
    like(ask('GET', "$path/c6?status=$_")->{content}, qr/"riverty_sandbox_status: not a/,
         "$_ is answered 500") for 'abc', 199, 600, '20e1';
    is(ask('GET', "/any$path/c6?if=1")->{status}, 200, 'the sandbox answers in an "if", too');
};

subtest 'a delay' => sub {
    my $since = time;
    is(ask('GET', "$path/c6?delay=400ms")->{status}, 200, 'is followed by the answer');
    cmp_ok(time - $since, '>=', 0.39, 'not earlier');
    like(ask('GET', "$path/c6?delay=$_")->{content}, qr/"riverty_sandbox_delay: not a/,
         "$_ is answered 500") for 'abc', '2h', '-1';
    is(ask('GET', "$path/c6?delay=0")->{status}, 200, '0 is none');

    my @slow = map {
        my $socket = connection();
        print $socket "GET $path/c6?delay=$_ HTTP/1.0\r\nX-Subscription-Key: primary-1\r\n\r\n";
        $socket;
    } ('60s') x 25, ('2s') x 25;
    $since = time;
    ask('GET', "$path/c6") for 1 .. 10;
    cmp_ok(time - $since, '<', 1.5, 'blocks no other request');
    close $_ for splice @slow, 0, 25;
    ok(wait_for(sub { 25 <= (() = logged('access.log') =~ /^GET 499 /mg) }),
       'ends with a client that goes away');
    is(scalar(grep { rest($_) =~ m{^HTTP/1.1 200 } } @slow), 25, 'the others are answered');

    my $body = 'x' x 5000;
    $since = time;
    my $answers = raw("POST /slow$path HTTP/1.1\r\nHost: s\r\nX-Subscription-Key: wrong\r\n"
        . "Content-Length: 10000\r\n\r\n$body",
        "${body}GET /slow$path/c6 HTTP/1.0\r\nX-Subscription-Key: only-here\r\n\r\n");
    is(join(' ', $answers =~ m{HTTP/1\.1 (\d+)}g), '401 200',
       'leaves a body that is still coming to be discarded');
    cmp_ok(time - $since, '<', 4, 'without a wait');

    my $socket = connection();
    print $socket "GET $path/c6?delay=1s HTTP/1.0\r\nX-Subscription-Key: primary-1\r\n\r\n";
    sleep 0.3;
    ok(reload(), 'a reload');
    like(rest($socket), qr{^HTTP/1.1 200 }, 'waits for it');
};

subtest 'shared memory' => sub {
    ask('POST', $path, $sample{'create-request'});
    my $before = ask('POST', $path, customer('c6'))->{content};
    my $text = ask('GET', "$path/c1631704458")->{content};
    ok(reload(), 'a reload');
    $http = HTTP::Tiny->new(keep_alive => 0);
    is(scalar(grep { ask('GET', "$path/c1631704458")->{content} eq $text } 1 .. 20), 20,
       'keeps the customers, and every worker sees them');
    is(ask('POST', $path, customer('c6'))->{content}, $before, 'with their numbers');

    write_config("riverty_sandbox_zone 32k;\n$usual");
    ok(reload(), 'another size');
    is(ask('GET', "$path/c1631704458")->{status}, 404, 'starts empty');

    is(scalar(grep { ask('POST', $path, customer('c1', firstName => 'x' x 1500))->{status} == 200 }
              1 .. 60), 60, 'a new text frees the old one');
    my ($kept, $status) = (0, 200);
    while ($kept < 500) {
        $status = ask('POST', $path, customer("fill-$kept", firstName => 'Fill' x 250))->{status};
        last if $status != 200;
        $kept++;
    }
    is($status, 507, "a full zone is 507, after $kept customers");
    ok(wait_for(sub { logged('error.log') =~ /\[alert\].*riverty_sandbox_zone/ }),
       'and an alert that names the directive');
    is(ask('PUT', "$path/fill-0", customer('fill-0', firstName => 'Fill' x 2000))->{status},
       507, 'an update that no longer fits, too');
    is(json(ask('GET', "$path/fill-0"))->{firstName}, 'Fill' x 250, 'and changes nothing');
    unlike(join('', grep { !/\[info\]/ } split /^/, logged('error.log')), qr/fill|Fill|primary-1/,
           'none of it with a customer or a key');
};

subtest 'nginx -t' => sub {
    my $test = sub {
        my ($block) = @_;
        write_config($block, 'test.conf');
        return qx{$nginx -t -p $dir/ -c test.conf -e test.log 2>&1};
    };
    my $in = sub { "$common location / { $_[0] } }" };
    my $fine = $test->($in->('riverty_sandbox; riverty_sandbox_status "";'));
    like($fine, qr/test is successful/, 'an empty status is fine') or diag($fine);

    for (
        [ 'riverty_sandbox; riverty_sandbox;', '"riverty_sandbox" directive is duplicate' ],
        [ 'riverty_sandbox 1;', 'invalid number of arguments in "riverty_sandbox"' ],
        [ 'riverty_sandbox; stub_status;', 'beside another directive' ],
        [ 'stub_status; riverty_sandbox;', 'beside another directive' ],
        [ 'riverty_sandbox_key a b; riverty_sandbox_key TOPSECRET;', 'name all keys in one' ],
        [ 'riverty_sandbox_key TOPSECRET "";', 'has an empty key; leave' ],
        [ 'riverty_sandbox_status 99;', '"riverty_sandbox_status" has an invalid value "99"' ],
        [ 'riverty_sandbox_status 200; riverty_sandbox_status 201;',
          '"riverty_sandbox_status" directive is duplicate' ],
        [ 'riverty_sandbox_delay 2h;', '"riverty_sandbox_delay" has an invalid value "2h"' ],
        [ 'riverty_sandbox_delay 1; riverty_sandbox_delay 1;',
          '"riverty_sandbox_delay" directive is duplicate' ],
        [ 'riverty_sandbox_zone 1m;', '"riverty_sandbox_zone" directive is not allowed here' ],
    ) {
        my ($directives, $message) = @$_;
        my $said = $test->($in->($directives));
        like($said, qr/\Q$message\E.* in .*test\.conf:\d+/, $directives);
        unlike($said, qr/TOPSECRET/, 'no key is printed') if $directives =~ /TOPSECRET/;
    }
    like($test->("riverty_sandbox_zone 4k; $common }"), qr/"riverty_sandbox_zone" is too small/,
         'a zone that is too small');
    like($test->("riverty_sandbox_zone 1m; riverty_sandbox_zone 1m; $common }"),
         qr/"riverty_sandbox_zone" directive is duplicate/, 'a zone twice');
};

subtest 'any key' => sub {
    write_config("$common location / { riverty_sandbox; } }");
    ok(reload(), 'without riverty_sandbox_key');
    is(ask('GET', "$path/c1", undef, 'X-Subscription-Key' => 'whatever')->{status}, 404,
       'every key is accepted');
    is(ask('GET', "$path/c1", undef, 'X-Subscription-Key' => $_)->{status}, 401,
       'but an empty one or none') for '', '-';
};

ok(stop(), 'nginx stops');
is(join('', grep { /\[(?:emerg|alert|crit)\]/ && !/riverty_sandbox_zone/ }
            split /^/, logged('error.log')), '', 'and has had nothing to complain about');

# nginx leaves some of its configuration to the kernel; a leak counts if it is ours.
if ($valgrind) {
    my @complaints = map { split /^==\d+== \n/m } map { slurp($_) } glob "$dir/valgrind.*";
    is(join("\n", grep { !/ lost in loss record / || /ngx_http_riverty|json_/ } @complaints),
       '', 'valgrind neither');
}

done_testing();
