#!/usr/bin/perl

# The JSON Schema against the C code: it is valid by ajv's strictest mode, and on every document that
# the tests of the contract judge, the examples of docs/rules.md and each member
# spoilt in turn both say the same, as far as a schema can know.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use File::Path qw(make_path);
use JSON::PP;
use RivertyNode;
use Test::More;
use Unicode::Normalize qw(NFC);

my $modules = npm_packages('schema', 'ajv@8.17.1');
my $build = $ENV{BUILD} // 'build';
my $cli = "$build/riverty-customer";
my $work = "$build/t/schema";
my $json = JSON::PP->new->utf8->canonical->allow_nonref;

make_path($work);

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    local $/;
    return <$file>;
}

sub spew {
    my ($path, $bytes) = @_;
    open my $file, '>:raw', $path or die "$path: $!\n";
    print {$file} $bytes;
    close $file or die "$path: $!\n";
    return $path;
}

# name => JSON text
my (@names, %text);

sub document {
    my ($name, $text) = @_;
    return if exists $text{$name};
    push @names, $name;
    $text{$name} = $text;
}

# Rules and examples, as the page has them.
my $rules = qx{$cli rules --markdown};
my ($base) = map { $json->decode($_) } $rules =~ /^```json\n(.*?)^```/ms;
my (%level, %known);

while ($rules =~ /^\| \[`(\w+)`\]\S+ \| (\w+) \| .* \| ([\w ]+) \|$/mg) {
    ($level{$1}, $known{$1}) = ($2, $3);
}

# The example with members set, by their pointers.
sub changed {
    my (%members) = @_;
    my $document = $json->decode($json->encode($base));
    for my $pointer (sort keys %members) {
        my (undef, @names) = split m{/}, $pointer;
        my $name = pop @names;
        return $json->encode($members{$pointer}) unless defined $name;
        my $object = $document;
        $object = $object->{$_} for @names;
        $object->{$name} = $members{$pointer};
    }
    return $json->encode($document);
}

my (%passes, %breaks);

for my $section (split /^## /m, $rules) {
    my ($rule) = $section =~ /^(\w+)\n/ or next;
    my ($passes) = $section =~ /^\* passes: `(.*)`$/m;
    my ($breaks) = $section =~ /^\* breaks it: `(.*)`$/m;
    next if !defined $passes or $section =~ /^\* with:/m;
    $passes{$rule} = "$rule passes";
    $breaks{$rule} = "$rule breaks";
    document($passes{$rule}, changed(%{ $json->decode($passes) }));
    document($breaks{$rule}, changed(%{ $json->decode($breaks) }));
}

# The values that t/contract judges: rows { "name", "JSON", "what is found" }.
my %inside = map { $_ => "/customer/address/$_" }
    qw(careOf countryCode postalCode postalPlace street streetNumber
       streetNumberAdditional);
$inside{$_} = "/paymentRegistration/$_" for qw(id extra);

sub from_c {
    my ($literals) = @_;
    my $text = join '', $literals =~ /"((?:[^"\\]|\\.)*)"/g;
    $text =~ s{\\(?:u([0-9a-fA-F]{4})|(.))}{defined $1 ? chr hex $1 : $2}ge;
    return $text;
}

my $rows = 0;

