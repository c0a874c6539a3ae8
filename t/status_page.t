#!/usr/bin/perl

# riverty_status for people, in Debian's Chromium: it draws what the JSON says
# and draws it anew, asks nobody else, complains of nothing, and can be used on a
# phone, by keyboard, in the dark and with a screen reader.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use File::Path qw(make_path);
use JSON::PP;
use POSIX qw(strftime);
use Riverty;
use RivertyBrowser;
use RivertyConfig;
use RivertyNode;
use Test::More;
use Time::HiRes qw(sleep);

binmode $_, ':utf8' for map { Test::More->builder->$_() } qw(output failure_output todo_output);

my %app = map { $_->{name} => $_ } @{ decode_json(slurp("$STORE/apps.json"))->{apps} };

# What an app may be called, at its worst.
my $hostile = '_.@-' x 15 . 'dots';

sub store {
    my ($left) = @_;
    my $ends = strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time + $left));
    return encode_json({ apps => [
        { %{ $app{billing} }, keys => [ { id => 'primary', value => $KEY{'billing.primary'},
                                          not_after => $ends } ] },
        $app{reader},
        { %{ $app{other} }, name => $hostile },
    ] });
}

put('apps.json', store(5.5 * 86400), 0640);
put('users', "who:{PLAIN}what\n", 0640);
my $gateway = start_server('gateway', config_of(http => api_config() . <<"END"));
    riverty_key_store $DIR/apps.json check=100ms;
    riverty_redaction_key k1 $STORE/redaction.key;
    riverty_allow verbose_log;
    riverty_audit_log logs/audit.log;
    server {
        listen 127.0.0.1:$GATEWAY;
        riverty_customer on;
        location / { proxy_pass $API; }
        location /watched/ {
            riverty_prefix /watched;
            riverty_customer monitor;
            proxy_pass $API/;
        }
        location = /status { riverty_status; }
        location = /page { riverty_status html; }
        location = /secret {
            riverty_status;
            auth_basic status;
            auth_basic_user_file $DIR/users;
        }
    }
END

my $url = "http://127.0.0.1:$GATEWAY/status";
my $bad = edited('create-request', [ countryCode => '"DE"' => '"XX"' ]);

