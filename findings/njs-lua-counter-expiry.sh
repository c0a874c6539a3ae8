#!/bin/sh
#
# A counter in an njs dictionary never expires while it is counted.
#
# One would expect: incr() with a timeout counts what happens within a window:
# the first call sets the time of expiry and later ones keep it, as in Redis and
# in lua-nginx-module, which has the same call with the same name.
#
# What surprises: in njs each call of incr() starts the timeout anew, so the
# counter ends when there was none for the whole timeout.  It is so for the
# zone's timeout and for one given in the call.
#
# Why it matters: a limiter of "100 in a minute", moved from Lua, shuts out a
# client for good that sends one request every half minute, and tests in bursts
# show no difference.
#
# Versions: nginx 1.30.6-2, njs 1.0.2-2 and lua-nginx-module 1:0.10.29-3+b1
# (Debian sid, November 2026).
#
# Seen, of five calls 0.8 seconds apart with a timeout of 2 seconds:
#
#     njs, timeout of the zone: 1 2 3 4 5
#     njs, timeout of the call: 1 2 3 4 5
#     Lua: 1 2 3 1 2

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2 libnginx-mod-http-js=1.0.2-2 curl=8.23.0-1 \
    libnginx-mod-http-lua=1:0.10.29-3+b1

cat > "$dir/main.js" <<EOF
function zone(r) {
    r.return(200, ngx.shared.zone.incr('k', 1, 0) + '\n');
}

function call(r) {
    r.return(200, ngx.shared.call.incr('k', 1, 0, 2000) + '\n');
}

export default { zone, call };
EOF

start_nginx sid front ngx_http_js_module.so ndk_http_module.so \
    ngx_http_lua_module.so <<EOF
    js_path $dir;
    js_import main.js;
    js_shared_dict_zone zone=zone:64k type=number timeout=2s;
    js_shared_dict_zone zone=call:64k type=number timeout=1h;

    lua_package_path "$dir/sid/usr/share/lua/5.1/?.lua;;";
    lua_shared_dict lua 64k;

    server {
        listen unix:$dir/front/socket;

        location /zone {
            js_content main.zone;
        }

        location /call {
            js_content main.call;
        }

        location /lua {
            content_by_lua_block {
                local value = ngx.shared.lua:incr("k", 1, 0, 2)
                ngx.say(value)
            }
        }
    }
EOF

# count PATH
count()
{
    for _ in 1 2 3 4 5; do
        run sid usr/bin/curl -s --unix-socket "$dir/front/socket" \
            "http://localhost/$1"
        sleep 0.8
    done | paste -s -d ' '
}

zone=$(count zone)
call=$(count call)
lua=$(count lua)
echo "njs, timeout of the zone: $zone"
echo "njs, timeout of the call: $call"
echo "Lua: $lua"

expect "zone" "1 2 3 4 5" "$zone"
expect "call" "1 2 3 4 5" "$call"
[ "${lua##* }" -lt 5 ] || changed "Lua: $lua"
