#!/usr/bin/perl

# The metrics are exact: what four workers count under load, what they have
# counted when they are killed, and what is there behind a reload, a binary
# upgrade and a store with more apps than there is room for.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_hex);
use File::Path qw(make_path);
use JSON::PP;
use List::Util qw(sum0);
use Test::More;

# An upgrade starts the binary by its path.
BEGIN {
    my $nginx = $ENV{TEST_NGINX_BINARY} // 'nginx';
    ($ENV{TEST_NGINX_BINARY}) = grep { m{/} && -x }
        $nginx, map { "$_/$nginx" } split(/:/, $ENV{PATH}), '/usr/sbin', '/usr/local/sbin';
}
use Riverty;
use RivertyConfig;

my $item = "$CUSTOMERS/$NUMBER";
my $apps = decode_json(slurp("$STORE/apps.json"));
my ($expired) = grep { $_->{name} eq 'expired' } @{ $apps->{apps} };
%{ $expired->{keys}[0] } = (%{ $expired->{keys}[0] }, not_after => '2020-01-01T00:00:00Z');
delete $expired->{keys}[0]{not_before};

sub store { put('apps.json', encode_json({ apps => [ @{ $apps->{apps} }, @_ ] }), 0600); return }

# One more app, whose token is its name.
sub app {
    my ($name) = @_;
    return { name => $name, operations => ['read'], tokens => [ 'sha256:' . sha256_hex($name) ],
             keys => [ { id => 'only', value => "key-of-$name" } ] };
}

sub config {
    my ($zone) = @_;
    return config_of(workers => 4, http => <<"END");
    riverty_zone $zone;
    riverty_key_store $DIR/apps.json check=100ms;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    riverty_audit_log logs/audit.log required;
    server {
        listen 127.0.0.1:$GATEWAY reuseport;
        riverty_customer on;
        location / { proxy_pass $API; }
        location /full/ {
            riverty_prefix /full;
            riverty_audit_log /dev/full required;
            proxy_pass $API/;
        }
        location /watched/ {
            riverty_customer monitor;
            riverty_prefix /watched;
            proxy_pass $API/;
        }
        location /dead/ {
            riverty_prefix /dead;
            proxy_pass http://127.0.0.1:9/;
        }
        location = /status { riverty_status json; }
    }
END
}

put('billing.primary', slurp("$STORE/billing.primary"), 0600);
store();
my $master;     # of the upgrade
my $api = start_api();
my $gateway = start_server('gateway', config('1m'));

# --- the page ---

my $json = JSON::PP->new->utf8;
sub status { return $json->decode(ask('GET /status HTTP/1.0', token => undef)->{body}) }

