package RivertyNode;

# Programs from npm, for the tests that need one.  They are installed under
# build/node, each in a folder of its own, when a test first asks for them; a
# machine without node and npm, or without a registry, skips those tests.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Path qw(make_path);
use Test::More ();

our @EXPORT = qw(npm_or_skip);

sub found {
    my ($program) = @_;
    return grep { -x "$_/$program" } split /:/, $ENV{PATH};
}

# The folder node_modules that has these packages; skips all of the test where
# there can be none.
sub npm_or_skip {
    my ($name, @packages) = @_;
    my $folder = ($ENV{BUILD} // 'build') . "/node/$name";
    my $log = "$folder/npm.log";

    for my $program (qw(node npm)) {
        Test::More::plan(skip_all => "needs $program (apt-get install npm)")
            unless found($program);
    }

    make_path($folder);
    return abs_path("$folder/node_modules") if -e "$folder/done";

    system("npm install --prefix '$folder' --no-save --no-audit --no-fund"
           . " --fetch-retries=1 @packages > '$log' 2>&1") == 0
        or Test::More::plan(skip_all => "npm cannot install @packages, see $log");

    open my $done, '>', "$folder/done" or die "$folder/done: $!\n";
    close $done;
    return abs_path("$folder/node_modules");
}

1;
