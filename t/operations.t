#!/usr/bin/perl

# docs/operations.md: it has a row for each message that nginx -t and error.log
# can show, and no row for one that is gone; its links and those of the alerts
# lead somewhere.

use strict;
use warnings;

use Test::More;

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

my $page = slurp('docs/operations.md');

# The messages: formats of nginx, whose arguments become "...".
my %message;
for my $path (glob 'ngx_riverty_customer_module/gateway/*.c') {
    my $source = slurp($path);
    my $string = qr/"(?:[^"\\]|\\.)*"/;
    while ($source =~ /(?:ngx_(?:conf_)?log_error\(\s*\w+,[^"]*?|\bfault = )((?:$string\s*)+)/g) {
        my $text = join '', map { s/\A"|"\z//gr } $1 =~ /$string/g;
        $text =~ s/\\"/"/g;
        $text =~ s/%(?:\*s|[0-9]*u?[a-zA-Z]{1,2}\b|V)/.../g;
        next if $text eq 'riverty: ...';        # one of the faults
        $message{ $text =~ s/\Ariverty: //r } = $path =~ s{.*/}{}r;
    }
}
cmp_ok(scalar keys %message, '>', 60, 'the messages were found');

# The rows of the two tables: a piece of a message, "..." for what differs.
my ($tables) = $page =~ /^(## What error\.log says\n.*)/ms;
my @rows = map { /`(.+?)`/g } $tables =~ /^\| (`.+?) \|/mg;

sub matches {
    my ($row, $text) = @_;
    return index($text, $row) >= 0;
}

sub none {
    my ($name, @left) = @_;
    return is(join("\n", @left), '', $name);
}

none('each message has a row', map { "$message{$_}: $_" }
     grep { my $text = $_; !grep { matches($_, $text) } @rows } sort keys %message);
none('each row has a message',
     grep { my $row = $_; !grep { matches($row, $_) } keys %message } @rows);

# A heading's anchor, as GitHub makes them.
sub anchors {
    my ($file) = @_;
    my $text = slurp($file) =~ s/^```.*?^```//msgr;
    return map { lc =~ s/[^\w -]//gr =~ tr/ /-/r } $text =~ /^#+ (.+)$/mg;
}

my @broken;
for my $link ($page =~ /\]\(([^)]+)\)/g) {
    my ($file, $anchor) = $link =~ /^([^#]*)(?:#(.+))?$/;
    $file = $file eq '' ? 'docs/operations.md' : "docs/$file";
    push @broken, $link if !-e $file || defined $anchor && !grep { $_ eq $anchor } anchors($file);
}
none('its links lead somewhere', @broken);

my %here = map { $_ => 1 } anchors('docs/operations.md');
my @runbooks = slurp('docs/examples/prometheus-alerts.yml') =~ m{runbook: docs/operations\.md#(\S+)}g;
none('each alert has a runbook', grep { !$here{$_} } @runbooks);

done_testing();
