package RivertyRsyslog;

# A rsyslogd for the tests: Debian's own, under a configuration of docs/examples
# whose paths lead below the test's directory; and the auditor's command.

use strict;
use warnings;

use Exporter qw(import);
use Fcntl qw(F_SETFD);
use File::Path qw(make_path);
use POSIX ();
use Riverty qw(slurp wait_for);
use RivertyConfig;

our @EXPORT = qw($AUDIT_KEY example lint_rsyslog start_rsyslogd verify);

our $AUDIT_KEY = "$DIR/audit.key";
put('audit.key', 'c0ffee' x 12 . "\n", 0600);

my @running;
my $owner = $$;

END {
    local $?;
    if ($$ == $owner) {
        $_->stop() for @running;
    }
}

# A file of docs/examples with other words, each of which must be there: a path
# that a later version of the file names would lead out of the directory.
sub example {
    my ($name, %instead) = @_;
    my $text = slurp("docs/examples/$name") || die "no docs/examples/$name\n";
    for my $word (sort { length $b <=> length $a } keys %instead) {
        $text =~ s/\Q$word\E/$instead{$word}/g or die "$name has no $word\n";
    }
    return $text;
}

# What rsyslogd says of a configuration that it only reads: status and text.
sub lint_rsyslog {
    my ($text) = @_;
    my $file = put('lint.conf', $text);
    my $said = qx{rsyslogd -N1 -f $file 2>&1};
    return ($?, $said);
}

# Below $DIR/$name, where its configuration is to have everything; a code that is
# true when it is ready; and a socket as systemd would give it, if it is to have
# one.
sub start_rsyslogd {
    my ($name, $text, $ready, $socket) = @_;
    my $self = bless { prefix => "$DIR/$name" }, __PACKAGE__;
    make_path($self->{prefix});
    $self->{config} = put("$name/rsyslog.conf", $text);
    @$self{qw(ready socket)} = ($ready, $socket);
    $self->start();
    push @running, $self;
    return $self;
}

sub start {
    my ($self) = @_;
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>>', "$self->{prefix}/said" or die $!;
        open STDERR, '>&', \*STDOUT or die $!;
        $self->activate() if $self->{socket};
        exec 'rsyslogd', '-n', '-f', $self->{config}, '-i', "$self->{prefix}/rsyslogd.pid"
            or die "rsyslogd: $!\n";
    }
    $self->{pid} = $pid;
    wait_for(sub {
        waitpid($pid, 1) == 0 or die "rsyslogd does not start:\n" . $self->said();
        $self->{ready}->();
    }, 20) or die "rsyslogd is not ready:\n" . $self->said();
    return;
}

# sd_listen_fds(3): the socket is descriptor 3.
sub activate {
    my ($self) = @_;
    POSIX::dup2(fileno $self->{socket}, 3) or die $!;
    open my $three, '<&=', 3 or die $!;
    fcntl $three, F_SETFD, 0 or die $!;
    @ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
    return;
}

sub said { return slurp("$_[0]{prefix}/said") }
sub signal { return kill $_[1], $_[0]{pid} }

sub stop {
    my ($self, $signal) = @_;
    my $pid = delete $self->{pid} or return;
    kill $_, $pid for 'CONT', $signal // 'TERM';
    wait_for(sub { waitpid $pid, 1 }, 20) and return;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    return;
}

# riverty-customer audit verify: exit status, and all that it says.
sub verify {
    my @args = @_;
    my $build = $ENV{BUILD} // 'build';
    open my $out, '-|', "$build/riverty-customer", qw(audit verify --key), $AUDIT_KEY, @args
        or die "riverty-customer: $!\n";
    local $/;
    my $said = <$out> // '';
    close $out;
    return ($? >> 8, $said);
}

1;
