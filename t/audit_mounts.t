#!/usr/bin/perl

# The file system of an audit log turns read-only, as one does that has found an
# error, is unmounted, or is hidden by another (a small ext4 and tmpfs; as root
# only).  With "required" nothing is forwarded whose record is not kept.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use Riverty;
use RivertyAudit;
use RivertyConfig;
use Test::More;

my $disk = "$DIR/gateway/disk";
my $view = "$DIR/gateway/view";
make_path($disk, $view);

sub run { return system("@_ > /dev/null 2>&1") == 0 }

plan skip_all => 'needs root, to mount a small file system'
    if $> != 0 || !run("mount -t tmpfs -o size=64k tmpfs $disk");
END {
    local $?;
    run("umount -l $_") for grep { defined } ($disk, $view) x 3;
}
run("umount $disk");

my ($must, $may) = map { "$disk/$_.log" } qw(must may);
my $again = qr/\[error\].*takes records again/;

# A disk whose errors the kernel can be told to find.
my $errors;
if (run("truncate -s 4m $DIR/image && mkfs.ext4 -q -O ^has_journal $DIR/image")
    && run("mount -o loop,errors=remount-ro $DIR/image $disk"))
{
    my ($device) = slurp('/proc/mounts') =~ m{^/dev/(\S+) \Q$disk\E }m;
    $errors = "/sys/fs/ext4/$device/trigger_fs_error" if defined $device;
}

my $gateway = two_logs('disk');
is(must(), 404, 'all is well: a request is forwarded');
is(may(), 404, 'without "required", too');
said();

subtest 'it has an error and turns read-only' => sub {
    plan skip_all => 'needs a loop device and mkfs.ext4' if !$errors || !-e $errors;
    spew($errors, '1');
    refused('read-only');
    alerted('read-only', (qr/\[alert\].*takes no records \(30: Read-only file system\)/) x 2);
    copy($_, "$_.1" =~ s/\Q$disk\E/$DIR/r) for $must, $may;
    ok(run("umount -l $disk"), 'it is unmounted');
    ok(run("mount -t tmpfs -o size=1m tmpfs $disk"), 'and there is another');
    ok(settle(sub { -s $must && -s $may }), 'service and records return by themselves');
    alerted('another', $again, $again);
    whole('not one record is missing', "$DIR/must.log.1", $must);
};

subtest 'a read-only one is mounted over it' => sub {
    plan skip_all => 'needs the disk of the one before' if !run("mountpoint -q $disk");
    ok(settle(sub { -s $must && -s $may }), 'a disk of records');
    said();
    ok(run("mount --bind $disk $view"), 'seen from elsewhere, too');
    ok(run("mount -t tmpfs -o ro,size=1m tmpfs $disk"), 'is hidden');
    ok(settle(sub { 2 == (() = unheard() =~ /records go on into the old file/g) }),
       'where records go on into');
    $gateway->signal('USR1');
    ok(wait_for(sub { 4 == (() = unheard() =~ /\[emerg\].*Read-only file system/g) }),
       'a USR1 does not help');
    my ($first, $second, @emerg) = said();
    like($_, qr/\[alert\].*cannot be opened anew.*\(30: Read-only file system\)/, 'one alert a log')
        for $first, $second;
    is(scalar(grep { !/\[emerg\]/ } @emerg), 0, 'and no more');
    is(must() . ' ' . may(), '404 404', 'both are kept');

    copy("$view/must.log", "$DIR/must.log.2");
    unlink "$view/must.log" or die $!;
    refused('removed');
    alerted('removed', qr/\[alert\].*takes no records \(30: Read-only file system\)/);
    ok(run("mount -o remount,rw $disk"), 'it may be written');
    ok(settle(sub { -s $must && -s $may }), 'service and records return by themselves');
    alerted('may be written', $again);
    whole('not one record is missing', grep({ -e } "$DIR/must.log.1"), "$DIR/must.log.2", $must);
    whole('nor of the other', grep({ -e } "$DIR/may.log.1"), "$view/may.log", $may);
};

$gateway->stop();

done_testing();
