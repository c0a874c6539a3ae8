package RivertyCallgrind;

# Counts of instructions by callgrind: its files read, and two runs' difference
# taken, in which start and end, which cost the same in both, are gone.

use strict;
use warnings;

use Exporter qw(import);
use RivertyBench;
use RivertyBenchServers;
use RivertyBenchWork;
use Time::HiRes qw(sleep);

our @EXPORT = qw(profile_of sha256_functions instructions_of);

# What a proxy spends on a request, those given round about on one connection:
# so many are counted.  $with: port, core, out (callgrind's file), status (that
# is wanted), counted; and perhaps warm: how many come first, whose count is taken
# off again.
sub profile_of {
    my ($proxy, $requests, %with) = @_;
    my $warm = $with{warm} // 100;
    my @profiles;

    for my $times ($warm, $warm + $with{counted}) {
        my $nginx = start($proxy, $with{port}, $with{core}, '-g',
            'master_process off;', [ 'valgrind', '--tool=callgrind',
              "--callgrind-out-file=$with{out}", "--log-file=$with{out}.log" ]);
        ask($with{port}, $requests, $times, $with{status});
        sleep 0.2;   # it waits for the next event
        stop($nginx, 'QUIT');
        push @profiles, read_callgrind($with{out});
    }
    return difference(@profiles, $with{counted});
}

# A file of callgrind's.  self: function => instructions of its own; calls:
# caller => callee => those of the calls; place: function => [object, file];
# total.  A function is its name, and its object where that has no names.
sub read_callgrind {
    my ($path) = @_;
    my (%name, %profile, $fn, $ob, $fl, $callee);

    my $named = sub {
        my ($kind, $id, $text) = @_;
        $name{$kind}{$id} = $text if defined $text;
        return $name{$kind}{$id};
    };
    my ($callee_ob, $callee_fl);

    open my $file, '<', $path or die "$path: $!\n";
    while (<$file>) {
        if (/^(fn|cfn|ob|cob|fl|fi|fe|cfi|cfl)=\((\d+)\)(?: (.*))?$/) {
            my ($kind, $id, $text) = ($1, $2, $3);
            my $table = $kind =~ /fn$/ ? 'fn' : $kind =~ /ob$/ ? 'ob' : 'fl';
            my $value = $named->($table, $id, $text);
            if ($kind eq 'ob') { $ob = $value }
            elsif ($kind eq 'fl') { $fl = $value }
            elsif ($kind eq 'cob') { $callee_ob = $value }
            elsif ($kind =~ /^cf[il]$/) { $callee_fl = $value }
            elsif ($kind eq 'fn') {
                $fn = function($value, $ob);
                # Where it begins with another's code, that one's file.
                $profile{place}{$fn} = [ $ob, $fl ]
                    if ($profile{place}{$fn}[1] // '') !~ /\.c$/;
            } elsif ($kind eq 'cfn') {
                $callee = function($value, $callee_ob // $ob);
                $profile{place}{$callee} //= [ $callee_ob // $ob,
                                               $callee_fl // $fl ];
            }
        } elsif (/^calls=/) {
            my ($cost) = <$file> =~ /^\S+ (\d+)/;
            $profile{calls}{$fn}{$callee} += $cost // 0;
            ($callee_ob, $callee_fl) = ();
        } elsif (/^[+\-*\d]\S* (\d+)$/) {
            $profile{self}{$fn} += $1;
        } elsif (/^totals: (\d+)/) {
            $profile{total} = $1;
        }
    }
    return \%profile;
}

# Functions of a stripped object are called by their addresses, and recursion
# appends 'N to a name.
sub function {
    my ($name, $ob) = @_;
    $name =~ s/'\d+$//;
    return $name =~ /^0x/ ? "$name [" . ($ob =~ s{.*/}{}r) . ']' : $name;
}

# What the longer of two runs has more, a request.
sub difference {
    my ($short, $long, $requests) = @_;
    my %more = (place => $long->{place},
                total => ($long->{total} - $short->{total}) / $requests);

    $more{self}{$_} = ($long->{self}{$_} - ($short->{self}{$_} // 0)) / $requests
        for keys %{ $long->{self} };
    for my $caller (keys %{ $long->{calls} }) {
        for my $callee (keys %{ $long->{calls}{$caller} }) {
            $more{calls}{$caller}{$callee} = ($long->{calls}{$caller}{$callee}
                - ($short->{calls}{$caller}{$callee} // 0)) / $requests;
        }
    }
    return \%more;
}

# The functions that hash SHA-256's blocks.  libcrypto's has no name, since the
# library is stripped: it is what most of a long hash is spent in.
sub sha256_functions {
    my ($dir) = @_;
    my $named = qr/sha256\w*(?:block|compress|transform)|
                   (?:block|compress|transform)\w*sha256/xi;
    my $out = "$dir/callgrind.sha256";

    return $named if !found('openssl');
    spew("$dir/zeros", "\0" x 1_000_000);
    system('valgrind', '-q', '--tool=callgrind', "--callgrind-out-file=$out",
           "--log-file=$out.log", 'openssl', 'dgst', '-sha256', '-out',
           '/dev/null', "$dir/zeros") == 0 or return $named;
    my $self = read_callgrind($out)->{self};
    my ($most) = sort { $self->{$b} <=> $self->{$a} } keys %$self;
    return qr/$named|^\Q$most\E$/;
}

# Of a profile: all instructions, and those outside SHA-256's blocks.
sub instructions_of {
    my ($profile, $sha256) = @_;
    my $hashing = 0;

    $hashing += $profile->{self}{$_}
        for grep { /$sha256/ } keys %{ $profile->{self} };
    return ($profile->{total}, $profile->{total} - $hashing);
}

1;
