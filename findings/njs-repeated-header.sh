#!/bin/sh
#
# njs ends a header that was sent twice with a comma and a space.
#
# One would expect: r.headersIn joins lines of one name with a separator between
# them, and has the name once, however it was spelled.
#
# What surprises: since nginx keeps such lines in a list (1.23), the separator
# also stands behind the last value: "1, 2, ", and "x=1; y=2; " for cookies.
# With nginx 1.22 it was "1,2".  The QuickJS engine lists the header once for
# each spelling, each time with all values.
#
# Why it matters: HTTP/2 clients may send a cookie in several lines, and each
# proxy may add a line of X-Forwarded-For.  A script that takes the last address
# of the list, or signs the header, gets an empty one or another text, with no
# change but that of the distribution.  A script that copies all of headersIn
# into a request of its own doubles the values with one engine.
#
# Versions: njs 0.7.9-2 (Debian 12), 0.8.9-1 (Debian 13) and 1.0.2-2 (sid,
# November 2026), each with the nginx of its suite.
#
# Seen, JSON.stringify(r.headersIn) for "Host: h", "X-A: 1" and "x-a: 2":
#
#     0.7.9: {"Host":"h","X-A":"1,2"}
#     0.8.9: {"Host":"h","X-A":"1, 2, "}
#     1.0.2: {"Host":"h","X-A":"1, 2, "}
#     1.0.2 with js_engine qjs: {"Host":"h","X-A":"1, 2, ","x-a":"1, 2, "}

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm nginx=1.22.1-9+deb12u11 libnginx-mod-http-js=0.7.9-2
unpack trixie nginx=1.26.3-3+deb13u10 nginx-common=1.26.3-3+deb13u10 \
    libnginx-mod-http-js=0.8.9-1
unpack sid nginx=1.30.6-2 libnginx-mod-http-js=1.0.2-2 curl=8.23.0-1

cat > "$dir/main.js" <<EOF
function headers(r) {
    r.return(200, JSON.stringify(r.headersIn));
}

export default { headers };
EOF

# headers SUITE NAME DIRECTIVE WANTED
headers()
{
    start_nginx "$1" "$2" ngx_http_js_module.so <<EOF
    js_path $dir;
    js_import main.js;
    $3

    server {
        listen unix:$dir/$2/socket;

        location / {
            js_content main.headers;
        }
    }
EOF

    seen=$(run sid usr/bin/curl -s --unix-socket "$dir/$2/socket" \
        -H User-Agent: -H Accept: -H "X-A: 1" -H "x-a: 2" http://h/)
    echo "$2: $seen"
    expect "$2" "$4" "$seen"
}

headers bookworm 0.7.9 "" '{"Host":"h","X-A":"1,2"}'
headers trixie 0.8.9 "" '{"Host":"h","X-A":"1, 2, "}'
headers sid 1.0.2-njs "js_engine njs;" '{"Host":"h","X-A":"1, 2, "}'
headers sid 1.0.2-qjs "js_engine qjs;" \
    '{"Host":"h","X-A":"1, 2, ","x-a":"1, 2, "}'
