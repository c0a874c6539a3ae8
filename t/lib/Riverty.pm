package Riverty;

# What the tests of the gateway share: a key store, tokens, keys, the sandbox
# as the API, and readers for what nginx wrote.  A test in plain Perl takes the
# texts and the readers; a declarative one (Test::Nginx::Socket) says
#
#     use lib 't/lib';
#     use Test::Nginx::Socket;
#     use Riverty;
#     Riverty::run();
#
# and writes blocks.  Each block gets a gateway that forwards to the sandbox,
# changed by these sections of its own:
#
#     --- in_http, in_server             more directives there
#     --- in_location                    more directives beside proxy_pass
#     --- in_api                         more directives in the sandbox's
#                                        location
#     --- proxy_pass                     other directives instead of proxy_pass
#     --- app: reader                    whose token is sent; "none" for none
#     --- arrived                        what the API got, a line a request;
#                                        without it: nothing.  "any": not asked
#     --- record                         what the audit's "end" records say, a
#                                        line a record; without it: one record a
#                                        request is asked for.  "any": not asked
#     --- talk eval                      a sub that is called before the checks
#     --- errors                         what error.log is to say at level error
#                                        or above, a line a fact; else nothing
#     --- secrets                        more words that no log may show
#     --- debug                          error.log at level debug: it shows what
#                                        came, never a key
#
# A line of arrived and record is made of name=value: "-" stands for absent or
# empty, @create-request for t/data/create-request.json, ~PATTERN for a match;
# as a Perl array (eval) it takes hashes, Regexps too.  The names: for a record
# its members, dotted; for what arrived those of the log format below, where key
# is told by its app and id.  Of every block is asked besides that no log of
# nginx shows a secret or a person, and that no body was ever in a file.

use strict;
use warnings;

use Cwd qw(abs_path);
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp;
use IO::Socket::INET;
use JSON::PP;
use Test::More ();
use Time::HiRes qw(sleep time stat);

our @EXPORT = qw(
    %KEY %TOKEN %SAMPLE $CUSTOMERS $NUMBER $STORE $API_PORT @MARKERS
    load_modules load_module_line worker_user main_config key_store_config api_config
    http_config gateway_location
    create update fetch edited
    slurp spew wait_for json_lines audit_log api_log flat
    raw exchange http2_connect http2
);

our $CUSTOMERS = '/subscriptions/v1/customers';
our $NUMBER = 'c1631704458';          # the customer of the API's samples

our %SAMPLE = map { $_ => slurp("t/data/$_.json") }
    qw(create-request create-response read-response update-request
       update-response);

# By app, and by app and key id.
our %TOKEN = map { $_ => "token-of-$_-5c1f7ab0e9" } qw(billing reader other
                                                       expired);
our %KEY = (
    'billing.primary'   => 'key-billing-primary-a81d6e',
    'billing.secondary' => 'key-billing-secondary-07c2f9',
    'reader.primary'    => 'key-reader-primary-b34e11',
    'other.primary'     => 'key-other-primary-96d0aa',
    'expired.primary'   => 'key-expired-primary-e5530b',
);
my %key_name = reverse %KEY;

# What no log may show: keys, tokens, and whoever the samples speak of.
my $redaction_key = '8e' x 32;
our @MARKERS = (values %KEY, values %TOKEN, $redaction_key, $NUMBER,
                qw(Ankunding Ray_ Bergnaum Schadenville 700XXX651 12345678L
                   37258774 871.790 97687-7791 1984-11-11));

# Ports that belong to a run: Test::Nginx's own and some beside it.
our $PORT = $ENV{TEST_NGINX_PORT} || 1984;
our $API_PORT = $PORT + 1;
$ENV{TEST_NGINX_API_PORT} = $API_PORT;
$ENV{TEST_NGINX_SECOND_PORT} = $PORT + 2;
$ENV{TEST_NGINX_DEAD_PORT} = $PORT + 3;     # nobody listens there

# The key store, gone at the end.
our $DIRECTORY = File::Temp->newdir();
our $STORE = "$DIRECTORY";
$ENV{TEST_NGINX_STORE} = $STORE;
write_store();


# --- the key store ---

sub app {
    my ($name, $operations, @keys) = @_;
    return { name => $name, operations => $operations, keys => \@keys,
             tokens => [ 'sha256:' . sha256_hex($TOKEN{$name}) ] };
}

