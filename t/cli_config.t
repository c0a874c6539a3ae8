#!/usr/bin/perl

# riverty-customer check --config: the file is read as nginx reads it, word by
# word, and an error names file and line.  Each case is given to nginx -t, too.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use JSON::PP;
use Riverty;
use RivertyConfig;
use Test::More;

my $cli = ($ENV{BUILD} // 'build') . '/riverty-customer';
my $module = load_module_line('customer_module');
my $json = JSON::PP->new->utf8->canonical;
my $sample = $json->decode($SAMPLE{'create-request'});

# Status, report and complaint of the sample, its customer changed, under lines.
sub check {
    my ($lines, %customer) = @_;
    my $document = $json->decode($json->encode($sample));
    $document->{customer}{$_} = $customer{$_} for keys %customer;
    put('document.json', $json->encode($document));
    put('rules.conf', $lines);
    my $out = qx{$cli check $DIR/document.json --config $DIR/rules.conf --json 2> $DIR/said};
    my $status = $? >> 8;
    return ($status, $status == 2 ? undef : $json->decode($out),
            slurp("$DIR/said") =~ s{\Q$DIR\E/}{}gr);
}

sub nginx_takes {
    my ($lines) = @_;
    put('rules.conf', $lines);
    my ($status, $said) = nginx_t("$module\npid test.pid;\nevents { }\nhttp {\n"
                                  . "access_log off;\ninclude $DIR/rules.conf;\n}\n");
    return $status == 0 ? 1 : 0;
}

# Lines, what is changed of the sample, and the rule that refuses it then.
my @good = (
    [ 'nothing', '', {}, '' ],
    [ 'a comment', "# nothing\n", {}, '' ],
    [ 'a level', 'riverty_rule phone_not_international reject;', {},
      'phone_not_international' ],
    [ 'a level and a comment behind it', "riverty_rule name off; # off\n", { lastName => '17' },
      '' ],
    [ 'words on lines of their own', "riverty_rule\n  name\n\toff\r\n;", { lastName => '17' }, '' ],
    [ 'two directives on a line', 'riverty_rule name off;riverty_rule language off;',
      { lastName => '17', language => 'dk' }, '' ],
    [ 'a profile', 'riverty_rules lenient;', { phone => 'call me' }, '' ],
    [ '... that is strict', 'riverty_rules strict;', {}, 'postal_code_suffix' ],
    [ '... and a rule before it', 'riverty_rule phone reject; riverty_rules lenient;',
      { phone => 'call me' }, 'phone' ],
    [ '... and behind it', 'riverty_rules lenient; riverty_rule phone reject;',
      { phone => 'call me' }, 'phone' ],
    [ 'quotes', q{riverty_rule "name" 'off';}, { lastName => '17' }, '' ],
    [ 'a name in quotes', q{"riverty_rule" name off;}, { lastName => '17' }, '' ],
    [ 'a pattern in quotes', q{riverty_field /customer/lastName "pattern=[A-Z]{2}; [a-z]+";},
      { lastName => 'AB; cd' }, '' ],
    [ '... that is not matched', q{riverty_field /customer/lastName "pattern=[A-Z]{2}; [a-z]+";},
      { lastName => 'A; cd' }, 'pattern' ],
    [ 'a quote in quotes', q{riverty_field /customer/lastName 'enum=O"Neill,O\'Brien';},
      { lastName => q{O'Brien} }, '' ],
    [ '... the other one', q{riverty_field /customer/lastName "enum=O'Neill,O\"Brien";},
      { lastName => q{O"Brien} }, '' ],
    [ 'a backslash that is kept', q{riverty_field /customer/lastName pattern=\d+a;},
      { lastName => '17a' }, '' ],
    [ '... also in quotes', q{riverty_field /customer/lastName "pattern=\d+a";},
      { lastName => '17a' }, '' ],
    [ 'two backslashes', q{riverty_field /customer/lastName pattern=\\\\d+a;},
      { lastName => '17a' }, '' ],
    [ 'an escaped semicolon', q{riverty_field /customer/lastName pattern=a\;b;},
      { lastName => 'a;b' }, '' ],
    [ 'an escaped space', q{riverty_field /customer/lastName pattern=a\ b;},
      { lastName => 'a b' }, '' ],
    [ 'a tab by its name', q{riverty_field /customer/lastName "pattern=a[\t ]b";},
      { lastName => 'a b' }, '' ],
    [ 'a # within a word', q{riverty_field /customer/lastName enum=a#b;},
      { lastName => 'a#b' }, '' ],
    [ 'a } within a word', q~riverty_field /customer/lastName enum=a}b;~,
      { lastName => 'a}b' }, '' ],
    [ 'a ${ within a word', q~riverty_field /customer/lastName enum=a${b;~,
      { lastName => 'a${b' }, '' ],
    [ 'a quote within a word', q{riverty_field /customer/lastName enum=a"b;},
      { lastName => 'a"b' }, '' ],
    [ 'a declared field', 'riverty_field /customer/loyaltyNumber required max=3;',
      { loyaltyNumber => '1234' }, 'too_long' ],
    [ '... that is missing', 'riverty_field /customer/loyaltyNumber required;', {}, 'required' ],
    [ 'a field that is changed twice',
      "riverty_field /customer/phone required;\nriverty_field /customer/phone max=3;", {},
      'too_long' ],
    [ 'a repair', 'riverty_rule birth_date_time reject;',
      { birthDate => '1980-09-01T00:00:00Z' }, 'birth_date_time' ],
    [ 'UTF-8', 'riverty_field /customer/lastName enum=Müller;', { lastName => 'Müller' }, '' ],
);

for my $case (@good) {
    my ($name, $lines, $customer, $rule) = @$case;
    my $bytes = $lines;
    utf8::encode($bytes);
    my ($status, $report, $said) = check($bytes, %$customer);
    my ($refuses) = map { $_->{rule} } grep { $_->{level} eq 'reject' }
        @{ $report->{findings} // [] };
    is($status == 2 ? $said : $refuses // '', $rule, $name);
    ok(nginx_takes($bytes), '... and nginx takes it');
}

# Lines, the line of the error, and what it says.
my @bad = (
    [ 'no semicolon', 'riverty_rule name off', 1, 'the directive is not ended by ";"' ],
    [ 'no semicolon, and another directive', "riverty_rule name off\nriverty_rule email off;", 1,
      'riverty_rule: takes the id of a rule' ],
    [ 'an unknown directive', "\n\nriverty_ruleset strict;", 3,
      'riverty_ruleset: there is no such directive' ],
    [ '... of a field', 'riverty_fields /customer/phone required;', 1,
      'riverty_fields: there is no such directive' ],
    [ 'no name of a directive', 'a-b c;', 1, 'there is no such directive' ],
    [ 'a bad profile', 'riverty_rules loose;', 1,
      'riverty_rules: the profile "loose" must be strict, default or lenient' ],
    [ 'two profiles', 'riverty_rules strict lenient;', 1, 'riverty_rules: takes strict, default' ],
    [ 'a profile twice', "riverty_rules strict;\nriverty_rules strict;", 2,
      'riverty_rules: is duplicate' ],
    [ 'an unknown rule', "# one\nriverty_rule names off;", 2, 'riverty_rule: there is no rule' ],
    [ 'no level', 'riverty_rule name;', 1, 'riverty_rule: takes the id of a rule and off' ],
    [ 'a bad level', "riverty_rule email off;\nriverty_rule name on;", 2,
      'riverty_rule: the level "on" of rule "name" must be off, warn or reject' ],
    [ 'a rule twice', "riverty_rule name off;\n\nriverty_rule name warn;", 3,
      'riverty_rule: the rule has a level here already' ],
    [ 'no options', 'riverty_field /customer/phone;', 1,
      'riverty_field: takes a pointer and what to change' ],
    [ 'a bad option', 'riverty_field /customer/phone maximum=2;', 1,
      'riverty_field: "maximum=2" is none of' ],
    [ 'a bad pattern', 'riverty_field /customer/phone pattern=a(b;', 1,
      'riverty_field: pattern= fails at offset 3' ],
    [ 'a bad pointer', 'riverty_field customer required;', 1,
      'riverty_field: "customer" is not a JSON pointer' ],
    [ 'an option of an object', 'riverty_field /customer max=3;', 1,
      'riverty_field: "/customer" is an object' ],
    [ 'a brace without quotes', "\nriverty_field /customer/phone pattern=[0-9]{2};", 2,
      'has a "{": it takes no block, and a pattern with one needs quotes' ],
    [ 'the end of a block', "riverty_rule name off;\n}", 2, 'a "}" that ends no block' ],
    [ 'a block without its end', "server {\nriverty_rule name off;\n", 3,
      'server: its block has no end' ],
    [ 'a block without a name', "{ riverty_rule name off; }", 1, 'a "{" with nothing before it' ],
    [ 'a directive without an end in a block', "server {\nriverty_rule name off\n}\n", 2,
      'the directive is not ended by ";"' ],
    [ 'too many words', 'riverty_rule' . ' name' x 16 . ' off;', 1, 'too many words' ],
    [ 'an open quote', qq{riverty_rule "name off;\n\n}, 1, 'has a quote without its end' ],
    [ 'something behind a quote', 'riverty_rule "name"off;', 1, 'right behind a closing quote' ],
    [ 'a lone semicolon', ";\nriverty_rule name off;", 1, 'a ";" with nothing before it' ],
    [ 'a backslash at the end', 'riverty_rule name off\\', 1, 'is not ended by ";"' ],
    [ 'a word of nothing', 'riverty_rule "" off;', 1, 'there is no rule ""' ],
    [ 'NUL', "riverty_rule name\0 off;", 1, 'there is no rule' ],
    [ 'any bytes', "\xff\xfe\0;", 1, 'there is no such directive' ],
    [ 'a file that is not there', "\ninclude none.conf;", undef, 'none.conf: No such file' ],
    [ 'a file that includes itself', "include rules.conf;", 1, 'too many blocks or files' ],
);

for my $case (@bad) {
    my ($name, $lines, $line, $says) = @$case;
    my ($status, undef, $said) = check($lines);
    is($status, 2, $name);
    my $place = defined $line ? "rules\\.conf:$line: " : '';
    like($said, qr/^riverty-customer: $place.*\Q$says\E[^\n]*\n\z/,
         '... is told with its line');
    # nginx has no bound of its own for files within files
    ok(!nginx_takes($lines), '... and nginx refuses it') if $name !~ /itself/;
}


# --- a whole nginx.conf ---

# Who is judged by what: locations, and what is around them.
my %part = (
    http => '', server => 'riverty_customer on;', a => '', b => '', more => '',
);

sub whole {
    my (%is) = (%part, @_);
    return <<"END";
# a configuration
events { worker_connections 64; }
http {
    log_format long '\$remote_addr' ' "' "a\\"b" 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20;
    map \$uri \$lower { default 0; "~^/[a-z]{2}" 1; /Big 2; }
    riverty_key_store apps.json;
    $is{http}
    server {
        listen 127.0.0.1:9; $is{server}
        location /plain { return 204; }
        location /a {
            $is{a}
            proxy_pass http://127.0.0.1:9/;
            if (\$lower) { set \$x '}'; }
        }
        location = /b { proxy_pass http://127.0.0.1:9/; $is{b} }
        $is{more}
    }
}
END
}

my $bad_name = 'riverty_rule name off;';
my $bad_phone = 'riverty_rule phone off;';

# Name, parts, options, what refuses a document with a bad name and phone; or
# what is said.
for my $case (
    [ 'no rules at all', {}, '', 'name phone' ],
    [ 'rules of http', { http => $bad_name }, '', 'phone' ],
    [ '... of a server', { server => "riverty_customer monitor; $bad_name" }, '', 'phone' ],
    [ '... of both', { http => $bad_name, server => "riverty_customer on; $bad_phone" }, '', '' ],
    [ '... of both locations', { a => $bad_name, b => $bad_name }, '', 'phone' ],
    [ '... behind the locations', { more => $bad_name }, '', 'phone' ],
    [ 'a profile further in', { http => $bad_name, more => 'riverty_rules default;' }, '',
      'name phone' ],
    [ '... and a rule with it', { http => $bad_name, more => "$bad_phone riverty_rules default;" },
      '', 'name' ],
    [ 'a field further in', { http => 'riverty_field /customer/phone required;',
                              more => 'riverty_field /customer/phone pattern=call.*;' }, '',
      'name' ],
    [ 'locations that differ', { a => $bad_name }, '',
      qr/nginx\.conf:16: location = \/b: has other rules, fields or limits than location \/a of nginx\.conf:11; .*--location nginx\.conf:16$/ ],
    [ '... one by its name', { a => $bad_name }, "--location '= /b'", 'name phone' ],
    [ '... the other', { a => $bad_name }, '--location /a', 'phone' ],
    [ '... by its place', { a => $bad_name }, '--location $DIR/nginx.conf:11', 'phone' ],
    [ 'one that is not protected', { b => $bad_name, a => 'riverty_customer off;' }, '', 'phone' ],
    [ 'a location that is none', {}, '--location /none', qr/no such location has/ ],
    [ '... that forwards nothing', {}, '--location /plain', qr/no such location has/ ],
    [ 'nothing protected', { server => '' }, '', qr/no location has riverty_customer and proxy_pass$/ ],
    [ 'an included file', { http => 'include more.conf;' }, '', 'name' ],
    [ '... by a pattern', { http => 'include mor?.conf; include none*;' }, '', 'name' ],
    [ '... from elsewhere', { http => "include $DIR/more.conf;" }, '', 'name' ],
    [ '... in a location', { a => 'include more.conf;', b => 'include more.conf;' }, '', 'name' ],
    [ '... with an error', { http => 'include bad.conf;' }, '', qr/bad\.conf:2: riverty_rule: there is no rule "nam"/ ],
    [ 'Lua', { a => "access_by_lua_block { local x = '}' -- }\n if x then y = {} end }" }, '',
      'name phone' ],
    [ '... with long texts', { more => "init_by_lua_block { x = [[ } ' ]] .. [==[ ]] } \" ]==] --[[ }\n} ]] --[ }\n y = t[1] }",
                               http => $bad_name }, '', 'phone' ],
    [ '... whose long text has no end', { more => 'access_by_lua_block { x = [=[ ]] }' }, '',
      qr/block without its end$/ ],
    [ 'sizes that differ', { a => 'riverty_max_body 1k;' }, '', qr/has other rules, fields or limits than/ ],
    [ '... without its end', { more => 'access_by_lua_block { x = "{}}}}}' }, '', qr/block without its end$/ ]) {
    my ($name, $parts, $options, $wanted) = @$case;
    my $document = $json->decode($json->encode($sample));
    @{ $document->{customer} }{qw(lastName phone)} = ('17', 'call me');
    put('document.json', $json->encode($document));
    put('more.conf', "# more\n$bad_phone\n");
    put('bad.conf', "# more\nriverty_rule nam off;\n");
    put('nginx.conf', whole(%$parts));
    $options =~ s/\$DIR/$DIR/;
    my $out = qx{$cli check $DIR/document.json --json --config $DIR/nginx.conf $options 2> $DIR/said};
    if (ref $wanted) {
        is($? >> 8, 2, "nginx.conf: $name");
        like(slurp("$DIR/said") =~ s{\Q$DIR\E/}{}gr, $wanted, '... is told');
        next;
    }
    is(slurp("$DIR/said"), '', "nginx.conf: $name");
    my $report = eval { $json->decode($out) };
    is(join(' ', sort map { $_->{rule} } grep { $_->{level} eq 'reject' } @{ $report->{findings} }),
       $wanted, '... refuses what it says');
}

# The size, as the gateway takes it: by the smaller of the two limits.
for my $case ([ 'the default', {}, 65_536 ], [ 'of http', { http => 'riverty_max_body 2k;' }, 2048 ],
              [ 'further in', { http => 'riverty_max_body 2k;', server => 'riverty_customer on; riverty_max_body 1M;' }, 1 << 20 ],
              [ 'of nginx', { server => 'riverty_customer on; client_max_body_size 3000;' }, 3000 ],
              [ '... that is larger', { http => 'client_max_body_size 1g;' }, 65_536 ],
              [ '... that is none', { http => 'client_max_body_size 0;' }, 65_536 ]) {
    my ($name, $parts, $limit) = @$case;
    put('nginx.conf', whole(%$parts));
    for my $more (0, 1) {
        put('document.json', $SAMPLE{'create-request'} . ' ' x ($limit + $more - length $SAMPLE{'create-request'}));
        my $out = qx{$cli check $DIR/document.json --json --config $DIR/nginx.conf};
        my $report = $json->decode($out);
        is_deeply([ $? >> 8, $report->{verdict},
                    map { $_->{rule} } @{ $report->{findings} }[0 .. $more - 1] ],
                  $more ? [ 1, 'oversized', 'content-too-large' ] : [ 0, 'accepted' ],
                  "a limit: $name, and $more byte more");
    }
}
{
    my $out = qx{$cli check $DIR/document.json --quiet --config $DIR/nginx.conf};
    is($out, "$DIR/document.json: oversized, 1 error\n", '... in short');
    $out = qx{$cli check $DIR/document.json --config $DIR/nginx.conf};
    like($out, qr/^\S+:\d+:\d+: reject: the document has 65537 bytes, and 65536 are taken there \[content-too-large\]$/m,
         '... and for people');
    for my $bad ('riverty_max_body 17m;', 'riverty_max_body 0;', 'riverty_max_body k;', 'riverty_max_body 1k 2k;',
                 'riverty_max_body 1k; riverty_max_body 1k;', 'riverty_max_bodies 1;') {
        my ($status, undef, $said) = check($bad);
        like("$status $said", qr/^2 riverty-customer: rules\.conf:1: riverty_max_bod/, "$bad is told");
        ok(!nginx_takes($bad), '... and nginx refuses it');
    }
}

# Any bytes, cut anywhere: an error or a verdict, soon.
{
    my $whole = whole(http => $bad_name, a => "include more.conf;");
    my @bad;
    for my $len (map { $_ * 7 } 0 .. length($whole) / 7) {
        put('nginx.conf', substr $whole, 0, $len);
        system("$cli check --quiet $DIR/document.json --config $DIR/nginx.conf > /dev/null 2>&1");
        push @bad, $len if ($? & 127) || ($? >> 8) > 2;
    }
    is_deeply(\@bad, [], 'a configuration that is cut anywhere');
    put('nginx.conf', 'a{' x 100_000);
    is(system("$cli check $DIR/document.json --config $DIR/nginx.conf 2> $DIR/said") >> 8, 2,
       'blocks without end');
}

{
    my $out = qx{$cli check t/data/create-request.json --config $DIR/none.conf 2>&1};
    is($? >> 8, 2, 'a file that is not there');
    is($out, "riverty-customer: $DIR/none.conf: No such file or directory\n", '... is named');
}

done_testing();