sub post { return ask("POST $CUSTOMERS", body => $_[0], @_[1 .. $#_])->{status} }

post($SAMPLE{'create-request'}) for 1 .. 3;
is(post($bad), 422, 'a request is refused');
is(post('{}', token => 'nobody'), 401, '... and another');
ask("GET $CUSTOMERS/$NUMBER", token => $TOKEN{$_}) for qw(reader other);

subtest 'headers' => sub {
    my $answer = ask('GET /status', token => undef, headers => ['Accept: text/html']);
    is($answer->{status}, 200, 'a page');
    like($answer->{head}, qr{^Content-Type: text/html; charset=utf-8\r$}m, 'of HTML');
    my ($policy) = $answer->{head} =~ /^Content-Security-Policy: (.+?)\r?$/m;
    like($policy, qr/^default-src 'none'; /, 'that may nothing');
    unlike($policy, qr/unsafe|\*/, '... but what its policy names');
    like($answer->{head}, qr/^$_\r?$/m, $_)
        for 'Cache-Control: no-store', 'Vary: Accept', 'X-Content-Type-Options: nosniff';
    is(ask('GET /page', token => undef)->{body}, $answer->{body}, 'the word html says it, too');
    my $head = ask('HEAD /page', token => undef);
    is("$head->{status} $head->{body}", '200 ', 'HEAD has no body');
    like(ask('GET /page', token => undef, headers => ['Accept: application/json'])->{head},
         qr{^Content-Type: application/json}m, '... and its script gets JSON there');
    unlike($answer->{body}, qr/billing|primary/, 'no name stands in the document');
    like($answer->{body}, qr/<noscript>.*curl/s, 'without scripts it says what to ask');
};

my $browser = RivertyBrowser->start();

# Its clock goes faster, and says what it waits for.
$browser->before_scripts(<<'END');
    const [set, clear] = [setTimeout, clearTimeout];
    window.waits = new Set();
    window.setTimeout = (code, ms) => {
        const id = set(() => { waits.delete(id); code(); }, ms / 25);
        waits.add(id);
        return id;
    };
    window.clearTimeout = (id) => { waits.delete(id); clear(id); };
END
my $shown = '!document.getElementById("all").hidden';

# Texts of elements, white space as one blank.
sub texts {
    my ($selector) = @_;
    return @{ $browser->value('[...document.querySelectorAll(' . JSON::PP->new->allow_nonref
        ->encode($selector) . ')].map((e) => e.textContent.replace(/\s+/g, " ").trim())') };
}

# A row of a table by its first cell.
sub row {
    my ($table, $first) = @_;
    my ($row) = grep { $_->[0] eq $first } @{ $browser->value(
        "[...document.getElementById('$table').rows].map((r) => [...r.cells]"
        . '.map((c) => c.textContent.trim()))') };
    return join '|', @{ $row // [] };
}

$browser->emulate();
$browser->open($url);
ok($browser->wait_for($shown), 'the page is drawn');
# seven requests, and the store
ok($browser->wait_for('/^Records written8/.test(document.getElementById("audit").textContent)'),
   'each request is recorded');

is(row(apps => 'billing'), 'billing|4|4|0|0|0|1|25.0 %|0', 'an app and what it sent');
is(row(apps => 'unknown app'), 'unknown app|1|1|0|0|0|1|100.0 %|0', 'what sends no token');
is(row(apps => $hostile), "$hostile|1|0|1|0|0|0|0.0 %|0", 'an app of the worst name');
is(row(why => 'contract-broken'), 'contract-broken|1|0', 'why it was refused');
is(row(findings => 'country_code'), 'country_code|reject|1', 'the rule');
like(row(keys => 'billing · primary'), qr/^billing · primary\|5 days left\|0\|\d+ (?:second|minute)s? ago$/,
     'a key, its end, and when it was last accepted');
like(row(quantiles => 'The gateway itself'), qr/\d (?:µs|ms)\|\d.*\|\d/, 'how long it takes');
like(join(' ', texts('#tiles > div')), qr/Requests a second.*7 in all.*Refused ?2/, 'totals');
like(join(' ', texts('#audit dt, #audit dd')), qr/^Records written 8 Not written 0 /,
     'the record');
like(join(' ', texts('#store dt, #store dd')), qr/Apps 3 .*File now good/, 'the store');
is_deeply([ texts('#state, #list li') ],
          [ '1 thing wants attention', 'The last key of billing ends in 5 days.' ],
          'what wants attention');
like((texts('#hour-says'))[0], qr/^2 requests were refused; most, [12], at \d\d:\d\d\.$/,
     'the chart in words');
my @bars = @{ $browser->value('[...document.querySelectorAll("#hour .red")]'
    . '.map((bar) => Number(bar.getAttribute("height")))') };
is(scalar @bars, 60, 'a bar a minute');
cmp_ok(scalar(grep { $_ > 0 } @bars), '>=', 1, '... and what was refused is drawn');
is($browser->value('document.querySelectorAll("svg[role=img]:not([aria-label]):not([aria-labelledby])")'
    . '.length'), 0, 'each drawing has words');

subtest 'it refreshes itself' => sub {
    $browser->value('window.row = document.querySelector("#apps tr"); window.told = 0;'
        . ' new MutationObserver(() => told++).observe(document.getElementById("state"),'
        . ' { childList: true, characterData: true, subtree: true })');
    post($bad) for 1 .. 2;
    ok($browser->wait_for('document.querySelector("#apps tr").cells[1].textContent === "6"', 15),
       'a count goes on');
    ok($browser->value('window.row === document.querySelector("#apps tr")'),
       '... in the row that was there');
    is($browser->value('told'), 0, '... and a screen reader is not told what has not changed');

    put('apps.json', store(400 * 86400), 0640);
    ok($browser->wait_for('document.getElementById("state").textContent === "All is well"', 15),
       'a new key is good news');
    put('apps.json', store(-86400), 0640);
    ok($browser->wait_for('/^The last key of billing ended/.test('
        . 'document.getElementById("list").textContent)', 15), 'a key that has ended is told');
    is(post($SAMPLE{'create-request'}), 503, '... and a request for which there is none');
    ok($browser->wait_for('/had no valid key: 1 time/.test('
        . 'document.getElementById("list").textContent)', 15), '... too');
    put('apps.json', '{', 0640);
    ok($browser->wait_for('/store/.test(document.getElementById("list").textContent)', 15),
       'a bad store is told');
    put('apps.json', store(400 * 86400), 0640);
};

subtest 'by keyboard' => sub {
    $browser->value('document.body.focus()');
    my @stops;
    for (1 .. 12) {
        $browser->press('Tab', 9);
        my $stop = $browser->value('(() => { const e = document.activeElement;'
            . ' return e === document.body ? "" : e.id || e.textContent; })()');
        last if $stop eq '' || grep { $_ eq $stop } @stops;
        push @stops, $stop;
        like($browser->value('getComputedStyle(document.activeElement).outlineStyle'),
             qr/solid|auto/, "$stop: it is seen where one is");
    }
    is_deeply(\@stops, [ 'pause', 'The same as a table' ], 'all that does something is reached');

    $browser->value('document.querySelector("summary").focus()');
    $browser->press('Enter', 13, text => "\r");
    ok($browser->value('document.querySelector("details").open'), 'the table opens');
    is(scalar texts('#tens tr'), 6, '... and has the hour');
    $browser->value('document.getElementById("pause").focus()');
    $browser->press('Enter', 13, text => "\r");
    is((texts('#pause'))[0], 'Go on', 'it can be paused');
    post($bad);
    ok($browser->wait_for('waits.size === 0'), '... and asks no more');
    is($browser->value('document.querySelector("#apps tr").cells[1].textContent'), '7',
       '... so a count stands still');
    $browser->press('Enter', 13, text => "\r");
    ok($browser->wait_for('document.querySelector("#apps tr").cells[1].textContent === "8"'),
       '... until it goes on');
};

subtest 'on a phone' => sub {
    for my $width (320, 390) {
        $browser->emulate(width => $width, height => 800, mobile => 1);
        $browser->open($url);
        ok($browser->wait_for($shown), "$width pixels");
        is($browser->value('document.documentElement.scrollWidth'), $width, 'nothing sticks out');
    }
};

subtest 'axe' => sub {
    my $axe = slurp(npm_packages('axe', 'axe-core@4') . '/axe-core/axe.min.js');
    for my $of ([ 1280, 'light' ], [ 1280, 'dark' ], [ 390, 'light' ]) {
        my ($width, $colour) = @$of;
        $browser->emulate(width => $width, colour => $colour);
        $browser->open($url);
        $browser->wait_for($shown);
        $browser->value('document.querySelector("details").open = true');
        $browser->value("$axe;1");
        my $found = $browser->value('axe.run().then((r) => ({ passes: r.passes.length,'
            . ' violations: r.violations.map((v) => v.id + ": "'
            . ' + v.nodes.map((n) => n.html).join(" ")) }))');
        is_deeply($found->{violations}, [], "$width pixels, $colour: no violation");
        cmp_ok($found->{passes}, '>', 25, '... of what it looked at');
    }
};

# Both sets of colours are there: what the eye gets is not the same.
my %ground;
for my $colour (qw(light dark)) {
    $browser->emulate(colour => $colour);
    ($ground{$colour}) = $browser->value('getComputedStyle(document.body).backgroundColor')
        =~ /(\d+)/;
}
cmp_ok($ground{light}, '>', 200, 'light');
cmp_ok($ground{dark}, '<', 50, 'dark');

$browser->emulate(motion => 'reduce');
is($browser->value('getComputedStyle(document.querySelector("#hour rect")).transitionDuration'),
   '0s', 'nothing moves where somebody asks for that');

is_deeply([ $browser->complaints() ], [], 'no error, and nothing against the policy');
is_deeply([ grep { $_ !~ m{^(?:\Q$url\E$|data:)} } map { $_->{url} } $browser->requests() ], [],
          'it asks only where it came from');

subtest 'the policy holds' => sub {
    $browser->value('document.body.append(Object.assign(document.createElement("script"),'
        . ' { textContent: "window.evil = 1" })); fetch("http://127.0.0.1:9/").catch(() => 0)');
    ok($browser->wait_for('true') && !$browser->value('window.evil'), 'no other script runs');
    my @told = grep { /Content Security Policy/ } $browser->complaints();
    ok((grep { /script/ } @told) && (grep { m{127\.0\.0\.1:9/} } @told),
       '... and nobody else is asked') or diag(join "\n", $browser->complaints());
    $browser->forget();
};

subtest 'behind a password' => sub {
    $browser->open($url =~ s{//127}{//who:what\@127}r =~ s{status}{secret}r);
    ok($browser->wait_for($shown), 'that stands in the address');
};

subtest 'many keys' => sub {
    my $id = $browser->before_scripts(<<'END');
        const ask = fetch;
        window.fetch = async (...of) => {
            const answer = await (await ask(...of)).json();
            for (let i = 0; i < 40; i++) {
                answer.metrics.riverty_key_in_use.samples.push(
                    { app: `app-${i}`, key: "k", value: 1 });
            }
            return new Response(JSON.stringify(answer));
        };
END
    $browser->open($url);
    $browser->wait_for($shown);
    is($browser->value('document.getElementById("keys").rows.length'), 12, 'the first are shown');
    $browser->value('document.getElementById("keys").more.focus()');
    $browser->press('Enter', 13, text => "\r");
    is($browser->value('document.getElementById("keys").rows.length'), 43, '... and all, if asked');
    is($browser->value('document.activeElement.textContent'), 'Show fewer', '... and fewer again');
    $browser->before_scripts_no_more($id);
};

subtest 'names of markup' => sub {
    my $name = q{<img src=x onerror="window.evil = 2">'&};
    my $text = JSON::PP->new->allow_nonref->encode(JSON::PP->new->allow_nonref->encode($name));
    my $id = $browser->before_scripts(<<"END");
        const ask = fetch;
        window.fetch = async (...of) => new Response(
            (await (await ask(...of)).text()).replace(/"(?:billing|primary|country_code|0\\.[^"]*)"/g,
            () => $text));
END
    $browser->open($url);
    ok($browser->wait_for($shown), 'an app, a key, a rule and a version are called so');
    is((split /\|/, row(apps => $name))[0], $name, 'they are shown as they are');
    is($browser->value('document.images.length'), 0, 'no element is made of them');
    ok(!$browser->value('window.evil'), '... and nothing runs');
    $browser->before_scripts_no_more($id);
};

subtest 'without scripts' => sub {
    $browser->scripts(0);
    $browser->open($url);
    like($browser->value('document.querySelector("noscript").innerText'), qr/curl/, 'it says so');
    $browser->scripts(1);
};

subtest 'a gateway that is gone' => sub {
    $browser->open($url);
    $browser->wait_for($shown);
    $gateway->stop();
    ok($browser->wait_for('/does not answer/.test(document.getElementById("list").textContent)', 15),
       'it is told');
};

done_testing();
