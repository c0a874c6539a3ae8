#!/bin/sh
#
# Expected: when a package has replaced a dynamic module, a reload (HUP) starts
# workers with the new one. Debian's packages of modules count on it: dh_nginx puts
# a trigger into their scripts that reloads nginx, and nothing else.
#
# Seen: the new workers run the old module, whose file has no name any more. The
# master loads each module again by its path, but the one of the old cycle is
# still loaded under that path, and dlopen() compares names before it looks at
# any file. So each reload keeps the old one alive for the next. nginx -t is a new
# process and loads the new module: it tests another one than the reload takes.
#
# It matters where the new module is a security update: apt says that nginx was
# reloaded, and the old code answers until nginx is restarted or replaced by USR2.
#
# nginx 1.22.1 (Debian 12), 1.26.3 (Debian 13) and 1.30.6 (unstable), each with its
# echo module. Output of the script's look at a worker's memory (/proc/PID/maps):
#
#     after a reload:   old
#     after a restart:  new

set -eu

. "$(dirname "$0")/debian.sh"

# A worker of the nginx in $dir/$1 has the module's old file, or the new one.
which_one()
{
    worker=$(cat "/proc/$pid/task/$pid/children")
    if grep -q 'module.so (deleted)' "/proc/${worker%% *}/maps"; then
        echo old
    elif grep -q 'ngx_http_echo_module.so$' "/proc/${worker%% *}/maps"; then
        echo new
    fi
}

# A worker that was not there before, and no other.
replaced()
{
    now=$(cat "/proc/$pid/task/$pid/children")
    [ -n "$now" ] && [ "$now" != "$before" ] && [ "${now% }" = "${now%% *}" ]
}

# look SUITE NGINX MODULE
look()
{
    suite=$1
    unpack "$suite" "nginx=$2" "libnginx-mod-http-echo=$3"
    file=$dir/$suite/usr/lib/nginx/modules/ngx_http_echo_module.so

    start_nginx "$suite" "first-$suite" ngx_http_echo_module.so <<END
server { listen unix:$dir/first-$suite/socket; location / { echo hello; } }
END
    pid=${pids##* }
    before=$(cat "/proc/$pid/task/$pid/children")

    # as dpkg does it
    cp "$file" "$file.dpkg-new"
    mv "$file.dpkg-new" "$file"

    kill -HUP "$pid"
    until_true replaced
    expect "$suite, after a reload" old "$(which_one)"
    stop

    start_nginx "$suite" "second-$suite" ngx_http_echo_module.so <<END
server { listen unix:$dir/second-$suite/socket; location / { echo hello; } }
END
    pid=${pids##* }
    expect "$suite, after a restart" new "$(which_one)"
    stop
}

look bookworm 1.22.1-9+deb12u11 1:0.63-4
look trixie 1.26.3-3+deb13u11 1:0.63-7
look sid 1.30.6-2 1:0.66-1
