#!/usr/bin/perl

# docs/examples/grafana-dashboard.json: it is one by Grafana's own types, and
# Debian's Prometheus, which scrapes a gateway at work, has an answer to each of
# its queries; so it has for the alert rules, which it evaluates beside.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use HTTP::Tiny;
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyNode;
use Test::More;

my $file = 'docs/examples/grafana-dashboard.json';
my $dashboard = decode_json(slurp($file));
my @panels = grep { $_->{type} ne 'row' } @{ $dashboard->{panels} };

subtest 'panels' => sub {
    my (%ids, %taken, @twice);
    $ids{ $_->{id} }++ for @{ $dashboard->{panels} };
    is_deeply([ grep { $ids{$_} > 1 } keys %ids ], [], 'each has an id of its own');
    for my $panel (@{ $dashboard->{panels} }) {
        my %at = %{ $panel->{gridPos} };
        for my $x ($at{x} .. $at{x} + $at{w} - 1) {
            push @twice, "$panel->{title} at $x" if $x >= 24
                || grep { $taken{"$x,$_"}++ } $at{y} .. $at{y} + $at{h} - 1;
        }
    }
    is_deeply(\@twice, [], 'none covers another');
    is_deeply([ grep { !@{ $_->{targets} } } @panels ], [], 'each asks something');
};

subtest 'types' => sub {
    my $modules = npm_packages('grafana', '@grafana/schema@12', 'typescript@5');
    my $types = '@grafana/schema/dist/types';
    my $json = JSON::PP->new->utf8->canonical->pretty;
    my %kind = map { $_->{type} => 1 } @panels;
    my $text = join "\n", qq(import type { Dashboard } from "$modules/$types";),
        (map { qq(import type * as $_ from "$modules/$types/raw/composable/$_/panelcfg/x/types.gen";) }
             sort keys %kind),
        # JSON has the strings of their enumerations
        'type Plain<T> = T extends string ? `${T}`'
            . ' : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;',
        'export const dashboard: Plain<Dashboard> = ' . $json->encode($dashboard) . ';',
        map { "export const panel$_->{id}: Plain<$_->{type}.Options> = "
              . $json->encode($_->{options}) . ';' } @panels;
    my $source = put('dashboard.ts', $text);
    my $said = qx{node $modules/typescript/bin/tsc --noEmit --strict --skipLibCheck \\
        --module node16 --moduleResolution node16 $source 2>&1};
    is($?, 0, "Grafana's types have nothing against it") or diag(substr $said, 0, 3000);
};

# --- a gateway at work, and a Prometheus ---

start_api();
my $ends = '2100-01-01T00:00:00Z';
my %app = map { $_->{name} => $_ } @{ decode_json(slurp("$STORE/apps.json"))->{apps} };
put('apps.json', encode_json({ apps => [
    { %{ $app{billing} }, keys => [ { id => 'primary', value => $KEY{'billing.primary'},
                                      not_after => $ends } ] }, $app{reader} ] }), 0640);
start_server('gateway', config_of(http => <<"END"));
    riverty_key_store $DIR/apps.json;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    riverty_audit_log logs/audit.log;
    server {
        listen 127.0.0.1:$GATEWAY;
        location / { riverty_customer on; proxy_pass $API; }
        location /watched/ {
            riverty_prefix /watched;
            riverty_customer monitor;
            proxy_pass $API/;
        }
        location = /status { riverty_status prometheus; }
    }
END

# What leaves a trace in each family: the sample, one that is normalised, one
# that is refused, and one that would be.
sub load {
    my $bad = edited('create-request', [ countryCode => '"DE"' => '"XX"' ]);
    my $small = edited('create-request', [ countryCode => '"DE"' => '"de"' ]);
    ask("POST $CUSTOMERS", body => $_) for $SAMPLE{'create-request'}, $small, $bad;
    ask("POST /watched$CUSTOMERS", body => $bad);
    ask("GET $CUSTOMERS/$NUMBER", token => $TOKEN{reader});
    return;
}

my $port = port();
make_path("$DIR/prometheus");
put('alerts.yml', slurp('docs/examples/prometheus-alerts.yml'));
put('prometheus.yml', <<"END");
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
scrape_configs:
  - job_name: riverty
    metrics_path: /status
    static_configs: [ { targets: ["127.0.0.1:$GATEWAY"] } ]
END
my $owner = $$;
my $pid = fork() // die "fork: $!\n";
if (!$pid) {
    open STDOUT, '>', "$DIR/prometheus/said";
    open STDERR, '>&', \*STDOUT;
    exec 'prometheus', "--config.file=$DIR/prometheus.yml", "--web.listen-address=127.0.0.1:$port",
        "--storage.tsdb.path=$DIR/prometheus/data", '--log.level=warn' or POSIX::_exit(127);
}

END {
    if ($pid && $owner == $$) {
        local $?;
        kill 'KILL', $pid;
        waitpid $pid, 0;
    }
}

my $http = HTTP::Tiny->new(timeout => 10);

sub prometheus {
    my ($path, %form) = @_;
    my $answer = $http->post_form("http://127.0.0.1:$port/api/v1/$path", \%form);
    return eval { decode_json($answer->{content}) } // { error => $answer->{content} };
}

ok(wait_for(sub { $http->get("http://127.0.0.1:$port/-/ready")->{success} }, 30),
   'Prometheus is ready') or BAIL_OUT('there is no prometheus, or: ' . slurp("$DIR/prometheus/said"));

# Variables are filled in as Grafana does it; a rate looks back over all that
# there is.
my %value = (instance => '.*', app => '.*', __rate_interval => '60s', __range => '1h');

sub answered {
    my ($query) = @_;
    $query =~ s/\$(\w+)/$value{$1} \/\/ die "a variable $1\n"/ge;
    my $answer = prometheus('query', query => $query);
    return ($answer->{error} // '', scalar @{ $answer->{data}{result} // [] });
}

my @targets = map { my $panel = $_; map { [ $panel->{title}, $_->{expr} ] } @{ $_->{targets} } }
    @panels;
my (%open, %error) = map { $_->[1] => $_->[0] } @targets;
wait_for(sub {
    load();
    for my $query (keys %open) {
        ($error{$query}, my $rows) = answered($query);
        delete $open{$query} if $rows;
    }
    return !%open;
}, 30);
is_deeply([ map { "$open{$_}: $_ $error{$_}" } sort keys %open ], [],
          'each of ' . @targets . ' queries has an answer');

for my $variable (grep { $_->{type} eq 'query' } @{ $dashboard->{templating}{list} }) {
    my ($family, $label) = $variable->{query}{query} =~ /^label_values\((\w+), (\w+)\)$/;
    my $answer = decode_json($http->get(
        "http://127.0.0.1:$port/api/v1/label/$label/values?match[]=$family")->{content});
    ok(scalar @{ $answer->{data} }, "$variable->{name} has values");
}

my $rules;
ok(wait_for(sub {
    $rules = decode_json($http->get("http://127.0.0.1:$port/api/v1/rules")->{content})
        ->{data}{groups}[0]{rules} // [];
    @$rules && !grep { $_->{health} eq 'unknown' } @$rules;
}, 30), 'the alert rules are evaluated');
is_deeply([ map { "$_->{name}: " . ($_->{lastError} // '') } grep { $_->{health} ne 'ok' } @$rules ],
          [], '... without an error');

done_testing();
