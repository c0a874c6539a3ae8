#!/bin/sh
#
# nginx reloads a configuration whose module nginx -t cannot load.
#
# One would expect: "nginx -t" and a reload judge alike.  So behind a module that
# was replaced by rename (as dpkg does) a reload takes the new file; and where
# that file is none that nginx can load, the reload is refused with the message
# that "nginx -t" gives, and the old configuration stays in force.
#
# What surprises: the reload does not look at the new file.  The loader hands out
# what is open under the same path, so nginx goes on with the module that lies
# deleted on the disk, takes everything else of the new configuration, and logs
# nothing about it.  "nginx -t", a process of its own, refuses the very same
# configuration.  The next restart is the first to find out.
#
# Why it matters: after an upgrade of a dynamic module a reload looks like
# success, but a fix in the module is not in force; and a broken module shows
# weeks later, with a reboot, while all reloads until then were fine.  What
# deploys with "nginx -t && reload" is blocked meanwhile, although a reload
# would work.
#
# Versions: nginx 1.22.1-9+deb12u11, libnginx-mod-http-echo 1:0.63-4 (Debian 12,
# November 2026).
#
# Seen, of a module that is a line of text now:
#
#     before the reload: one, by echo
#     nginx -t: exit status 1, invalid ELF header
#     after the reload: two, by echo
#     the module of the new worker: deleted

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm nginx=1.22.1-9+deb12u11 libnginx-mod-http-echo=1:0.63-4 \
    curl

file=$dir/bookworm/usr/lib/nginx/modules/ngx_http_echo_module.so

start_nginx bookworm front ngx_http_echo_module.so <<EOF
    access_log off;

    server {
        listen unix:$dir/front/socket;
        location / { echo "one, by echo"; }
    }
EOF

ask()
{
    run bookworm usr/bin/curl -s --unix-socket "$dir/front/socket" \
        http://localhost/
}

# says TEXT: whether that is the answer
says()
{
    [ "$(ask)" = "$1" ]
}

until_true says "one, by echo"
echo "before the reload: $(ask)"

echo "no module, but a line of text that is longer than a header of ELF" \
    > "$file.new"
mv "$file.new" "$file"
sed -i 's/one, by echo/two, by echo/' "$dir/front/nginx.conf"

status=0
run bookworm usr/sbin/nginx -t -p "$dir/front/" -c nginx.conf -e stderr \
    > "$dir/said" 2>&1 || status=$?
why=$(grep -o 'invalid ELF header' "$dir/said" | head -n 1)
echo "nginx -t: exit status $status, $why"

master=${pids##* }
kill -HUP "$master"
until_true says "two, by echo"
echo "after the reload: $(ask)"

# what the worker has open in place of the file; the old one goes first
one_worker()
{
    [ "$(wc -w < "/proc/$master/task/$master/children")" -eq 1 ]
}

until_true one_worker
worker=$(tr -d ' ' < "/proc/$master/task/$master/children")
state=kept
! grep -q "ngx_http_echo_module.so (deleted)" "/proc/$worker/maps" ||
    state=deleted
echo "the module of the new worker: $state"

expect "nginx -t" "1 invalid ELF header" "$status $why"
expect "the module" deleted "$state"
if grep -q echo_module "$dir/front/error.log"; then
    changed "error.log tells of the module"
fi
