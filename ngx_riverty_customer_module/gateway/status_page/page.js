"use strict";

// Asks the address that it came from for JSON, every five seconds while
// somebody looks, and draws the answer.  Texts of the answer reach the page
// as text alone: nothing here makes markup of a string.

(() => {
    const EVERY = 5000;         // ms between two questions
    const FEW = 12;             // rows of a table, until somebody wants all
    const SOON = 14;            // days before a key's end that it is said

    const at = (id) => document.getElementById(id);
    const sum = (list) => list.reduce((all, one) => all + one, 0);


    // --- words ---

    const digits = new Intl.NumberFormat("en-GB");
    // Not en-GB, where 1.2m is a million.
    const short = new Intl.NumberFormat("en-US",
        { notation: "compact", maximumFractionDigits: 1 });
    const clock = new Intl.DateTimeFormat("en-GB",
        { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const day = new Intl.DateTimeFormat("en-GB",
        { day: "numeric", month: "short", year: "numeric" });

    const count = (n) => n < 1e7 ? digits.format(n) : short.format(n);
    const many = (n, one, more) => `${count(n)} ${n === 1 ? one : more}`;

    const rate = (n) => n === null ? "–"
        : n >= 100 ? digits.format(Math.round(n)) : n.toFixed(n >= 10 ? 1 : 2);

    const share = (part, all) => all === 0 ? "–"
        : part > 0 && part / all < 0.001 ? "< 0.1 %"
        : `${(100 * part / all).toFixed(1)} %`;

    const UNITS = [[1e-3, 1e6, "µs"], [1, 1e3, "ms"], [Infinity, 1, "s"]];

    function seconds(n) {
        if (n === null) {
            return "–";
        }
        const [, times, unit] = UNITS.find(([below]) => n < below);
        return `${Number((n * times).toPrecision(2))} ${unit}`;
    }

    const SPANS = [[86400, "day", "days"], [3600, "hour", "hours"],
        [60, "minute", "minutes"], [1, "second", "seconds"]];

    function span(n) {
        const [size, one, more] = SPANS.find(([of]) => n >= of) || SPANS[3];
        return many(Math.floor(Math.max(n, 0) / size), one, more);
    }

    const bytes = (n) => n < 1e3 ? `${n} B`
        : n < 1e6 ? `${(n / 1e3).toFixed(1)} kB`
        : n < 1e9 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e9).toFixed(1)} GB`;


    // --- elements ---

    function say(element, text) {
        if (element.textContent !== text) {
            element.textContent = text;
        }
    }

    function make(name, className, text) {
        const element = document.createElement(name);
        if (className) {
            element.className = className;
        }
        if (text !== undefined) {
            element.textContent = text;
        }
        return element;
    }

    function draw(name, attributes) {
        const element =
            document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) {
            element.setAttribute(key, value);
        }
        return element;
    }

    function set(element, attributes) {
        for (const [key, value] of Object.entries(attributes)) {
            if (element.getAttribute(key) !== String(value)) {
                element.setAttribute(key, value);
            }
        }
    }

    // Children by key: those that stay are the same elements as before, so that
    // neither a screen reader nor the focus loses its place.
    function children(parent, items, keyOf, create, update) {
        const had = parent.kept || new Map();
        const kept = new Map();
        items.forEach((item, i) => {
            const key = keyOf(item);
            const child = had.get(key) || create(item);
            had.delete(key);
            kept.set(key, child);
            update(child, item);
            if (parent.children[i] !== child) {
                parent.insertBefore(child, parent.children[i] || null);
            }
        });
        had.forEach((child) => child.remove());
        parent.kept = kept;
    }

    // A table's rows; cellsOf says of an item its cells: a text, a number, or
    // what fills the cell itself.
    function rows(body, items, keyOf, cellsOf) {
        const none = at(`${body.id}-none`);
        const shown = body.all ? items : items.slice(0, FEW);
        const columns = body.closest("table").tHead.rows[0].cells;
        children(body, shown, keyOf, () => {
            const row = make("tr");
            for (const column of columns) {
                const first = row.cells.length === 0;
                const cell = make(first ? "th" : "td", column.className);
                if (first) {
                    cell.scope = "row";
                }
                row.append(cell);
            }
            return row;
        }, (row, item) => cellsOf(item).forEach((value, i) => {
            const cell = row.cells[i];
            if (typeof value === "function") {
                value(cell);
                return;
            }
            say(cell, typeof value === "number" ? count(value) : value);
            cell.classList.toggle("zero", value === 0);
        }));
        if (none) {
            none.hidden = items.length > 0;
            body.closest("table").hidden = items.length === 0;
        }
        if (!body.more) {
            body.more = make("button", "more");
            body.more.type = "button";
            body.more.addEventListener("click", () => {
                body.all = !body.all;
                show(last, last);
            });
            body.closest(".roll").after(body.more);
        }
        body.more.hidden = items.length <= FEW;
        say(body.more, body.all ? "Show fewer" : `Show all ${count(items.length)}`);
    }

    function facts(list, pairs) {
        children(list, pairs.flatMap(([name, value]) =>
            [[name, "dt", name], [`${name} is`, "dd", value]]),
        ([key]) => key, ([, tag]) => make(tag),
        (element, [, , text]) => say(element, text));
    }

    const tag = (kind, text) => (cell) => {
        const inner = cell.firstElementChild || cell.appendChild(make("span"));
        inner.className = `tag ${kind}`;
        say(inner, text);
    };


    // --- charts ---

    // A scale's end, of which a quarter is a whole number, too.
    function ceiling(n) {
        const ten = 10 ** Math.floor(Math.log10(Math.max(n, 1)));
        return [2, 4, 6, 8, 10, 20].map((by) => by * ten)
            .find((top) => top >= n && top % 4 === 0);
    }

    // A drawing has as many units as its place has pixels, so that its words
    // are as large as others.
    function widthOf(chart, height) {
        const width = chart.clientWidth || 320;
        set(chart, { viewBox: `0 0 ${width} ${height}`, height });
        return width;
    }

    function picture(chart, shapes) {
        children(chart, shapes, ([key]) => key,
            ([, name]) => draw(name, {}),
            (shape, [, , attributes, text]) => {
                set(shape, attributes);
                if (text !== undefined) {
                    say(shape, text);
                }
            });
    }

    function hour(minutes) {
        const [left, top, height] = [34, 8, 176];
        const width = widthOf(at("hour"), 210) - left;
        const end = ceiling(Math.max(...minutes.map((m) => m.refused + m.would)));
        const y = (n) => top + height - height * n / end;
        const step = width / minutes.length;
        const shapes = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
            ["l" + part, "line", { class: part ? "rule" : "foot", x1: left,
                x2: left + width, y1: y(part * end), y2: y(part * end) }],
            ["n" + part, "text", { x: left - 8, y: y(part * end) + 4,
                "text-anchor": "end" },
            end < 1e4 ? count(part * end) : short.format(part * end)],
        ]);
        minutes.forEach((minute, i) => {
            const x = left + i * step + step * 0.14;
            const bar = (key, from, n, className) => shapes.push([key + i, "rect",
                { class: className, x: x.toFixed(2), width: (step * 0.72).toFixed(2),
                    rx: 1.5, y: y(from + n).toFixed(2),
                    height: (height * n / end).toFixed(2) }]);
            bar("r", 0, minute.refused, "red");
            bar("w", minute.refused, minute.would, "amber");
            if (minute.time % 900 === 0) {
                shapes.push(["t" + i, "text", { x: left + i * step + step / 2,
                    y: top + height + 18, "text-anchor": "middle" },
                clock.format(minute.time * 1000)]);
            }
        });
        picture(at("hour"), shapes);
    }

    function sayHour(minutes) {
        const refused = sum(minutes.map((m) => m.refused));
        const would = sum(minutes.map((m) => m.would));
        const peak = minutes.reduce((most, m) =>
            m.refused + m.would > most.refused + most.would ? m : most);
        const words = refused + would === 0 ? "No refusal in the last hour."
            : `${many(refused, "request was", "requests were")} refused`
            + (would ? ` and ${count(would)} would have been` : "")
            + `; most, ${count(peak.refused + peak.would)}, at `
            + `${clock.format(peak.time * 1000)}.`;
        say(at("hour-says"), words);
    }

    function byTen(minutes) {
        const tens = [];
        for (let i = 0; i < minutes.length; i += 10) {
            const part = minutes.slice(i, i + 10);
            const total = (name) => sum(part.map((m) => m[name]));
            tens.push([clock.format(part[0].time * 1000), total("requests"),
                total("refused"), total("would")]);
        }
        rows(at("tens"), tens, ([from]) => from, (cells) => cells);
    }


    // --- latency ---

    // The bound below which a part of the times lie; between two bounds they
    // are taken to be spread evenly.
    function quantile({ bounds, buckets, count: all }, part) {
        let left = part * all;
        for (let i = 0; i < bounds.length; i++) {
            if (buckets[i] >= left && buckets[i] > 0) {
                const from = i ? bounds[i - 1] : 0;
                return from + (bounds[i] - from) * left / buckets[i];
            }
            left -= buckets[i];
        }
        return all ? Infinity : null;
    }

    const below = (times, part) => {
        const n = quantile(times, part);
        return n === Infinity ? `> ${seconds(times.bounds.at(-1))}` : seconds(n);
    };

    function histogram(chart, times) {
        const [height, top] = [96, 4];
        const width = widthOf(chart, 124);
        const step = width / times.buckets.length;
        const most = Math.max(...times.buckets, 1);
        const shapes = [["foot", "line", { class: "foot", x1: 0, x2: width,
            y1: top + height, y2: top + height }]];
        times.buckets.forEach((n, i) => {
            // what is there at all is seen
            const tall = n ? Math.max(height * n / most, 1.5) : 0;
            shapes.push(["b" + i, "rect", { class: "blue", rx: 1.5,
                x: (i * step + step * 0.12).toFixed(2),
                width: (step * 0.76).toFixed(2),
                y: (top + height - tall).toFixed(2), height: tall.toFixed(2) }]);
        });
        times.bounds.forEach((bound, i) => {
            if (/^1e[+-](5|3|1)$/.test(bound.toExponential())) {
                shapes.push(["t" + i, "text", { x: (i + 1) * step,
                    y: top + height + 17, "text-anchor": "middle" },
                seconds(bound)]);
            }
        });
        picture(chart, shapes);
    }

    function latency(view) {
        const named = [["The gateway itself", view.own], ["The API", view.upstream]];
        children(at("latency"), named, ([name]) => name, ([name]) => {
            const figure = make("figure");
            const chart = draw("svg", { class: "chart", role: "img",
                "aria-label": name });
            figure.append(make("figcaption", "note"), chart);
            return figure;
        }, (figure, [name, times]) => {
            const [caption, chart] = figure.children;
            say(caption, name);
            histogram(chart, times);
            set(chart, { "aria-label": times.count
                ? `${name}: half of ${count(times.count)} took less than `
                + `${below(times, 0.5)}, 99 % less than ${below(times, 0.99)}`
                : `${name}: nothing was measured` });
        });
        rows(at("quantiles"), named, ([name]) => name, ([name, times]) =>
            [name, ...[0.5, 0.95, 0.99].map((part) => below(times, part))]);
    }


    // --- what the answer says ---

    // samples of a family; [] where this gateway has none
    const samples = (answer, name) =>
        (answer.metrics[`riverty_${name}`] || { samples: [] }).samples;

    const value = (answer, name) => sum(samples(answer, name).map((s) => s.value));

    // Samples as a Map: what a label (or a function) says -> the sum of values.
    function by(list, label) {
        const groups = new Map();
        const of = typeof label === "function" ? label : (s) => s[label];
        for (const sample of list) {
            groups.set(of(sample), (groups.get(of(sample)) || 0) + sample.value);
        }
        return groups;
    }

    const REFUSED = ["rejected", "denied", "refused"];
    const FAILED = ["unavailable", "failed", "aborted"];

    // All operations' times as one.
    function timesOf(answer, name) {
        const family = answer.metrics[`riverty_${name}`];
        const buckets = family.bounds.concat(0).map((_, i) =>
            sum(family.samples.map((s) => s.buckets[i])));
        return { bounds: family.bounds, buckets, count: sum(buckets) };
    }

    function appsOf(answer) {
        const apps = new Map();
        for (const s of samples(answer, "requests_total")) {
            const app = apps.get(s.app)
                || { name: s.app, all: 0, refused: 0, failed: 0, operations: {} };
            const kind = ["create", "read", "update"].includes(s.operation)
                ? s.operation : "other";
            app.all += s.value;
            app.refused += REFUSED.includes(s.outcome) ? s.value : 0;
            app.failed += FAILED.includes(s.outcome) ? s.value : 0;
            app.operations[kind] = (app.operations[kind] || 0) + s.value;
            apps.set(s.app, app);
        }
        return [...apps.values()].sort((a, b) => b.all - a.all
            || a.name.localeCompare(b.name));
    }

    function keysOf(answer) {
        const id = (s) => JSON.stringify([s.app, s.key]);
        const look = (name) => by(samples(answer, name), id);
        const [ends, accepted, refused] = ["key_not_after_timestamp_seconds",
            "key_last_accepted_timestamp_seconds", "key_refused_total"].map(look);
        const last = (key) => key.ends === undefined ? Infinity : key.ends;
        return samples(answer, "key_in_use").map((s) => ({
            app: s.app, key: s.key, inUse: s.value > 0, ends: ends.get(id(s)),
            accepted: accepted.get(id(s)) || 0, refused: refused.get(id(s)) || 0,
        })).sort((a, b) => last(a) - last(b)
            || (a.app + a.key).localeCompare(b.app + b.key));
    }

    function findingsOf(answer) {
        const rules = new Map();
        for (const s of samples(answer, "findings_total")) {
            const rule = rules.get(s.rule)
                || { rule: s.rule, level: s.level, found: 0 };
            rule.level = s.level === "reject" ? "reject" : rule.level;
            rule.found += s.value;
            rules.set(s.rule, rule);
        }
        return [...rules.values()].filter((rule) => rule.found)
            .sort((a, b) => a.level.localeCompare(b.level) || b.found - a.found
                || a.rule.localeCompare(b.rule));
    }

    function whyOf(answer) {
        const list = samples(answer, "refusals_total");
        const would = by(list.filter((s) => s.would === "true"), "problem");
        return [...by(list.filter((s) => s.would !== "true"), "problem")]
            .map(([problem, n]) =>
                ({ problem, refused: n, would: would.get(problem) || 0 }))
            .filter((one) => one.refused + one.would)
            .sort((a, b) => b.refused + b.would - a.refused - a.would);
    }

    function viewOf(answer) {
        const total = (of) => sum(Object.values(of));
        return {
            now: answer.time,
            since: answer.since,
            build: samples(answer, "build_info")[0],
            requests: value(answer, "requests_total"),
            apps: appsOf(answer),
            keys: keysOf(answer),
            findings: findingsOf(answer),
            why: whyOf(answer),
            own: timesOf(answer, "own_duration_seconds"),
            upstream: timesOf(answer, "upstream_duration_seconds"),
            minutes: answer.minutes.map((m) => ({ time: m.time,
                requests: m.requests, refused: total(m.refused),
                would: total(m.would), problems: m.refused })),
            replies: by(samples(answer, "upstream_replies_total"), "class"),
            inFlight: value(answer, "in_flight_requests"),
            failed: value(answer, "audit_records_failed_total"),
            records: value(answer, "audit_records_total"),
            bytes: value(answer, "audit_bytes_total"),
            lastWrite: value(answer, "audit_last_write_timestamp_seconds"),
            lag: value(answer, "audit_last_write_lag_seconds"),
            version: value(answer, "store_version"),
            storeApps: value(answer, "store_apps"),
            loaded: value(answer, "store_loaded_timestamp_seconds"),
            badSince: value(answer, "store_bad_since_timestamp_seconds"),
        };
    }


    // --- what wants attention ---

    let now = 0;                // the gateway's clock

    // Refusals that are not a client's fault, and what they say.
    const TROUBLE = {
        "credentials-refused": "The API took no key of an app",
        "key-unavailable": "An app had no valid key",
        "audit-unavailable": "A request could not be recorded",
        "gateway-fault": "A request would have left other than it was judged",
    };

    // App -> when the last of its keys ends.
    function endsOf(keys) {
        const ends = new Map();
        for (const key of keys) {
            const end = key.ends === undefined ? Infinity : key.ends;
            ends.set(key.app, Math.max(end, ends.get(key.app) || 0));
        }
        return [...ends].sort((a, b) => a[1] - b[1]);
    }

    // [[kind, text, how many]], the worst first; of many apps the first ones.
    function wants(view, before) {
        const list = [];
        const several = (kind, apps, text) => {
            const few = apps.length > 5 ? 4 : apps.length;
            apps.slice(0, few).forEach((app) => list.push([kind, text(...app), 1]));
            if (few < apps.length) {
                list.push([kind, `... and ${count(apps.length - few)} apps more.`,
                    apps.length - few]);
            }
        };
        if (view.badSince) {
            list.push(["bad", `The key store's file is refused since ${when(view.badSince)}; `
                + `version ${view.version} stays in force. error.log says why.`, 1]);
        }
        if (view.failed) {
            const grows = before && view.failed > before.failed;
            list.push([grows ? "bad" : "warn",
                `${many(view.failed, "audit record", "audit records")} could not be written`
                + (grows ? ", and it goes on." : ` since ${when(view.since)}.`), 1]);
        }
        for (const [problem, text] of Object.entries(TROUBLE)) {
            const times = sum(view.minutes.slice(-10).map((m) => m.problems[problem] || 0));
            if (times) {
                list.push(["bad", `${text}: ${many(times, "time", "times")}`
                    + " in the last ten minutes.", 1]);
            }
        }
        const ends = endsOf(view.keys);
        several("bad", ends.filter(([, end]) => end <= now),
            (app, end) => `The last key of ${app} ended ${when(end)}.`);
        several("warn", ends.filter(([, end]) => end > now && end - now < SOON * 86400),
            (app, end) => `The last key of ${app} ends in ${span(end - now)}.`);
        return list.sort((a, b) => a[0].localeCompare(b[0]));
    }

    function when(time) {
        const then = new Date(time * 1000);
        const today = then.toDateString() === new Date(now * 1000).toDateString();
        return today ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
    }

    // The heading is a live region: it is said again only where it changes.
    function attention(list) {
        const worst = list.length ? list[0][0] : "good";
        const all = sum(list.map(([, , n]) => n));
        at("wants").className = `wants ${worst}`;
        at("wants").hidden = false;
        say(at("state"), list.length === 0 ? "All is well"
            : many(all, "thing wants attention", "things want attention"));
        children(at("list"), list, ([kind, text]) => kind + text, () => make("li"),
            (item, [, text]) => say(item, text));
        at("list").hidden = list.length === 0;
        document.title = `${all ? `(${all}) ` : ""}Riverty gateway`;
    }


    // --- the page ---

    function tiles(view) {
        const hourOf = (name) => sum(view.minutes.map((m) => m[name]));
        const [requests, refused, would] = ["requests", "refused", "would"].map(hourOf);
        const last = view.minutes.slice(-2);
        const passed = Math.max(now - last[0].time, 1);
        const replies = sum([...view.replies.values()]);
        const failed = (view.replies.get("5xx") || 0) + (view.replies.get("none") || 0);
        const list = [
            ["Requests a second", rate(sum(last.map((m) => m.requests)) / passed),
                `${count(view.requests)} in all`],
            ["Refused", count(refused), `last hour, ${share(refused, requests)}`],
            ["Would be refused", count(would), `last hour, ${share(would, requests)}`],
            ["API failed", share(failed, replies), `${count(failed)} of ${count(replies)}`],
            ["Gateway's own time", below(view.own, 0.99), "99 % take less"],
            ["In flight", count(view.inFlight), "requests now"],
        ];
        children(at("tiles"), list, ([what]) => what, () => {
            const tile = make("div");
            tile.append(make("dt"), make("dd", "big"), make("dd", "note"));
            return tile;
        }, (tile, texts) => texts.forEach((text, i) => say(tile.children[i], text)));
    }

    const LEVELS = { reject: "bad", warn: "warn" };

    // A text over a bar of parts: [[class, part of 1]].
    const meter = (text, parts) => (cell) => {
        if (!cell.firstChild) {
            cell.append(make("span"), draw("svg", { class: "meter",
                viewBox: "0 0 100 4", preserveAspectRatio: "none",
                "aria-hidden": "true" }));
        }
        let x = 0;
        const rects = parts.map(([name, part]) => {
            const rect = [name, "rect", { class: name, height: 4,
                x: x.toFixed(1), width: (100 * part).toFixed(1) }];
            x += 100 * part;
            return rect;
        });
        say(cell.firstChild, text);
        picture(cell.lastChild,
            [["bed", "rect", { class: "bed", width: 100, height: 4 }], ...rects]);
    };

    function validity(key) {
        const left = key.ends - now;
        return key.ends === undefined ? tag("plain", "without end")
            : left <= 0 ? tag("bad", `ended ${day.format(key.ends * 1000)}`)
            : tag(left < SOON * 86400 ? "warn" : "good", `${span(left)} left`);
    }

    function show(view, before) {
        now = view.now;
        at("all").hidden = false;
        attention(wants(view, before));
        tiles(view);
        hour(view.minutes);
        sayHour(view.minutes);
        byTen(view.minutes);
        latency(view);
        const most = Math.max(...view.why.map((one) => one.refused + one.would), 1);
        rows(at("why"), view.why, (one) => one.problem, (one) => [
            meter(one.problem, [["red", one.refused / most], ["amber", one.would / most]]),
            one.refused, one.would]);
        rows(at("apps"), view.apps, (app) => app.name, (app) => [
            { "-": "unknown app", other: "other apps" }[app.name] || app.name, app.all,
            ...["create", "read", "update", "other"].map((o) => app.operations[o] || 0),
            app.refused, share(app.refused, app.all), app.failed]);
        const found = Math.max(...view.findings.map((one) => one.found), 1);
        rows(at("findings"), view.findings, (one) => one.rule, (one) => [
            meter(one.rule, [[one.level === "reject" ? "red" : "amber", one.found / found]]),
            tag(LEVELS[one.level] || "plain", one.level), one.found]);
        rows(at("keys"), view.keys, (key) => JSON.stringify([key.app, key.key]), (key) => [
            `${key.app} · ${key.key}`, validity(key), key.refused,
            key.accepted ? `${span(now - key.accepted)} ago` : "not yet"]);
        facts(at("audit"), [
            ["Records written", count(view.records)],
            ["Not written", count(view.failed)],
            ["Size", bytes(view.bytes)],
            ["Last write", view.lastWrite ? `${span(now - view.lastWrite)} ago` : "none yet"],
            ["A record waited", seconds(view.lag)],
        ]);
        facts(at("store"), [
            ["Version in force", count(view.version)],
            ["Apps", count(view.storeApps)],
            ["Loaded", view.loaded ? when(view.loaded) : "never"],
            ["File now", view.badSince ? `refused since ${when(view.badSince)}` : "good"],
        ]);
        say(at("about"), [location.host, view.build && `version ${view.build.version}`,
            view.build && `nginx ${view.build.nginx}`,
            `counting since ${when(view.since)}`].filter(Boolean).join(" · "));
        reach();
    }

    // What is wider than its place can be scrolled by keyboard, too.
    function reach() {
        for (const roll of document.querySelectorAll(".roll")) {
            const wide = roll.scrollWidth > roll.clientWidth;
            if (wide) {
                const caption = roll.querySelector("caption");
                set(roll, { tabindex: 0, role: "region", "aria-label": caption.textContent });
            } else {
                ["tabindex", "role", "aria-label"].forEach((n) => roll.removeAttribute(n));
            }
        }
    }


    // --- asking ---

    let timer = null;
    let turns = 0;              // the last one that was begun
    let paused = false;
    let last = null;            // the view that is shown

    async function ask() {
        // not href: a password that stands there is none of fetch's business
        const { origin, pathname, search } = location;
        const answer = await fetch(origin + pathname + search, { cache: "no-store",
            headers: { Accept: "application/json" },
            signal: AbortSignal.timeout(10000) });
        if (!answer.ok) {
            throw new Error(`status ${answer.status}`);
        }
        return viewOf(await answer.json());
    }

    async function turn() {
        const mine = ++turns;
        clearTimeout(timer);
        try {
            const view = await ask();
            if (mine !== turns) {
                return;         // another one is under way
            }
            show(view, last);
            last = view;
            say(at("updated"), `Updated ${new Date(view.now * 1000)
                .toLocaleTimeString("en-GB", { hourCycle: "h23" })}`);
        } catch (error) {
            attention([["bad", "The gateway does not answer this page: "
                + `${error.message}. What is shown is old.`, 1]]);
        }
        if (mine === turns && !paused && !document.hidden) {
            timer = setTimeout(turn, EVERY);
        }
    }

    at("pause").addEventListener("click", () => {
        paused = !paused;
        say(at("pause"), paused ? "Go on" : "Pause");
        if (paused) {
            clearTimeout(timer);
        } else {
            turn();
        }
    });
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && !paused) {
            turn();
        }
    });
    addEventListener("resize", () => {
        if (last) {
            hour(last.minutes);
            latency(last);
            reach();
        }
    });
    at("pause").hidden = false;
    turn();
})();
