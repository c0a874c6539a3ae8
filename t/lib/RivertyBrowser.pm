package RivertyBrowser;

# Debian's Chromium without a screen, spoken to through a pair of pipes
# (--remote-debugging-pipe: JSON texts with a zero byte behind each), so that
# nothing of npm drives it.  What a page complains of is kept: errors, what its
# Content-Security-Policy refused, and every address that it asked for.

use strict;
use warnings;

use Fcntl qw(F_DUPFD);
use File::Temp;
use IO::Select;
use JSON::PP;
use MIME::Base64;
use POSIX qw(dup2);
use Time::HiRes qw(sleep time);

my @programs = qw(chromium-headless-shell chromium);
my $json = JSON::PP->new->utf8->allow_nonref;

# The program that this machine has; dies where there is none.
sub program {
    for my $program (@programs) {
        my ($path) = grep { -x } map { "$_/$program" } split /:/, $ENV{PATH};
        return $path if $path;
    }
    die "there is no Chromium: apt-get install $programs[0]\n";
}

sub start {
    my ($class) = @_;
    my $program = program();
    my $home = File::Temp->newdir();
    pipe my $their_in, my $out or die "pipe: $!\n";
    pipe my $in, my $their_out or die "pipe: $!\n";
    my $pid = fork() // die "fork: $!\n";
    if (!$pid) {
        # It reads from 3 and writes to 4, where ends of pipes may stand now.
        my @ends = map { fcntl $_, F_DUPFD, 10 } $their_in, $their_out;
        dup2($ends[$_], 3 + $_) for 0, 1;
        POSIX::close($_) for @ends;
        setpgrp;                # the program's own children end with it
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$home/said";
        open STDERR, '>&', \*STDOUT;
        exec $program, qw(--headless --remote-debugging-pipe --no-sandbox --disable-gpu
            --disable-dev-shm-usage --no-first-run --disable-extensions
            --disable-background-networking --disable-component-update
            --hide-scrollbars --force-color-profile=srgb --lang=en-GB),
            "--user-data-dir=$home/profile", 'about:blank'
            or POSIX::_exit(127);
    }
    close $_ for $their_in, $their_out;
    $out->autoflush(1);
    binmode $_ for $in, $out;
    my $self = bless { pid => $pid, owner => $$, home => $home, in => $in, out => $out,
                       buffer => '', id => 0, seconds => 30 }, $class;
    my ($page) = grep { $_->{type} eq 'page' }
        @{ $self->call('Target.getTargets')->{targetInfos} };
    $page //= $self->call('Target.createTarget', url => 'about:blank');
    $self->{session} = $self->call('Target.attachToTarget', targetId => $page->{targetId},
                                   flatten => JSON::PP::true)->{sessionId};
    $self->call("$_.enable") for qw(Page Runtime Log Network);
    $self->forget();
    return $self;
}

