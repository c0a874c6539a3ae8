#!/usr/bin/perl

# The examples that take the audit log elsewhere: rsyslogd reads each of them,
# one ships a log that is rotated to a stand-in for Elasticsearch, and its index
# template has a type for whatever a record may have.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Riverty;
use RivertyConfig;
use RivertyRsyslog;
use Test::More;

for my $command (qw(rsyslogd logrotate)) {
    grep { -x "$_/$command" } split /:/, $ENV{PATH}
        or plan skip_all => "there is no $command";
}

my $item = "$CUSTOMERS/$NUMBER";
my $port = port();
my $json = JSON::PP->new->utf8;

# What rsyslogd says of every configuration, and what only a later one than
# Debian 12's says: of a setting that the older one does not know, of a size and
# a kind of queue that are meant, of an Elasticsearch that is not there.
my $expected = join '|', ': version .* config validation run', '^rsyslogd: End of config',
    'backward-compatible insecure default in use', 'queue\.size=10000000 is very large',
    'has no dedicated non-direct queue', '^rsyslogd: omelasticsearch: .*\bplatform\b';

subtest 'rsyslogd reads the examples' => sub {
    my $here = sub { example("rsyslog-$_[0].conf", '"/var/lib/riverty-rsyslog"' => "\"$DIR\"") };
    my $audit = $here->('audit');
    for my $case ([ 'a socket' => $audit ],
                  [ 'a socket and UDP' => $audit =~ s/^#(?=module|input)//gmr ],
                  [ 'Elasticsearch' => $here->('elasticsearch') ],
                  [ 'Kafka' => $here->('kafka') ]) {
        my ($name, $text) = @$case;
        my ($status, $said) = lint_rsyslog($text);
        is($status, 0, "$name: status 0");
        my @more = grep { /\S/ && !/$expected/ } split /\n/, $said;
        is_deeply(\@more, [], "$name: no complaint");
    }
};

# --- Elasticsearch ---

# As much of it as omelasticsearch sees: documents are stored as they come, in
# $DIR/stored, unless their id is there already; $DIR/meta has the lines of
# their index and id.  Whoever asks for its health has an empty answer.
sub start_store {
    my $listen = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:$port", ReuseAddr => 1)
        or die "127.0.0.1:$port: $!\n";
    my $pid = fork() // die "fork: $!\n";
    return $pid if $pid;
    my %known;
    while (my $client = $listen->accept()) {
        my $body = request($client);
        my $answer = length $body ? stored(\%known, split /\n/, $body) : '{}';
        print $client "HTTP/1.1 200 OK\r\nConnection: close\r\n",
            "Content-Type: application/json\r\n\r\n$answer";
    }
    POSIX::_exit(0);
}

# The body of a request to store something, or nothing of another one.
sub request {
    my ($client) = @_;
    $client->autoflush(1);
    my $head = '';
    while (my $line = <$client>) {
        $head .= $line;
        last if $line eq "\r\n";
    }
    my ($length) = $head =~ /^Content-Length: (\d+)/mi or return '';
    print $client "HTTP/1.1 100 Continue\r\n\r\n" if $head =~ /^Expect:/mi;
    read $client, (my $body), $length;
    return $head =~ m{^POST /_bulk } ? $body : '';
}

sub stored {
    my ($known, @lines) = @_;
    my (@items, $errors);
    open my $documents, '>>:raw', "$DIR/stored" or die $!;
    open my $meta, '>>:raw', "$DIR/meta" or die $!;
    while (my ($action, $document) = splice @lines, 0, 2) {
        print $meta "$action\n";
        my ($id) = $action =~ /"_id":"(\w+)"/;
        if (defined $id && $known->{$id}++) {
            $errors = 1;
            push @items, { create => { _id => $id, status => 409,
                                       error => { type => 'version_conflict_engine_exception' } } };
        } else {
            print $documents "$document\n";
            push @items, { create => { _id => $id, status => 201 } };
        }
    }
    close $_ or die $! for $documents, $meta;
    return $json->encode({ errors => $errors ? JSON::PP::true : JSON::PP::false,
                           items => \@items });
}

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(
    level => 'notice', http => "    riverty_audit_key $AUDIT_KEY;\n", server => <<"END"));
        riverty_customer on;
        location / {
            riverty_audit_log logs/audit.log required;
            proxy_pass $API;
        }
END
my $log = $gateway->path('audit.log');
my $rules = put('logrotate.conf', example('logrotate',
    '/var/log/riverty/audit.log' => $log,
    '/run/nginx.pid' => "$gateway->{prefix}/nginx.pid",
    'create 0640 www-data adm' => 'create 0640 ' . getpwuid($>) . ' ' . getgrgid($)),
), 0644);
my $config = example('rsyslog-elasticsearch.conf',
    '/var/lib/riverty-rsyslog' => "$DIR/ship",
    '/var/log/riverty/audit.log' => $log,
    'https://elastic.example:9200' => "http://127.0.0.1:$port",
    'action.resumeInterval="10"' => 'action.resumeInterval="1"',
);

