#!/bin/sh
#
# nginx obeys its umask until the first rotation of its logs.
#
# One would expect: a daemon keeps the umask that it was started with.  Who sets
# UMask=0077 for nginx's unit, or starts it behind "umask 077", gets logs that
# only their owner reads, which is what the first look at the folder shows, and
# what "systemd-analyze security" gives a better mark for.
#
# What surprises: nginx opens its logs first, under that umask, and becomes a
# daemon behind that, with a umask of 0.  So the logs of the start are 600, and
# each one that it makes later, on USR1 or in a new configuration, is 644, and
# its workers' besides.  With "daemon off" the same signal makes 600.
#
# Why it matters: logs have addresses and paths of people in them.  The setting
# looks right when it is made and tested, and is without effect from the first
# night on, unless logrotate's "create" makes the file; it is the container
# ("daemon off") that is tight, and the host that is not.
#
# Versions: nginx 1.22.1-9+deb12u11 (Debian 12), 1.30.6-2 (Debian sid).
#
# Seen with a umask of 077, the access log's mode at the start and behind a
# rotation, with both versions:
#
#     daemon on: 600 644
#     daemon off: 600 600

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm nginx=1.22.1-9+deb12u11
unpack sid nginx=1.30.6-2

# modes SUITE on|off: of the access log, at the start and after USR1
modes()
{
    home=$dir/$1-$2
    mkdir "$home"
    cat > "$home/conf" <<EOF
daemon $2;
user $(id -un) $(id -gn);
pid pid;
error_log error.log;
events { }
http {
    access_log access.log;
    client_body_temp_path a;
    proxy_temp_path b;
    fastcgi_temp_path c;
    uwsgi_temp_path d;
    scgi_temp_path e;
    server { listen unix:$home/socket; }
}
EOF
    umask 077
    start "$home/said" "$1" usr/sbin/nginx -p "$home/" -c conf -e error.log
    umask 022
    until_true test -s "$home/pid"
    pids="$pids $(cat "$home/pid")"
    until_true test -S "$home/socket"

    first=$(stat -c %a "$home/access.log")
    mv "$home/access.log" "$home/access.log.1"
    until_true rotated
    echo "daemon $2: $first $(stat -c %a "$home/access.log")"

    kill "$(cat "$home/pid")"
    until_true gone
}

rotated()
{
    kill -USR1 "$(cat "$home/pid")" && test -e "$home/access.log"
}

gone()
{
    test ! -e "$home/pid"
}

for suite in bookworm sid; do
    modes "$suite" on > "$dir/told"
    modes "$suite" off >> "$dir/told"
    echo "$suite:"
    cat "$dir/told"
    expect "$suite" "daemon on: 600 644
daemon off: 600 600" "$(cat "$dir/told")"
done
