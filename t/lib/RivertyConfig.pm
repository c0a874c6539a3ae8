package RivertyConfig;

# What the tests share that start nginx themselves: a directory of their own,
# nginx -t, servers that are stopped by their pid, requests and the records
# they left.  Riverty has the store, the keys and the sandbox's configuration.

use strict;
use warnings;

use Exporter qw(import);
use File::Path qw(make_path);
use File::Temp;
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Riverty;
use Time::HiRes qw(sleep);
use version;

our @EXPORT = qw($DIR $GATEWAY $API nginx_t nginx_since config_of start_server start_api
    gateway_config put port request_bytes ask send_only http2_post records lines
    stores reached neighbours foreign);

# Workers are not root and must get in.
our $DIR = File::Temp->newdir();
chmod 0755, $DIR or die "$DIR: $!\n";

# Behind the ports of Test::Nginx; another test's run looks elsewhere first.
my $next_port = $Riverty::PORT + 10 + 20 * ($$ % 50);

our $GATEWAY = port();
$API_PORT = port();
our $API = "http://127.0.0.1:$API_PORT";

my @servers;

my $nginx = $ENV{TEST_NGINX_BINARY} // 'nginx';
$ENV{PATH} .= ':/usr/sbin:/usr/local/sbin';

# No server outlives its test, whatever ends that.
my $owner = $$;
$SIG{$_} = sub { exit 1 } for qw(HUP INT TERM);

# A server may close a connection before a client has written all: a failed
# write, and not the end of the test without a plan.
$SIG{PIPE} = 'IGNORE';

END {
    local $?;
    stop_servers();
}

sub stop_servers {
    return if $$ != $owner;
    $_->stop() for @servers;
    return;
}

# A port of 127.0.0.1 at which nobody listens.
sub port {
    while (1) {
        my $port = $next_port++;
        return $port if IO::Socket::INET->new(Listen => 1, LocalPort => $port,
                                              LocalAddr => '127.0.0.1',
                                              ReuseAddr => 1);
        die "no port is free\n" if $port > 65000;
    }
}

# A file below the directory, of the workers' group.
sub put {
    my ($name, $content, $mode) = @_;
    my $path = "$DIR/$name";
    unlink $path;       # it may be read-only
    open my $file, '>:raw', $path or die "$path: $!\n";
    print $file $content;
    close $file or die "$path: $!\n";
    chown 0, (getpwnam 'nobody')[3], $path or die "$path: $!\n" if $> == 0;
    chmod $mode, $path or die "$path: $!\n" if defined $mode;
    return $path;
}

# nginx -t: its exit status and all that it said.
sub nginx_t {
    my ($text) = @_;
    put('test.conf', $text);
    make_path("$DIR/logs");
    my $said = qx{$nginx -t -p $DIR/ -c test.conf -e stderr 2>&1};
    return ($? >> 8 || $?, $said);
}

# Is the nginx that is tested of this version or a later one?
sub nginx_since {
    my ($version) = @_;
    my ($ours) = qx{$nginx -v 2>&1} =~ m{nginx/([\d.]+)} or die "no version of $nginx\n";
    return version->parse("v$ours") >= version->parse("v$version");
}

# The lines that load other modules of nginx (http_lua, http_echo), and those of
# them that this machine does not have.
sub neighbours {
    my @names = @_;
    my $built = qx{$nginx -V 2>&1};
    my ($prefix) = $built =~ /--prefix=(\S+)/;
    my ($folder) = $built =~ /--modules-path=(\S+)/;
    $folder //= ($prefix // '/usr/local/nginx') . '/modules';
    my %file = map { $_ => $folder . ($_ =~ /^ndk/ ? '/' : '/ngx_') . "${_}_module.so" } @names;
    my $load = join '', map { "load_module $file{$_};\n" } @names;
    my $foreign = foreign($load);
    return ($load, grep { $foreign || !-e $file{$_} } @names);
}