# A method of the DevTools protocol; its result.
sub call {
    my ($self, $method, %params) = @_;
    my $id = ++$self->{id};
    my %message = (id => $id, method => $method, params => \%params);
    $message{sessionId} = $self->{session} if defined $self->{session};
    print { $self->{out} } $json->encode(\%message), "\0" or die "Chromium: $!\n";
    my $deadline = time + $self->{seconds};
    while (1) {
        my $answer = $self->next_message($deadline) // die "Chromium: $method: late\n";
        next if ($answer->{id} // 0) != $id;
        die "Chromium: $method: $answer->{error}{message}\n" if $answer->{error};
        return $answer->{result};
    }
}

sub next_message {
    my ($self, $deadline) = @_;
    while (1) {
        if ($self->{buffer} =~ s/\A([^\0]*)\0//) {
            my $message = $json->decode($1);
            $self->note($message) if $message->{method};
            return $message;
        }
        my $left = $deadline - time;
        return if $left <= 0 || !IO::Select->new($self->{in})->can_read($left);
        sysread $self->{in}, $self->{buffer}, 1 << 20, length $self->{buffer}
            or die "Chromium has gone:\n" . $self->said();
    }
}

sub said {
    my ($self) = @_;
    open my $file, '<', "$self->{home}/said" or return '';
    local $/;
    return scalar <$file>;
}

# What a page did that a test may ask for.
sub note {
    my ($self, $message) = @_;
    my ($method, $params) = @{$message}{qw(method params)};
    if ($method eq 'Network.requestWillBeSent') {
        push @{ $self->{requests} }, $params->{request};
    }
    elsif ($method eq 'Runtime.exceptionThrown') {
        my $details = $params->{exceptionDetails};
        push @{ $self->{complaints} }, $details->{exception}{description} // $details->{text};
    }
    elsif ($method eq 'Log.entryAdded' && $params->{entry}{level} ne 'verbose') {
        push @{ $self->{complaints} }, "$params->{entry}{source}: $params->{entry}{text}";
    }
    elsif ($method eq 'Runtime.consoleAPICalled') {
        push @{ $self->{complaints} }, join ' ', "console.$params->{type}:",
            map { $_->{value} // $_->{description} // '' } @{ $params->{args} };
    }
    return;
}

sub forget {
    my ($self) = @_;
    @{$self}{qw(requests complaints)} = ([], []);
    return;
}

sub requests { return @{ $_[0]{requests} } }
sub complaints { return @{ $_[0]{complaints} } }

sub open {
    my ($self, $url) = @_;
    my $got = $self->call('Page.navigate', url => $url);
    die "$url: $got->{errorText}\n" if $got->{errorText};
    $self->wait_for('document.readyState === "complete"');
    return;
}

# The value of an expression of JavaScript; a promise is waited for.
sub value {
    my ($self, $expression) = @_;
    my $got = $self->call('Runtime.evaluate', expression => $expression,
                          returnByValue => JSON::PP::true, awaitPromise => JSON::PP::true);
    die "$expression: " . ($got->{exceptionDetails}{exception}{description} // 'thrown') . "\n"
        if $got->{exceptionDetails};
    return $got->{result}{value};
}

# Until an expression is true; false where it never is.
sub wait_for {
    my ($self, $expression, $seconds) = @_;
    my $deadline = time + ($seconds // $self->{seconds});
    while (1) {
        # a page that is being replaced has no context to ask
        my $got = eval { $self->value($expression) };
        return $got if $got || time > $deadline;
        sleep 0.02;
    }
}

# width, height, and colour: light or dark, motion: reduce.
sub emulate {
    my ($self, %of) = @_;
    $self->call('Emulation.setDeviceMetricsOverride', width => $of{width} // 1280,
                height => $of{height} // 900, deviceScaleFactor => $of{scale} // 1,
                mobile => $of{mobile} ? JSON::PP::true : JSON::PP::false);
    $self->call('Emulation.setEmulatedMedia', features => [
        { name => 'prefers-color-scheme', value => $of{colour} // 'light' },
        { name => 'prefers-reduced-motion', value => $of{motion} // 'no-preference' } ]);
    return;
}

# What runs before a page's own scripts do, from the next page on; its id, by
# which it is taken away again.
sub before_scripts {
    my ($self, $code) = @_;
    return $self->call('Page.addScriptToEvaluateOnNewDocument', source => "{$code}")->{identifier};
}

sub before_scripts_no_more {
    my ($self, $id) = @_;
    return $self->call('Page.removeScriptToEvaluateOnNewDocument', identifier => $id);
}

# Whether pages may have scripts.
sub scripts {
    my ($self, $on) = @_;
    return $self->call('Emulation.setScriptExecutionDisabled',
                       value => $on ? JSON::PP::false : JSON::PP::true);
}

# A key by its name, as a person presses it.
sub press {
    my ($self, $key, $code, %more) = @_;
    for my $type (qw(keyDown keyUp)) {
        $self->call('Input.dispatchKeyEvent', type => $type, key => $key, code => $key,
                    windowsVirtualKeyCode => $code,
                    $type eq 'keyDown' && $more{text} ? (text => $more{text}) : ());
    }
    return;
}

# The whole page as PNG.
sub screenshot {
    my ($self) = @_;
    my $size = $self->call('Page.getLayoutMetrics')->{cssContentSize};
    return decode_base64($self->call('Page.captureScreenshot', format => 'png',
        captureBeyondViewport => JSON::PP::true,
        clip => { x => 0, y => 0, width => $size->{width}, height => $size->{height},
                  scale => 1 })->{data});
}

sub DESTROY {
    my ($self) = @_;
    return if $self->{owner} != $$;
    local ($?, $@);
    local $SIG{PIPE} = 'IGNORE';
    close $self->{out};             # it ends with the pipe
    my $deadline = time + 5;
    while (waitpid($self->{pid}, 1) == 0) {
        kill 'KILL', -$self->{pid} if time > $deadline;
        sleep 0.02;
    }
    return;
}

1;
