#!/bin/sh
#
# After a change of the compressor logrotate keeps all older logs for ever.
#
# One would expect: "rotate 2" leaves two old logs whatever they are compressed
# with; the .gz files of the time before go away one with each rotation.
#
# What surprises: logrotate knows only names that end in the present
# compressext.  The .gz files stay, all of them, and keep their numbers: there
# are an access.log.1.gz and an access.log.1.xz.  With dateext it is the same.
# It says nothing, not even with --verbose.
#
# Why it matters: the time for which logs with personal data are kept is set by
# this very number.  A change to xz or zstd, which saves space, ends the
# deletion of all that was there, and the check of the configuration shows the
# right number.
#
# Versions: logrotate 3.22.0-1 (Debian sid), with gzip and xz as installed.
#
# Seen, the files after three rotations with xz, where three of gzip were:
#
#     access.log access.log.1.gz access.log.1.xz access.log.2.gz
#     access.log.2.xz access.log.3.gz
#
# and with dateext the three of before:
#
#     access.log-20250101.gz access.log-20250102.gz access.log-20250103.gz

set -eu

. "$(dirname "$0")/debian.sh"

command -v xz > "$dir/xz" || skip "no xz"
unpack sid logrotate=3.22.0-1

# rotate NAME OPTION TIMES
rotate()
{
    cat > "$dir/$1.conf" <<EOF
$dir/$1/access.log {
    size 1
    rotate 2
    create
    compress
    compresscmd $(cat "$dir/xz")
    compressext .xz
    $2
}
EOF
    chmod 644 "$dir/$1.conf"

    for n in $(seq "$3"); do
        echo "line $n" > "$dir/$1/access.log"
        run sid usr/sbin/logrotate -v -s "$dir/$1.state" "$dir/$1.conf" \
            >> "$dir/$1.log" 2>&1
    done
}

mkdir -m 755 "$dir/numbers" "$dir/dates"

for n in 1 2 3; do
    echo "old $n" | gzip > "$dir/numbers/access.log.$n.gz"
    echo "old $n" | gzip > "$dir/dates/access.log-2025010$n.gz"
done

rotate numbers nodateext 3
rotate dates dateext 1

seen=$(cd "$dir/numbers" && echo access.log*)
echo "$seen"
expect "numbers" "access.log access.log.1.gz access.log.1.xz access.log.2.gz \
access.log.2.xz access.log.3.gz" "$seen"

seen=$(cd "$dir/dates" && echo access.log-2025*)
echo "$seen"
expect "dates" "access.log-20250101.gz access.log-20250102.gz \
access.log-20250103.gz" "$seen"
