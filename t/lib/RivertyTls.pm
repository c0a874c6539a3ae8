package RivertyTls;

# A local CA of a test, and a certificate with its key for each part: files
# NAME.pem beside ca.pem, as the configurations of docs/examples/cluster name
# them.

use strict;
use warnings;

use Exporter qw(import);
use Riverty qw(slurp spew);

our @EXPORT = qw(certificates);

my @new_key = qw(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes);

sub openssl {
    my ($folder, @arguments) = @_;
    my $said = qx{cd $folder && openssl @arguments 2>&1};
    $? == 0 or die "openssl @arguments: $said";
    return;
}

# In that folder; by the file's name the name in the certificate.
sub certificates {
    my ($folder, %names) = @_;
    openssl($folder, 'req -x509', @new_key, '-days 2 -subj /CN=test -keyout ca.key -out ca.pem');
    for my $part (sort keys %names) {
        spew("$folder/$part.ext", "subjectAltName=DNS:$names{$part}\n");
        openssl($folder, 'req -new', @new_key, "-subj /CN=$names{$part} -keyout $part.key -out $part.csr");
        openssl($folder, "x509 -req -in $part.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2",
                "-extfile $part.ext -out $part.crt");
        spew("$folder/$part.pem", slurp("$folder/$part.crt") . slurp("$folder/$part.key"));
    }
    return;
}

1;
