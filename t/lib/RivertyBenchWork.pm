package RivertyBenchWork;

# What the bench asks for: its workloads, the requests that the load sends, and
# whether a proxy does what it is timed for.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use Exporter qw(import);
use IO::Socket::INET;
use JSON::PP;
use RivertyBench;
use RivertyBenchServers;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(workloads wanted_status request write_requests ask check_proxy
    listening_api);

my $sample = slurp('t/data/create-request.json');
my $item = qq({"contractId": "c-20418", "amount": 1249.50, "paid": true,\n)
    . qq( "note": "delivered to the neighbour", "items": [1, 2, 3]},\n);
my $canonical = JSON::PP->new->canonical->allow_nonref;

# In the order in which they are measured.  Plain nginx knows no refusal: it
# forwards what the others refuse.
sub workloads {
    return (
        { name => 'create', action => 'create', body => $sample },
        { name => 'change', action => 'create', body => changed() },
        { name => 'read', action => 'read' },
        { name => 'refused', action => 'create', body => wrong(),
          refused => 422 },
        { name => 'large', action => 'create', body => grown(32 * 1024) },
    );
}

# The sample as another program would write it: the API wants other letters.
sub changed {
    return replaced('"DE"' => '"de"', '"de",' => '"DE",', 'PERSON' => 'Person');
}

# The sample with six faults.
sub wrong {
    return replaced('"DE"' => '"EU"', '"de",' => '"dk",',
                    '1984-11-11' => '1984-02-30', 'gmail.com' => 'gmail',
                    '"Bergnaum Mountains"' => '""', '"275122"' => '275122');
}

sub replaced {
    my %by = @_;
    my $what = join '|', map { quotemeta } keys %by;
    return $sample =~ s/($what)/$by{$1}/gr;
}

