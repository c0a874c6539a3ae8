package RivertyAudit;

# What the tests of failing audit logs share: a gateway with chains in two logs,
# one of them "required", what it may say and forward while one fails, and
# riverty-customer's verdict.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Path qw(make_path);
use Riverty;
use RivertyConfig;
use Test::More;

our @EXPORT = qw(two_logs must may settle said unheard refused alerted verified
    whole copy);

my $item = "$CUSTOMERS/$NUMBER";
my $build = abs_path($ENV{BUILD} // 'build');
my ($api, $gateway);
my $heard = 0;
my $asked = 0;


# --- two logs, of which one is required ---

# The gateway and the API; their logs must.log and may.log are in a directory
# of the gateway's.
sub two_logs {
    my ($directory) = @_;
    make_path("$DIR/gateway");
    put('gateway/audit.key', 'c0ffee' x 12 . "\n", 0640);
    $api = start_api();
    $gateway = start_server('gateway', gateway_config(level => 'notice', http => <<"END", server => <<"END2"));
    access_log off;
    riverty_audit_key audit.key;
END
        riverty_customer on;
        riverty_audit_log off;
        location / { return 404; }
        location /must/ {
            riverty_prefix /must;
            riverty_audit_log $directory/must.log required;
            proxy_pass $API/;
        }
        location /may/ {
            riverty_prefix /may;
            riverty_audit_log $directory/may.log;
            proxy_pass $API/;
        }
END2
    return $gateway;
}

sub must { return ask("GET /must$item" . ($_[0] // ''))->{status} }
sub may { return ask("GET /may$item" . ($_[0] // ''))->{status} }

# A log's name is looked at once a second: until then its state is not known.
sub settle {
    my ($code) = @_;
    return wait_for(sub { must(); may(); $code->() }, 10);
}

# What error.log has said since said() was called; that, from level warn on.
sub unheard { return substr $gateway->log(), $heard }
sub said {
    my $new = unheard();
    $heard += length $new;
    return notable($new);
}
sub notable { return $_[0] =~ /^\S+ \S+ (\[(?:alert|warn|error|emerg|crit)\].*)$/mg }

# "required": nothing of it reaches the API; what the other log has does.
sub refused {
    my ($name) = @_;
    # the API may not have logged yet what was asked before
    my $mark = '?asked=' . ++$asked;
    my $marked = sub { return scalar(() = slurp($api->path('api.log')) =~ /\Q$mark"/g) };
    is(join(' ', map { must($mark) } 1 .. 3), '503 503 503', "$name: refused with \"required\"");
    is(join(' ', map { may($mark) } 1 .. 3), '404 404 404', "$name: forwarded without");
    wait_for(sub { $marked->() >= 3 }, 5);
    is($marked->(), 3, "$name: the API gets those only");
    return;
}

# What error.log has said since it was last asked: a line a pattern, in order.
# A record leaves when its request has been answered, so the last line may follow.
sub alerted {
    my ($name, @patterns) = @_;
    wait_for(sub { @patterns <= (() = notable(unheard())) }, 5);
    my @said = said();
    is(scalar @said, scalar @patterns, "$name: error.log has a line for each change")
        or diag(explain(\@said));
    like($said[$_] // '', $patterns[$_], "$name: with the reason") for 0 .. $#patterns;
    return;
}


# --- chains ---

# Exit status and output of riverty-customer audit verify.
sub verified {
    my (@words) = @_;
    my $said = qx{$build/riverty-customer audit verify --key $DIR/gateway/audit.key @words 2>&1};
    return ($? >> 8, $said);
}

sub whole {
    my ($name, @words) = @_;
    my ($status, $said) = verified(@words);
    is($status, 0, $name) or diag($said);
    return $said;
}

sub copy { my ($from, $to) = @_; spew($to, slurp($from)); return }

1;
