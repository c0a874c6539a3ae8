#!/usr/bin/perl

# The example of a container: its manifests are Kubernetes', fit each other, and
# their nginx.conf serves as a user without a name, where nothing but /tmp can be
# written; tools/container says whether it can serve.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use CPAN::Meta::YAML;
use File::Path qw(make_path);
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyNode;
use Test::More;

my $folder = 'docs/examples/kubernetes';
my $uid = 1_000_650_000;    # as OpenShift gives them; of group 0

my @manifests = grep { !/kustomization/ } sort glob "$folder/*.yaml";
my %manifest = map { $_->{kind} => $_ } map { @{ CPAN::Meta::YAML->read($_) } } @manifests;

subtest 'manifests' => sub {
    my ($base) = @{ CPAN::Meta::YAML->read("$folder/kustomization.yaml") };
    is_deeply([ sort @{ $base->{resources} } ], [ map { s{.*/}{}r } @manifests ], 'the base has all of them');
    my $packages = npm_packages('kubernetes', 'kubernetes-models@4.5.1',
                                '@kubernetes-models/prometheus-operator@4.4.4', 'yaml@2.9.1');
    my $said = qx{node t/lib/kubernetes.mjs $packages @manifests 2>&1};
    is($said, join('', map { $_->{kind} . ": good\n" } map { @{ CPAN::Meta::YAML->read($_) } } @manifests),
       'they fit the schemas of Kubernetes');
    my $bad = put('bad.yaml', slurp("$folder/deployment.yaml") =~ s/replicas: 2/replicas: two/r);
    like(qx{node t/lib/kubernetes.mjs $packages $bad 2>&1}, qr/^Deployment: .*replicas/,
         '... which one that does not fit does not');
};

subtest 'what the manifests say of each other' => sub {
    my $deployment = $manifest{Deployment}{spec};
    my $labels = $deployment->{template}{metadata}{labels};
    is_deeply($_->[1], $labels, "$_->[0] selects the pods") for
        [ Deployment => $deployment->{selector}{matchLabels} ],
        [ Service => $manifest{Service}{spec}{selector} ],
        [ PodDisruptionBudget => $manifest{PodDisruptionBudget}{spec}{selector}{matchLabels} ],
        [ NetworkPolicy => $manifest{NetworkPolicy}{spec}{podSelector}{matchLabels} ];
    is_deeply($manifest{ServiceMonitor}{spec}{selector}{matchLabels}, $manifest{Service}{metadata}{labels},
              'ServiceMonitor selects the service');
    my $pod = $deployment->{template}{spec};
    my ($nginx) = @{ $pod->{containers} };
    my %port = map { $_->{name} => $_->{containerPort} } @{ $nginx->{ports} };
    my $conf = slurp("$folder/nginx.conf");
    is_deeply([ sort values %port ], [ $conf =~ /listen (\d+);/g ], 'nginx listens on the ports');
    my %volume = map { $_->{name} => $_ } @{ $pod->{volumes} };
    is_deeply([ sort map { $_->{name} } @{ $nginx->{volumeMounts} } ], [ sort keys %volume ],
              'what is mounted is there');
    is($volume{keys}{secret}{secretName}, $manifest{Secret}{metadata}{name}, '... the secret');
    my ($base) = @{ CPAN::Meta::YAML->read("$folder/kustomization.yaml") };
    is($volume{config}{configMap}{name}, $base->{configMapGenerator}[0]{name}, '... and the configuration');
    my %mount = map { $_->{name} => $_ } @{ $nginx->{volumeMounts} };
    ok(!exists $mount{keys}{subPath}, 'the store is mounted whole, so that a change arrives');
    is_deeply([ grep { !/^\Q$mount{keys}{mountPath}\E/ } $conf =~ m{riverty_\w*_?key\w*(?: k1)? (/\S+);}g ], [],
              'nginx reads it there');
    my @written = $conf =~ m{(?:_path|pid)\s+(/\S+);}g;
    is_deeply([ grep { !m{^\Q$mount{tmp}{mountPath}\E/} } @written ], [], 'and writes to /tmp alone');
    is($nginx->{readinessProbe}{httpGet}{path}, '/health', 'readiness is riverty_health');
};


