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
    [ 'an unknown directive', "\n\nproxy_pass http://api;", 3,
      'not riverty_rules, riverty_rule or riverty_field' ],
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
      'there are no blocks here, and a pattern with one needs quotes' ],
    [ 'a block', 'customers { riverty_rule name off; }', 1, 'there are no blocks here' ],
    [ 'the end of a block', "riverty_rule name off;\n}", 2, 'there are no blocks here' ],
    [ 'an open quote', qq{riverty_rule "name off;\n\n}, 1, 'has a quote without its end' ],
    [ 'something behind a quote', 'riverty_rule "name"off;', 1, 'right behind a closing quote' ],
    [ 'a lone semicolon', ";\nriverty_rule name off;", 1, 'a ";" with nothing before it' ],
    [ 'a backslash at the end', 'riverty_rule name off\\', 1, 'is not ended by ";"' ],
    [ 'a word of nothing', 'riverty_rule "" off;', 1, 'there is no rule ""' ],
    [ 'NUL', "riverty_rule name\0 off;", 1, 'there is no rule' ],
    [ 'any bytes', "\xff\xfe\0;", 1,
      'not riverty_rules, riverty_rule or riverty_field' ],
);

for my $case (@bad) {
    my ($name, $lines, $line, $says) = @$case;
    my ($status, undef, $said) = check($lines);
    is($status, 2, $name);
    like($said, qr/^riverty-customer: rules\.conf:$line: .*\Q$says\E[^\n]*\n\z/,
         '... is told with its line');
    ok(!nginx_takes($lines), '... and nginx refuses it');
}

{
    my $out = qx{$cli check t/data/create-request.json --config $DIR/none.conf 2>&1};
    is($? >> 8, 2, 'a file that is not there');
    is($out, "riverty-customer: $DIR/none.conf: No such file or directory\n", '... is named');
}

done_testing();
