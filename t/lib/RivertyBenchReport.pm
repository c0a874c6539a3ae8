package RivertyBenchReport;

# What the benches print, and what they are measured against: figures of rounds
# as tables, each beside plain's in the same round, and the goals.

use strict;
use warnings;

use Exporter qw(import);
use RivertyBench;

our @EXPORT = qw(bench_tables audit_tables ratios ratio goals machine_line
    figure_names);

use constant BUSY => 95;   # %, of a worker that is the limit itself

# form: of a figure; factor: what it is multiplied by first; compared: whether
# its ratio to plain's says something.
my @figures = (
    { name => 'requests_per_second', title => 'requests/s', form => '%.0f',
      compared => 1 },
    { name => 'cpu_us_per_request', title => 'CPU us/request', form => '%.2f',
      compared => 1 },
    { name => 'ends_us_per_request', title => 'upstream and load, us',
      form => '%.2f' },
    { name => 'p50', title => 'p50 at 80 %, us', form => '%.0f', compared => 1 },
    { name => 'p99', title => 'p99 at 80 %, us', form => '%.0f', compared => 1 },
    { name => 'unsent', title => 'not carried at 80 %, %', form => '%.1f' },
    { name => 'system_calls_per_request', title => 'system calls/request',
      form => '%.2f', compared => 1 },
    { name => 'instructions_per_request', title => 'instructions/request',
      form => '%.0f', compared => 1 },
    { name => 'instructions_outside_sha', title => '  outside SHA-256',
      form => '%.0f', compared => 1 },
    { name => 'memory', title => 'RSS, MB', form => '%.1f', factor => 1e-6 },
    { name => 'worker_busy', title => 'worker busy, %', form => '%.0f' },
);

# The goals: workload, proxy, figure, beside which proxy (nothing: the figure
# itself), and what it has to be.
my @goals = (
    map({ my ($workload, $record, $required) = @$_;
          [ $workload, 'record', 'requests_per_second', 'plain', '>=', $record ],
          [ $workload, 'required', 'requests_per_second', 'plain', '>=',
            $required ] }
        [ 'create', 1.0, 0.93 ], [ 'change', 0.98, 0.91 ], [ 'read', 1.0, 0.95 ]),
    [ 'refused', 'record', 'requests_per_second', 'plain', '>=', 2.0 ],
    [ 'refused', 'required', 'requests_per_second', 'plain', '>=', 2.0 ],
    [ 'large', 'record', 'requests_per_second', 'plain', '>=', 0.85 ],
    [ 'large', 'required', 'requests_per_second', 'plain', '>=', 0.85 ],
    [ 'create', 'record', 'requests_per_second', 'lua', '>=', 1.6 ],
    [ 'large', 'record', 'requests_per_second', 'lua', '>=', 6 ],
    [ 'create', 'record', 'system_calls_per_request', 'plain', '<=', 1.0 ],
    [ 'create', 'required', 'system_calls_per_request', 'plain', '<=', 1.0 ],
    [ 'create', 'record', 'instructions_outside_sha', undef, '<=', 50_000 ],
    [ 'create', 'required', 'instructions_outside_sha', undef, '<=', 50_000 ],
    [ 'create', 'record', 'p99', 'plain', '<=', 1.1 ],
    [ 'create', 'required', 'p99', 'plain', '<=', 1.1 ],
);

sub figure_names { return @figures }

# Of each round: a proxy's figure over another's.
sub ratios {
    my ($report, $workload, $proxy, $figure, $beside) = @_;
    my ($own, $other) = map { $report->{figures}{$workload}{$_}{$figure} }
        $proxy, $beside;

    return if !$own || !$other || @$own != @$other;
    return map { $other->[$_] ? $own->[$_] / $other->[$_] : () } 0 .. $#$own;
}

sub ratio {
    return median(ratios(@_));
}

# What has become of the goals: text, value, and whether it was reached.
sub goals {
    my ($report) = @_;
    my @results;

    for my $goal (@goals) {
        my ($workload, $proxy, $name, $beside, $how, $wanted) = @$goal;
        my ($value, $said) = reached($report, @$goal) or next;
        my ($figure) = grep { $_->{name} eq $name } @figures;
        my $form = sub { $beside ? sprintf '%.2f x', $_[0] : with_commas($_[0]) };

        push @results, {
            workload => $workload, proxy => $proxy, beside => $beside,
            figure => $figure->{title} =~ s/^ +/instructions /r,
            wanted => ($how eq '>=' ? 'at least ' : 'at most ')
                . $form->($wanted),
            value => $form->($value) . ($said eq '' ? '' : ", $said"),
            # What is not carried has no latency that could be compared.
            reached => $said !~ /not carried/
                && ($how eq '>=' ? $value >= $wanted : $value <= $wanted),
        };
    }
    return @results;
}

