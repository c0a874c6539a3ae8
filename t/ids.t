#!/usr/bin/perl

# event.id is $request_id: 32 hex digits, of which no two requests of two
# workers have the same, over more requests than a worker draws random bytes for
# at once, and over a reload.  A location that is off keeps nginx's own, and so
# does a request of which something reads $request_id before us.

use strict;
use warnings;

use lib 't/lib';
use Riverty;
use RivertyConfig;
use Test::More;

use constant ROUND => 600;    # requests of two workers

my $item = "$CUSTOMERS/$NUMBER";

my $api = start_api();
my $gateway = start_server('gateway', gateway_config(workers => 2, server => <<"END"));
        set \$read '';
        if (\$arg_early) { set \$read \$request_id; }
        location / {
            riverty_customer on;
            add_header X-Id \$request_id always;
            add_header X-Read \$read always;
            proxy_pass $API;
        }
        location /open {
            add_header X-Id \$request_id always;
            return 204;
        }
END

my $asked = 0;

sub ids_of {
    my (@answers) = @_;
    return map { $_->{head} =~ /^X-Id: (\S+)\r?$/mi ? $1 : 'none' } @answers;
}

# Each on a connection of its own, so that both workers have some.
sub ask_round {
    my @ids = ids_of(map { ask("GET $item") } 1 .. ROUND);
    $asked += ROUND;
    return @ids;
}

my @ids = ask_round();
ok($gateway->reload(), 'new workers');
push @ids, ask_round();

my %times;
$times{$_}++ for @ids;
is(scalar(grep { !/^[0-9a-f]{32}$/ } keys %times), 0, 'each id is 32 hex digits');
is(scalar(keys %times), 2 * ROUND, 'and no two are the same');

my %recorded = map { $_->{'event.id'} => 1 } records($gateway->path('audit.log'), $asked);
is(scalar(grep { !$recorded{$_} } @ids), 0, 'the records have them');
is(scalar(keys %recorded), $asked, 'and no others');

subtest 'a refusal has it, too' => sub {
    my $answer = ask("GET $item", token => 'nobody');
    my ($id) = ids_of($answer);
    like($answer->{body}, qr/$id/, 'its body');
    my ($record) = (records($gateway->path('audit.log'), ++$asked))[-1];
    is($record->{'event.id'}, $id, 'and its record');
};

subtest 'a request whose id was read before' => sub {
    my $answer = ask("GET $item?early=1");
    my ($id) = ids_of($answer);
    my ($read) = $answer->{head} =~ /^X-Read: (\S+)\r?$/mi;
    is($id, $read, 'keeps it');
    my ($record) = (records($gateway->path('audit.log'), ++$asked))[-1];
    is($record->{'event.id'}, $id, 'in its record');
};

subtest 'a location that is off' => sub {
    my ($one, $two) = ids_of(ask('GET /open'), ask('GET /open'));
    like($_, qr/^[0-9a-f]{32}$/, 'has an id') for $one, $two;
    isnt($one, $two, 'and each another one');
};

$gateway->stop();
done_testing();
