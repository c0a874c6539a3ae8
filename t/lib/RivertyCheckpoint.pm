package RivertyCheckpoint;

# The gateway of the tests of signed notes: two workers and two chained logs, one
# of them of /other/.

use strict;
use warnings;

use Exporter qw(import);
use RivertyConfig;

our @EXPORT = qw(checkpoint_config);

# Its notes go there, so often; audit.key and sign.pem stand beside its folder.
sub checkpoint_config {
    my ($to, $every) = @_;
    return gateway_config(level => 'notice', workers => 2, http => <<"END", server => <<"END2");
    riverty_audit_key ../audit.key;
    riverty_audit_checkpoint $to key=../sign.pem every=$every;
END
        riverty_customer on;
        location / { proxy_pass $API; }
        location /other/ {
            riverty_prefix /other;
            riverty_audit_log logs/other.log;
            proxy_pass $API/;
        }
END2
}

1;