sub write_store {
    spew("$STORE/billing.primary", "$KEY{'billing.primary'}\n");
    spew("$STORE/redaction.key", "$redaction_key\n");
    spew("$STORE/apps.json", encode_json({ apps => [
        app('billing', [qw(create read update)],
            { id => 'primary', file => 'billing.primary' },
            { id => 'secondary', value => $KEY{'billing.secondary'} }),
        app('reader', ['read'],
            { id => 'primary', value => $KEY{'reader.primary'} }),
        app('other', [qw(create read update other)],
            { id => 'primary', value => $KEY{'other.primary'} }),
        # error.log tells of a key that has expired, not of one that is not valid yet
        app('expired', [qw(create read update other)],
            { id => 'primary', value => $KEY{'expired.primary'},
              not_before => '2199-01-01T00:00:00Z' }),
    ] }));
}


# --- texts for nginx.conf ---

sub load_modules {
    my $build = abs_path($ENV{BUILD} // 'build') // 'build';
    my @modules = split ' ', $ENV{TEST_NGINX_LOAD_MODULES}
        // "$build/ngx_riverty_customer_module.so "
           . "$build/ngx_riverty_sandbox_module.so";
    -e or die "$_ is not there: make it first\n" for @modules;
    return join "\n", map { "load_module $_;" } @modules;
}

# The line that loads one of ours; none where nginx has it in its binary.
sub load_module_line {
    my ($name) = @_;
    my ($line) = load_modules() =~ /^(load_module \S+\Q$name\E\S+)/m;
    return $line // '';
}

# The store is its owner's alone, and root's workers would be nobody's.
# Test::Nginx says it by itself.
sub worker_user { return $> == 0 ? "user root;\n" : '' }

# For a nginx.conf of one's own.
sub main_config { return load_modules() . "\n" . worker_user() }

sub key_store_config {
    return <<"END";
    riverty_key_store $STORE/apps.json;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
END
}

# The sandbox as the API; $more stands in its location.
sub api_config {
    my ($more) = @_;
    $more //= '';
    my $keys = join ' ', map { $KEY{$_} } sort keys %KEY;
    return <<"END";
    log_format api escape=json
        '{"method":"\$request_method","uri":"\$request_uri",'
        '"protocol":"\$server_protocol","host":"\$http_host",'
        '"status":"\$status","nth":"\$connection_requests","key":"\$riverty_sandbox_key",'
        '"token":"\$http_x_app_token","type":"\$http_content_type",'
        '"coding":"\$http_transfer_encoding","length":"\$http_content_length",'
        '"id":"\$http_x_request_id","more":"\$http_x_more",'
        '"body":"\$riverty_sandbox_body"}';

    server {
        listen 127.0.0.1:$API_PORT;
        error_log logs/api-error.log;
        client_max_body_size 32m;
        client_body_temp_path api_temp;

        location / {
            riverty_sandbox;
            riverty_sandbox_key $keys;
            access_log logs/api.log api;
            $more
        }
    }
END
}

sub http_config { return key_store_config() . api_config(@_) }

# client_max_body_size: Test::Nginx sets one that the module would warn of.
sub gateway_location {
    my ($more, $pass) = @_;
    $more //= '';
    $pass //= "proxy_pass http://127.0.0.1:$API_PORT;";
    return <<"END";
    location / {
        riverty_customer on;
        riverty_audit_log logs/audit.log;
        client_max_body_size 1m;
        $more
        $pass
    }
END
}


# --- requests ---

sub create {
    my ($body) = @_;
    return "POST $CUSTOMERS\n" . ($body // $SAMPLE{'create-request'});
}

sub update {
    my ($body, $number) = @_;
    return "PUT $CUSTOMERS/" . ($number // $NUMBER) . "\n"
           . ($body // $SAMPLE{'update-request'});
}

sub fetch { return "GET $CUSTOMERS/" . ($_[0] // $NUMBER) }

# A sample with other values: [ countryCode => '"DE"' => '"de"' ], ...
sub edited {
    my ($name, @edits) = @_;
    my $document = $SAMPLE{$name};
    for my $edit (@edits) {
        my ($member, $from, $to) = @$edit;
        $document =~ s/("$member": )\Q$from\E/$1$to/
            or die "no $member: $from in $name\n";
    }
    return $document;
}

# One connection: what comes back for these bytes until it is closed, or until
# so many seconds have passed.
sub exchange {
    my ($port, $bytes, $seconds) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $port)
        or die "127.0.0.1:$port: $!\n";
    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "late\n" };
    my $answer = '';
    eval {
        alarm($seconds // 5);
        for my $part (ref $bytes ? @$bytes : $bytes) {
            $socket->syswrite($part) // last;
        }
        1 while sysread $socket, $answer, 65536, length $answer;
        alarm 0;
    };
    alarm 0;
    return $answer;
}

# A request as bytes: the app's token, a length where there is a body, and more
# headers.
sub raw {
    my ($line, $body, @headers) = @_;
    unshift @headers, 'Host: gateway', "X-App-Token: $TOKEN{billing}";
    push @headers, 'Content-Type: application/json',
        'Content-Length: ' . length $body if defined $body;
    return join("\r\n", "$line HTTP/1.1", @headers, '', '') . ($body // '');
}

# A server that speaks HTTP/2 beside.
our $H2 = "listen 127.0.0.1:\$TEST_NGINX_SECOND_PORT http2;\n";

sub http2_connect {
    my ($port) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $port // $ENV{TEST_NGINX_SECOND_PORT})
        or die "HTTP/2: $!\n";
    print $socket "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        http2_frame(4, 0, 0, pack 'nN', 4, 1 << 20);
    return $socket;
}

sub http2_frame {
    my ($type, $flags, $stream, $payload) = @_;
    return substr(pack('N', length $payload), 1) . pack('CCN', $type, $flags, $stream)
           . $payload;
}

# A request over HTTP/2, a POST if nothing else is said; the text of the answer.
# Without a body the stream is closed with its head.  Of: method, token, headers
# (pairs), frame (the longest), socket and stream (the next one of a connection).
sub http2 {
    my ($path, $body, $of) = @_;
    my $socket = $of->{socket} // http2_connect();
    my $stream = $of->{stream} // 1;
    my $longest = $of->{frame} // 4000;
    my @fields = ([ ':method', $of->{method} // 'POST' ], [ ':scheme', 'http' ],
                  [ ':path', $path ], [ ':authority', 'gateway' ],
                  [ 'content-type', 'application/json' ],
                  [ 'x-app-token', $of->{token} // $TOKEN{billing} ],
                  @{ $of->{headers} // [] });
    my $head = join '', map { join '', "\0", map { chr(length) . $_ } @$_ } @fields;
    local $SIG{PIPE} = 'IGNORE';
    print $socket http2_frame(1, defined $body ? 4 : 5, $stream, $head);

    # windows, of the connection (0) and of the stream
    my ($content, %window) = ('', 0 => $of->{window} // 65_535, $stream => 65_535);
    my @data = !defined $body ? () : length $body ? unpack("(a$longest)*", $body) : ('');
    local $SIG{ALRM} = sub { die "HTTP/2: late\n" };
    alarm 10;
    while (1) {
        while (@data && !grep { $_ < length $data[0] } values %window) {
            $_ -= length $data[0] for values %window;
            print $socket http2_frame(0, @data > 1 ? 0 : 1, $stream, shift @data);
        }
        $socket->flush();
        last if (read($socket, $head, 9) // 0) != 9;
        my ($length, $type, $flags, $id) = (unpack('N', "\0" . substr $head, 0, 3),
                                            unpack 'CCN', substr $head, 3);
        my $payload = '';
        read $socket, $payload, $length if $length;
        print $socket http2_frame(4, 1, 0, '') if $type == 4 && !$flags;
        $window{$id} += unpack 'N', $payload if $type == 8 && exists $window{$id};
        last if $type == 7;
        next if $id != $stream;
        $content .= $payload if $type == 0;
        if ($type == 0 && $length) {
            print $socket map { http2_frame(8, 0, $_, pack 'N', $length) } 0, $stream;
        }
        die "HTTP/2: reset\n" if $type == 3 && unpack('N', $payload) != 0;
        last if $type < 2 && $flags & 1 || $type == 3;
    }
    alarm 0;
    $of->{window} = $window{0};
    return $content;
}


# --- files and logs ---

sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or return '';
    local $/;
    return scalar(<$in>) // '';
}

# Files of secrets: for their owner only.
sub spew {
    my ($file, $content) = @_;
    my $mask = umask 077;
    open my $out, '>:raw', $file or die "$file: $!\n";
    print $out $content;
    close $out or die "$file: $!\n";
    umask $mask;
    return;
}

# Logs are written a moment after the answer: facts that come are waited for.
sub wait_for {
    my ($code, $seconds) = @_;
    my $deadline = time + ($seconds // 5);
    while (1) {
        my $got = $code->();
        return $got if $got || time > $deadline;
        sleep 0.01;
    }
}

sub logs {
    return ($ENV{TEST_NGINX_SERVROOT} // abs_path('t/servroot')) . '/logs';
}

# Every line decoded; a line that is no JSON is a failure of the test.
sub json_lines {
    my ($file, $parser) = @_;
    return map { $parser->decode($_) } split /\n/, slurp($file);
}

# Record by record.  end => 1: no "start", no "info".
sub audit_log {
    my ($file, %only) = @_;
    my @records = json_lines($file // logs() . '/audit.log', JSON::PP->new->utf8);
    return $only{end} ? grep { $_->{'event.type'} eq 'end' } @records : @records;
}

# What the API got, request by request; strings are bytes, keys their names.
sub api_log {
    my ($file) = @_;
    my @requests = json_lines($file // logs() . '/api.log', JSON::PP->new);
    $_->{key} = $key_name{$_->{key}} // $_->{key} for @requests;
    return @requests;
}

# A record as one hash of dotted names; findings by their rules, lists as words.
sub flat {
    my ($value, $name) = @_;
    return map { flat($value->{$_}, defined $name ? "$name.$_" : $_) }
        keys %$value if ref $value eq 'HASH';
    return ($name => $value ? 'true' : 'false')
        if JSON::PP::is_bool($value);
    return ($name => join ',', map { ref ? $_->{rule} // '?' : $_ } @$value)
        if ref $value eq 'ARRAY';
    return ($name => $value);
}


# --- declarative tests ---

sub run {
    $Test::Nginx::Util::LoadModules = join ' ', load_modules() =~ /(\S+\.so)/g;
    # Debug and info lines tell what a client sent before any module runs.
    $Test::Nginx::Util::LogLevel = 'notice' if !$ENV{TEST_NGINX_LOG_LEVEL};
    # It sleeps thrice as long before each look at a log; examine() waits itself.
    $Test::Nginx::Util::TestNginxSleep = 0.003 if !$ENV{TEST_NGINX_SLEEP};
    $ENV{TEST_NGINX_SERVROOT} //= Test::Nginx::Util::server_root();
    make_path(dirname($ENV{TEST_NGINX_SERVROOT}));

    Test::Nginx::Util::no_root_location();
    Test::Nginx::Util::no_long_string();
    Test::Nginx::Util::no_shuffle();
    Test::Nginx::Util::add_block_preprocessor(\&prepare);
    # A cleanup handler would come too late: under valgrind nginx is gone by then.
    my $ask = $Test::Nginx::Util::RunTestHelper;
    $Test::Nginx::Util::RunTestHelper = sub { $ask->(@_); examine($_[0]) };
    Test::Nginx::Util::run_tests();
    Test::More::done_testing();
    return;
}

sub text { return defined $_[0] && length $_[0] ? $_[0] : '' }

sub requests_of {
    my ($block) = @_;
    return undef if defined $block->raw_request;
    my $requests = $block->pipelined_requests // $block->request;
    return ref $requests eq 'ARRAY' ? $requests : [$requests];
}

sub prepare {
    my ($block) = @_;

    # Test::Nginx leaves its own path out when it sees the sandbox's.
    # scalar: a section that is not there is an empty list
    $block->set_value(http_config => "client_body_temp_path client_body_temp;\n"
                                     . http_config(scalar $block->in_api)
                                     . text($block->in_http))
        if !defined $block->http_config;
    $block->set_value(config => text($block->in_server)
                      . gateway_location(scalar $block->in_location,
                                         scalar $block->proxy_pass))
        if !defined $block->config;

    $block->set_value(log_level => 'debug') if defined $block->debug;
    # Else it would wait for as many bytes as the pattern has.
    $block->set_value(tcp_query_auto_timeout => 0.2)
        if defined $block->tcp_query;

    my $requests = requests_of($block) or return;
    my $more = $block->more_headers;
    my @apps = split ' ', $block->app // 'billing';
    my @headers = map { headers_of($requests->[$_],
                                   ref $more eq 'ARRAY' ? $more->[$_] : $more,
                                   $apps[$_] // $apps[0]) } 0 .. $#$requests;
    my $many = ref $block->request || defined $block->pipelined_requests;
    $block->set_value(more_headers => $many ? \@headers : $headers[0]);
    return;
}

# The token, and for a body its type and its length: without one Test::Nginx
# would trim it.
sub headers_of {
    my ($request, $more, $app) = @_;
    my $text = join '', map { ref ? $_->{value} : $_ }
        ref $request eq 'ARRAY' ? @$request : $request;
    my ($line, $body) = split /\n/, $text, 2;
    my @headers = split /\n/, text($more);

    push @headers, "X-App-Token: $TOKEN{$app}" if $app ne 'none';
    push @headers, 'Content-Type: application/json'
        if $line =~ /^(?:POST|PUT) / && !grep { /^Content-Type:/i } @headers;
    push @headers, 'Content-Length: ' . length $body
        if length text($body)
           && !grep { /^(?:Content-Length|Transfer-Encoding):/i } @headers;
    return join '', map { "$_\n" } @headers;
}

# The expectations of a section: a list of hashes, undef where it is not asked.
sub expected {
    my ($section) = @_;
    return $section if ref $section;
    return undef if $section =~ /^\s*any\s*\z/;
    return [ map {
        my %line = map { /^([^=]+)=(.*)\z/s ? ($1, value_of($2))
                                            : die "no name=value: $_\n" } split;
        \%line;
    } grep { /\S/ } split /\n/, $section ];
}

sub value_of {
    my ($word) = @_;
    return '' if $word eq '-';
    return qr/$1/ if $word =~ /^~(.*)\z/s;
    return $SAMPLE{$1} // die "no sample $1\n" if $word =~ /^\@(.*)\z/;
    return $word;
}

sub compare {
    my ($name, $what, $got, $wanted) = @_;
    my $t = Test::More->builder;

    $t->is_num(scalar @$got, scalar @$wanted, "$name - $what: so many")
        or Test::More::diag(Test::More::explain($got));
    for my $i (0 .. $#$wanted) {
        my ($have, $want) = ($got->[$i] // {}, $wanted->[$i]);
        for my $member (sort keys %$want) {
            my $value = $have->{$member} // '';
            my $fact = "$name - $what " . ($i + 1) . ": $member";
            ref $want->{$member} ? $t->like($value, $want->{$member}, $fact)
                                 : $t->is_eq($value, $want->{$member} // '',
                                             $fact);
        }
    }
    return;
}

# Called when a block's requests are through, nginx still running.
sub examine {
    my ($block) = @_;
    return if defined $block->must_die || defined $block->SKIP;

    my $name = $block->name;
    my $talk = $block->talk;

    if (defined $talk) {
        ref $talk eq 'CODE' && eval { $talk->($block); 1 }
            or Test::More::fail("$name - the talk broke off: "
                                . (ref $talk ? $@ : $talk));
    }

    my $arrived = expected($block->arrived // '');
    my $records = defined $block->record ? expected($block->record) : undef;
    my $asked = requests_of($block);
    $records //= [ map { {} } @$asked ]
        if !defined $block->record && $asked && !defined $talk;

    if ($records) {
        my @end;
        wait_for(sub { @$records <= (@end = audit_log(undef, end => 1)) }, 2);
        compare($name, 'record', [ map { { flat($_) } } @end ], $records);
    }
    if ($arrived) {
        my @got;
        wait_for(sub { @$arrived <= (@got = api_log()) }, 2);
        compare($name, 'arrived', \@got, $arrived);
    }

    leaks($name, defined $block->debug ? values %KEY : @MARKERS,
          split ' ', text($block->secrets));
    errors($name, split /\n/, text($block->errors) . "\n"
                             . (ref $block->error_log ? '' : text($block->error_log)));
    files($name);
    return;
}

sub leaks {
    my ($name, @words) = @_;
    my @shown;
    for my $file (glob logs() . '/*') {
        next if $file =~ m{/api[^/]*\z};
        my $content = slurp($file);
        push @shown, map { "$_ in " . ($file =~ s{.*/}{}r) }
            grep { index($content, $_) >= 0 } @words;
    }
    Test::More::is_deeply(\@shown, [], "$name - no log shows a secret");
    return;
}

sub errors {
    my ($name, @facts) = @_;
    @facts = grep { length } @facts;
    my @lines = grep { /\[(?:error|crit|alert|emerg)\]/ }
        split /\n/, slurp(logs() . '/error.log');
    for my $fact (@facts) {
        Test::More::ok(scalar(grep { index($_, $fact) >= 0 } @lines),
                       "$name - error.log says $fact");
        @lines = grep { index($_, $fact) < 0 } @lines;
    }
    Test::More::is_deeply(\@lines, [], "$name - error.log has no other error");
    return;
}

# A file that nginx opens here is unlinked at once, but the directory remembers:
# it was made before the pid file.
sub files {
    my ($name) = @_;
    my $made = (stat logs() . '/nginx.pid')[9] // return;
    my @used = grep { ((stat logs() . "/../$_")[9] // 0) > $made }
        qw(client_body_temp proxy_temp);
    Test::More::is_deeply(\@used, [], "$name - no body was in a file");
    return;
}

1;
