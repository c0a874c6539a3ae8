#!/usr/bin/perl

# riverty-customer from a shell: what it prints, its exit statuses, any bytes as
# input; and that the pages, the manual page and the completion tell what is
# true.  t/cli_config.t has the file of --config.

use strict;
use warnings;
use utf8;

use Cwd qw(abs_path);
use File::Temp;
use IPC::Open3;
use JSON::PP;
use POSIX qw(mkfifo);
use Symbol qw(gensym);
use Test::More;
use Time::HiRes qw(time);

my $build = $ENV{BUILD} // 'build';
my $cli = abs_path("$build/riverty-customer");
my $dir = File::Temp->newdir();
my $json = JSON::PP->new->utf8;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
$ENV{NO_COLOR} = '1';

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or return '';
    local $/;
    return <$file>;
}

sub put {
    my ($name, $bytes) = @_;
    utf8::encode($bytes) if utf8::is_utf8($bytes);
    open my $file, '>:raw', "$dir/$name" or die "$name: $!\n";
    print {$file} $bytes;
    close $file or die "$name: $!\n";
    return "$dir/$name";
}

# Runs it: exit status, standard output, standard error.
sub run {
    my (@words) = @_;
    my $pid = open3(my $in, my $out, my $err = gensym, $cli, @words);
    close $in;
    local $/;
    my ($printed, $said) = (scalar <$out>, scalar <$err>);
    waitpid $pid, 0;
    return ($? & 127 ? "signal $?" : $? >> 8, $printed, $said);
}

sub check {
    my ($bytes, @options) = @_;
    my ($status, $out, $err) = run('check', put('document.json', $bytes), '--json', @options);
    return ($status, length $out ? $json->decode($out) : $err);
}

my $sample = slurp('t/data/create-request.json');


# --- the command line ---

my ($version) = slurp('ngx_riverty_customer_module/contract/core/version.h')
    =~ /^#define RIVERTY_VERSION "([0-9.]+)"$/m;

is_deeply([ run($_) ], [ 0, "riverty-customer $version\n", '' ], "prints its version: $_")
    for qw(--version -V);

my ($status_of_help, $list, $said_of_help) = run('--help');
is("$status_of_help $said_of_help", '0 ', '--help is no error');
is((run($_))[1], $list, "... and $_ is the same") for qw(-h help);

# What each command says of itself, by its name; the list of all has these, too.
my @commands = $list =~ /^  ([a-z-]+(?: [a-z-]+)*)  /mg;
cmp_ok(scalar @commands, '>=', 10, 'the commands are listed');
my $help = $list;

for my $command (@commands) {
    my ($status, $out, $err) = run('help', split / /, $command);
    is("$status $err", '0 ', "help $command");
    like($out, qr/^usage: riverty-customer \Q$command\E\b.*^[A-Z].*^example: riverty-customer \S/ms,
         '... tells its usage, what it does and an example');
    is((run(split(/ /, $command), @$_))[1], $out, "... and $command @$_ is the same")
        for [ '--help' ], [ '-h' ], [ 'none.json', '--help' ];
    $help .= $out;

    my ($example) = $out =~ /^example: riverty-customer (.*)$/m;
    my @words = split ' ', $example =~ s/ >.*//r;
    my $complained = (run(@words))[2];
    unlike($complained, qr/usage:|unknown option|takes/, "... whose words are right: $example");
}

for my $group (qw(keys audit)) {
    like((run('help', $group))[1], qr/^usage: riverty-customer $group COMMAND/, "help $group");
    is((run($group, '--help'))[1], (run('help', $group))[1], '... and --help is the same');
}
is_deeply([ run('help', 'judge') ], [ run('judge') ], 'help of what is no command');

