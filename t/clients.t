#!/usr/bin/perl

# docs/openapi.yaml as programs read it that make clients: the types of each take
# a literal document, insist on what is required, and know problem documents.
# One of the clients asks a gateway.  docs/clients.md has the same commands.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw(make_path remove_tree);
use JSON::PP;
use Riverty;
use RivertyConfig;
use RivertyNode;
use Test::More;

my $redocly = npm_packages('openapi', '@redocly/cli@1.34.5') . '/.bin/redocly';
my @makers = ('openapi-typescript@7.13.0', '@hey-api/openapi-ts@0.85.2', 'orval@7.9.0', 'quicktype@23.0.175');
my $modules = npm_packages('clients', @makers, 'typescript@5.9.3');
my $work = ($ENV{BUILD} // 'build') . '/t/clients';
my $json = JSON::PP->new->utf8->canonical;

@ENV{qw(REDOCLY_TELEMETRY REDOCLY_SUPPRESS_UPDATE_NOTICE)} = ('off', 'true');

remove_tree($work);
make_path($work);

sub write_file {
    my ($name, $text) = @_;
    open my $file, '>', "$work/$name" or die "$work/$name: $!\n";
    print {$file} $text;
    close $file or die "$work/$name: $!\n";
    return;
}

sub runs {
    my ($what, $command) = @_;
    my $said = qx{cd $work && $command 2>&1};
    return is($?, 0, $what) || diag(substr $said, 0, 4000);
}

system("cp docs/openapi.yaml docs/customer.schema.json $work") == 0 or die "cp: $!\n";

# --- what makes them ---

runs('redocly bundles it', "$redocly bundle openapi.yaml -o bundle.json");
runs('openapi-typescript', "$modules/.bin/openapi-typescript openapi.yaml -o openapi-typescript.ts");
runs('hey-api', "$modules/.bin/openapi-ts -i bundle.json -o hey-api --no-log-file");
runs('orval', "$modules/.bin/orval --input bundle.json --output orval.ts --client fetch");
runs('quicktype', "$modules/.bin/quicktype --src-lang schema --lang ts --just-types --top-level CustomerDocument"
                  . " -o quicktype.ts 'customer.schema.json#/\$defs/CustomerDocument'");

# --- what they made ---

# Each document stands on a line of its own, as the compiler is told of a line.
my $sample = $json->decode($SAMPLE{'create-request'});

sub changed {
    my ($change) = @_;
    my $document = $json->decode($json->encode($sample));
    $change->($document, $document->{customer}, $document->{customer}{address});
    return $json->encode($document);
}

my %accepted = (
    sample => $json->encode($sample),
    least => $json->encode({ paymentRegistration => { id => '1' }, customer => {
        customerNumber => '1', customerCategory => 'PERSON',
        address => { countryCode => 'DE', street => 'A', postalPlace => 'B' } } }),
    nulls => changed(sub { $_[1]{$_} = undef for qw(companyName email phone language birthDate);
                           $_[2]{$_} = undef for qw(careOf postalCode streetNumber) }),
);
my %refused = (
    no_customer => changed(sub { delete $_[0]{customer} }),
    no_payment => changed(sub { delete $_[0]{paymentRegistration} }),
    no_payment_id => changed(sub { delete $_[0]{paymentRegistration}{id} }),
    (map { my $name = $_; "no_$name" => changed(sub { delete $_[1]{$name} }) }
        qw(address customerCategory customerNumber)),
    (map { my $name = $_; "no_$name" => changed(sub { delete $_[2]{$name} }) }
        qw(countryCode postalPlace street)),
    null_number => changed(sub { $_[1]{customerNumber} = undef }),
    number => changed(sub { $_[1]{customerNumber} = 1 }),
    list => changed(sub { $_[2]{street} = ['A'] }),
);
# A type of quicktype's has any other member as well.
my %misspelt = (
    birthdate => changed(sub { $_[1]{birthdate} = delete $_[1]{birthDate} }),
    iban => changed(sub { $_[0]{paymentRegistration}{iban} = 'x' }),
);

sub declared {
    my ($refused, %documents) = @_;
    return join '', map { ($refused ? "// \@ts-expect-error: $_\n" : '')
                          . "export const $_: Body = $documents{$_};\n" } sort keys %documents;
}

my $problem = <<'END';
export function told(problem: Problem): string {
    const status: number = problem.status;
    const first = problem.errors?.[0];
    const where: string = first === undefined ? '' : first.pointer + first.field + first.rule;
    const line: number = first?.line ?? 0;
    // @ts-expect-error: no such member
    problem.message;
    // @ts-expect-error: a number
    problem.status.length;
    return problem.type + problem.title + problem.detail + (problem.instance ?? '') + status + where + line;
}
END

my $answers = <<'END';
export function numberOf(answer: Written): string { return answer.externalCustomerReference; }
export function nameOf(answer: Read): string { return answer.customerNumber + (answer.lastName ?? ''); }
END

my %types = (
    'openapi-typescript' => <<'END',
import type { components, operations } from './openapi-typescript';
type Body = NonNullable<operations['createCustomer']['requestBody']>['content']['application/json'];
type Responses = operations['updateCustomer']['responses'];
type Problem = Responses[422]['content']['application/problem+json'];
type Written = Responses[200]['content']['application/json'];
type Read = operations['readCustomer']['responses'][200]['content']['application/json'];
export const same: Body = {} as components['schemas']['CustomerDocument'];
END
    'hey-api' => <<'END',
import type { CreateCustomerData, UpdateCustomerErrors, UpdateCustomerResponses, ReadCustomerResponses } from './hey-api/index';
type Body = CreateCustomerData['body'];
type Problem = UpdateCustomerErrors[422];
type Written = UpdateCustomerResponses[200];
type Read = ReadCustomerResponses[200];
END
    'orval' => <<'END',
import { createCustomer, readCustomer, updateCustomer } from './orval';
type Body = Parameters<typeof createCustomer>[1];
type Answer = Awaited<ReturnType<typeof updateCustomer>>;
type Problem = Extract<Answer, { status: 401 }>['data'];
type Written = Extract<Answer, { status: 200 }>['data'];
type Read = Extract<Awaited<ReturnType<typeof readCustomer>>, { status: 200 }>['data'];
END
    'quicktype' => "import type { CustomerDocument as Body } from './quicktype';\n",
);

for my $name (sort keys %types) {
    write_file("use-$name.ts", $types{$name} . declared(0, %accepted) . declared(1, %refused)
               . ($name eq 'quicktype' ? '' : declared(1, %misspelt) . $problem . $answers));
}

# What the page shows.
my $page = slurp('docs/clients.md');
is_deeply([ grep { index($page, " $_ ") < 0 } @makers ], [], 'docs/clients.md has these versions');
write_file('page.ts', ($page =~ /^```ts\n(.*?)^```/ms)[0] =~ s{'\./riverty}{'./hey-api}gr);

# The client that asks a gateway, below.
write_file('ask.ts', <<'END');
import { createCustomer, readCustomer, updateCustomer } from './hey-api/index';
import { client } from './hey-api/client.gen';
import { sample } from './use-hey-api';

export async function ask(baseUrl: string, token: string): Promise<string> {
    client.setConfig({ baseUrl, auth: token });
    const version = 'v1';
    const path = { version, customerNumber: sample.customer.customerNumber };
    const created = await createCustomer({ path: { version }, body: sample });
    const read = await readCustomer({ path });
    const updated = await updateCustomer({ path, body: { ...sample, paymentRegistration: { id: '' } } });
    const refused = updated.error as import('./use-hey-api').Refused | undefined;
    return JSON.stringify([ created.data?.externalCustomerReference, read.data?.customerNumber, updated.response.status,
                            refused?.type, refused?.errors?.map((error) => error.pointer) ]);
}
END
write_file('use-hey-api.ts', slurp("$work/use-hey-api.ts") . "export type Refused = Problem;\n");
write_file('tsconfig.json', $json->encode({
    compilerOptions => { strict => \1, noUncheckedIndexedAccess => \1, noEmitOnError => \1, skipLibCheck => \0,
                         target => 'es2022', module => 'commonjs', moduleResolution => 'node10', lib => [ 'es2022', 'dom', 'dom.iterable' ],
                         types => [], outDir => 'js', rootDir => '.' },
    include => [ '*.ts' ],
}));

runs('all of it compiles, and what must not does not', "$modules/.bin/tsc -p .");

# --- one of them at work ---

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(server => <<"END"));
        riverty_customer on;
        location / { proxy_pass $API; }
END

write_file('ask.js', <<"END");
require('./js/ask').ask('http://127.0.0.1:$GATEWAY', '$TOKEN{billing}').then(console.log);
END

my $said = qx{cd $work && node ask.js 2>&1};
is($said, $json->encode([ $NUMBER, $NUMBER, 422, 'urn:riverty-customer:problem:contract-broken',
                          [ '/paymentRegistration/id' ] ]) . "\n",
   'a client creates, reads, and is told what is wrong');
my @outcomes = map { $_->{riverty}{outcome} } records($gateway->path('audit.log'), 3);
is("@outcomes", 'forwarded forwarded rejected', 'which the gateway has recorded');

done_testing();
