#!/usr/bin/perl

# Paths that nobody would think of: tens of thousands, made of the words of the
# API, of two marks and of every sign that servers read in different ways, as
# they are and encoded.  No log, record or variable shows a mark; of a path that
# is served all readings agree; none ends in 500.  The same paths each time:
# SEED and COUNT choose others.

use strict;
use warnings;
no warnings 'qw';        # signs like # and , are meant

use lib 't/lib';
use IO::Socket::INET;
use Riverty;
use RivertyConfig;
use Test::More;

# What makes a number and may never be shown; and what may be where it is none.
# Neither can be a part of a pseudonym.
my $number = 'zq7zqz';
my $word = 'wyxwyx';

my $seed = $ENV{SEED} // 20261128;
my $count = $ENV{COUNT} // 40_000;
srand $seed;

# As nginx is set up: where the path leaves as it came, where nginx writes it
# anew, where it merges no slashes, where the server has rewritten it, and where
# all goes through.
my %server = (raw      => { pass => 'http://api' },
              anew     => { pass => 'http://api/base/' },
              unmerged => { pass => 'http://api/', more => 'merge_slashes off;' },
              written  => { pass => 'http://api', more => 'rewrite ^(.*)$ $1;' });
my @servers = sort keys %server;
$server{$_}{port} = port() for @servers;

my $api_port = port();
my $log = '$status|$request|$request_uri|$uri|$document_uri|$args|$query_string|'
          . '$riverty_request|$riverty_operation|$arg_a|$http_referer';

my $api = start_server('api', config_of(level => 'notice', http => <<"END"));
    keepalive_requests 1000000;
    log_format got escape=none '\$request_uri';
    access_log logs/got.log got;
    server {
        listen 127.0.0.1:$api_port;
        location / { return 200 "served\\n"; }
    }
END

my $gateway = start_server('gateway', gateway_config(
    level => 'notice', server => 'return 404;', http => <<"END" . join '', map { <<"END2" } @servers));
    upstream api { server 127.0.0.1:$api_port; keepalive 8; keepalive_requests 1000000; }
    keepalive_requests 1000000;
    large_client_header_buffers 4 16k;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    log_format more '$log';
