#!/bin/sh
#
# A script in nginx cannot read the time that nginx writes.
#
# One would expect: new Date(r.variables.time_iso8601) is the time of the
# request, as in every JavaScript since 2009: a time with its offset is the form
# that the language defines.  A thirteenth month is invalid, and an invalid date
# becomes null in JSON.
#
# What surprises: njs reads a time with Z or with nothing, and takes any offset
# for an invalid date.  nginx always writes one, +00:00 in UTC.  Months and
# hours beyond the calendar are carried over instead: 2026-13-01 is 1 January
# 2027.  JSON.stringify() raises a RangeError for an object with an invalid date
# in it.  With "js_engine qjs" all of it is as elsewhere, so the same file
# answers otherwise after that one line.
#
# Why it matters: comparisons with NaN are false, so "expired since" is never
# true, and a log line of JSON.stringify() is missing with its request.  Unit
# tests run in Node.js and pass.
#
# Versions: nginx 1.22.1-9+deb12u11 with libnginx-mod-http-js 0.7.9-2 (Debian
# 12), nginx 1.30.6-2 with libnginx-mod-http-js 1.0.2-2 (sid, November 2026).
#
# Seen: whether the time of nginx is read; the seconds of 2026-11-28T10:00:00Z
# and +02:00; 2026-13-01; an invalid date in JSON:
#
#     0.7.9: false 1795860000 NaN 2027-01-01 RangeError
#     1.0.2-njs: false 1795860000 NaN 2027-01-01 RangeError
#     1.0.2-qjs: true 1795860000 1795852800 RangeError {"at":null}

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm nginx=1.22.1-9+deb12u11 libnginx-mod-http-js=0.7.9-2
unpack sid nginx=1.30.6-2 libnginx-mod-http-js=1.0.2-2 curl=8.23.0-1

cat > "$dir/main.js" <<'EOF'
function attempt(f) {
    try {
        return f();
    } catch (e) {
        return e.name;
    }
}

function dates(r) {
    var now = new Date(r.variables.time_iso8601).getTime();

    r.return(200, [
        Math.abs(now - Date.now()) < 60000,
        new Date('2026-11-28T10:00:00Z').getTime() / 1000,
        new Date('2026-11-28T10:00:00+02:00').getTime() / 1000,
        attempt(() => new Date('2026-13-01').toISOString().slice(0, 10)),
        attempt(() => JSON.stringify({ at: new Date(NaN) })),
    ].join(' '));
}

export default { dates };
EOF

# dates SUITE NAME DIRECTIVE WANTED
dates()
{
    start_nginx "$1" "$2" ngx_http_js_module.so <<EOF
    js_path $dir;
    js_import main.js;
    $3

    server {
        listen unix:$dir/$2/socket;

        location / {
            js_content main.dates;
        }
    }
EOF

    seen=$(run sid usr/bin/curl -s --unix-socket "$dir/$2/socket" http://h/)
    echo "$2: $seen"
    expect "$2" "$4" "$seen"
}

njs="false 1795860000 NaN 2027-01-01 RangeError"

dates bookworm 0.7.9 "" "$njs"
dates sid 1.0.2-njs "js_engine njs;" "$njs"
dates sid 1.0.2-qjs "js_engine qjs;" \
    'true 1795860000 1795852800 RangeError {"at":null}'