# A goal's value, and what has to be said of it.  Requests/s compare workers
# that had nothing to wait for; what others could carry, their CPU time says.
sub reached {
    my ($report, $workload, $proxy, $name, $beside) = @_;
    my $of = sub { median(@{ $report->{figures}{$workload}{$_[0]}{$_[1]} // [] }) };

    my $value = $beside ? ratio($report, $workload, $proxy, $name, $beside)
        : $of->($proxy, $name);
    return if !defined $value;
    if ($name eq 'p99') {
        # Where plain itself does not carry it, other work has taken its core.
        return if $of->($beside, 'unsent') > 1;
        my $unsent = $of->($proxy, 'unsent');
        return ($value, $unsent > 1 ? sprintf '%.0f %% not carried', $unsent : '');
    }
    return ($value, '') if $name ne 'requests_per_second'
        || !grep { $of->($_, 'worker_busy') < BUSY } $proxy, $beside;
    return (ratio($report, $workload, $beside, 'cpu_us_per_request', $proxy),
            sprintf 'by CPU time; %.2f x as timed', $value);
}

sub bench_tables {
    my ($report) = @_;
    my @out = head($report);

    for my $workload (@{ $report->{workloads} }) {
        push @out, sprintf "\n%-24s" . '%-28s' x @{ $report->{proxies} } . "\n",
            $workload, @{ $report->{proxies} };
        for my $figure (@figures) {
            my @cells = map { cell($report, $workload, $_, $figure) }
                @{ $report->{proxies} };
            push @out, sprintf "  %-22s" . '%-28s' x @cells . "\n",
                $figure->{title}, @cells if grep { $_ ne '-' } @cells;
        }
    }

    my @goals = goals($report);
    push @out, "\ngoals\n" if @goals;
    for my $goal (@goals) {
        push @out, sprintf "  %-8s %-9s %-24s %-7s %-16s %-8s %s\n",
            @$goal{qw(workload proxy figure)}, $goal->{beside} // '',
            @$goal{qw(wanted)}, $goal->{reached} ? 'reached' : 'MISSED',
            $goal->{value};
    }
    return @out, notes($report);
}

# "value (ratio to plain's)"
sub cell {
    my ($report, $workload, $proxy, $figure) = @_;
    my $values = $report->{figures}{$workload}{$proxy}{ $figure->{name} };

    return '-' if !$values;
    my $text = sprintf $figure->{form},
        median(@$values) * ($figure->{factor} // 1);
    return $text if !$figure->{compared} || $proxy eq 'plain';
    my $ratio = ratio($report, $workload, $proxy, $figure->{name}, 'plain');
    return defined $ratio ? sprintf '%s (%.2f x)', $text, $ratio : $text;
}

# What each adds to the first: of each round, and of the instructions.
sub audit_tables {
    my ($report) = @_;
    my @out = head($report);

    for my $workload (@{ $report->{workloads} }) {
        push @out, sprintf "\n%-10s %-24s %-24s %-13s %s\n", $workload,
            'CPU us/request', 'added', 'instructions', 'added';
        for my $proxy (@{ $report->{proxies} }) {
            my ($cpu, $count) = map { $report->{figures}{$workload}{$proxy}{$_} }
                qw(cpu_us_per_request instructions_per_request);
            my ($without, $fewer) = map {
                $report->{figures}{$workload}{ $report->{proxies}[0] }{$_} }
                qw(cpu_us_per_request instructions_per_request);
            push @out, sprintf "  %-8s %-24s %-24s %-13s %s\n", $proxy,
                $cpu ? spread('%.2f', $cpu) : '-',
                $cpu ? spread('%.2f', [ map { $cpu->[$_] - $without->[$_] }
                                        0 .. $#$cpu ]) : '-',
                $count ? (spread('%.0f', $count),
                          sprintf '%.0f', $count->[0] - $fewer->[0]) : ('', '');
        }
    }
    return @out, notes($report);
}

sub machine_line {
    my ($machine) = @_;
    return "$machine->{cpu}, $machine->{cores} cores, Linux $machine->{kernel}, "
        . "nginx $machine->{nginx}";
}

sub head {
    my ($report) = @_;
    my $options = $report->{options};

    return "$report->{machine}{date}  " . machine_line($report->{machine}) . "\n",
        "medians of $options->{rounds} rounds of $options->{seconds_each} s with "
        . "$options->{connections} connections"
        . "; x: beside plain in the same round\n";
}

sub notes {
    my ($report) = @_;
    my @busy = map { @{ $_->{worker_busy} // [] } }
        map { values %$_ } values %{ $report->{figures} };

    return "\n",
        $report->{options}{counted}
            ? "Instructions: without the kernel's, by callgrind.\n" : (),
        $report->{system_calls_by}
            ? "System calls: by $report->{system_calls_by}.\n" : (),
        (grep { $_ < BUSY } @busy)
            ? "Below 95 % busy, requests/s are not the worker's limit: upstream, "
            . "load or\nother work held it up.\n" : (),
        @busy && !$report->{cores_awake}
            ? "Cores slept, and waking them costs the slower proxy more: only "
            . "root can keep\nthem awake.\n" : (),
        $report->{shared_core}
            ? "The proxy shared its core with upstream and load.\n" : ();
}

1;
