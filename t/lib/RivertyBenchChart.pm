package RivertyBenchChart;

# A chart of bars, as SVG of our own: readable on light and on dark pages.

use strict;
use warnings;

use Exporter qw(import);
use List::Util qw(max);

our @EXPORT = qw(bar_chart);

use constant {
    WIDTH => 720,
    LEFT  => 92,     # where bars begin
    RIGHT => 48,     # room for the last bar's value
    TOP   => 64,
    BAR   => 13,
    GAP   => 14,     # between groups
};

# One colour a series, of the same lightness on white and on black.
my @colours = ('#2f81c7', '#7a5cc4', '#d9822b', '#8a8f98');

# groups: [ name, values... ], a value for each of series; against: the value
# that has a line of its own, and its name.
sub bar_chart {
    my (%chart) = @_;
    my @series = @{ $chart{series} };
    my $most = max($chart{against}[0],
                   map { my (undef, @values) = @$_; grep { defined } @values }
                   @{ $chart{groups} });
    my $scale = (WIDTH - LEFT - RIGHT) / $most;
    my ($y, @body) = (TOP);

    for my $group (@{ $chart{groups} }) {
        my ($name, @values) = @$group;
        push @body, text(LEFT - 8, $y + BAR * @series / 2 + 4, $name, 'end');
        for my $i (0 .. $#series) {
            next if !defined $values[$i];
            my $width = $values[$i] * $scale;
            push @body, sprintf('<rect x="%d" y="%d" width="%.1f" height="%d" '
                . 'fill="%s"/>', LEFT, $y + $i * BAR, $width, BAR - 2,
                $colours[$i]),
                text(LEFT + $width + 5, $y + $i * BAR + 10,
                     sprintf('%.2f', $values[$i]), 'start', 'small');
        }
        $y += BAR * @series + GAP;
    }

    my $at = LEFT + $chart{against}[0] * $scale;
    push @body, sprintf('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>', $at,
                        TOP - 6, $at, $y - GAP + 4),
        text($at, TOP - 10, $chart{against}[1], 'middle', 'small');

    my $x = LEFT;
    for my $i (0 .. $#series) {
        push @body, sprintf('<rect x="%d" y="30" width="10" height="10" '
                            . 'fill="%s"/>', $x, $colours[$i]),
            text($x + 15, 39, $series[$i], 'start', 'small');
        $x += 30 + 7 * length $series[$i];
    }
    return svg($y, $chart{title}, @body);
}

sub svg {
    my ($height, $title, @body) = @_;
    my $width = WIDTH;

    return <<"END" . join('', map { "  $_\n" } @body) . "</svg>\n";
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" role="img"
     aria-label="@{[ escaped($title) ]}">
  <style>
    text { font: 13px sans-serif; fill: #1f2328; }
    .small { font-size: 11px; }
    line { stroke: #1f2328; stroke-dasharray: 3 3; }
    \@media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      line { stroke: #e6edf3; }
    }
  </style>
  <text x="8" y="18">@{[ escaped($title) ]}</text>
END
}

sub text {
    my ($x, $y, $text, $anchor, $class) = @_;
    return sprintf '<text x="%.1f" y="%.1f" text-anchor="%s"%s>%s</text>', $x,
        $y, $anchor, $class ? qq( class="$class") : '', escaped($text);
}

sub escaped {
    my ($text) = @_;
    my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;');
    return $text =~ s/([&<>"])/$entity{$1}/gr;
}

1;
