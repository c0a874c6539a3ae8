#!/usr/bin/perl

# Other modules change request headers by nginx's own pointers to them, and add
# some: what they do in a protected location arrives as it does in an open one,
# whatever of ours was taken out of the list before.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use POSIX ();
use Riverty;
use RivertyConfig;
use Test::More;

my ($load, $missing) = neighbours('http_headers_more_filter');
plan skip_all => 'needs libnginx-mod-http-headers-more-filter' if $missing;

my $item = "$CUSTOMERS/$NUMBER";
my $port = port();

# An API that answers with the head that it got.
my $listener = IO::Socket::INET->new(Listen => 32, LocalAddr => '127.0.0.1',
                                     LocalPort => $port, ReuseAddr => 1) or die $!;
my $api = fork() // die $!;
if (!$api) {
    $SIG{$_} = 'DEFAULT' for qw(HUP INT TERM PIPE);
    while (1) {
        my $socket = $listener->accept() or next;
        my $asked = '';
        until ($asked =~ /\r\n\r\n/) {
            sysread $socket, $asked, 65536, length $asked or last;
        }
        syswrite $socket, "HTTP/1.1 200 OK\r\nContent-Length: " . length($asked) . "\r\n\r\n$asked";
    }
}
END { local $?; kill 'TERM', $api if $api; }

# What nginx has a pointer or an array of, and some that it has not.
my @set = ('User-Agent', 'Authorization', 'Range', 'If-Modified-Since', 'If-None-Match', 'If-Range',
           'Via', 'X-Real-IP', 'Content-Type', 'Accept', 'Accept-Language', 'Accept-Encoding',
           'Cookie', 'X-Forwarded-For', 'X-Other', 'X-New');
my @sent = (grep({ $_ ne 'X-New' } @set), qw(X-Last If-Match));
my $set = join "\n", map { "            more_set_input_headers '$_: set-$_';" } @set;

my %place = (set => $set, clear => '            more_clear_input_headers ' . join(' ', map { "'$_'" } @set) . ';',
             add => join("\n", map { "            more_set_input_headers 'X-Add-$_: $_';" } 1 .. 60),
             none => '');
my $locations = join '', map {
    my $name = $_;
    map { <<"END" } qw(on off);
        location /$name-$_/ {
            riverty_prefix /$name-$_;
            riverty_customer $_;
$place{$name}
            proxy_pass http://127.0.0.1:$port/;
        }
END
} sort keys %place;

# The lines that arrive but for what is ours.
sub arrived {
    my ($place, @headers) = @_;
    my $answer = ask("GET /$place$item", token => undef, headers => \@headers);
    my @lines = split /\r\n/, $answer->{body};
    shift @lines;
    return join "\n", sort grep { !/^(?:X-Request-ID|[XO]\S*Key|X[-_]App[-_]Token|Referer):/i } @lines;
}

my @ours = ("X-App-Token: $TOKEN{billing}", 'X-Subscription-Key: MINE', 'Ocp_Apim_Subscription_Key: MINE',
            'X-Subscription-Key: MINE', 'Referer: MINE', 'X-Request-ID: MINE');

srand 7;
sub shuffled { return map { $_->[1] } sort { $a->[0] <=> $b->[0] } map { [ rand, $_ ] } @_ }

my $text = gateway_config(level => 'notice', server => $locations, main => $load,
                          http => '    underscores_in_headers on;');
my $first = $load . $text =~ s/^\Q$load\E//mr;

for my $order ([ 'loaded behind us', $text ], [ 'loaded before us', $first ]) {
    my ($name, $config) = @$order;
    my $gateway = start_server('gateway', $config);
    for my $place (sort keys %place) {
        subtest "$name: $place" => sub {
            my $wrong = 0;
            for my $round (1 .. 60) {
                my @more = grep { rand() < 0.7 } map { "$_: client-$_" } @sent;
                push @more, map { ("Cookie: c$_=1", "X-Forwarded-For: 10.0.0.$_") } 1 .. rand 4;
                push @more, map { "X-Filler-$_: 1" } 1 .. rand 40;
                my @headers = shuffled(@more, $ours[0], grep { rand() < 0.8 } @ours[1 .. $#ours]);
                my ($on, $off) = map { arrived("$place-$_", @headers) } qw(on off);
                next if length $on && $on eq $off;
                is($on, $off, "round $round: the same arrives") if !$wrong++;
            }
            is($wrong, 0, 'what arrives is what arrives in a location that is off');
        };
    }
    my $on = arrived('set-on', @ours, 'User-Agent: client');
    like($on, qr/^User-Agent: set-User-Agent$/m, "$name: a header that a module sets arrives");
    unlike($on, qr/client|MINE/, 'and the client\'s does not');
    is_deeply([ grep { /\[(?:alert|crit|emerg)\]/ } split /\n/, $gateway->log() ], [], 'no alert');
    $gateway->stop();
}

done_testing();
