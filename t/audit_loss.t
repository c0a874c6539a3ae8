#!/usr/bin/perl

# Logs that are lost in other ways than by a full disk: a directory that
# vanishes, a file system that becomes read-only, a device that refuses, a pipe
# whose reader pauses or goes.  With `required` nothing goes out whose record
# nobody can read; no worker waits; one alert; service returns by itself.

use strict;
use warnings;

use lib 't/lib';
use Fcntl;
use File::Path qw(remove_tree);
use JSON::PP;
use POSIX qw(mkfifo);
use Riverty;
use RivertyConfig;
use Test::More;
use Time::HiRes qw(sleep time);

my $item = "$CUSTOMERS/$NUMBER";
my $api = start_api();

mkfifo("$DIR/pipe", 0666) or die $!;
sysopen my $reader, "$DIR/pipe", O_RDWR or die $!;
mkdir "$DIR/$_" and chmod 0777, "$DIR/$_" for qw(logs disk);
my $mounted = $> == 0
    && system("mount -t tmpfs -o size=1m,mode=0777 tmpfs $DIR/disk 2>/dev/null") == 0;
END { local $?; 1 while $mounted && system("umount -l $DIR/disk 2>/dev/null") == 0; }

my %file = (vanish => "$DIR/logs/a.log required", lost => "$DIR/logs/b.log",
            moved => "$DIR/logs/c.log required", full => '/dev/full required',
            pipe => "$DIR/pipe required", disk => "$DIR/disk/d.log required");
my $locations = join '', map { <<"END" } sort keys %file;
        location /$_/ {
            riverty_prefix /$_;
            riverty_audit_log $file{$_};
            proxy_pass $API/;
        }
END
my $gateway = start_server('gateway', gateway_config(level => 'notice',
    server => "        riverty_customer on;\n$locations"));

sub status { return ask("GET /$_[0]$item")->{status} }
sub becomes { my ($place, $status) = @_; return wait_for(sub { status($place) == $status }, 5) }

# So many alerts and recoveries are told of a log.
sub told {
    my ($file, $alerts, $recoveries) = @_;
    my $log = $gateway->log();
    is(scalar(() = $log =~ /\[alert\].*"[^"]*\Q$file\E" takes no records/g), $alerts,
       "$file: $alerts alert(s)");
    is(scalar(() = $log =~ /\[error\].*"[^"]*\Q$file\E" takes records again/g), $recoveries,
       "$file: $recoveries recovery(-ies)");
    return;
}

is(status($_), 404, "$_: forwarded") for grep { $_ ne 'full' } sort keys %file;