# --- as a user without a name ---

if ($> != 0 || system('unshare -m mount --make-rprivate / 2> /dev/null') != 0) {
    note('only root can be somebody else, where it may mount');
    done_testing();
    exit;
}
ok(!getpwuid $uid, 'nobody is called so');

my ($modules) = load_modules() =~ m{^load_module (\S+)/ngx_riverty_customer_module}m;
my $api = start_api();
my $status = port();
my $text = slurp("$folder/nginx.conf");
# before the build's own path comes in, which may be below /tmp
$text =~ s{ /tmp/}{ $DIR/tmp/}g or die;
$text =~ s{/etc/riverty/}{$DIR/mount/}g or die;
$text =~ s{modules/ngx_riverty_customer_module}{$modules/ngx_riverty_customer_module} if $modules;
$text =~ s{^load_module.*\n}{}m if !$modules;
$text =~ s{listen 8080;}{listen 127.0.0.1:$GATEWAY;} or die;
$text =~ s{listen 8081;}{listen 127.0.0.1:$status;} or die;
$text =~ s{https://riverty;}{http://riverty;} or die;
$text =~ s{server +\S+:443;}{server 127.0.0.1:$API_PORT;} or die;
my $conf = put('nginx.conf', $text, 0644);
chmod 0711, $DIR or die $!;

# As the kubelet mounts a Secret for a group of the pod.
make_path("$DIR/mount");
my $group = 4321;
for my $name (qw(apps.json billing.primary redaction.key)) {
    spew("$DIR/mount/$name", slurp("$STORE/$name"));
    chown 0, $group, "$DIR/mount/$name";
    chmod 0440, "$DIR/mount/$name";
}
my $cli = abs_path(($ENV{BUILD} // 'build') . '/riverty-customer');
like(qx{'$cli' keys lint $DIR/mount/apps.json --user $uid:$group 2>&1}, qr/: good/, 'keys lint: it reads the store');

# A mount namespace of its own: / is read only, what is /tmp there is in memory.
my $errors = put('errors', '', 0666);
my $nginx = $ENV{NGINX_BINARY} // '/usr/sbin/nginx';
put('start', <<"END", 0755);
#!/bin/sh
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=1777 none $DIR/tmp
mount -o remount,bind,ro /
! touch $DIR/written || exit 1
exec setpriv --reuid=$uid --regid=0 --groups=$group --bounding-set=-all --no-new-privs \\
    $nginx -c $conf -p $DIR -g 'daemon off;'
END
mkdir "$DIR/tmp" or die $!;

# what writes into / is open before
my $pid = open(my $stdout, '-|', 'sh', '-c', "exec unshare -m $DIR/start 2> $errors") // die "sh: $!\n";
my $health = "tools/container health $status";
ok(wait_for(sub { system("$health 2> /dev/null") == 0 }, 20), 'it starts, and its health is asked')
    or diag(slurp($errors));
is(ask("GET $CUSTOMERS/$NUMBER")->{status}, 404, 'it forwards');
like(slurp("/proc/$pid/status"), qr/^Uid:\t$uid\t$uid\t$uid\t$uid$/m, 'as that user');
like(slurp("/proc/$pid/status"), qr/^CapEff:\t0+$/m, '... without a capability');

chmod 0, "$DIR/mount/apps.json";
like(qx{'$cli' keys lint $DIR/mount/apps.json --user $uid:$group 2>&1}, qr/user "$uid:$group" cannot read/,
     'keys lint: a mode that shuts it out');
kill 'QUIT', $pid;
my @records = map { JSON::PP->new->utf8->decode($_) } readline $stdout;
close $stdout;
is($?, 0, 'QUIT ends it in order');
is(join(' ', map { $_->{'event.action'} } @records), 'store customer.read customer.read',
   'its standard output is the audit log');
isnt(system("$health 2> /dev/null"), 0, 'it has no health then');
is(join('', grep { !/cannot touch|\[notice\]/ } split /^/, slurp($errors)), '', 'error.log has nothing to say');

done_testing();
