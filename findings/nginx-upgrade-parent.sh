#!/bin/sh
#
# nginx refuses a binary upgrade for as long as whoever started it lives, and
# tells of an old and a new binary where there is only one.
#
# One would expect: "daemon off" decides whether nginx leaves the terminal, and
# nothing else.  USR2 to the only master there is starts the new binary, under a
# supervisor as elsewhere, as the page "Controlling nginx" describes it without
# an exception.
#
# What surprises: the master remembers its parent at start, and ignores USR2
# while that still is its parent.  So a master that a supervisor, a container's
# init or a shell holds in the foreground never takes an upgrade, and says "you
# should shutdown or terminate before either old or new binary's process" though
# no other one is there.  The same master with the same configuration takes it
# once its parent is gone.  Nothing but that line at level crit tells; kill(1)
# has succeeded, and no nginx.pid.oldbin comes.
#
# Why it matters: upgrade scripts that wait for nginx.pid.oldbin hang, and what
# was tried on a server with a daemon fails where the same nginx moves below
# systemd's Type=simple, runit or supervisord.
#
# Versions: nginx 1.30.6-2 (Debian sid, November 2026).
#
# Seen, as the log's answer to USR2:
#
#     parent lives: signal 12 (SIGUSR2) received from N, ignoring
#     parent lives: the changing binary signal is ignored: you should shutdown
#         or terminate before either old or new binary's process
#     parent gone: signal 12 (SIGUSR2) received from N, changing binary

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid nginx=1.30.6-2

# answer NAME: what the log says of USR2
answer()
{
    until_true grep -q "SIGUSR2" "$dir/$1/error.log"
    sed -n 's/.*: \(signal 12 (SIGUSR2).*\)/\1/p;
        s/.*: \(the changing binary signal.*\)/\1/p' "$dir/$1/error.log" |
        sed 's/received from [0-9]*/received from N/'
}

# Not behind a pipe, whose shell would be the parent, and end.
mkdir "$dir/web"
echo "server { listen unix:$dir/lives/socket; }" > "$dir/web/server"
start_nginx sid lives < "$dir/web/server"
kill -USR2 "$(cat "$dir/lives/pid")"
lives=$(answer lives)
echo "parent lives: $lives"
expect "parent lives" "signal 12 (SIGUSR2) received from N, ignoring
the changing binary signal is ignored: you should shutdown or terminate before \
either old or new binary's process" "$lives"
[ ! -e "$dir/lives/pid.oldbin" ] || changed "parent lives: there is an oldbin"

# The same, from a shell that ends once nginx is there.
mkdir "$dir/gone" "$dir/gone/t"
sed "s|$dir/lives|$dir/gone|" "$dir/lives/nginx.conf" > "$dir/gone/nginx.conf"
(
    become sid usr/sbin/nginx -p "$dir/gone/" -c nginx.conf -e error.log \
        > "$dir/gone/log" 2>&1 &
    until_true test -S "$dir/gone/socket"
    until_true test -s "$dir/gone/pid"
)
pid=$(cat "$dir/gone/pid")
pids="$pids $pid"
kill -USR2 "$pid"
gone=$(answer gone)

# That of the new binary, if it could be started.
pids="$pids $(cat "$dir"/gone/pid "$dir"/gone/pid.oldbin 2> /dev/null |
    grep -vx "$pid" || true)"

echo "parent gone: $gone"
expect "parent gone" "signal 12 (SIGUSR2) received from N, changing binary" \
    "$gone"
