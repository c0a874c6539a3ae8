#!/usr/bin/perl

# The order of the house: doors that open one way, pages that are current,
# files that a reader can hold in his head.  Run from the top of the tree.

use strict;
use warnings;

use File::Find;
use Test::More;

my $build = $ENV{BUILD} // 'build';
my $rooms = 'ngx_riverty_customer_module';

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or return '';
    local $/;
    return <$file>;
}

my @files;
find({ no_chdir => 1,
       preprocess => sub { grep { !/^(?:\.git|\Q$build\E|build|servroot.*)$/ } @_ },
       wanted => sub { push @files, s{^\./}{}r if -f } }, '.');

is_deeply([ grep { slurp($_) =~ tr/\n// > 700 } @files ], [],
          'no file is longer than 700 lines');

# room => what its #include lines may name
my %doors = (
    contract => qr{^contract/},
    cli      => qr{^(?:contract|cli)/},
    sandbox  => qr{^(?:sandbox/|ngx_)},
    gateway  => qr{^(?:contract|gateway)/|^ngx_},
);

for my $room (sort keys %doors) {
    my @strangers;
    for my $path (grep { m{^$rooms/$room/.*\.[ch]$} } @files) {
        my $source = slurp($path);
        while ($source =~ /^\s*#\s*include\s+(["<])([^">]+)/mg) {
            my ($form, $name) = ($1, $2);
            # A system header, or one that stands beside the file.
            next if $form eq '<' && $name !~ /^ngx_/;
            next if $name !~ m{/} && -e "$rooms/$room/$name";
            push @strangers, "$path: $name" if $name !~ $doors{$room};
        }
    }
    is_deeply(\@strangers, [], "$room includes nothing that it may not know");
}

{
    # What make told this process is none of the inner make's business.
    local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};
    is(system("make -s check-symbols BUILD=$build"), 0,
       'no object of the contract names a symbol of nginx');
}

is(slurp('docs/fields.md'),
   scalar qx{$build/riverty-customer fields --markdown},
   'docs/fields.md is what "riverty-customer fields --markdown" prints');

is(system('tools/generate-codes', '--check'), 0,
   'the tables of codes are what tools/generate-codes makes');

my ($line) = slurp('README.md') =~ /^\s*(tools\/install-dependencies && make test)$/m;
ok(defined $line, 'README.md tells how to run the tests in one line');
ok(slurp('.ci/run') =~ /^\Q$line\E$/m, '.ci/run runs just that line')
    if defined $line;

done_testing();
