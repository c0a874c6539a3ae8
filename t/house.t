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

# room => what its #include lines may name, beside the room itself and the
# system's headers.
my $core = qr{^contract/core/};
my $json = qr{^contract/(?:core|json)/};
my $pattern = qr{^contract/(?:core|json|pattern)/};
my $customer = qr{^contract/(?:core|json|customer)/};
my %doors = (
    'contract/core'     => qr{^(?!)},
    'contract/json'     => $core,
    'contract/pattern'  => $core,
    'contract/customer' => $pattern,
    'contract/audit'    => $customer,
    'contract/store'    => $core,
    'cli'               => qr{^(?:contract/|cli/(?:check|keys|audit|pages)/)},
    'cli/check'         => qr{^(?:contract/|cli/[^/]+$)},
    'cli/keys'          => qr{^(?:contract/|cli/[^/]+$)},
    'cli/audit'         => qr{^(?:contract/|cli/[^/]+$)},
    'cli/pages'         => qr{^(?:contract/|cli/[^/]+$)},
    'sandbox'           => qr{^ngx_},
    'gateway'           => qr{^(?:contract/|ngx_)},
);

sub room_of {
    my ($path) = @_;
    return $path =~ m{^\Q$rooms\E/(.+)/[^/]+\.[ch]$} ? $1 : '';
}

my @sources = grep { room_of($_) ne '' } @files;

is_deeply([ grep { !$doors{room_of($_)} } @sources ], [],
          'every source stands in a room that has doors');

for my $room (sort keys %doors) {
    my @strangers;
    for my $path (grep { room_of($_) eq $room } @sources) {
        my $source = slurp($path);
        while ($source =~ /^\s*#\s*include\s+(["<])([^">]+)/mg) {
            my ($form, $name) = ($1, $2);
            # A system header, or one of the room's own.
            next if $form eq '<' && $name !~ m{^(?:ngx_|contract/|gateway/|cli/|sandbox/)};
            next if $name !~ m{/} && -e "$rooms/$room/$name";
            next if $name =~ m{^\Q$room\E/[^/]+$};
            push @strangers, "$path: $name" if $name !~ $doors{$room};
        }
    }
    is_deeply(\@strangers, [], "$room includes nothing that it may not know");
}

# part of the state => the file that alone writes to it
my %writers = ((map { $_ => $_ } qw(buffers metrics route ids trace app body refusal problem gate seal
                                cache reply audit)),
               guard => 'log_guard', keys => 'second_key', intent => 'audit_intent');
my @trespassers;
for my $path (grep { m{/gateway/.*\.c$} } @sources) {
    my $source = slurp($path);
    while ($source =~ /\bstate->(\w+)\.(\w+)(?:\[[^\]]*\])?\s*(?:[-+|&]?=(?!=)|\+\+|--)/g) {
        my $room = $writers{$1} ? "ngx_http_riverty_$writers{$1}.c" : undef;
        push @trespassers, "$path: $1.$2"
            if !defined $room || $path !~ m{/(?:\Q$room\E|ngx_http_riverty\.c)$};
    }
}
is_deeply(\@trespassers, [], 'each part of the state is written by its own file alone');

# main.c, and nginx's own tables of a module, are asked for by nobody.
my %headless = map { $_ => 1 } "$rooms/cli/main.c",
    "$rooms/gateway/ngx_riverty_customer_module.c",
    "$rooms/sandbox/ngx_riverty_sandbox_module.c";
is_deeply([ grep { /\.c$/ && !$headless{$_} && !-e s/c$/h/r } @sources ], [],
          'a source has a header of its name');

is_deeply([ grep { slurp($_) =~ /^.{81}/m } @sources ], [],
          'no line of a source is longer than 80 characters');

{
    # What make told this process is none of the inner make's business.
    local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};
    is(system("make -s check-symbols BUILD=$build"), 0,
       'no object of the contract names a symbol of nginx');
}

is_deeply([ grep { m{^$rooms/.*\.[ch]$} && slurp($_) =~ /\bnginx_version\b/
                   && $_ ne "$rooms/gateway/ngx_http_riverty_compat.h" } @files ], [],
          'what differs between versions of nginx stands in ngx_http_riverty_compat.h alone');

# cmocka 2 warns of the name, cmocka 1 knows no other: t/contract/in_range.h.
is_deeply([ grep { m{^t/contract/.*\.c$} && slurp($_) =~ /\bassert_in_range\b/ } @files ], [],
          'ranges are asked for in the words of cmocka 2');

is(slurp('docs/fields.md'),
   scalar qx{$build/riverty-customer fields --markdown},
   'docs/fields.md is what "riverty-customer fields --markdown" prints');

is(system(qw(tools/generate-codes --check countries.c languages.c code_aliases.c)), 0,
   'the tables of codes are what tools/generate-codes makes');

SKIP: {
    my $status = system(qw(tools/generate-codes --check postal_codes.c postal_examples.h)) >> 8;
    skip 'npm has not what tools/generate-codes needs', 1 if $status == 77;
    is($status, 0, '... those of postal codes, too');
}

is(system(qw(tools/generate-status-page --check)), 0,
   'the status page is what tools/generate-status-page makes of its parts');

my ($line) = slurp('README.md') =~ /^\s*(tools\/install-dependencies && make test)$/m;
ok(defined $line, 'README.md tells how to run the tests in one line');
ok(slurp('.ci/run') =~ /^\Q$line\E$/m, '.ci/run runs just that line')
    if defined $line;

done_testing();
