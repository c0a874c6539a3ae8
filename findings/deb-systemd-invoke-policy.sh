#!/bin/sh
#
# A policy-rc.d that denies one unit of a Debian package denies all of them.
#
# One would expect: policy-rc.d is asked for each unit and answers for that
# unit, as it does for init scripts.  Who forbids the timer of a package, so
# that a standby host does not run the job, still gets the service restarted on
# an upgrade.
#
# What surprises: dh_installsystemd puts all units of a package into one call
# of deb-systemd-invoke, which asks for one after the other and, at the first
# 101, leaves with the status 0 and does nothing at all, not even for the units
# that were allowed before.  The line on the standard error names all units as
# if each had been denied.  106, which the interface of policy-rc.d has for
# "not allowed, take the fallback", is ignored, and the unit is started.
#
# Why it matters: the upgrade of a package with a fixed bug is installed and
# reported as done, and the old program goes on running for the sake of a
# timer beside it.  The other way around, a policy that answers 106 to keep a
# daemon down gets it started, while invoke-rc.d obeys it.
#
# Versions: init-system-helpers 1.65.2+deb12u1 (Debian 12), 1.69~deb13u1
# (Debian 13) and 1.69+nmu3 (sid, November 2026).  In place of systemctl there
# is a program that says that all units are enabled and writes down what it is
# told to restart.
#
# Seen, with all three versions, by the answers for api.service and api.timer:
#
#     0 0: restart api.service api.timer
#     0 101: nothing
#     0 106: restart api.service api.timer

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm init-system-helpers=1.65.2+deb12u1
unpack trixie init-system-helpers=1.69~deb13u1
unpack sid init-system-helpers=1.69+nmu3

mkdir -p "$dir/bin" "$dir/root/usr/sbin"

cat > "$dir/bin/systemctl" <<EOF
#!/bin/sh
case " \$* " in
*" is-enabled "*) echo enabled ;;
*" restart "*) echo "\${*#*--system }" > "$dir/told" ;;
esac
EOF

cat > "$dir/root/usr/sbin/policy-rc.d" <<'EOF'
#!/bin/sh
case $1 in
api.service) exit "$OF_SERVICE" ;;
api.timer) exit "$OF_TIMER" ;;
esac
EOF

chmod +x "$dir/bin/systemctl" "$dir/root/usr/sbin/policy-rc.d"

# told SUITE ANSWER ANSWER: what systemctl is told, after the policy's answers
# for the service and the timer
told()
{
    echo nothing > "$dir/told"
    PATH="$dir/bin:$PATH" DPKG_ROOT="$dir/root" OF_SERVICE=$2 OF_TIMER=$3 \
        perl "$dir/$1/usr/bin/deb-systemd-invoke" restart api.service \
        api.timer 2> "$dir/errors" || changed "$1: exit status $?"
    cat "$dir/told"
}

for suite in bookworm trixie sid; do
    seen=$(
        for answer in 0 101 106; do
            echo "0 $answer: $(told "$suite" 0 "$answer")"
        done
    )
    echo "$suite:"
    echo "$seen"
    expect "$suite" "0 0: restart api.service api.timer
0 101: nothing
0 106: restart api.service api.timer" "$seen"

    told "$suite" 0 101 > "$dir/log"
    grep -q "101, not running 'restart api.service api.timer'" "$dir/errors" ||
        changed "$suite: another line on the standard error"
done