# Whatever is wrong with the words is said in one style: what, colon, why.
for my $case ([ qr/^no command; there are check, fields, .* or /, [] ],
              [ qr/^judge: no such command; there are check, fields, /, [ 'judge' ] ],
              [ qr/^-x: unknown option$/, [ qw(check a -x) ] ],
              [ qr/^-x: unknown option$/, [ qw(check a -xy) ] ],
              [ qr/^--jason: unknown option$/, [ qw(check --jason a) ] ],
              [ qr/^--json: takes no value$/, [ qw(check --json=1 a) ] ],
              [ qr/^--rules: its value is missing$/, [ qw(check a --rules) ] ],
              [ qr/^--rules: must be strict, default or lenient$/, [ qw(check a --rules no) ] ],
              [ qr/^--user: its value is missing$/, [ qw(keys lint a --user) ] ],
              [ qr/^--non: unknown option$/, [ qw(keys list --non a) ] ],
              [ qr/^fields: takes --markdown or --json-schema$/, [ 'fields' ] ],
              [ qr/^rules: takes the id of a rule, or --markdown/, [ 'rules' ] ],
              [ qr/^keys new-token: takes no arguments$/, [ qw(keys new-token a) ] ]) {
    my ($says, $words) = @$case;
    my ($status, $out, $err) = run(@$words);
    is("$status $out", '2 ', "riverty-customer @$words");
    my ($first, $usage) = split /\n/, $err;
    like($first =~ s/^riverty-customer: //r, $says, '... is told why');
    like($usage, qr/^usage: riverty-customer /, '... and the usage');
}

for my $words ([], [ 'judge' ], [ 'check' ], [ 'check', '--location', 'a', 'b' ], [ 'check', '--jason', 'a' ],
               [ 'check', 'a', '--operation' ], [ 'check', 'a', '--operation', 'delete' ],
               [ 'check', 'a', '--rules' ], [ 'check', 'a', '--rules', 'loose' ],
               [ 'check', 'a', '--number', 'c1' ], [ 'fields' ], [ 'fields', '--xml' ],
               [ 'fields', '--markdown', 'x' ], [ 'rules' ], [ 'rules', '--json' ],
               [ 'rules', '--markdown', 'name' ], [ 'rules', 'name', 'email' ]) {
    my ($status, $out, $err) = run(@$words);
    is($status, 2, "usage: riverty-customer @$words") or diag($out);
    is($out, '', '... standard output stays empty');
    like($err, qr/usage: riverty-customer /, '... and the usage is told');
}

{
    my ($status, $out, $err) = run('check', "$dir/none.json");
    is("$status $out", '2 ', 'a file that is not there');
    is($err, "riverty-customer: $dir/none.json: No such file or directory\n", '... is named');

    my $path = put('large.json', ' ' x (16 * 1024 * 1024) . ' ');
    ($status, $out, $err) = run('check', $path);
    is("$status $out $err", "2  riverty-customer: $path: longer than 16 MB\n",
       'more than 16 MB are refused');
    is((run('check', put('large.json', ' ' x (16 * 1024 * 1024))))[0], 1, '16 MB are not');

    is(qx{$cli fields --markdown 2>&1 > /dev/full} . ($? >> 8),
       "riverty-customer: standard output: No space left on device\n1",
       'a full disk does not look like success');
}


# --- rules ---

for my $id (slurp('docs/rules.md') =~ /^## (\w+)$/mg) {
    my ($status, $out, $err) = run('rules', $id);
    is("$status $err", '0 ', "rules $id");
    like($out, qr/^$id\n(?:  [a-z][^\n]*: [^\n]+\n)+\z/, '... is explained');
}
like((run('rules', 'country_three_letter'))[1],
     qr/^  level: reject \(default\), reject \(strict\), warn \(lenient\)$/m, '... its level');
is_deeply([ run('rules', 'names') ],
          [ 2, '', qq{riverty-customer: rules: there is no rule "names"\n} ], '... no such rule');


# --- check, for people ---

{
    my ($status, $out, $err) = run('check', 't/data/create-request.json');
    is($status, 0, 'the create sample is accepted');
    is($err, '', '... nothing is on standard error');
    like($out, qr{^t/data/create-request.json:6:15:\ warn:\ /customer/address/postalCode
                  \ is\ a\ postal\ code\ [^\n]*\ \[postal_code_suffix\]\n
                  \ {4}6\ \|\ "postalCode":\ "97687-7791",\n
                  \ {6}\|\ \ {14}\^~{11}\n}mx, '... a finding, its line and a mark below it');
    like($out, qr/^\nNot changed\n\nForwarded\n\Q$sample\E\n/m, '... the document as it is');
    like($out, qr{^  "/customer/firstName": \{"len": 3\}|^    "/customer/firstName": \{"len": 3\}}m,
         '... what is recorded');
    like($out, qr/"customer": "t:example:[0-9a-f]{32}"/, '... with a token of a made-up key');
    unlike($out =~ s/\A.*^Recorded//msr, qr/Ankunding|c1631704458|97687/, '... and no value');
    like($out, qr{^t/data/create-request.json: accepted, 4 warnings\n\z}m, '... the verdict');
}

my $spoilt = <<'END';
{
  "customer": {
    "address": {
      "countryCode": "deu",
      "postalCode": "9768",
      "street": "Main Street",
	"postalPlace": "日本, x", "streetNumber": 12
    },
    "customerCategory": "Person",
    "customerNumber": "c1",
    "email": "Ray@EXAMPLE.com ",
    "firstName": "Mu\u0308ller",
    "lastName": "Evil\u202e",
    "nickname": "\u009b31m"
  },
  "paymentRegistration": { "id": "" }
}
END

$spoilt =~ s/\\u(0308|202e|009b)/chr hex $1/ge;

{
    my $path = put('spoilt.json', $spoilt);
    my ($status, $out) = run('check', $path);
    utf8::decode($out);
    $out =~ s/\Q$path\E/F/g;

    # What is said at a place, the line that is shown, the mark below it.
    my $at = sub { [ $out =~ /^F:$_[0]: (.*)\n *\d+ \| (.*)\n {6}\| (.*)$/m ] };

    is($status, 1, 'a bad document is rejected');
    like($at->('4:22')[0], qr/^reject: .*; DE is meant \[country_three_letter\]$/,
         '... what was meant is told where it is certain');
    is($at->('4:22')[2], ' ' x 21 . '^~~~~', '... and marked');
    is($at->('7:42')[1], ' "postalPlace": "日本, x", "streetNumber": 12', '... a tab is a space');
    is($at->('7:42')[2], ' ' x 43 . '^~', '... a mark stands right behind wide characters');
    is($at->('13:17')[1], "    \"lastName\": \"Evil\x{fffd}\",",
       '... a bidirectional control is not let through');
    is($at->('13:17')[2], ' ' x 16 . '^~~~~~~', '... and marked as one character');
    is($at->('16:34')[2], ' ' x 33 . '^~', '... a blank value is pointed at');
    is($at->('2:15')[2], ' ' x 14 . '^', '... of an object its first character');
    like($out, qr/^Changed\n.*^\/customer\/email: "Ray\@EXAMPLE.com " -> "Ray\@example.com"$/ms,
         '... what changes is told, the old and the new value');
    like($out, qr/^\/customer\/firstName: "Mu\\u0308ller" -> "Müller"$/m,
         '... in a way that lets one see the difference');
    like($out, qr/^Normalised, not forwarded\n\{\n/m, '... the document is shown');
    like($out, qr/"nickname": "\\u009b31m"/, '... its controls escaped');
    unlike($out, qr/[\x{80}-\x{9f}\x{202e}\e]/, '... none is written');
    like($out, qr/^F: rejected, 4 errors, 1 warning\n\z/m, '... the verdict');
}

{
    my ($status, $out) = run('check', put('long.json', '{"a":"' . 'é' x 50_000 . "\x01\"}"));
    utf8::decode($out);
    my ($line, $mark) = $out =~ /^    1 \| (.*)\n      \| (.*)$/m;
    is($status, 1, 'a line of 100 kB');
    is($line, '...' . 'é' x 60 . "\x{fffd}\"}", '... is shown in part');
    is($mark, ' ' x 63 . '^', '... and its mark at the right place');
}

{
    my $path = put('colour.json', $spoilt);
    my $command = "TERM=xterm script -qec '$cli check $path' /dev/null";
    my $shown = qx{which script > /dev/null && NO_COLOR= $command};

    SKIP: {
        skip 'needs script(1)', 2 unless length $shown;
        like($shown, qr/\e\[1;31mreject\e\[0m/, 'a terminal gets colours');
        unlike(scalar qx{$command}, qr/\e/, '... none with NO_COLOR');
    }
    unlike(scalar qx{NO_COLOR= $cli check $path}, qr/\e/, 'a file gets none');
}


# --- check, for programs ---

{
    my ($status, $report) = check($spoilt);
    is($status, 1, '--json');
    is_deeply([ sort keys %$report ],
              [ qw(audit changes document findings findings_total verdict) ],
              '... the members that the manual names');
    is($report->{verdict}, 'rejected', '... the verdict');
    is_deeply($report->{findings}[1],
              { rule => 'country_three_letter', level => 'reject',
                pointer => '/customer/address/countryCode',
                field => 'customer.address.countryCode', line => 4, column => 22,
                detail => 'is a three-letter country code; two letters are expected; '
                        . 'DE is meant' }, '... a finding');
    is_deeply([ map { "$_->{line}:$_->{column}" } @{ $report->{findings} } ],
              [ qw(2:15 4:22 7:42 13:17 16:34) ], '... in the order of the document');
    is_deeply($report->{changes},
              [ { pointer => '/customer/customerCategory', old => 'Person', new => 'PERSON' },
                { pointer => '/customer/email', old => 'Ray@EXAMPLE.com ',
                  new => 'Ray@example.com' },
                { pointer => '/customer/firstName', old => "Mu\x{308}ller", new => 'Müller' } ],
              '... the changes');
    is($report->{document},
       $spoilt =~ s/"Person"/"PERSON"/r =~ s/Ray\@EXAMPLE.com /Ray\@example.com/r
               =~ s/Mu\x{308}ller/Müller/r, '... the document, all else as it came');
    is_deeply([ sort keys %{ $report->{audit} } ], [ qw(changes customer document findings) ],
              '... what is recorded');
    is($report->{audit}{document}{'/customer/email'}, '...com', '... redacted');

    ($status, $report) = check($report->{document});
    is_deeply($report->{changes}, [], 'what has been normalised stays as it is');

    ($status, $report) = check("{\n \"a\": 1,\n \"a\": 2}");
    is($status, 1, 'no JSON');
    is_deeply($report,
              { verdict => 'malformed', changes => [], document => undef, findings_total => 1,
                findings => [ { rule => 'duplicate', level => 'reject', pointer => '', field => '',
                                detail => 'a member name stands twice in an object',
                                line => 3, column => 2 } ],
                audit => { findings => [ { rule => 'duplicate', level => 'reject',
                                           pointer => '' } ] } }, '... is told by its place');
}

{
    my $line = $json->encode($json->decode($sample));
    my $path = put('lines.json', "$line\n{\n$line");
    my ($status, $out) = run('check', $path, '--lines');
    is_deeply([ map { $json->decode($_)->{verdict} } split /\n/, $out ],
              [ qw(accepted malformed accepted) ], '--lines: a document in each line');
    is($status, 1, '... one is not accepted');
    is((run('check', put('lines.json', "$line\n$line\n"), '--lines'))[0], 0, '... all are');
    is_deeply([ run('check', put('lines.json', ''), '--lines') ], [ 0, '', '' ], '... no line');
}

{
    my @update = ('--operation', 'update');
    is((check($sample, @update, '--number=c1631704458'))[0], 0, 'an update of that number');
    is((check($sample, @update))[0], 0, '... of a number that is not told');

    my ($status, $report) = check($sample, @update, '--number', 'c2');
    is($report->{findings}[1]{rule}, 'customer_number_mismatch', '... of another number');
    like($report->{audit}{customer}, qr/^t:example:/, '... which the record names');
    like((check($sample, @update, '--number', 'c/2'))[1], qr/--number: is not a customer number/,
         '... of none');

    my $out = qx{$cli check - --json < t/data/create-request.json};
    is($json->decode($out)->{verdict}, 'accepted', 'standard input');
    like(scalar qx{$cli check - < t/data/create-request.json}, qr/^stdin:6:15: warn: /,
         '... has a name');
}


# --- many documents ---

{
    mkdir "$dir/$_" or die $! for qw(many many/below many/.hidden none);
    my %file = ('a.json' => $sample, 'b.json' => $spoilt, 'below/c.json' => '{', 'note.txt' => '{',
                '.hidden/d.json' => '{', '.e.json' => '{', 'f.json.bak' => '{');
    put("many/$_", $file{$_}) for keys %file;
    symlink '..', "$dir/many/below/up" or die $!;
    symlink "$dir/many", "$dir/many/link.json" or die $!;
    mkfifo("$dir/many/queue.json", 0600) or die $!;
    my $many = "$dir/many";
    my $verdicts = "$many/b.json: rejected, 4 errors, 1 warning\n"
        . "$many/below/c.json: malformed, 1 error\n";

    is_deeply([ run('check', '--quiet', $many) ], [ 1, "${verdicts}3 documents: 1 accepted, 2 not\n", '' ],
              'a directory, --quiet: what is not accepted');
    is_deeply([ run('check', '--quiet', "$many/a.json") ], [ 0, '', '' ], '... nothing else');
    is_deeply([ run('check', '--quiet', "$many/b.json") ], [ 1, $verdicts =~ s/\n.*/\n/sr, '' ],
              '... of a file');
    my ($status, $out) = run('check', $many);
    is($status, 1, 'a directory');
    like($out, qr/^\Q$many\/$_\E: \w+, \d/m, "... with $_") for qw(a.json b.json below/c.json);
    is(() = $out =~ /^\S+: (?:accepted|rejected|malformed)(?:, .*)?$/mg, 3, '... and no other');

    ($status, $out) = run('check', '--json', "$many/below", "$many/a.json");
    is_deeply([ map { "$_->{file} $_->{verdict}" } map { $json->decode($_) } split /\n/, $out ],
              [ "$many/below/c.json malformed", "$many/a.json accepted" ],
              '... for programs, in the order of the words');
    ($status, $out) = run('check', '--json', '--quiet', $many);
    is(() = $out =~ /\n/g, 2, '... and --quiet');

    ($status, $out, my $err) = run('check', '--quiet', "$dir/gone.json", "$dir/none", "$many/a.json");
    is("$status $out", '2 ', 'one that cannot be read');
    is($err, "riverty-customer: $dir/gone.json: No such file or directory\n"
             . "riverty-customer: $dir/none: has no file *.json\n", '... and a directory of none');

    my $line = $json->encode($json->decode($sample));
    put('many/a.json', "$line\n{\n");
    ($status, $out) = run('check', '--lines', '--quiet', "$many/a.json", "$many/below/c.json");
    is(() = $out =~ /"malformed"/g, 2, '--lines of many files');

    # A sanitizer takes terabytes of addresses.
    my $bound = 'ulimit -v 200000;';
    $bound = '' if qx{$bound $cli --version 2>&1} !~ /^riverty/;
    put("none/$_.json", $sample) for 1 .. 2000;
    is(qx{$bound $cli check --quiet $dir/none} . ($? >> 8),
       "2000 documents: 2000 accepted, 0 not\n0", '2,000 files take the memory of few');
}


# --- any bytes ---

{
    my $seed = 7;
    my $random = sub { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff; $seed >> 8 };
    my @bytes = ('', "\0", "\xef\xbb\xbf{}", "\xff\xfe", '{', '[' x 65536, '{"a":' x 65536,
                 '"' . 'a' x 65536 . '"', '{' . join(',', map { "\"a$_\":$_" } 1 .. 10_000) . '}',
                 '"\ud800"', "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "{}\0", "\n" x 100_000, '1e400',
                 "{\"customer\":\r\n{\"firstName\":\"\t\"}}", '{"customer":[]}', 'null', '[]');

    for (1 .. 150) {
        my $bytes = $sample;
        substr($bytes, $random->() % length $bytes, $random->() % 3) = chr($random->() % 256)
            for 0 .. $random->() % 4;
        push @bytes, $bytes;
    }

    my (@bad, $slowest);
    for my $bytes (@bytes) {
        my $start = time;
        my ($status, $report) = check($bytes);
        my ($again, $text) = run('check', "$dir/document.json");
        my $took = time - $start;
        $slowest = $took if !defined $slowest || $took > $slowest;
        push @bad, substr $bytes, 0, 100
            if !ref $report || $status != ($report->{verdict} ne 'accepted')
               || $again ne $status || $text =~ /[\x00-\x08\x0b-\x1f\x7f]/
               || $text !~ /: $report->{verdict}(?:, [^\n]*)?\n\z/;
    }
    is_deeply(\@bad, [], scalar(@bytes) . ' documents of any bytes end in a verdict');
    cmp_ok($slowest, '<', 5, '... soon');
}


# --- what is written about it ---

is(slurp('docs/rules.md'), (run('rules', '--markdown'))[1],
   'docs/rules.md is what "riverty-customer rules --markdown" prints');
is(slurp('docs/fields.md'), (run('fields', '--markdown'))[1],
   'docs/fields.md is what "riverty-customer fields --markdown" prints');

# Letters are those of libutf8proc's Unicode: another one has others.
my ($schema_file, $printed) = (slurp('docs/customer.schema.json'), (run('fields', '--json-schema'))[1]);
my ($unicode, $unicode_here) = map { /with Unicode ([\d.]+);/ } $schema_file, $printed;
my @both = $unicode eq $unicode_here ? ($schema_file, $printed)
    : map { $json->encode($json->decode($_)->{'$defs'}{CustomerDocument}) } $schema_file, $printed;
is($both[0], $both[1],
   'docs/customer.schema.json is what "riverty-customer fields --json-schema" prints');

# Every command that a page shows has words that are right.
for my $page (grep { -f } 'README.md', glob 'docs/*.md') {
    for my $words (slurp($page) =~ /^ {4,}riverty-customer (.*)$/mg) {
        next if $words =~ /^new-token|[<>|]|--follow/;
        my $said = (run(split ' ', $words =~ s/ #.*//r))[2];
        unlike($said, qr/usage:|unknown|: takes|: must|there is no rule/, "$page: $words");
    }
}

my $manual = slurp('docs/riverty-customer.1') =~ s/\\-/-/gr;
my $completion = slurp('docs/riverty-customer.bash');
my %named = map { $_ => 1 } $help =~ /(--[a-z-]+)/g, map { split } @commands;

for my $word (sort keys %named) {
    like($manual, qr/(?<![\w-])\Q$word\E(?![\w-])/, "$word is in the manual page");
    like($completion, qr/(?<![\w-])\Q$word\E(?![\w-])/, '... and in the completion');
}

like($manual, qr/^\.TH \S+ 1 \S+ "riverty-customer \Q$version\E"/m, 'the manual is of this version');

SKIP: {
    skip 'needs groff', 1 if system('which groff > /dev/null 2>&1') != 0;
    is(scalar qx{groff -man -ww -z docs/riverty-customer.1 2>&1}, '', 'groff reads the manual');
}

# What is offered for the last word; the words as bash cuts them.
sub offered {
    my (@words) = @_;
    open my $bash, '-|', 'bash', '-c', <<'END', 'bash', @words or die "bash: $!\n";
source docs/riverty-customer.bash
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_riverty_customer
echo "${COMPREPLY[*]}"
END
    my $line = <$bash>;
    chomp $line;
    return $line;
}

my $program = 'riverty-customer';
is(offered($program, 'ch'), 'check', 'completion: a command');
is(offered($program, 'check', '--j'), '--json', '... an option');
is(offered($program, 'check', 'docs/rul'), 'docs/rules.md', '... a file');
is(offered($program, 'check', '--operation', ''), 'create update', "... an option's values");
is(offered($program, 'check', '--operation', '=', 'u'), 'update', '... behind a =');
is(offered($program, 'check', '--config', 'docs/rul'), 'docs/rules.md', "... an option's file");
is(offered($program, 'fields', ''), '--markdown --json-schema --help', '... what fields takes');
is(offered($program, 'help', 'a'), 'audit', '... what help takes');
is(offered($program, 'help', 'audit', 's'), 'show', '... and behind it');
is(offered($program, 'keys', 'l'), 'lint list', '... what keys takes');


# --- docs/openapi.yaml ---

my $api = slurp('docs/openapi.yaml');
my $dense = $api =~ s/\s+//gr;

for my $name (qw(create-request create-response read-response)) {
    my $data = slurp("t/data/$name.json") =~ s/\s+//gr;
    ok(index($dense, $data) >= 0, "docs/openapi.yaml has t/data/$name.json");
}

my $problems = slurp('ngx_riverty_customer_module/contract/customer/problem.h');
my %responses;      # status => names: a read is refused for more than a write
push @{ $responses{$1} }, $2
    while $api =~ /"(\d{3})": \{ \$ref: "#\/components\/responses\/(\w+)" \}/g;

while ($problems =~ /\bPROBLEM\(\w+,\s*([a-z-]+),\s*(\d+),/g) {
    my ($slug, $status) = ($1, $2);
    my $names = join '|', @{ $responses{$status} // [] };
    my $text = join '', $api =~ /^    (?:$names):\n((?:      .*\n|\n)+)/mg;
    like($text, qr/`\Q$slug\E`/, "... $slug among what $status means");
}

my $schema = $json->decode(slurp('docs/customer.schema.json'));
my ($number, $rules) = map { $schema->{'$defs'}{$_}{properties}{customer}{properties}{customerNumber} }
    qw(CustomerDocument rules);
is_deeply($rules->{allOf}[1], { '$ref' => '#/$defs/CUSTOMER_NUMBER' }, '... its schema has a shape');
my ($parameter) = $api =~ /^    customerNumber:\n((?:      .*\n)+)/m;
my ($cap) = $parameter =~ /^ *maxLength: (\d+)$/m;
my ($shape) = $parameter =~ /^ *pattern: "\^(.*)\$"$/m;

is($cap, $number->{maxLength}, '... the longest customer number');
is($schema->{'$defs'}{CUSTOMER_NUMBER}{pattern} =~ s/\\x2d/-/r =~ s/.*\(\?:\(\?:(.*)\)\[.*/$1/r,
   $shape =~ s/A-Za-z0-9/0-9A-Za-z/r =~ s/A-Za-z0-9._-/-.0-9A-Z_a-z/r, '... which is that of the path');
like($api, qr/^  version: \Q$version\E$/m, '... this version');

done_testing();