# The sum of a family's values, of those samples that have these labels.
sub value {
    my ($family, %labels) = @_;
    my $of = ref $family ? $family : status()->{metrics}{$family};
    return sum0(map { $_->{value} // $_->{count} } grep {
        my $sample = $_;
        !grep { ($sample->{$_} // '') ne $labels{$_} } keys %labels;
    } @{ $of->{samples} });
}

sub becomes {
    my ($family, $wanted, $name, %labels) = @_;
    my $got;
    wait_for(sub { ($got = value($family, %labels)) == $wanted });
    is($got, $wanted, $name);
    return;
}

# Reads that the API answers, whether it has that customer or not.
sub read_it {
    my ($n, %of) = @_;
    is_deeply([ grep { !/^(?:200|404)$/ } map { ask("GET $item", %of)->{status} } 1 .. $n ], [],
              "$n read(s)");
    return;
}

# The answer to a read of an app, once the worker that it meets has the store.
sub known {
    my ($token) = @_;
    my $status;
    wait_for(sub { ($status = ask("GET $item", token => $token)->{status}) != 401 });
    return $status;
}

# All that is counted of requests, for a comparison.
sub counted {
    my $metrics = status()->{metrics};
    return { map { $_ => $metrics->{$_}{samples} } grep { /requests_total|refus|findings|duration/ }
             keys %$metrics };
}

# --- what is counted ---

my %asked;
sub request { my ($what, $n, @request) = @_; $asked{$what} += $n; return map { [@request] } 1 .. $n }

my $good = $SAMPLE{'create-request'};
my @requests = (
    request('billing create forwarded', 60, "POST $CUSTOMERS", body => $good),
    request('billing create rejected', 40, "POST $CUSTOMERS", body => '{"customer":{}}'),
    request('billing create refused', 10, "POST $CUSTOMERS", body => '{'),
    request('billing read forwarded', 50, "GET $item"),
    request('reader read forwarded', 20, "GET $item", token => $TOKEN{reader}),
    request('reader create denied', 10, "POST $CUSTOMERS", body => $good, token => $TOKEN{reader}),
    request('- read denied', 20, "GET $item", token => 'nobody'),
    request('billing unknown refused', 10, "DELETE $item"),
    request('billing read unavailable', 5, "GET /full$item"),
    request('expired read unavailable', 5, "GET $item", token => $TOKEN{expired}),
    request('billing read failed', 5, "GET /dead$item"),
    request('billing create forwarded', 10, "POST /watched$CUSTOMERS", body => '{"customer":{}}'),
);

# Four clients at once, each with every fourth request.
sub load {
    my (@all) = @_;
    my @pids;
    for my $client (0 .. 3) {
        my $pid = fork() // die "fork: $!\n";
        if (!$pid) {
            for my $i (grep { $_ % 4 == $client } 0 .. $#all) {
                my ($line, %of) = @{ $all[$i] };
                ask($line, %of)->{status} or POSIX::_exit(1);
            }
            POSIX::_exit(0);
        }
        push @pids, $pid;
    }
    waitpid $_, 0 for @pids;
    return;
}

load(sort { "@$a" cmp "@$b" } @requests);
becomes('riverty_requests_total', scalar @requests, 'each request is counted once');

my $page = status();
my $metrics = $page->{metrics};

is_deeply({ map { ("$_->{app} $_->{operation} $_->{outcome}" => $_->{value}) }
                @{ $metrics->{riverty_requests_total}{samples} } },
          \%asked, 'by app, operation and outcome');

my %refused = ('unknown-app' => 20, 'operation-not-granted' => 10, 'method-not-allowed' => 10,
               'malformed-json' => 10, 'contract-broken' => 40, 'audit-unavailable' => 5,
               'key-unavailable' => 5);
sub refusals {
    my ($would) = @_;
    return { map { $_->{problem} => $_->{value} } grep { $_->{value} && $_->{would} eq $would }
             @{ $metrics->{riverty_refusals_total}{samples} } };
}
is_deeply(refusals('false'), \%refused, 'refusals by problem');
is_deeply(refusals('true'), { 'contract-broken' => 10 }, 'what on would refuse is apart');

my $findings = $metrics->{riverty_findings_total};
my @records = grep { $_->{'event.type'} eq 'end' } records($gateway->path('audit.log'));
my %found;
for my $record (grep { ($_->{riverty}{problem} // '') ne 'malformed-json' } @records) {
    my $riverty = $record->{riverty};
    $found{"$_->{rule} $_->{level} "
           . ($riverty->{mode} eq 'monitor' && $_->{level} eq 'reject' ? 'true' : 'false')}++
        for @{ $riverty->{findings} // [] };
}
is_deeply({ map { ("$_->{rule} $_->{level} $_->{would}" => $_->{value}) } @{ $findings->{samples} } },
          \%found, 'findings are those of the records');
ok($found{'required reject true'} && $found{'required reject false'}, '... also in monitor');

my %class;
$class{ ($_->{riverty}{outcome} eq 'failed' ? 'none' : substr($_->{riverty}{upstream}{status}, 0, 1) . 'xx') }++
    for grep { $_->{riverty}{upstream} } @records;
is_deeply({ map { ($_->{class} => $_->{value}) } grep { $_->{value} }
                @{ $metrics->{riverty_upstream_replies_total}{samples} } },
          \%class, 'replies by class');
is($class{none}, 5, '... and none');
is(value($metrics->{riverty_own_duration_seconds}), @requests, 'each request has a time');
is(value($metrics->{riverty_upstream_duration_seconds}), 145, 'each forwarded one the API\'s');
my ($reads) = grep { $_->{operation} eq 'read' }
    @{ $metrics->{riverty_upstream_duration_seconds}{samples} };
is(sum0(@{ $reads->{buckets} }), $reads->{count}, 'buckets add up');
is(@{ $reads->{buckets} }, @{ $metrics->{riverty_upstream_duration_seconds}{bounds} } + 1,
   '... one more than there are bounds');
ok($reads->{sum} > 0 && $reads->{sum} < 30 * $reads->{count}, '... and to seconds');

my $lines = () = slurp($gateway->path('audit.log')) =~ /\n/g;
is(value($metrics->{riverty_audit_records_total}), $lines, 'records are lines of the log');
is(value($metrics->{riverty_audit_bytes_total}), -s $gateway->path('audit.log'), 'bytes, too');
my $failed = value($metrics->{riverty_audit_records_failed_total});
cmp_ok($failed, '>=', 10, 'a start and an end are missing for each 503, and what a worker tells of its store');
my $batches = $metrics->{riverty_audit_batch_records}{samples}[0];
is($batches->{sum}, $lines + $failed, 'batches have all records');
ok($batches->{count} <= $batches->{sum}, '... some in one');

is(sum0(map { $_->{requests} } @{ $page->{minutes} }), @requests, 'the minutes have all requests');
is(@{ $page->{minutes} }, 60, '... of an hour');
is(sum0(map { $_->{refused}{'contract-broken'} // 0 } @{ $page->{minutes} }), 40, '... refusals');
is(sum0(map { $_->{would}{'contract-broken'} // 0 } @{ $page->{minutes} }), 10, '... and would-be ones');

subtest 'normalisations' => sub {
    my $country = edited('create-request', [ countryCode => '"DE"' => '"de"' ]);
    is(ask("POST $CUSTOMERS", body => $country)->{status}, 200, 'a country in lower case');
    becomes('riverty_normalisations_total', 1, 'is counted by its field', would => 'false',
            field => '/customer/address/countryCode');
};

subtest 'keys' => sub {
    my %billing = (app => 'billing');
    ok(value('riverty_key_last_accepted_timestamp_seconds', %billing, key => 'primary') > time - 60,
       'the last accepted use');
    is(value('riverty_key_last_accepted_timestamp_seconds', %billing, key => 'secondary'), 0,
       '... of a key without any');
    is(value('riverty_key_not_after_timestamp_seconds', app => 'expired'), 1577836800, 'its end');
    is(@{ status()->{metrics}{riverty_key_not_after_timestamp_seconds}{samples} }, 1,
       'a key without an end has none');
    is(value('riverty_key_in_use', %billing, key => 'primary'), 1, 'in use');
    is(value('riverty_key_in_use', app => 'expired'), 0, 'an expired key is not');
    is(ask("GET $item?status=401")->{status}, 502, 'the API refuses the keys');
    becomes('riverty_key_refused_total', 1, 'the first is counted', %billing, key => 'primary');
    becomes('riverty_key_refused_total', 1, '... and the second', %billing, key => 'secondary');
};

# --- killed, reloaded ---

my $before = counted();

subtest 'killed workers' => sub {
    my @busy = map { connected() } 1 .. 6;
    becomes('riverty_in_flight_requests', 6, 'requests under way');
    my @old = $gateway->workers();
    kill 9, @old;
    ok(wait_for(sub {
        my %now = map { $_ => 1 } $gateway->workers();
        keys %now == 4 && !grep { $now{$_} } @old;
    }), 'other workers are there');
    becomes('riverty_in_flight_requests', 0, 'nothing is under way any more');
    is_deeply(counted(), $before, 'nothing that was counted is lost');
};

# A request whose body does not end.
sub connected {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $GATEWAY) or die $!;
    $socket->syswrite(request_bytes("POST $CUSTOMERS", body => $good =~ s/\}\s*\z//r)
                      =~ s/Content-Length: \d+/Content-Length: 60000/r);
    return $socket;
}

subtest 'a reload' => sub {
    my $busy = connected();
    becomes('riverty_in_flight_requests', 1, 'a request is under way');
    my %old = map { $_ => 1 } $gateway->workers();
    $gateway->signal('HUP');
    ok(wait_for(sub { grep { !$old{$_} } $gateway->workers() }, 10), 'new workers are there');
    is(value('riverty_in_flight_requests'), 1, 'it still is, in an old one');
    close $busy;
    becomes('riverty_in_flight_requests', 0, 'it ends there');
    becomes('riverty_requests_total', sum0(map { $_->{value} } @{ $before->{riverty_requests_total} }) + 1,
            '... and is counted with the others');
};

# --- the store ---

subtest 'a bad store' => sub {
    put('apps.json', '{', 0600);
    ok(wait_for(sub { value('riverty_store_bad_since_timestamp_seconds') > 0 }), 'is told');
    ok(value('riverty_store_loaded_timestamp_seconds') <= time, '... with the last good one');
    store();
    becomes('riverty_store_bad_since_timestamp_seconds', 0, 'a good one');
};

subtest 'names' => sub {
    for my $name ("a\"b", "a\\b", "a\nb", 'a{b="c"}', '<b>', "\x{f6}", 'a' x 65) {
        my $text = $json->encode({ apps => [ app('x'), { %{ app('y') }, name => $name } ] });
        put('hostile.json', $text, 0600);
        my (undef, $said) = nginx_t(config('1m') =~ s/apps\.json/hostile.json/r);
        like($said, qr/the name of an app must be 1 to 64 letters/, 'no app has such a name: '
             . $json->encode([$name]));
    }
    store(app('-'), app('a.b_c@d-e'), app('other.app'));
    becomes('riverty_store_apps', 7, 'names that are as they may be');
    is(known($_), 502, "$_ may read, but the API does not know its key") for '-', 'a.b_c@d-e';
    read_it(1, token => $TOKEN{other});
    becomes('riverty_requests_total', 1, 'is counted by it', app => 'other');
    becomes('riverty_requests_total', 1, '... one with signs, too', app => 'a.b_c@d-e');
    my %seen;
    $seen{"$_->{app} $_->{operation} $_->{outcome}"}++
        for @{ status()->{metrics}{riverty_requests_total}{samples} };
    is_deeply([ grep { $seen{$_} > 1 } keys %seen ], [], 'no series is there twice');
};

subtest 'more apps than there is room for' => sub {
    my @many = map { app("app-$_") } 1 .. 4000;
    store(@many);
    becomes('riverty_store_apps', 4004, 'a store of 4004 apps');
    my $others = value('riverty_store_apps_without_place');
    ok($others > 2000 && $others < 3500, "apps without a place: $others");
    my $before = value('riverty_requests_total', app => 'other');
    is(known("app-$_"), 502, "app-$_ may read") for 3990 .. 3999;
    wait_for(sub { value('riverty_requests_total', app => 'other') > $before });
    my $count = value('riverty_requests_total', app => 'other') - $before;
    ok($count > 0 && $count <= 10, "they count as other: $count");
    my @names = map { $_->{app} } @{ status()->{metrics}{riverty_requests_total}{samples} };
    ok(@names < 40 * 1800, 'the page is bounded');
    store();
    becomes('riverty_store_apps', 4, 'they are gone');
    my ($first) = grep { $_->{app} eq 'billing' } @{ status()->{metrics}{riverty_key_in_use}{samples} };
    ok(value('riverty_key_last_accepted_timestamp_seconds', app => 'billing', key => 'primary') > 0,
       'what is known of a key that stays is kept');
};

subtest 'another size' => sub {
    my $since = value('riverty_counting_since_timestamp_seconds');
    $gateway->configure(config('2m'));
    ok($gateway->reload(), 'reloaded');
    is(value('riverty_requests_total'), 0, 'the counters begin anew');
    read_it(1);
    becomes('riverty_requests_total', 1, '... from there on');
    ok($gateway->reload(), 'reloaded');
    is(value('riverty_requests_total'), 1, '... and are kept');
};

# --- upgraded ---

# nginx wants to be a daemon for that.
subtest 'an upgrade' => sub {
    $gateway->stop();
    my $prefix = "$DIR/upgraded";
    make_path("$prefix/logs");
    put('upgraded/nginx.conf', config('1m') =~ s/daemon off/daemon on/r);
    is(system($ENV{TEST_NGINX_BINARY}, '-p', "$prefix/", '-e', 'logs/error.log',
              '-c', 'nginx.conf'), 0, 'a daemon');
    $master = pid_of("$prefix/nginx.pid");
    read_it(20);
    becomes('riverty_requests_total', 20, 'is counted');

    my $old = $master;
    kill 'USR2', $old;
    ok(wait_for(sub { -e "$prefix/nginx.pid.oldbin" && -s "$prefix/nginx.pid" }, 10),
       'a new master is there') or diag(slurp("$prefix/logs/error.log"));
    $master = pid_of("$prefix/nginx.pid");
    isnt($master, $old, '... of its own');
    read_it(20);
    becomes('riverty_requests_total', 40, 'both masters\' workers count into one memory');

    kill 'QUIT', $old;
    ok(wait_for(sub { !kill 0, $old }, 10), 'the old master goes');
    read_it(20);
    becomes('riverty_requests_total', 60, 'the new one goes on');

    my %before = map { $_ => 1 } workers();
    kill 'HUP', $master;
    ok(wait_for(sub { my @now = workers(); @now && !grep { $before{$_} } @now }, 10), 'reloaded');
    is(value('riverty_requests_total'), 60, 'they are kept behind that, too');

    is(memories($master), 1, 'the master holds the memory once');
    my ($worker) = workers();
    my ($fd) = memories($worker);
    my ($flags) = slurp($fd =~ s{/fd/}{/fdinfo/}r) =~ /^flags:\s+(\d+)/m;
    ok(oct($flags) & 02_000_000, 'what a worker starts does not get it');
    kill 'TERM', $master;
    ok(wait_for(sub { !kill 0, $master }, 10), 'the end');
    $master = undef;
    $gateway->start();
};

END { local $?; kill 'TERM', $master if $master; }

sub pid_of {
    my ($file) = @_;
    wait_for(sub { slurp($file) =~ /^\d+$/m }, 10) or die "$file: no pid\n";
    chomp(my $pid = slurp($file));
    return $pid;
}

sub workers { return map { RivertyConfig::Server::workers({ pid => $_ }) } $master }

sub memories { return grep { (readlink // '') =~ /riverty_metrics/ } glob "/proc/$_[0]/fd/*" }

# --- the pages of documentation ---

is(system('tools/metrics-doc', '--check'), 0, 'docs/metrics.md is what tools/metrics-doc makes');
{
    my %told;
    my $doc = slurp('docs/metrics.md');
    while ($doc =~ /^\| `(riverty_\w+)` \| (\w+) \| ([^|]*) \|/mg) {
        my ($family, $type, $cell) = ($1, $2, $3);
        my @labels = $cell =~ /`(\w+)`/g;
        $told{$family} = { type => $type, labels => join ' ', sort @labels };
    }
    is_deeply([ sort keys %told ], [ sort keys %$metrics ], 'the page has these families');
    is_deeply({ map { $_ => $metrics->{$_}{type} } keys %$metrics },
              { map { $_ => $told{$_}{type} } keys %told }, '... of these types');
    my %value = map { $_ => 1 } qw(value count sum buckets);
    for my $family (sort keys %$metrics) {
        my %labels = map { join(' ', sort grep { !$value{$_} } keys %$_) => 1 }
            @{ $metrics->{$family}{samples} };
        is_deeply([ keys %labels ], [ %labels ? $told{$family}{labels} : () ],
                  "$family has these labels");
    }
}

done_testing();
