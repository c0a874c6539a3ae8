#!/usr/bin/perl

# The audit log over syslog: a real rsyslogd under docs/examples/rsyslog-audit.conf
# writes records that an auditor finds whole; a reader that pauses, and one that
# is gone, hold up nothing but what is "required", and service returns by itself.

use strict;
use warnings;

use lib 't/lib';
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyRsyslog;
use Socket qw(SOCK_DGRAM);
use Test::More;

grep { -x "$_/rsyslogd" } split /:/, $ENV{PATH}
    or plan skip_all => 'there is no rsyslogd';

my $item = "$CUSTOMERS/$NUMBER";
my $udp_port = port();
my $closed = port();        # UDP; nobody is there at first
my $received = "$DIR/rsyslog/audit.log";

# A record may have 16 kB; these fields make one of nearly that size.
my $long = 'x' x 500;
my @fields = map { "größe$_-$long" } 1 .. 26;
my $declared = join "\n", map { "riverty_field /customer/$_ redact=length;" } @fields;
my $more = join ',', map { qq("$_":"Ray") } @fields;
my $big = $SAMPLE{'update-request'} =~ s/"customer":\s*\{\K/$more,/r;

my %log = (
    unix => "syslog:server=unix:$DIR/rsyslog/audit.sock required",
    udp  => "syslog:server=127.0.0.1:$udp_port,tag=riverty,nohostname",
    must => "syslog:server=unix:$DIR/reader.sock,tag=must required",
    may  => "syslog:server=unix:$DIR/reader.sock,tag=may",
    slow => "syslog:server=unix:$DIR/slow.sock",
    gone => "syslog:server=127.0.0.1:$closed",
);
my $locations = join '', map { <<"END" } sort keys %log;
        location /$_/ {
            riverty_prefix /$_;
            riverty_audit_log $log{$_};
            proxy_pass $API/;
        }
END


# The readers that are no rsyslogd: this test's own, and whether they read is its
# choice.
sub reader {
    my ($name) = @_;
    unlink "$DIR/$name";
    my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$DIR/$name")
        or die "$DIR/$name: $!\n";
    chmod 0777, "$DIR/$name" or die $!;
    return $socket;
}

# What stands in its queue: the records as lines, without syslog's header; the
# last of those that must come may be on its way.
sub drained {
    my ($socket, $wanted) = @_;
    my @lines;
    while (IO::Select->new($socket)->can_read(@lines < ($wanted // 0) ? 10 : 0)) {
        $socket->recv(my $datagram, 65536);
        push @lines, $datagram =~ /^<\d+>[^{]*: (\{.*\})\z/s ? "$1\n" : "torn: $datagram\n";
    }
    return @lines;
}

my $udp_ready = sub { !IO::Socket::INET->new(Proto => 'udp', LocalAddr => "127.0.0.1:$udp_port") };
# The documented configuration, below a directory of the test's.
sub configured {
    my ($name, $socket) = @_;
    return example('rsyslog-audit.conf',
        '/run/riverty/audit.sock' => "$DIR/$socket",
        '/var/log/riverty/' => "$DIR/$name/",
        '"/var/lib/riverty-rsyslog"' => "\"$DIR/$name\"",
        'fileGroup="adm"' => 'fileGroup="' . getgrgid($)) . '"',
        'fileOwner="root"' => 'fileOwner="' . getpwuid($>) . '"',
    );
}

my $rsyslogd = start_rsyslogd('rsyslog', configured('rsyslog', 'rsyslog/audit.sock')
    =~ s/^#(?=module|input)//gmr
    =~ s/address="10.0.4.1" port="5140"/address="127.0.0.1" port="$udp_port"/r,
    sub { -S "$DIR/rsyslog/audit.sock" && $udp_ready->() });

my ($reader, $slow) = (reader('reader.sock'), reader('slow.sock'));
my $api = start_api();
my $gateway = start_server('gateway', gateway_config(
    level => 'notice', http => "    riverty_audit_key $AUDIT_KEY;\n", server => <<"END"));
        riverty_customer on;
        $declared
        location / { proxy_pass $API; }
$locations
END
my $looked = 0;
my $nothing = { alerts => 0, recoveries => 0, missed => 0, more => '' };

# What error.log says since the last call: alerts, recoveries with how many
# records they tell to be missed, and whatever else is at level warn or above.
# With names and numbers: as soon as it says so much.
sub told {
    my (%wanted) = @_;
    my $told = { %$nothing };
    wait_for(sub {
        my $new = told_now();
        $told->{$_} += $new->{$_} for qw(alerts recoveries missed);
        $told->{more} .= $new->{more};
        !grep { $told->{$_} < $wanted{$_} } keys %wanted;
    }, 20);
    return $told;
}

sub told_now {
    my $all = $gateway->log();
    my @lines = grep { /\[(?:warn|error|crit|alert|emerg)\]/ } split /\n/, substr $all, $looked;
    $looked = length $all;
    my %told = %$nothing;
    for (@lines) {
        if (/\[alert\].* riverty: the audit log "syslog" takes no records \(\d+: /) {
            $told{alerts}++;
        } elsif (/\[error\].* riverty: the audit log "syslog" takes records again; (\d+) were/) {
            $told{recoveries}++;
            $told{missed} += $1;
        } else {
            $told{more} .= "$_\n";
        }
    }
    return \%told;
}

sub status { return ask("GET /$_[0]$item")->{status} }
sub served { is(ask("GET $item")->{status}, 404, 'the worker serves another location'); return }

# So many whole lines stand in rsyslogd's file.
sub written {
    my ($count) = @_;
    my @lines;
    wait_for(sub { $count <= (@lines = slurp($received) =~ /^.*\n/mg) }, 20);
    is(scalar @lines, $count, "$count records are in rsyslogd's file");
    return map { eval { JSON::PP->new->utf8->decode($_) } // { broken => $_ } } @lines;
}

sub whole {
    my ($name, @files) = @_;
    my ($status, $verdict) = verify(@files);
    is($status, 0, "$name: the chains are whole") or diag($verdict);
    return;
}

my $count = 4;      # each log's chain has a start, and the key store
my $requests = 0;

# The second record finds nobody at the closed port.
is(told(alerts => 1)->{alerts}, 1, 'UDP without a server: an alert tells of it');

subtest 'a real rsyslogd' => sub {
    my @start = written($count);
    is(join(' ', sort map { $_->{'event.action'} // 'none' } @start), 'start start store store',
       'got the beginning of each chain');
    for my $way ([ unix => 2 ], [ udp => 1 ]) {
        my ($name, $each) = @$way;
        # one by one: the queue of a unix socket may have room for ten only
        for (1 .. 4) {
            is(status($name), 404, "$name: a request is forwarded");
            written($count += $each);
        }
        ask("PUT /$name$item", body => $big);
        my @records = written($count += $each);
        is(join(',', map { join '.', $_->{chain}{id} eq $records[-1]{chain}{id}
                                     ? $_->{chain}{seq} : () } @records) =~ s/^,+|,+(?=,)//gr,
           join(',', 0 .. 5 * $each + 1), "$name: records stand in their order");
        my $last = (slurp($received) =~ /^.*\n/mg)[-1];
        cmp_ok(length $last, '>', 14_000, "$name: one of nearly 16 kB is whole");
        cmp_ok(length $last, '<=', 16_384, 'and has no more');
        like($last, qr/größe/, 'with its UTF-8');
    }
    is(scalar(grep { !/^\{.*\}\n\z/ } slurp($received) =~ /^.*\n/mg), 0,
       'a line is a record and nothing else');
    whole('rsyslogd', $received);
};

subtest 'the file is rotated' => sub {
    rename $received, "$received.1" or die $!;
    $rsyslogd->signal('HUP');
    # until it has seen the signal, it writes on into the old one
    ok(wait_for(sub { status('udp'); -s $received }, 20),
       'a HUP to rsyslogd, and records go into a new file');
    ok(wait_for(sub { slurp($received) =~ /\n\z/ }, 20), 'whole ones');
    whole('both files', "$received.1", $received);
};

subtest 'rsyslogd is stopped for a while' => sub {
    told();
    $rsyslogd->signal('STOP');
    # until the queue is full, records are still taken
    ok(wait_for(sub { status('unix') == 503 }, 60), 'its queue is full: a request is refused');
    is(status('unix'), 503, 'and the next') for 1 .. 5;
    served();
    my $told = told(alerts => 1);
    is($told->{alerts}, 1, 'one alert');
    is($told->{more}, '', 'and nothing else of it');
    $rsyslogd->signal('CONT');
    ok(wait_for(sub { status('unix') == 404 }, 60), 'it goes on, and so does service');
    cmp_ok(told(recoveries => 1)->{recoveries}, '>=', 1, 'error.log says so');
};

# A request is forwarded, and its end stands in the file: nothing is in a queue.
sub settled {
    my $id = sprintf '%032x', ++$requests;
    my $status = ask("GET /unix$item", headers => ["X-Request-ID: $id"])->{status};
    return $status == 404
        && wait_for(sub { slurp($received) =~ /^(?=.*"$id").*"event\.type":"end"/m }, 20);
}

subtest 'rsyslogd is away' => sub {
    ok(wait_for(\&settled, 60), 'a request');
    $rsyslogd->stop();
    told();
    is(status('unix'), 503, 'nobody listens: a request is refused') for 1 .. 5;
    served();
    my $told = told(alerts => 1);
    is($told->{alerts}, 1, 'one alert');
    is($told->{more}, '', 'and nothing else of it');
    $rsyslogd->start();
    is(status('unix'), 404, 'it is back, and so is service');
    is(told(recoveries => 1)->{recoveries}, 1, 'error.log says so');
};

subtest 'rsyslogd is started anew' => sub {
    ok(settled(), 'a request');
    $rsyslogd->stop();
    $rsyslogd->start();
    is(status('unix'), 404, 'the next one finds its new socket');
    is_deeply(told(), $nothing, 'error.log has nothing to say');
};

# --- a reader that does as it is told ---

my @got = drained($reader, 3);

subtest 'a reader that does not read' => sub {
    is(scalar @got, 3, 'the beginnings of two chains, and one record of the key store');
    is(status('must'), 404, 'room: a request is forwarded');
    told();
    my $alerts = 0;
    ok(wait_for(sub { status('must') == 503 }, 60), 'required: a request is refused at last');
    # the queue may have room for the other log: what is full first is the sender's
    ok(wait_for(sub { status('may'); ($alerts += told()->{alerts}) == 2 }, 60),
       'one alert for each log');
    is(status('must'), 503, 'required: so are the next') for 1 .. 10;
    is(status('may'), 404, 'not required: they are forwarded') for 1 .. 10;
    served();
    is_deeply(told(), $nothing, 'error.log says no more');
    push @got, drained($reader);
    is(status($_), 404, "it reads: service returns at once ($_)") for qw(must may);
    is(told(recoveries => 2)->{recoveries}, 2, 'error.log says so, once each');
    push @got, drained($reader, 3);
};

subtest 'a reader that is slow' => sub {
    told();
    my ($sent, $read, $alerts) = (1, 0, 0);     # the beginning of its chain
    ok(wait_for(sub { status('slow'); $sent++; $alerts += told()->{alerts} }, 60),
       'its queue is full');
    my $begun = time;
    for (1 .. 30) {
        $slow->recv(my $datagram, 65536);
        is(status('slow'), 404, 'room for one record of two') for 1, 2;
        $read++;
        $sent += 2;
    }
    my $told = told();
    my $seconds = time - $begun + 2;
    cmp_ok($told->{alerts}, '<=', $seconds, 'one alert a second at most');
    cmp_ok($told->{recoveries}, '<=', 2 * $seconds, 'and two lines more');
    is($told->{more}, '', 'and nothing else of it');
    my $missed = $told->{missed};
    ok(wait_for(sub {
        $read += drained($slow);
        status('slow');
        $sent++;
        $missed += told()->{missed};
        $read += drained($slow);
        $read + $missed == $sent;
    }, 20), 'every record was read, or is told to be missed') or diag("$sent, $read, $missed");
};

subtest 'a socket that systemd holds' => sub {
    my $file = "$DIR/slow/audit.log";
    my $records = sub { scalar(() = slurp($file) =~ /^.*\n/mg) };
    drained($slow);
    my $second = start_rsyslogd('slow', configured('slow', 'slow.sock'), sub {
        status('slow');
        $records->();
    }, $slow);
    $second->stop();
    my $before = $records->();
    is(status('slow'), 404, 'rsyslogd is away: a request') for 1 .. 3;
    $second->start();
    ok(wait_for(sub { $records->() >= $before + 3 }, 20), 'their records have waited for it');
    $second->stop();
    ok(-S "$DIR/slow.sock", 'it has left the socket where it was');
};

subtest 'a reader that is gone' => sub {
    close $reader;
    unlink "$DIR/reader.sock";
    told();
    for (1 .. 5) {
        is(status('must'), 503, 'required: a request is refused');
        is(status('may'), 404, 'not required: it is forwarded');
    }
    served();
    my $told = told(alerts => 2);
    is($told->{alerts}, 2, 'one alert for each log');
    is($told->{more}, '', 'and nothing else of it');
    $reader = reader('reader.sock');
    is(status($_), 404, "it is back: service returns at once ($_)") for qw(must may);
    is(told(recoveries => 2)->{recoveries}, 2, 'error.log says so, once each');
    push @got, drained($reader, 3);
};

subtest 'a reader in the place of another' => sub {
    close $reader;
    $reader = reader('reader.sock');
    is(status($_), 404, "$_: a request") for qw(must may);
    my @new = drained($reader, 3);
    is(scalar @new, 3, 'no record is lost');
    is_deeply(told(), $nothing, 'error.log has nothing to say');
    push @got, @new;
};

subtest 'the chain over all that' => sub {
    is(scalar(grep { /^torn/ } @got), 0, 'every datagram is a record');
    my %chains = map { /"chain":\{"id":"(\w+)/ ? ($1 => 1) : (none => 1) } @got;
    is(scalar keys %chains, 2, 'of two chains');
    whole('what was received', put('received.log', join '', @got));
};

# --- UDP, where nobody is ---

subtest 'UDP without a server' => sub {
    told();
    is(status('gone'), 404, 'requests are forwarded') for 1 .. 10;
    is_deeply(told(), $nothing, 'that is all');

    my $server = IO::Socket::INET->new(Proto => 'udp', LocalAddr => "127.0.0.1:$closed") or die $!;
    my ($recoveries, @lines) = 0;
    ok(wait_for(sub {
        status('gone');
        push @lines, drained($server);
        $recoveries += told()->{recoveries};
    }, 20), 'it is there, and error.log says so');
    my ($status, $verdict) = verify(put('udp.log', join '', @lines));
    is($status, 1, 'what was lost shows in the chain');
    like($verdict, qr/: seq 0 to \d+ are missing before it/, 'at the next record');
};

subtest 'an end in order' => sub {
    $gateway->stop();
    ok(wait_for(sub { 2 == (() = slurp($received) =~ /"event\.action":"end"/g) }, 20),
       'rsyslogd gets the end of both chains');
    my ($status, $verdict) = verify('--closed', "$received.1", $received);
    is($status, 0, 'and they are whole from there to here') or diag($verdict);
    $rsyslogd->stop();
    unlike(join('', map { slurp($_) } "$received.1", $received, "$DIR/received.log"),
           qr/\Q$NUMBER\E|Ankunding/, 'no record shows a person');
};

done_testing();