END
    server {
        listen 127.0.0.1:$server{$_}{port};
        @{[ $server{$_}{more} // '' ]}
        access_log logs/$_.log;
        access_log logs/$_.more.log more;
        riverty_customer on;
        riverty_audit_log logs/$_.audit.log;
        location / { proxy_pass $server{$_}{pass}; }
    }
END2


# --- paths ---

my @signs = (qw(/ /. /.. // ; ;a= . .. \\ # ? %2F %5C %3B %3F %23 %25 %2e %2E%2e
                %252F %255C %253B %253F %2523 %252e %252e%252e %25252F ;/ .;/ ..;/ /..;/ /.;/
                /%2e/ /%2e%2e/ /..%2F %2F..%2F \..\ %20 + ~ %7E % 25), ',');
my @words = ('subscriptions', 'v1', 'customers', $number, $word, qw(orders contracts c1 x));

sub one_of { return $_[rand @_] }

# The same character, encoded once or twice.
sub encoded {
    my ($text) = @_;
    my $code = sprintf rand() < 0.5 ? '%%%02X' : '%%%02x', ord $text;
    return rand() < 0.7 ? $code : $code =~ s/%/%25/r;
}

# A path of the API with up to three changes, or anything.
sub path {
    my @parts;
    if (rand() < 0.8) {
        my $mark = rand() < 0.6 ? $number : $word;
        my $path = one_of("/subscriptions/v1/customers/$mark",
                          "/subscriptions/v1/customers/$mark",
                          "/subscriptions/v1/customers/$mark/orders",
                          "/subscriptions/v1/customers/c1/orders/$mark",
                          "/subscriptions/v1/customers/c1/orders",
                          "/subscriptions/v1/contracts/$number",
                          "/subscriptions/v1/contracts/$number/customers/$mark/x");
        @parts = $path =~ /($number|$word|.)/g;
        for (1 .. one_of(1, 1, 2, 2, 3)) {
            my $at = 1 + int rand @parts - 1;
            if (rand() < 0.25 && length $parts[$at] == 1) {
                $parts[$at] = encoded($parts[$at]);
            }
            elsif (rand() < 0.1) {
                splice @parts, $at, 0, one_of('/', ''), one_of(@words), '/';
            }
            elsif (rand() < 0.7) {
                # beside a slash, where it counts
                my @slashes = grep { $parts[$_] =~ m{/} } 1 .. $#parts;
                splice @parts, one_of(@slashes, map { $_ + 1 } @slashes), 0, one_of(@signs);
            }
            else {
                splice @parts, $at, 0, one_of(@signs);
            }
        }
    }
    else {
        @parts = ('/', map { one_of(@words), one_of('/', @signs) } 1 .. 2 + rand 6);
    }
    my $text = join '', @parts;

    # one word, so that it is known which one a log shows; and nginx itself
    # refuses half an escape
    my $words = 0;
    $text =~ s/$word/$words++ ? 'x' : $word/ge;
    $text =~ s/%(?![0-9A-Fa-f]{2})/%25/g;
    return $text;
}


# --- what servers may make of a path ---

sub decode { return $_[0] =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger }

sub decode_unreserved {
    return $_[0] =~ s{%([0-9A-Fa-f]{2})}{chr(hex $1) =~ /([\w.~-])/a ? $1 : "%$1"}ger;
}

sub merge { return $_[0] =~ s{/+}{/}gr }

sub resolve {
    my @out;
    my @in = split m{/}, $_[0], -1;
    while (@in) {
        my $segment = shift @in;
        if ($segment ne '.' && $segment ne '..') {
            push @out, $segment;
            next;
        }
        pop @out if $segment eq '..' && @out > 1;
        push @out, '' if !@in;
    }
    return join '/', @out;
}

my @steps = (
    sub { resolve(decode_unreserved($_[0])) },
    sub { resolve(merge(decode($_[0] =~ s/#.*//sr))) },
    sub { $_[0] =~ s{;[^/]*}{}gr },
    \&decode,
    \&decode,
    sub { $_[0] =~ s/[?#].*//sr },
    sub { $_[0] =~ tr{\\}{/}r },
    sub { $_[0] =~ s{;[^/]*}{}gr },
    \&merge,
    \&resolve,
);

# Every step is taken or not.
sub readings {
    my ($path) = @_;
    my %reading = ($path => 1);
    for my $step (@steps) {
        $reading{ $step->($_) } = 1 for keys %reading;
    }
    return keys %reading;
}

# Is it a customers path, and whose?
sub sense {
    my ($reading) = @_;
    my $kind = $reading =~ m{/subscriptions/[^/]*/customers(?:/[^/]*)?/?\z}i ? 'customers' : 'other';
    return join ' ', $kind, map { decode($_) } $reading =~ m{(?<=/customers/)([^/]+)}gi;
}


# --- requests ---

# Many on a connection; the statuses.  nginx closes it where its parser refuses.
sub ask_all {
    my ($port, @targets) = @_;
    my @statuses;
    while (@statuses < @targets) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)
            or die "127.0.0.1:$port: $!\n";
        my $got = '';
        my $closed = 0;
        while (!$closed && @statuses < @targets) {
            my $last = @statuses + 49;
            $last = $#targets if $last > $#targets;
            $socket->syswrite(join '', map {
                "GET $targets[$_] HTTP/1.1\r\nHost: gateway\r\nX-App-Token: $TOKEN{other}\r\n"
                . "Referer: http://app.example/$number\r\n\r\n" } @statuses .. $last) // last;
            while (@statuses <= $last) {
                if ($got =~ m{\AHTTP/1\.1 (\d+) .*?\r\n\r\n}s) {
                    my ($status, $head) = ($1, $&);
                    my ($length) = $head =~ /^Content-Length: (\d+)/mi;
                    if (length($got) >= length($head) + $length) {
                        substr $got, 0, length($head) + $length, '';
                        push @statuses, $status;
                        next;
                    }
                }
                if (!sysread $socket, $got, 65536, length $got) {
                    $closed = 1;
                    last;
                }
            }
        }
        close $socket;
    }
    return @statuses;
}

my %paths;
$paths{ path() } = 1 while keys %paths < $count;
my @paths = sort keys %paths;
diag("seed $seed");

# The first few of what is wrong, told by what was asked for.
sub none_of {
    my ($name, @wrong) = @_;
    is(scalar @wrong, 0, $name) or diag(join "\n", @wrong[0 .. ($#wrong < 9 ? $#wrong : 9)]);
    return;
}

for my $i (0 .. $#servers) {
    my $name = $servers[$i];
    my @targets = @paths[grep { $_ % @servers == $i } 0 .. $#paths];
    my @statuses = ask_all($server{$name}{port}, @targets);
    my %statuses;
    $statuses{$_}++ for @statuses;

    none_of("$name: nothing but 200, refusals of ours and nginx's 400",
            map { "$statuses[$_] $targets[$_]" }
            grep { $statuses[$_] !~ /^(?:200|404|405|400)$/ } 0 .. $#statuses);
    cmp_ok($statuses{$_} // 0, '>', @targets / 20, "$name: many times $_") for 200, 404;

    my @served = @targets[grep { $statuses[$_] == 200 } 0 .. $#statuses];
    my @arrived = lines($api->path('got.log'), scalar @served);
    is(scalar @arrived, scalar @served, "$name: what is served arrives, and nothing else");
    chomp @arrived;

    # what came counts where nginx has not been told to write another path
    none_of("$name: all readings of what is served agree", map {
        my %sense;
        $sense{ sense($_) } = $_
            for map { readings(s/\?.*//sr) }
            $arrived[$_] =~ s{^/base}{}r, $name eq 'written' ? () : $served[$_];
        keys %sense > 1 ? join ' and ', "$served[$_]: $arrived[$_]", values %sense : ();
    } 0 .. $#served);

    my @combined = lines($gateway->path("$name.log"), scalar @targets);
    my @more = lines($gateway->path("$name.more.log"), scalar @targets);
    is(scalar @combined, scalar @targets, "$name: a line each in combined");
    is(scalar @more, scalar @targets, "$name: a line each in the other log");
    none_of("$name: no log shows the number",
            grep { decode(decode($_)) =~ /$number/i } @combined, @more);
    none_of("$name: none shows a word that is a number in some reading", map {
        my $i = $_;
        "$combined[$i]$more[$i]" =~ /$word/i
            && (grep { sense($_) =~ / .*$word/i } readings($targets[$i] =~ s/\?.*//sr))
            ? "$targets[$i]: $combined[$i]" : ();
    } 0 .. $#targets);

    my @records = lines($gateway->path("$name.audit.log"), scalar @served);
    cmp_ok(scalar @records, '>=', scalar @served, "$name: a record each");
    none_of("$name: no record shows the number", grep { decode(decode($_)) =~ /$number/i } @records);
}

none_of('error.log shows no mark', grep { /$number|$word/i } lines($gateway->path('error.log')));

done_testing();
