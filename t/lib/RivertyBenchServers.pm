package RivertyBenchServers;

# The proxies of a bench, each in a directory of its own with what it needs.

use strict;
use warnings;

use Cwd qw(abs_path);
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use File::Copy qw(copy);
use File::Path qw(make_path remove_tree);
use JSON::PP;
use POSIX ();
use RivertyBench;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(CUSTOMERS NUMBER prepare_servers missing_peers start);

use constant {
    CUSTOMERS => '/subscriptions/v1/customers',
    NUMBER    => 'c1631704458',
};

my $chain = 'riverty_audit_key audit.key;';

# What a proxy is made of.  The gateways have one configuration and these
# directives in it; `modules` is what a peer cannot do without.
my %proxies = (
    plain    => { conf => 'plain.conf' },
    silent   => { audit => [ '', 'riverty_audit_log off;' ] },
    record   => { audit => [ '', 'riverty_audit_log audit.log;' ] },
    chain    => { audit => [ $chain, 'riverty_audit_log audit.log;' ] },
    required => { audit => [ $chain, 'riverty_audit_log audit.log required;' ] },
    lua      => { conf => 'lua.conf', modules => [
        '@MODULES@/ngx_http_lua_module.so', '/usr/share/lua/5.1/resty/core.lua',
        glob('/usr/lib/*/lua/5.1/cjson.so') ] },
    njs      => { conf => 'njs.conf', modules => [
        '@MODULES@/ngx_http_js_module.so' ] },
);

my (@nginx, $modules, $run);

# What is wanted of: run, the bench's directory; nginx, its command; port, of
# each server by name, 'upstream' among them; key and token; and perhaps
# apps (how many), rules and more (directives of the location and of main and
# http), access_log (of the gateways).
sub prepare_servers {
    my (%with) = @_;
    my @names = grep { $_ ne 'upstream' } sort keys %{ $with{port} };

    ($run, @nginx) = ($with{run}, @{ $with{nginx} });
    $modules = modules_path();
    for my $tool ('taskset', $nginx[0]) {
        die "there is no $tool\n" if !found($tool);
    }

    remove_tree($run);
    make_path(map { "$run/$_/tmp" } @names);

    # A build meanwhile must not change what is measured.
    my $module = 'ngx_riverty_customer_module.so';
    copy("$with{build}/$module", "$run/$module") or die "$module: $!\n";

    my $secret = random_hex(32);
    for my $name (@names) {
        spew("$run/$name/apps.json", encode_json({ apps => apps(%with) }));
        spew("$run/$name/redaction.key", "$secret\n");
        spew("$run/$name/audit.key", random_hex(32) . "\n");
        spew("$run/$name/contract.json", tables($name, $secret, %with))
            if $proxies{$name}{conf} && $proxies{$name}{modules};
    }
    configure($_, %with) for @names;
}