# One of each sort.
sub requests {
    ask("GET $item");
    ask("POST $CUSTOMERS", body => $SAMPLE{'create-request'}, headers =>
        ['X-Request-ID: 0f8fad5b-d9cb-469f-a165-70867728950e',
         'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01']);
    ask("PUT $item", body => $SAMPLE{'update-request'} =~ s/"DE"/"deu"/r);
    ask("POST $CUSTOMERS", body => '{"customer": {"firstName": 1}}');
    ask("GET $item", token => undef);
    return;
}

sub queue_size {
    my $size = 0;
    $size += -s $_ // 0 for glob "$DIR/ship/elasticsearch.0*";
    return $size;
}

my @lines;

subtest 'a log that is rotated, to Elasticsearch' => sub {
    requests();
    my $rsyslogd = start_rsyslogd('ship', $config, sub { -s "$DIR/ship/rsyslogd.pid" });
    ok(wait_for(sub { queue_size() > -s $log }, 30), 'nobody is there: records wait on disk');
    $rsyslogd->stop('KILL');     # as its unit says
    my $size = queue_size();
    requests();
    $rsyslogd->start();
    ok(wait_for(sub { queue_size() > $size }, 30), 'a restart, and it reads on');

    is(qx{logrotate -f -s $DIR/logrotate.state $rules 2>&1}, '', 'the log is rotated');
    ok(wait_for(sub { requests(); -s $log }, 20), 'and goes on');

    my $store = start_store();
    ok(wait_for(sub {
        @lines = map { slurp($_) =~ /^.*\n/mg } "$log.1", $log;
        my %stored = map { $_ => 1 } slurp("$DIR/stored") =~ /^.*\n/mg;
        !grep { !$stored{$_} } @lines;
    }, 20), 'Elasticsearch is there, and gets every record, byte for byte')
        or diag($rsyslogd->said());
    $rsyslogd->stop('KILL');
    kill 'TERM', $store;
    waitpid $store, 0;

    my @stored = slurp("$DIR/stored") =~ /^.*\n/mg;
    is(scalar @stored, scalar @lines, 'each of them is stored once');
    my %mac = map { /"mac":"(\w+)"/ ? ($1 => 1) : () } @lines;
    my %id = map { /"_id":"(\w+)"/ ? ($1 => 1) : () } slurp("$DIR/meta") =~ /^.*\n/mg;
    is_deeply(\%id, \%mac, 'its id is the mac of its chain');
    is_deeply([ grep { !/^\{"create":\{"_index": "logs-riverty.audit-default", "_id":/ }
                slurp("$DIR/meta") =~ /^.*\n/mg ], [], 'in the data stream');
    my ($status, $verdict) = verify(put('stored.log', join '',
        sort { $a =~ s/.*"seq":(\d+).*/$1/sr <=> $b =~ s/.*"seq":(\d+).*/$1/sr } @stored));
    is($status, 0, 'and the chain is whole, read from there') or diag($verdict);
    is_deeply([ grep { !/409/ } slurp("$DIR/ship/refused.json") =~ /^.*\n/mg ], [],
              'what was refused was there already');
};

# --- its index template ---

my $template = $json->decode(slurp('docs/examples/elasticsearch-template.json'));

# The type of a record's member: its names may be dotted here and there.
sub type_of {
    my ($mapping, @names) = @_;
    return $mapping->{type} // 'object' if !@names;
    return $mapping->{type} if ($mapping->{type} // '') eq 'flattened';
    for my $count (1 .. @names) {
        my $member = $mapping->{properties}{ join '.', @names[0 .. $count - 1] } or next;
        my $type = type_of($member, @names[$count .. $#names]);
        return $type if defined $type;
    }
    return undef;
}

# Its leaves, as lists of names; elements of a list count as the list.
sub leaves {
    my ($value, @names) = @_;
    return map { leaves($value->{$_}, @names, @names ? $_ : split /\./) } keys %$value
        if ref $value eq 'HASH';
    return map { leaves($_, @names) } @$value if ref $value eq 'ARRAY';
    return [ \@names, $value ];
}

subtest 'the index template has a type for each member' => sub {
    my $mappings = $template->{template}{mappings};
    my (%unknown, %wrong);
    for my $leaf (map { leaves($json->decode($_)) } @lines) {
        my ($names, $value) = @$leaf;
        my $type = type_of($mappings, @$names);
        my $name = join '.', @$names;
        $unknown{$name} = 1 if !defined $type || $type eq 'object' || $type eq 'nested';
        # as JSON wrote it: a number has no quotes
        my $is = JSON::PP::is_bool($value) ? 'boolean'
               : $json->allow_nonref->encode($value) =~ /^"/ ? 'text' : 'long';
        $wrong{$name} = "$type for $is"
            if defined $type && $type ne 'flattened'
               && ($is eq 'text' ? $type =~ /^(?:long|boolean)$/ : $type ne $is);
    }
    is_deeply([ sort keys %unknown ], [], 'of records that were written');
    is_deeply(\%wrong, {}, 'that fits');

    my ($table) = slurp('docs/audit.md') =~ /^## Members\n(.*?)^\| outcome /ms;
    my @members = map { /`([^`]+)`/g } ($table // '') =~ /^\| (`.*?) \|/mg;
    cmp_ok(scalar @members, '>', 20, 'docs/audit.md has a table of members');
    is_deeply([ grep { !defined type_of($mappings, split /\./) } @members ], [],
              'of which each has one');
};

done_testing();