# The sample with one more member, an array of as many items as fit, as
# t/bench/core.c grows it.
sub grown {
    my ($size) = @_;
    my ($head) = $sample =~ /^(.*)\}\s*$/s;
    my $more = qq(,\n"history": [);
    my $fit = int(($size - length($head) - length($more) - 4) / length $item);

    return $head . $more . (($item x $fit) =~ s/,\n$//r) . "]}\n";
}

sub wanted_status {
    my ($proxy, $workload) = @_;
    return $proxy eq 'plain' ? 200 : $workload->{refused} // 200;
}

sub request {
    my ($workload, $token) = @_;
    my $body = $workload->{body} // '';

    return ($workload->{action} eq 'read'
            ? 'GET ' . CUSTOMERS . '/' . NUMBER : 'POST ' . CUSTOMERS)
        . " HTTP/1.1\r\nHost: gateway\r\nX-App-Token: $token\r\n"
        . ($body eq '' ? '' : "Content-Type: application/json\r\n"
           . 'Content-Length: ' . length($body) . "\r\n")
        . "\r\n$body";
}

# As t/bench/load.c wants them.
sub write_requests {
    my ($path, @requests) = @_;
    spew($path, join '', map { length($_) . "\n$_" } @requests);
}

# A request, or several round about, one after the other on one connection; the
# last answer.  Dies of one with another status than the one that is wanted.
sub ask {
    my ($port, $request, $times, $wanted) = @_;
    my @requests = ref $request ? @$request : $request;
    my $socket = connected($port) or die "no connection: $!\n";
    my $answer;

    for my $i (1 .. $times) {
        print $socket $requests[$i % @requests];
        $socket->flush;
        $answer = '';
        until ($answer =~ /\r\n\r\n/ && whole($answer)) {
            sysread $socket, $answer, 65536, length $answer
                or die "no answer: $answer\n";
        }
        my ($status) = $answer =~ m{^HTTP/1\.1 (\d+) };
        die 'status ' . ($status // 'none') . " instead of $wanted\n"
            if defined $wanted && ($status // 0) != $wanted;
    }
    return $answer;
}

sub whole {
    my ($answer) = @_;
    my ($head, $body) = split /\r\n\r\n/, $answer, 2;
    return length $body == $1 if $head =~ /^Content-Length: (\d+)/mi;
    return $body =~ /(?:^|\r\n)0\r\n\r\n\z/;
}


# --- the check ---

# An API that keeps the last request as it came, so that it can be looked at.
sub listening_api {
    my ($port, $path) = @_;
    my $listen = IO::Socket::INET->new(
        Listen => 5, LocalAddr => '127.0.0.1', LocalPort => $port,
        ReuseAddr => 1) or die "127.0.0.1:$port: $!\n";

    my $created = slurp('t/data/create-response.json');
    my $read = slurp('t/data/read-response.json');

    return adopt(sub {
        while (my $socket = $listen->accept()) {
            my $got = '';
            until ($got =~ /\r\n\r\n/ && length($')
                   >= ($` =~ /^Content-Length: (\d+)/mi ? $1 : 0)) {
                sysread $socket, $got, 65536, length $got or last;
            }
            spew($path, $got);
            my $answer = $got =~ /^POST/ ? $created : $read;
            print $socket "HTTP/1.1 200 OK\r\nContent-Type: application/json"
                . "\r\nContent-Length: " . length($answer)
                . "\r\nConnection: close\r\n\r\n$answer";
            close $socket;
        }
    });
}

# Why a proxy does not do a workload's job; nothing if it does.  $with: port,
# token, key, dir (the proxy's), seen (what the API got), cli (our command).
sub check_proxy {
    my ($proxy, $workload, %with) = @_;
    my $log = "$with{dir}/audit.log";
    my $judged = judged($workload, $with{cli});
    my @problems;

    unlink $with{seen};
    my $before = -e $log ? -s $log : 0;
    my $answer = eval { ask($with{port}, request($workload, $with{token}), 1,
                            wanted_status($proxy, $workload)) };
    return $@ =~ s/\n//r if !defined $answer;

    my $refused = $workload->{refused} && $proxy ne 'plain';
    my $seen = -e $with{seen} ? slurp($with{seen}) : '';
    push @problems, $refused
        ? ($seen ne '' ? 'a refused document reached the API' : (),
           wrong_errors($answer, $judged))
        : wrong_request($proxy, $workload, $seen, $judged, %with);

    if ($proxy ne 'plain') {
        push @problems, wrong_record($workload, new_line($log, $before),
                                     $judged, $refused, %with);
        push @problems, unknown_token($log, %with, workload => $workload);
    }
    return @problems;
}

# What riverty-customer says of the document: its findings and its record.
sub judged {
    my ($workload, $cli) = @_;

    return if !defined $workload->{body};
    my $path = "/tmp/riverty-bench.$$.json";
    spew($path, $workload->{body});
    my $judged = decode_json(scalar qx{$cli check --json $path});
    unlink $path;
    return $judged;
}

sub wrong_errors {
    my ($answer, $judged) = @_;
    my (undef, $body) = split /\r\n\r\n/, $answer, 2;
    $body =~ s/^[0-9a-f]+\r\n(.*)\r\n0\r\n\r\n\z/$1/s;

    my $problem = eval { decode_json($body) } // return 'no problem document';
    my $wanted = told(grep { $_->{level} eq 'reject' } @{ $judged->{findings} });
    my $told = told(@{ $problem->{errors} });
    return $told eq $wanted ? () : "it tells $told instead of $wanted";
}

sub told {
    return join ' ', sort map { "$_->{rule}:$_->{pointer}" } @_;
}

sub wrong_request {
    my ($proxy, $workload, $seen, $judged, %with) = @_;
    my ($head, $body) = split /\r\n\r\n/, $seen, 2;
    my @problems;

    return 'nothing reached the API' if !defined $body;
    my @keys = $head =~ /^X-Subscription-Key: (.*?)\r?$/mgi;
    push @problems, 'not the key, once' if "@keys" ne $with{key};
    push @problems, 'the token reached the API'
        if $proxy ne 'plain' && $head =~ /\Q$with{token}/;
    return @problems if !$judged;

    my $wanted = $proxy eq 'plain' ? $workload->{body} : $judged->{document};
    my $same = eval { $canonical->encode(decode_json($body))
        eq $canonical->encode(JSON::PP->new->utf8->decode(
            $proxy eq 'plain' ? $wanted : encode_utf8_of($wanted))) };
    push @problems, 'another document reached the API' if !$same;
    return @problems;
}

sub encode_utf8_of {
    my ($text) = @_;
    utf8::encode($text);
    return $text;
}

# A record is written when the request ends, which may be after the answer.
sub new_line {
    my ($log, $from) = @_;
    my $deadline = time + 2;

    while (time < $deadline) {
        my $new = -e $log ? substr slurp($log), $from : '';
        my @lines = grep { /"event\.type":"end"/ } split /\n/, $new;
        return @lines == 1 ? $lines[0] : '' if @lines;
        sleep 0.02;
    }
    return '';
}

sub wrong_record {
    my ($workload, $line, $judged, $refused, %with) = @_;
    my $record = eval { decode_json($line) } // return 'not one record';
    my $said = $record->{riverty};
    my @problems;

    my $outcome = $refused ? 'rejected' : 'forwarded';
    push @problems, "outcome $said->{outcome}" if $said->{outcome} ne $outcome;
    push @problems, "action $record->{'event.action'}"
        if $record->{'event.action'} ne "customer.$workload->{action}";
    push @problems, 'the record has no pseudonym of the customer'
        if ($said->{customer} // '') ne pseudonym(NUMBER, %with);
    push @problems, "the record shows $_" for shown($line, $workload, %with);
    return @problems if !$judged;

    for my $list (qw(findings changes)) {
        my ($has, $wanted) = map { join ' ', sort map {
            ref $_ ? "$_->{rule}:$_->{pointer}" : $_ } @{ $_->{$list} } }
            $said, $judged->{audit};
        push @problems, "$list: $has instead of $wanted" if $has ne $wanted;
    }
    # The command has no key: its pseudonyms are others.
    my ($has, $wanted) = map {
        $canonical->encode($_->{document}) =~ s/"t:\w+:[0-9a-f]{32}"/"t"/gr }
        $said, $judged->{audit};
    push @problems, "document: $has instead of $wanted" if $has ne $wanted;
    push @problems, 'the record has no pseudonym of the reply\'s customer'
        if !$refused
            && ($said->{answer}{customer} // '') ne pseudonym('700427690', %with);
    return @problems;
}

sub pseudonym {
    my ($number, %with) = @_;
    my $key = pack 'H*', slurp("$with{dir}/redaction.key") =~ s/\s+//r;
    return 't:k1:'
        . substr hmac_sha256_hex("customerNumber\0$number", $key), 0, 32;
}

# Values of the document, or secrets, that stand in the record in clear.
sub shown {
    my ($line, $workload, %with) = @_;
    my @values = ($with{key}, $with{token}, NUMBER, values_of(
        defined $workload->{body} ? decode_json($workload->{body}) : {}));

    return grep { $line =~ /(?<![A-Za-z0-9])\Q$_\E(?![A-Za-z0-9])/ }
        grep { length > 3 && !/^person$/i } @values;
}

sub values_of {
    my ($node) = @_;
    return ref $node eq 'HASH' ? map { values_of($_) } values %$node
        : ref $node eq 'ARRAY' ? map { values_of($_) } @$node
        : ref $node ? () : $node // ();
}

# It, too, leaves a record, which must not be taken for the next request's.
sub unknown_token {
    my ($log, %with) = @_;
    my $stranger = $with{token} =~ tr/0-9a-f/1-9a-f0/r;
    my $before = -s $log;

    eval { ask($with{port}, request($with{workload}, $stranger), 1, 401) };
    return "an unknown token: $@" =~ s/\n//r if $@;
    return new_line($log, $before) eq '' ? 'an unknown token: no record' : ();
}

1;
