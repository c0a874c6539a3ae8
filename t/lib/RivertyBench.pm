package RivertyBench;

# What the benches share: processes that are pinned, timed and always stopped,
# the machine, figures as text, files.

use strict;
use warnings;

use Exporter qw(import);
use Fcntl qw(O_WRONLY);
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(strftime uname);
use Time::HiRes qw(sleep time);

our @EXPORT = qw(PATIENCE spawn adopt stop stop_all worker_of memory_of cpu_time
    wait_for_idle busy_time keep_cores_awake cores machine found free_port
    connected median spread with_commas progress number chosen random_hex slurp
    spew write_json);

use constant PATIENCE => 60;   # seconds to start and stop; valgrind is slow

my %child;   # its pid => 1: what has to be ended, whatever happens

END {
    local $?;
    stop($_) for keys %child;
}
$SIG{$_} = sub { exit 130 } for qw(INT TERM HUP);


# --- processes ---

sub spawn {
    my ($log, @command) = @_;

    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>>', $log and open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    $child{$pid} = 1;
    return $pid;
}

# A process that runs some code, and nothing that stands at this one's end.
sub adopt {
    my ($code) = @_;

    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        $SIG{TERM} = 'DEFAULT';
        $code->();
        POSIX::_exit(0);
    }
    $child{$pid} = 1;
    return $pid;
}

sub stop {
    my ($pid, $signal) = @_;

    return if !delete $child{$pid};
    my $began = time;
    my $asked = -1;   # seconds after that
    until (waitpid($pid, POSIX::WNOHANG())) {
        my $now = int(time - $began);
        # A signal that comes just before nginx waits for events is seen after
        # the next one only.
        kill $now > PATIENCE ? 'KILL' : $signal // 'TERM', $pid
            if $now > $asked;
        $asked = $now;
        sleep 0.02;
    }
}

sub stop_all {
    stop($_) for keys %child;
}

# The workers of a master: the first one, or all of them.
sub worker_of {
    my ($master, $count) = @_;
    my $deadline = time + PATIENCE;

    while (time < $deadline) {
        my @pids = slurp("/proc/$master/task/$master/children") =~ /(\d+)/g;
        return wantarray ? @pids : $pids[0] if @pids >= ($count // 1);
        sleep 0.02;
    }
    die "nginx has no worker\n";
}

# Bytes of a process that are in memory: RssAnon is what it shares with nobody.
sub memory_of {
    my ($pid, $kind) = @_;
    my ($kilobytes) = slurp("/proc/$pid/status") =~ /^\Q$kind\E:\s+(\d+) kB/m;
    return $kilobytes * 1024;
}

# Seconds that a process has run.
sub cpu_time {
    my ($pid) = @_;
    my ($ran) = split ' ', slurp("/proc/$pid/schedstat");
    return $ran / 1e9;
}

# What was on its way when the load ended is answered and logged.
sub wait_for_idle {
    my ($pid) = @_;
    my $deadline = time + PATIENCE;
    my $ran;

    do {
        $ran = cpu_time($pid);
        sleep 0.1;
    } while (cpu_time($pid) - $ran > 0.001 && time < $deadline);
}


# --- the machine ---

# Seconds that all cores have been busy.
sub busy_time {
    my ($user, $nice, $system, undef, undef, $irq, $softirq, $steal) =
        slurp('/proc/stat') =~ /(\d+)/g;
    return ($user + $nice + $system + $irq + $softirq + $steal)
        / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

# A core that sleeps is woken by an interrupt, which on a virtual machine costs
# the sender more than the write that it does it for (5 us and more).  The
# slower proxy would pay that more often, its peers having time to sleep.  As
# long as the answer is kept, no core sleeps; it takes root to ask for it.
sub keep_cores_awake {
    sysopen my $latency, '/dev/cpu_dma_latency', O_WRONLY or return undef;
    return syswrite($latency, pack 'l', 0) ? $latency : undef;
}

# The last core that this process may use, and the others.
sub cores {
    my ($list) = slurp('/proc/self/status') =~ /^Cpus_allowed_list:\s+(\S+)/m;
    my @cores = map { /(\d+)-(\d+)/ ? ($1 .. $2) : $_ } split /,/, $list;

    my $last = pop @cores;
    return ($last, @cores ? join(',', @cores) : $last);
}

sub machine {
    my (@nginx) = @_;
    my $info = slurp('/proc/cpuinfo');
    my ($model) = $info =~ /^model name\s*:\s*(.*)/m;
    my ($version) = qx{@nginx -v 2>&1} =~ m{nginx/(\S+)};
    my ($load) = split ' ', slurp('/proc/loadavg');

    return {
        cpu => $model // 'unknown',
        cores => scalar(() = $info =~ /^processor\s*:/mg),
        kernel => (uname())[2],
        nginx => $version,
        load_before => $load + 0,
        date => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime),
    };
}

sub found {
    my ($tool) = @_;
    return scalar grep { -x $_ }
        $tool =~ m{/} ? $tool : map { "$_/$tool" } split /:/, $ENV{PATH};
}

sub connected {
    my ($port) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
                                 Timeout => PATIENCE);
}

sub free_port {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
        or die "127.0.0.1: $!\n";
    return $socket->sockport;
}


# --- figures ---

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return @sorted ? ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2 : undef;
}

# "median (lowest to highest)"
sub spread {
    my ($form, $values) = @_;
    my @sorted = sort { $a <=> $b } @$values;

    return '-' if !@sorted;
    return sprintf $form, $sorted[0] if @sorted == 1;
    return sprintf "$form ($form to $form)", median(@sorted), @sorted[0, -1];
}

sub with_commas {
    my ($number) = @_;
    my $text = sprintf '%.0f', $number;
    1 while $text =~ s/^(-?\d+)(\d{3})/$1,$2/;
    return $text;
}

# One line that comes and goes on a terminal, nothing elsewhere.
sub progress {
    my ($text) = @_;
    print STDERR "\r\e[K", $text // '' if -t STDERR;
}


# --- what is asked for, files, values ---

sub number {
    my ($name, $default, $least) = @_;
    my $number = $ENV{$name} // $default;
    $number =~ /^\d{1,5}$/ && $number >= $least
        or die "$name=$number: a number from $least on is wanted\n";
    return $number + 0;
}

# Some of a list, all of it by default.
sub chosen {
    my ($name, @all) = @_;
    my %known = map { $_ => 1 } @all;
    my %wanted = map { $_ => 1 } split /[\s,]+/, $ENV{$name} // "@all";

    my @strangers = grep { !$known{$_} } sort keys %wanted;
    die "$name: no @strangers among @all\n" if @strangers;
    return grep { $wanted{$_} } @all;
}

sub random_hex {
    my ($bytes) = @_;
    open my $random, '<:raw', '/dev/urandom' or die "/dev/urandom: $!\n";
    read($random, my $raw, $bytes) == $bytes or die "/dev/urandom: $!\n";
    return unpack 'H*', $raw;
}

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    local $/;
    return <$file> // '';
}

sub spew {
    my ($path, $content) = @_;
    open my $file, '>:raw', $path or die "$path: $!\n";
    print $file $content;
    close $file or die "$path: $!\n";
}

# One line, to be kept beside that of another commit.
sub write_json {
    my ($path, $report) = @_;
    spew($path, JSON::PP->new->canonical->encode($report) . "\n");
}

1;