for my $path (glob('t/contract/test_check*.c'), 't/contract/test_document.c') {
    my $source = slurp($path);
    utf8::decode($source);
    while ($source =~ /\{ "(\w+)", ((?:"(?:[^"\\]|\\.)*"\s*)+),\s*"/g) {
        my ($name, $value) = ($1, from_c($2));
        utf8::encode(my $bytes = $value);
        my $pointer = $inside{$name} // "/customer/$name";
        document("$name $value", changed($pointer => $json->decode($bytes)));
        $rows++;
    }
}

cmp_ok($rows, '>', 150, "$rows values of t/contract are found");

# Each member spoilt in turn, and in forms that the gateway accepts.
sub spoil {
    my ($object, $path, $name) = @_;
    my $value = $object->{$name};
    my @others = (undef, '', ' ', "\x{a0} ", 1, JSON::PP::true, [], {}, "\x{9b}");

    if (!ref $value) {
        push @others, " $value", "$value\x{a0}", lc $value, uc $value,
            'x' x 500, "XX", "XXX-XXX", '#', "\x{d6}", "\t$value", "$value\n";
    }

    for my $other (@others) {
        $object->{$name} = $other;
        document("$path/$name = " . $json->encode($other), $json->encode($base));
    }

    delete $object->{$name};
    document("$path/$name is absent", $json->encode($base));
    $object->{$name} = $value;
}

sub walk {
    my ($object, $path) = @_;
    for my $name (sort keys %$object) {
        spoil($object, $path, $name);
        walk($object->{$name}, "$path/$name") if ref $object->{$name};
    }
}

walk($base, '');

# Companies, and what countries have for postal codes.
for my $category (qw(COMPANY company Person PERSON)) {
    for my $company (undef, '', ' ', 'Ankunding GmbH', '-') {
        document($json->encode([ $category, $company ]),
                 changed('/customer/customerCategory' => $category,
                         '/customer/companyName' => $company,
                         '/customer/firstName' => '', '/customer/lastName' => undef));
    }
}

# Texts: what is read, what is taken off at the ends, what may not be in them.
for my $code (0x24, 0x2b .. 0x2e, 0x5f, 0xad, 0x61c, 0x115f, 0x1680, 0x2000, 0x200b,
              0x200d, 0x200e, 0x200f, 0x2010, 0x2013, 0x2026, 0x2116, 0x2212, 0x2605,
              0x2800, 0x3000, 0x3007, 0x3164, 0xe000, 0xfdcf, 0xfdd0, 0xfdef, 0xfe0f,
              0xfeff, 0xffa0, 0xfffd, 0x1f3e0, 0x323b0, 0x3fffe, 0x40000, 0xe0001,
              0xe007f, 0xe0100, 0xfffff, 0x10fffd) {
    my $character = chr $code;
    for my $name (qw(firstName companyName address/street)) {
        document(sprintf('%s %x %s', $name, $code, $json->encode($_)),
                 changed("/customer/$name" => $_))
            for $character, " Ra$character", "R${character}a";
    }
    document(sprintf('COMPANY %x', $code),
             changed('/customer/customerCategory' => 'COMPANY',
                     '/customer/companyName' => 'Ankunding GmbH',
                     '/customer/firstName' => $character));
}

for my $first ('-', '.', "\x{2013}", '', 'Ray', '?') {
    document("$first Ankunding", changed('/customer/firstName' => $first));
    document($json->encode([ $first, $_ ]),
             changed("/customer/firstName" => $first, "/customer/lastName" => $_))
        for '-', '...', " \x{2212}\x{200e}", 'Ray', '-a', '- -', undef;
}

for my $country (qw(DE AT CH BE NL NO DK LU SE FI EE LV LT PL GB US FR IE HK XK AE GH IR
                    de nl gB), ' DE ') {
    for my $code (undef, '', '97687', '9768', '976877', '97687-7791', 'O7687', '1234',
                  '1234 AB', '1234ab', '123 45', '12-345', 'LV-1010', 'lv-1010',
                  'CH-8001', 'ch-8001', 'SW1A 1AA', 'sw1a1aa', ' 1010 ', '00-001',
                  'd97687', 'D-97687', 'D--97687', '-97687', '97687-', 'S-123 45',
                  'CH 8001', 'DK-1234', "97\x{2013}687", "97\x{a0}687", '97_687', '976-87',
                  "\x{d0}97687", '00000', '0000', 'D-00000', '00000-1234', '000001234',
                  '1234-5678', '123 45-6789', '0123 AB', '1234 SS', 'GA-183-8164',
                  '12345-12345', '12345 12345-1234', 'none needed') {
        document($json->encode([ $country, $code ]),
                 changed('/customer/address/countryCode' => $country,
                         '/customer/address/postalCode' => $code));
    }
}

document($_, slurp("t/data/$_")) for qw(create-request.json update-request.json
                                        create-response.json read-response.json);

# What both say.
my $schema = spew("$work/schema.json", scalar qx{$cli fields --json-schema});
my $texts = spew("$work/documents.json", $json->encode([ map { my $text = $text{$_};
    utf8::decode($text); $text } @names ]));
my $said = $json->decode(scalar qx{NODE_PATH=$modules node t/lib/schema.js $schema $texts});

ok($said->{valid}, 'the schema is valid against its meta-schema');

# For other validators (make clients).
spew("$work/verdicts.json", $json->encode([ map { @$_ ? 0 : 1 } @{ $said->{keywords} } ]));

# Does a value of the document hold what only the gateway can take off?
sub shortens {
    my ($value) = @_;
    if (ref $value eq 'HASH') {
        return grep { shortens($_) } values %$value;
    }
    return 0 if ref $value or !defined $value;
    my $blank = qr{[ \x{a0}\x{61c}\x{200e}\x{200f}\x{feff}]};
    return NFC($value) =~ s{^$blank+|$blank+$}{}gr ne $value;
}

# What the gateway says, a line a document.
my @reports;

for my $from (map { 500 * $_ } 0 .. $#names / 500) {
    my $to = $from + 499 < $#names ? $from + 499 : $#names;
    my @files = map { spew("$work/$_.json", $text{ $names[$_] }) } $from .. $to;
    push @reports, map { $json->decode($_) } split /\n/, scalar qx{$cli check --json @files};
    unlink @files;
}

is(scalar @reports, scalar @names, 'the gateway has a verdict on each document');

my (%refuses, @lenient, @strict, @shortened, %cannot);

for my $i (0 .. $#names) {
    my $name = $names[$i];
    my @keywords = @{ $said->{keywords}[$i] };
    my @broken = map { $_->{rule} } grep { $_->{level} eq 'reject' }
        @{ $reports[$i]{findings} };

    $refuses{$name} = @keywords > 0;

    if (@broken) {
        push @lenient, "$name (@broken)"
            if !@keywords and grep { $known{$_} eq 'yes' } @broken;
    } elsif (@keywords) {
        my $only = !grep { $_ ne 'maxLength' } @keywords;
        if ($only && shortens($json->decode($text{$name}))) {
            push @shortened, $name;
        } else {
            push @strict, "$name (@keywords)";
        }
    }
}

note(scalar @names, ' documents; too long for the schema alone: ', scalar @shortened);

is_deeply(\@strict, [], 'what the gateway accepts the schema accepts');
is_deeply(\@lenient, [],
          'what breaks a rule that the schema knows the schema refuses');
cmp_ok(scalar @shortened, '>', 0,
       'blanks and decomposed characters count in a maxLength');

# Another engine of regular expressions, and a validator that knows no draft
# after 07: each fourth document, and each with the end of a line in it.
{
    my @some = grep { $_ % 4 == 0 or $text{ $names[$_] } =~ /\\n/ } 0 .. $#names;
    my $some = spew("$work/some.json", $json->encode([ map { my $text = $text{ $names[$_] };
        utf8::decode($text); $text } @some ]));
    my $answer = $json->decode(scalar qx{/usr/bin/python3 t/lib/schema.py $schema $some} || '{}');
    my @ours = map { @{ $said->{keywords}[$_] } ? 0 : 1 } @some;
    for my $draft (qw(Draft202012Validator Draft7Validator)) {
        is_deeply($answer->{$draft}, \@ours, "python3-jsonschema says the same ($draft)");
    }
}

# The column of docs/rules.md.
is_deeply([ grep { $known{$_} eq 'yes' and !$refuses{$breaks{$_}} } sort keys %breaks ],
          [], 'the examples of rules that the schema knows are refused');
is_deeply([ grep { $known{$_} ne 'yes' and $refuses{$breaks{$_}} } sort keys %breaks ],
          [], 'those of rules that it does not know are accepted');
is_deeply([ grep { $refuses{$passes{$_}} } sort keys %passes ], [],
          'the examples that pass are accepted');
is_deeply([ grep { $known{$_} ne 'no' and $level{$_} ne 'reject' } sort keys %known ],
          [], 'the schema knows no rule that only warns');

# Hostile values cost a validator no more than a look.
{
    my @hostile = map { my $value = $_;
        map { changed($_ => $value) } qw(/customer/identificationNumber
            /customer/mobilePhone /customer/email /customer/address/countryCode
            /customer/address/streetNumber /customer/address/postalCode
            /customer/address/postalPlace /customer/firstName) }
        map { $_ x 30_000 } ' ', ' X', 'XX', 'X-', '-', 'a', '0 ', '(', 'a@', '.a', '+0(';
    my $file = spew("$work/hostile.json", $json->encode([ map { my $text = "$_";
        utf8::decode($text); $text } @hostile, map { s/XX"/_"/r } @hostile ]));
    my $start = time;
    my $answer = $json->decode(
        scalar qx{NODE_PATH=$modules timeout 60 node t/lib/schema.js $schema $file}
        || '{}');

    is(scalar @{ $answer->{keywords} // [] }, 2 * @hostile,
       'values of 60 kB end in a verdict');
    cmp_ok(time - $start, '<', 20, 'in bounded time');
}

done_testing();
