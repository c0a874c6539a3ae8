package RivertyNode;

# Programs from npm, for the tests that need one, of versions that run on Debian
# 12's node (18).  They are installed under build/node, each in a folder of its
# own, when a test first asks for them.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Path qw(make_path);

our @EXPORT = qw(npm_packages);

sub found {
    my ($program) = @_;
    return grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

# The folder node_modules that has these packages; dies where there can be none.
sub npm_packages {
    my ($name, @packages) = @_;
    my $folder = ($ENV{BUILD} // 'build') . "/node/$name";
    my $log = "$folder/npm.log";

    for my $program (qw(node npm)) {
        found($program) or die "needs $program (tools/install-dependencies test)\n";
    }

    make_path($folder);
    return abs_path("$folder/node_modules") if slurp("$folder/done") eq "@packages";

    system("npm install --prefix '$folder' --no-save --no-audit --no-fund"
           . " --fetch-retries=1 @packages > '$log' 2>&1") == 0
        or die "npm cannot install @packages:\n" . slurp($log);

    open my $done, '>', "$folder/done" or die "$folder/done: $!\n";
    print {$done} "@packages";
    close $done or die "$folder/done: $!\n";
    return abs_path("$folder/node_modules");
}

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or return '';
    local $/;
    return <$file> // '';
}

1;