subtest 'a directory that vanishes' => sub {
    remove_tree("$DIR/logs");
    ok(becomes('vanish', 503), 'required: a record in a file without a name is none');
    is(ask("GET /vanish$item?refused")->{status}, 503, 'and so it stays') for 1 .. 3;
    unlike(slurp($api->path('api.log')), qr/[?]refused/, 'nothing reaches the API');
    ok(wait_for(sub { status('lost') == 404 && $gateway->log() =~ /b\.log" takes no records/ }, 5),
       'not required: forwarded, and told');
    $gateway->signal('USR1');
    ok(wait_for(sub { $gateway->log() =~ /reopening logs/ }, 5), 'a USR1 finds no directory, either');
    is(status('vanish'), 503, 'still refused');
    told('a.log', 1, 0);

    mkdir "$DIR/logs" and chmod 0777, "$DIR/logs";
    ok(becomes('vanish', 404), 'the directory is back: service returns by itself');
    ok(wait_for(sub { status('lost') == 404 && -s "$DIR/logs/b.log" }, 5), 'and records do');
    my ($last) = slurp("$DIR/logs/a.log") =~ /(.*)\n\z/;
    is(JSON::PP->new->decode($last)->{'event.type'}, 'end', 'the record is in the new file');
    told('a.log', 1, 1);
    like($gateway->log(), qr/a\.log" takes records again; [1-9]\d* were not written, 0 lines/,
         'with how many records were not written');
};

subtest 'a log that is moved where no other can be made' => sub {
    is(status('moved'), 404, 'forwarded');
    plan skip_all => 'there was none' if !-e "$DIR/logs/c.log" && !becomes('moved', 404);
    sleep 1.1;
    is(status('moved'), 404, 'forwarded');
    rename "$DIR/logs/c.log", "$DIR/kept" or die $!;
    symlink "$DIR/nowhere/c.log", "$DIR/logs/c.log" or die $!;
    sleep 1.1;
    my $before = -s "$DIR/kept";
    is(status('moved'), 404, 'it has a name still, so records go on into it');
    cmp_ok(-s "$DIR/kept", '>', $before, 'and there they are');
    is(scalar(() = $gateway->log() =~ /c\.log" was moved and cannot be opened anew/g), 1, 'one alert');
    unlink "$DIR/logs/c.log";
    ok(wait_for(sub { status('moved') == 404 && -s "$DIR/logs/c.log" }, 5), 'then into the new one');
};

subtest 'a file system that becomes read-only' => sub {
    plan skip_all => 'needs root, to mount one' if !$mounted;
    unlink "$DIR/disk/d.log";
    # a file that is open keeps it writable, the removed one does not
    system("mount -o remount,ro $DIR/disk 2>/dev/null") == 0
        or system("mount --bind $DIR/disk $DIR/disk && mount -o remount,bind,ro $DIR/disk") == 0
        or plan skip_all => 'it cannot be made read-only';
    ok(becomes('disk', 503), 'required: refused');
    is(status('disk'), 503, 'and so it stays');
    told('d.log', 1, 0);
    like($gateway->log(), qr/d\.log" takes no records \(30: /, 'for that reason');
    system("umount $DIR/disk 2>/dev/null") if system("mount -o remount,rw $DIR/disk 2>/dev/null") != 0;
    system("mount -o remount,bind,rw $DIR/disk 2>/dev/null");
    ok(becomes('disk', 404), 'writable again: service returns by itself');
    told('d.log', 1, 1);
};

subtest 'a device that refuses' => sub {
    is(status('full'), 503, 'required: refused') for 1 .. 3;
    told('/dev/full', 1, 0);
};

subtest 'a pipe' => sub {
    my $n = 0;
    ok(wait_for(sub { $n++; status('pipe') == 503 }, 20), "a reader that pauses: after $n records refused");
    my $began = time;
    is(status('moved'), 404, 'the worker goes on elsewhere');
    cmp_ok(time - $began, '<', 3, 'at once');
    like($gateway->log(), qr/pipe" takes no records \(11: /, 'an alert tells why');
    my $bytes = '';
    fcntl $reader, F_SETFL, O_NONBLOCK;
    1 while sysread $reader, $bytes, 65536, length $bytes;
    ok(becomes('pipe', 404), 'a reader that reads again: service returns by itself');
    1 while sysread $reader, $bytes, 65536, length $bytes;
    my @torn = grep { length && !eval { JSON::PP->new->decode($_); 1 } } split /\n/, $bytes;
    cmp_ok(scalar @torn, '<=', 1, 'at most one line is torn');
    # a nearly full pipe may refuse a longer record and take a shorter one
    my $alerts = () = $gateway->log() =~ /pipe" takes no records/g;
    cmp_ok($alerts, '<=', 3, 'no flood of alerts');
    told('pipe', $alerts, $alerts);

    close $reader;
    ok(becomes('pipe', 503), 'no reader: refused');
    told('pipe', $alerts + 1, $alerts);
    sysopen $reader, "$DIR/pipe", O_RDWR or die $!;
    ok(becomes('pipe', 404), 'one again: service returns by itself');
    told('pipe', $alerts + 1, $alerts + 1);
};

$gateway->stop();
done_testing();