# The peers among some proxies that cannot run here: what each lacks.
sub missing_peers {
    my ($nginx, @names) = @_;
    my %missing;

    @nginx = @$nginx;
    $modules = modules_path();
    for my $name (@names) {
        my @wanted = @{ $proxies{$name}{modules} // [] };
        s/\@MODULES\@/$modules/ for @wanted;
        my ($lacking) = grep { !-e } @wanted;
        # cjson's place is found by a pattern, perhaps nowhere
        $lacking //= 'cjson.so' if $name eq 'lua' && @wanted < 3;
        $lacking //= loaded(@wanted);
        $missing{$name} = $lacking if defined $lacking;
    }
    return %missing;
}

# The first one that this nginx does not load: it may be another one's.
sub loaded {
    my @modules = grep { m{^\Q$modules\E/} } @_;
    my ($conf, $out) = map { "/tmp/riverty-bench.$$.$_" } qw(conf out);
    my $strange;

    for my $module (@modules) {
        # lua's needs this one before it
        my $ndk = "$modules/ndk_http_module.so";
        spew($conf, join '', map({ "load_module $_;\n" }
            $module =~ /lua/ ? $ndk : (), $module),
            "pid $out;\nevents {}\n");
        $strange //= "$module for this nginx"
            if system("@nginx -t -q -c $conf -e $out 2> $out") != 0;
    }
    unlink $conf, $out;
    return $strange;
}

sub modules_path {
    my ($path) = qx{@nginx -V 2>&1} =~ /--modules-path=(\S+)/;
    return $path // '/usr/lib/nginx/modules';
}

sub apps {
    my (%with) = @_;

    return [ map { {
        name => $_ ? "billing-$_" : 'billing',
        tokens => [ 'sha256:' . sha256_hex($_ ? "$with{token}-$_" : $with{token}) ],
        operations => [qw(create read update)],
        keys => [ { id => 'primary', value => $with{key} } ],
    } } 0 .. ($with{apps} // 1) - 1 ];
}

# What the peers judge by: their tables, and ISO's codes as our schema has them.
sub tables {
    my ($name, $secret, %with) = @_;
    my $tables = decode_json(slurp('t/bench/peers/contract.json'));
    my $customer = decode_json(slurp('docs/customer.schema.json'))
        ->{'$defs'}{rules}{properties}{customer}{properties};

    my ($countries, $languages) = map { map { $_->{enum} // () } map { @{ $_->{anyOf} // [] } } @{ $_->{allOf} } }
        $customer->{address}{properties}{countryCode}, $customer->{language};
    @{ $tables->{words} }{qw(country_code language)} = ($countries, $languages);
    return encode_json($tables) if $name ne 'njs';

    # njs has no tables of its own: what it looks up is laid out here.
    my %pointer = map { $_->{name} => $_->{pointer} } @{ $tables->{objects} };
    $tables->{known}{customer}{address} = 1;
    $tables->{known}{document}{$_} = 1 for qw(customer paymentRegistration);
    for my $field (@{ $tables->{fields} }) {
        $field->{pointer} = "$pointer{$field->{in}}/$field->{name}";
        $tables->{known}{ $field->{in} }{ $field->{name} } = 1;
    }
    $_ = { map { $_ => 1 } @$_ } for values %{ $tables->{words} },
        $tables->{masked};
    $tables->{redaction_key} = $secret;
    for my $app (@{ apps(%with) }) {
        my ($digest) = $app->{tokens}[0] =~ /^sha256:(.*)/;
        $tables->{apps}{$digest} = {
            name => $app->{name}, key => $app->{keys}[0]{value},
            key_id => $app->{keys}[0]{id},
            operations => { map { $_ => 1 } @{ $app->{operations} } },
        };
    }
    return encode_json($tables);
}

sub configure {
    my ($server, %with) = @_;
    my $proxy = $proxies{$server};
    my $conf = $proxy->{conf} // 'gateway.conf';

    my %name = (
        RUN => $run, DIR => "$run/$server", KEY => $with{key},
        MODULES => $modules, PEERS => abs_path('t/bench/peers'),
        PORT => $with{port}{$server}, API_PORT => $with{port}{upstream},
        ACCESS_LOG => $with{access_log} // 'off',
        MAIN => $with{main} // '', MORE => $with{more} // '',
        WORKERS => $with{workers} // 1,
        # nobody, nginx's choice for a root's workers, could not read these
        USER => $> == 0 ? 'user root;' : '',
    );
    @name{qw(AUDIT_KEY AUDIT_LOG)} = @{ $proxy->{audit} // [] };

    for my $file ($conf, qw(common.conf http.conf api.conf headers.conf)) {
        my $to = $file eq $conf ? "$server.conf" : $file;
        spew("$run/$server/$to",
             slurp("t/bench/$file") =~ s/\@([A-Z_]+)\@/$name{$1}/gr);
    }
}

# Starts a server on some cores, perhaps below a tool; its pid.
sub start {
    my ($server, $port, $cores, @more) = @_;
    my @below = ref $more[-1] ? @{ pop @more } : ();
    my $dir = "$run/$server";

    my $pid = spawn("$dir/output.log", 'taskset', '-c', $cores, @below, @nginx,
                    '-p', "$dir/", '-e', "$dir/error.log",
                    '-c', "$dir/$server.conf", @more);
    my $deadline = time + PATIENCE;
    until (connected($port)) {
        die "$server did not start; see $dir\n"
            if waitpid($pid, POSIX::WNOHANG()) || time > $deadline;
        sleep 0.05;
    }
    return $pid;
}

1;
