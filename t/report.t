#!/usr/bin/perl

# riverty-customer report: the first day with a gateway that watches, from its
# log to the lines with which "on" lets pass what is to pass; and logs that are
# torn, forged, packed or large.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use IO::Compress::Gzip qw(gzip);
use IPC::Open3;
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $cli = abs_path(($ENV{BUILD} // 'build') . '/riverty-customer');
my $json = JSON::PP->new->utf8;

# Status, standard output, standard error.
sub report {
    my ($words) = @_;
    my $out = qx{cd $DIR && $cli report $words 2> said};
    return ($? & 127 ? "signal $?" : $? >> 8, $out, slurp("$DIR/said"));
}

sub write_log {
    my ($name, @lines) = @_;
    return put($name, join '', @lines);
}

sub report_json {
    my ($status, $out, $said) = report("--json $_[0]");
    return $status == 0 && $said eq '' ? $json->decode($out) : "$status $said";
}

# "a=1 b=2" of the members of each row
sub rows {
    my ($rows, @names) = @_;
    return [ map { my $row = $_; join ' ', map { $row->{$_} // 'none' } @names } @$rows ];
}


# --- a gateway that watches, and then does ---

my $api = start_api();

sub gateway {
    my ($mode, $more) = @_;
    return start_server('gateway', gateway_config(server => <<"END"));
        location / {
            riverty_customer $mode;
            $more
            proxy_pass $API;
        }
END
}

sub customer {
    my (%change) = @_;
    my $document = $json->decode($SAMPLE{'create-request'});
    $document->{customer}{$_} = $change{$_} for keys %change;
    return $json->encode($document);
}

my @wanted = (                             # what is to pass, once warned of
    [ "POST $CUSTOMERS", body => customer(phone => 'call me') ],
    [ "POST $CUSTOMERS", body => customer(phone => 'call me', email => 'none') ],
    [ "POST $CUSTOMERS", body => customer(lastName => '17') ],
    [ "POST $CUSTOMERS", body => customer() . ' ' x 70_000 ],
);
my @refused = (
    [ "POST $CUSTOMERS", body => customer(), headers => ['Content-Encoding: gzip'] ],
    [ "DELETE $CUSTOMERS" ],
    [ "POST $CUSTOMERS", body => '{' ],
    [ "POST $CUSTOMERS", body => customer(), token => 'nobody' ],
);

sub send_all { return map { my ($line, @of) = @$_; ask($line, @of)->{status} } @_ }

my $gateway = gateway('monitor', 'riverty_max_body 1k;');
is_deeply([ send_all(@wanted, @refused) ], [ (200) x 5, 405, 400, 401 ],
          'watched: all is forwarded, and answered by the API');
records($gateway->path('audit.log'), 8);
$gateway->stop;
put('watched.log', slurp($gateway->path('audit.log')));

my $watched = report_json('watched.log');
is_deeply(rows($watched->{apps}, qw(app requests monitor would refused)),
          [ 'billing 7 7 7 0', '- 1 1 1 0' ], 'each app, and what "on" would have refused');
is_deeply(rows($watched->{refusals}, qw(app problem status would refused)),
          [ 'billing contract-broken 422 3 0', '- unknown-app 401 1 0',
            'billing content-too-large 413 1 0', 'billing malformed-json 400 1 0',
            'billing method-not-allowed 405 1 0', 'billing unsupported-content-coding 415 1 0' ],
          '... and why');
is_deeply(rows([ grep { $_->{would} } @{ $watched->{findings} } ], qw(app rule would pointer)),
          [ 'billing phone 2 /customer/phone', 'billing email 1 /customer/email',
            'billing name 1 /customer/lastName', 'billing truncated 1 ' ],
          '... by which rules, with an example');
my ($phone) = grep { $_->{rule} eq 'phone' } @{ $watched->{findings} };
like(slurp("$DIR/watched.log"), qr/"event\.id":"$phone->{event}"[^\n]*"rule":"phone"/,
     '... that the log has');

my (undef, $text) = report('watched.log');
my @lines = $text =~ /^(riverty_\w+ .*;) +# \d+: .*$/mg;
is_deeply([ sort @lines ], [ 'riverty_max_body 128k;', 'riverty_rule email warn;',
                             'riverty_rule name warn;', 'riverty_rule phone warn;' ],
          'the lines for nginx.conf');
like($text, qr/^# no line for 415 unsupported-content-coding \(.*\): 1: billing 1$/m,
     '... and what no line helps');
unlike($text, qr/call me|Ankunding|c1631704458|97687/, '... no value');

is_deeply(rows($watched->{watch}, qw(app requests)), [ 'billing 6' ], 'whom to watch while others are enforced');
like($text, qr/^map \$riverty_app \$app_mode \{\n    default on;\n    billing monitor; # 6\n\}\n/m, '... as a map');

my ($advised) = $text =~ /^(# For nginx\.conf:.*)\z/ms;
unlink $gateway->path('audit.log');
$gateway = gateway('on', $advised);
is_deeply([ send_all(@wanted) ], [ (200) x 4 ], 'with them "on" lets that pass')
    or diag($gateway->log);
is_deeply([ send_all(@refused) ], [ 415, 405, 400, 401 ], '... and refuses the rest');
records($gateway->path('audit.log'), 8);
$gateway->stop;

my $on = report_json($gateway->path('audit.log'));
is_deeply(rows($on->{apps}, qw(app requests monitor would refused)),
          [ 'billing 7 0 0 3', '- 1 0 0 1' ], 'a log of "on" tells what was refused');


# --- any log ---

my $n = 0;

# A record; %is: time, app, mode, outcome, would, problem, findings, more.
sub record {
    my (%is) = @_;
    my $findings = join ',', map { sprintf '{"rule":"%s","level":"%s","pointer":"%s"}', @$_ }
        @{ $is{findings} // [] };
    my $would = defined $is{would} ? qq(,"would":"$is{would}") : '';
    my $problem = defined $is{problem} ? qq(,"problem":"$is{problem}") : '';
    return sprintf '{"@timestamp":"%s","event.id":"%032x","event.type":"%s","user.name":"%s",'
        . '"http.request.body.bytes":%s,"riverty":{"outcome":"%s","mode":"%s"%s%s,'
        . '"findings":[%s],"document":{"/a":{"len":3},"/b":[{"c":"}]"}]}}}' . "\n",
        $is{time} // '2026-11-20T10:00:00.000000Z', ++$n, $is{type} // 'end', $is{app} // 'shop',
        $is{bytes} // 10, $is{outcome} // 'forwarded', $is{mode} // 'monitor', $would, $problem,
        $findings;
}

my @bad = ([ 'email', 'reject', '/customer/email' ], [ 'phone', 'reject', '/customer/phone' ],
           [ 'phone', 'reject', '/customer/mobilePhone' ], [ 'case', 'warn', '/customer/language' ]);
my @log = (
    record(time => '2026-11-21T10:00:00.000000Z', would => 'rejected', findings => \@bad,
           problem => 'contract-broken'),
    record(type => 'start'),
    record(time => '2026-11-19T10:00:00.000000Z', would => 'forwarded', findings => [ $bad[3] ]),
    record(app => 'crm', mode => 'on', outcome => 'refused'),
    record(app => 'crm', mode => 'on', outcome => 'failed'),
    record(app => 'crm', mode => 'on', outcome => 'refused', problem => 'content-too-large',
           bytes => 2_000_000),
);
write_log('log', @log);
my $report = report_json('log');
is_deeply(rows([ $report ], qw(requests monitor would refused first last)),
          [ '5 2 1 2 2026-11-19T10:00:00.000000Z 2026-11-21T10:00:00.000000Z' ],
          'ends of requests are counted, times are the first and the last in any order');
is_deeply(rows($report->{findings}, qw(rule requests share would event)),
          [ 'email 1 0.5 1 ' . '0' x 31 . '1', 'phone 1 0.5 1 ' . '0' x 31 . '1',
            'case 2 1 0 ' . '0' x 31 . '1' ], '... a request once for each rule');
is_deeply(rows($report->{refusals}, qw(app problem status refused would)),
          [ 'crm (nginx) none 1 0', 'crm content-too-large 413 1 0',
            'shop contract-broken 422 0 1' ], '... what another module refuses has no problem');
is($report->{advice}[0]{directive}, 'riverty_max_body 2048k;', '... the longest body fits');
is_deeply(rows(report_json('--by rule log')->{findings}, qw(rule requests share)),
          [ 'case 2 0.4', 'email 1 0.2', 'phone 1 0.2' ], '--by rule');
is_deeply(rows(report_json('--by field log')->{findings}, qw(pointer rule requests)),
          [ '/customer/email email 1', '/customer/language case 2',
            '/customer/mobilePhone phone 1', '/customer/phone phone 1' ], '--by field');
is(report_json('--since 2026-11-20 log')->{requests}, 4, '--since');
is(report_json('--until 2026-11-20 log')->{requests}, 4, '--until');
for my $by (qw(app rule field)) {
    my ($status, $out, $said) = report("--by $by log");
    is("$status $said", '0 ', "a text by $by");
    like($out, qr/^$_\b/m, "... with $_") for qw(2026-11-19T10:00:00 crm shop riverty_rule);
}

gzip(\join('', @log[3 .. 5]), \my $packed);
put('log.gz', $packed);
write_log('log.1', @log[0 .. 2]);
is_deeply(report_json('log.1 log.gz'), $report, 'rotated and packed');
is_deeply($json->decode(scalar qx{cat $DIR/log | $cli report --json -}), $report, 'standard input');

my @torn = ('{', '{"a":', '{"a":1', '[]', '{"a":1}}', '{"a":[1}', '{"a":"x}', '{"a":"x\\"}', '{a:1}',
            '{"a"}', '{"a":1,}', '{"a":{"b":1}', 'null', '{"riverty":{"findings":[{]}}',
            '{"riverty":{"findings":[{"rule":"a"}}}', '{"a":' . '[' x 200 . ']' x 200 . '}',
            '', "\0", "\xff", substr($log[0], 0, 300));
write_log('torn', map { "$_\n" } @torn);
my ($status, $out, $said) = report('torn');
is_deeply([ $status, $out ], [ 0, '' ], 'lines that are no records');
is($said, 'riverty-customer: skipped ' . @torn . " torn lines\nriverty-customer: no record\n",
   '... are skipped and counted');
write_log('torn', substr($log[0], 0, 200), @log, substr $log[1], 0, 30);
($status, $out, $said) = report('--json torn');
is($said, "riverty-customer: skipped 2 torn lines\n", 'torn lines among records');
is_deeply({ %{ $json->decode($out) }, torn => 0 }, $report, '... which are all counted');
is($json->decode($out)->{torn}, 2, '... and the object says so');

write_log('odd', '{}' . "\n", '{"event.type":"end"}' . "\n",
    '{"event.type":"end","user.name":{"a":1},"riverty":7}' . "\n",
    '{"event.type":"end","riverty":{"findings":{"rule":"x"},"mode":["on"]}}' . "\n",
    '{"event.type":"end","riverty":{"findings":[1,"a",{"level":"reject"},[]]}}' . "\n",
    '{ "event.type" : "end" , "riverty" : { "findings" : [ ] } }' . "\n");
$report = report_json('odd');
is_deeply(rows($report->{apps}, qw(app requests)), [ '- 5' ], 'members of other types');
is_deeply(rows($report->{findings}, qw(rule pointer would refused)), [ '-  0 1' ], '... and none');

# What a forger would write: controls, a line of its own, bytes, lengths.
my @hostile = ('a\u001b[2Jb', "\x1b]0;x\x07", 'a\nriverty_customer off;\n', "\xe2\x80\xaex",
               "\xff\xfe", 'x' x 5000, '\ud800', '\u0000', 'a\\\\');
for my $name (@hostile) {
    write_log('hostile', record(app => $name, would => 'rejected', problem => 'contract-broken',
                          findings => [ [ $name, 'reject', $name ], [ 'phone', 'reject', $name ] ]),
        record(app => $name, would => $name, problem => $name, time => $name));
    for my $by (qw(app rule field)) {
        my ($status, $out) = report("--by $by hostile");
        my $shown = $name =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger;
        is($status, 0, 'a forged name: ' . substr $shown, 0, 40);
        unlike($out, qr/[\x00-\x09\x0b-\x1f\x7f]|\xe2\x80\xae|[\xff\xfe]/, '... moves no cursor');
        is_deeply([ $out =~ /^(riverty[^;]*;)/mg ], [ 'riverty_rule phone warn;' ],
                  '... and writes no line');
        ok(eval { $json->decode((report("--by $by --json hostile"))[1]) }, '... as JSON');
    }
}

# Memory is that of apps and rules, and has an end even where they have none.
sub memory_of {
    my ($log) = @_;
    my $pid = open3(my $in, my $out, undef, $cli, 'report', '-');
    print {$in} $log;
    $in->flush;             # all but what the pipe holds has been read
    my ($kb) = slurp("/proc/$pid/status") =~ /^VmHWM:\s+(\d+) kB$/m;
    close $in;
    slurp_handle($out);
    waitpid $pid, 0;
    return $kb;
}

sub slurp_handle {
    my ($handle) = @_;
    local $/;
    return <$handle>;
}

open my $file, '>', "$DIR/many" or die;
print {$file} record(app => "app$_", would => 'rejected', findings => [ [ "r$_", 'reject', "/$_" ] ])
    for 1 .. 70_000;
close $file;
(undef, $text) = report('--by field many');
is(() = $text =~ /^(?:app\d+|\(others\)) .* %$/mg, 65_537, 'of 70,000 apps most have a row');
like($text, qr/^\(others\) +4464 /m, '... and one says how many are left');

my $few = join '', @log;
cmp_ok(memory_of($few x 40_000), '<', memory_of($few x 400) + 1024,
       '240,000 records take the memory of 2,400');

for my $words ('', '--by name log', '--since soon log', '--colour log', '--by') {
    my ($status, $out, $said) = report($words);
    is("$status $out", '2 ', "report $words");
    like($said, qr/^riverty-customer: \S.*\nusage: riverty-customer report /, '... is told');
}
is_deeply([ report('none.log') ],
          [ 2, '', "riverty-customer: none.log: No such file or directory\n" ], 'no such log');
is_deeply([ report('log.gz') ], [ report('log.gz') ], 'the same log tells the same');

done_testing();