# Are the modules that these lines load another nginx's?  Debian builds them for
# its own alone, not for one from sources.
sub foreign {
    my ($load) = @_;
    my (undef, $said) = nginx_t("${load}events { }\n");
    return $said =~ /" version \d+ instead of/;
}


# --- servers ---

# A whole nginx.conf: everything that is written stays below the prefix.
sub config_of {
    my (%part) = @_;
    $part{$_} //= '' for qw(main http);
    $part{level} //= 'info';
    $part{workers} //= 1;
    my $main = main_config();
    return <<"END";
$main
daemon off;
pid nginx.pid;
worker_processes $part{workers};
error_log logs/error.log $part{level};
$part{main}
events { worker_connections 256; }
http {
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    access_log logs/access.log combined;
$part{http}
}
END
}

# The gateway: %part as above, and server, the inside of its server block.
sub gateway_config {
    my (%part) = @_;
    my $store = key_store_config();
    $part{http} = ($part{http} // '') . <<"END";
$store
    riverty_audit_log logs/audit.log;
    proxy_read_timeout 5s;
    server {
        listen 127.0.0.1:$GATEWAY;
$part{server}
    }
END
    return config_of(%part);
}

sub start_server {
    my ($name, $text) = @_;
    my $self = bless { name => $name, prefix => "$DIR/$name" }, 'RivertyConfig::Server';
    make_path("$self->{prefix}/logs");
    $self->configure($text);
    $self->start();
    push @servers, $self;
    return $self;
}

# The sandbox as a process of its own: the query chooses status and delay.
sub start_api {
    my (%part) = @_;
    $part{http} = api_config('riverty_sandbox_status $arg_status;'
                             . ' riverty_sandbox_delay $arg_delay;')
                  . ($part{http} // '');
    return start_server('api', config_of(%part));
}


# --- requests ---

# One request on a connection of its own: status, head and body of the answer.
# Of: body, token (undef: none), headers, port, seconds.
sub ask {
    my ($line, %of) = @_;
    my $answer = exchange($of{port} // $GATEWAY, request_bytes($line, %of), $of{seconds});
    my ($head, $body) = split /\r\n\r\n/, $answer, 2;
    my ($status) = ($head // '') =~ m{^HTTP/\S+ (\d+)};
    return { status => $status // 0, head => $head // '', body => $body // '' };
}

sub request_bytes {
    my ($line, %of) = @_;
    my @headers = ('Host: gateway', 'Connection: close');
    my $token = exists $of{token} ? $of{token} : $TOKEN{billing};
    push @headers, "X-App-Token: $token" if defined $token;
    push @headers, 'Content-Type: application/json', 'Content-Length: ' . length $of{body}
        if defined $of{body};
    push @headers, @{ $of{headers} // [] };
    $line .= ' HTTP/1.1' if $line !~ / HTTP\//;
    return join("\r\n", $line, @headers, '', '') . ($of{body} // '');
}

# The bytes of a request, and a client that is gone a moment later.
sub send_only {
    my ($bytes, $seconds) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY)
        or die "127.0.0.1:$GATEWAY: $!\n";
    $socket->syswrite($bytes);
    sleep $seconds // 0.1;
    close $socket;
    return;
}


# A POST over HTTP/2 to the end of its stream; more headers as pairs; leave: the
# client is gone before its body's end; reset: it resets the stream then, and
# stays.
sub http2_post {
    my ($port, $uri, $body, %of) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
        or die "127.0.0.1:$port: $!\n";
    my $frame = sub { substr(pack('N', length $_[3]), 1) . pack('CCN', @_[0 .. 2]) . $_[3] };
    my $headers = join '', map { join '', "\0", map { chr(length) . $_ } @$_ }
        [ ':method', 'POST' ], [ ':scheme', 'http' ], [ ':path', $uri ],
        [ ':authority', 'gateway' ], [ 'content-type', 'application/json' ],
        [ 'x-app-token', $TOKEN{billing} ], @{ $of{headers} // [] };
    print $socket "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", $frame->(4, 0, 0, ''),
        $frame->(1, 4, 1, $headers), $frame->(0, $of{leave} || $of{reset} ? 0 : 1, 1, $body);
    $socket->flush();
    if ($of{reset}) {
        sleep 0.1;
        print $socket $frame->(3, 0, 1, pack 'N', 8);      # RST_STREAM, CANCEL
        return $socket;
    }
    if ($of{leave}) {
        sleep 0.1;
        return;
    }
    while ((read($socket, my $head, 9) // 0) == 9) {
        my ($high, $low, $type, $flags, $stream) = unpack 'CnCCN', $head;
        read $socket, my $payload, ($high << 16) + $low;
        last if $type == 3 || $type == 7 || $stream == 1 && $type < 2 && $flags & 1;
    }
    return;
}


# --- what was written ---

my %seen;       # log => lines that were read already
my $about_store = qr/"event.type":"info","event.action":"store"/;

# The lines that a log got since the last call, of which so many must come; an
# audit log's without what it says of the key store (stores()).
sub lines {
    my ($file, $wanted) = @_;
    my $from = $seen{$file} // 0;
    my @all;
    wait_for(sub {
        @all = grep { !/$about_store/ } slurp($file) =~ /^.*\n/mg;
        $from + ($wanted // 0) <= @all;
    }, 3);
    $seen{$file} = @all;
    splice @all, 0, $from;
    return @all;
}

# The same of an audit log: its records.
sub records {
    my @records = map { JSON::PP->new->utf8->decode($_) } lines(@_);
    return @records;
}

# What an audit log says of the key store, from its beginning.
sub stores {
    my ($file) = @_;
    return map { JSON::PP->new->utf8->decode($_) } grep { /$about_store/ } slurp($file) =~ /^.*\n/mg;
}

# The same of the API's log: what it got; keys are named, as in api_log().
sub reached {
    my %name = reverse %KEY;
    my @requests = map { JSON::PP->new->decode($_) } lines(@_);
    $_->{key} = $name{ $_->{key} } // $_->{key} for @requests;
    return @requests;
}


package RivertyConfig::Server;

use Riverty qw(slurp wait_for);

sub path { return "$_[0]{prefix}/logs/$_[1]" }
sub log { return slurp($_[0]->path($_[1] // 'error.log')) }

sub configure {
    my ($self, $text) = @_;
    RivertyConfig::put("$self->{name}/nginx.conf", $text);
    return;
}

sub start {
    my ($self) = @_;
    my @ports = slurp("$self->{prefix}/nginx.conf") =~ /listen 127\.0\.0\.1:(\d+)/g;
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDERR, '>', '/dev/null';      # error.log has it all
        exec $nginx, '-p', "$self->{prefix}/", '-e', 'logs/error.log', '-c', 'nginx.conf'
            or die "$nginx: $!\n";
    }
    $self->{pid} = $pid;
    wait_for(sub {
        waitpid($pid, 1) == 0 or die "$self->{name} does not start:\n" . $self->log();
        @ports == grep { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$_") } @ports;
    }, 10) or die "$self->{name} does not listen\n";
    return;
}

sub stop {
    my ($self, $signal) = @_;
    my $pid = delete $self->{pid} or return;
    kill $signal // 'QUIT', $pid;
    # a worker may wait for a connection that a test left open
    wait_for(sub { waitpid $pid, 1 }, 3) and return;
    kill 'TERM', $pid;
    waitpid $pid, 0;
    return;
}

sub signal { return kill $_[1], $_[0]{pid} }

# Of the workers that take requests; master's children, by /proc.
sub workers {
    my ($self) = @_;
    my @pids = split ' ', slurp("/proc/$self->{pid}/task/$self->{pid}/children");
    return grep { slurp("/proc/$_/cmdline") =~ /^nginx: worker process\0*$/ } @pids;
}

# New workers are there and the old ones told to go.
sub reload {
    my ($self) = @_;
    my %old = map { $_ => 1 } $self->workers();
    $self->signal('HUP');
    return wait_for(sub {
        my @now = $self->workers();
        @now && !grep { $old{$_} } @now;
    }, 10);
}

1;
