#!/usr/bin/perl

# A log on a file system that is full, for real (a small tmpfs; as root only): with "required" no request without a record, without it none is
# held up; one alert a change of state; service and records return by themselves.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path);
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $disk = "$DIR/gateway/disk";
make_path($disk);
plan skip_all => 'needs root, to mount a small file system'
    if $> != 0 || system("mount -t tmpfs -o size=128k,mode=0777 tmpfs $disk 2>/dev/null") != 0;
END { system("umount -l $disk 2>/dev/null") if $disk; }

my $item = "$CUSTOMERS/$NUMBER";
my $api = start_api();
my $gateway = start_server('gateway', gateway_config(level => 'notice', server => <<"END"));
        riverty_customer on;
        location /must/ {
            riverty_prefix /must;
            riverty_audit_log disk/must.log required;
            proxy_pass $API/;
        }
        location /may/ {
            riverty_prefix /may;
            riverty_audit_log disk/may.log;
            proxy_pass $API/;
        }
END

sub fill { system("head -c 1m /dev/zero > $disk/ballast 2>/dev/null"); return }
sub relieve { return unlink "$disk/ballast" }
sub alerts { return scalar(() = $gateway->log() =~ /\[alert\].*takes no records/g) }
sub recoveries { return scalar(() = $gateway->log() =~ /takes records again/g) }

# Whole records, and lines that are none.
sub read_log {
    my ($name) = @_;
    my (@good, $torn);
    for (split /\n/, slurp("$disk/$name")) {
        my $record = eval { JSON::PP->new->utf8->decode($_) };
        $record ? push @good, $record : $torn++;
    }
    return (\@good, $torn // 0);
}

is(ask("GET /must$item")->{status}, 404, 'room: a request is forwarded');
is(ask("GET /may$item")->{status}, 404, 'without "required", too');

for my $time (1, 2) {
    fill();
    # until the last page of the log itself is full, records still fit
    ok(wait_for(sub { ask("GET /must$item")->{status} == 503 }, 10),
       "full for the ${\ ('', 'first', 'second')[$time]} time: a request is refused");
    my $answer = ask("GET /must$item?refused");
    is($answer->{status}, 503, 'and the next');
    like($answer->{body}, qr/problem:audit-unavailable/, 'with a problem document');
    unlike(slurp($api->path('api.log')), qr/[?]refused/, 'and nothing reaches the API');

    ok(wait_for(sub { ask("GET /may$item"); alerts() == 2 * $time }, 10), 'each log has an alert');
    is(ask("GET /may$item")->{status}, 404, 'without "required" it is forwarded');
    ask("GET /must$item") for 1 .. 5;
    is(alerts(), 2 * $time, 'and no more than one');

    relieve();
    is(ask("GET /must$item")->{status}, 404, 'room again: service returns by itself');
    is(ask("GET /may$item")->{status}, 404, 'and records do');
    wait_for(sub { recoveries() == 2 * $time }, 5);    # a record follows its reply
    is(recoveries(), 2 * $time, 'error.log says so, once each');
}

for my $name ('must.log', 'may.log') {
    my ($good, $torn) = read_log($name);
    cmp_ok($torn, '<=', 2, "$name: at most a torn line each time");
    is($good->[-1]{'http.response.status_code'}, 404, "$name: whole records behind it");
}

my $told = () = $gateway->log() =~ /\[(?:alert|error|warn)\]/g;
cmp_ok($told, '<=', 8, 'error.log has no flood');
$gateway->stop();

done_testing();
