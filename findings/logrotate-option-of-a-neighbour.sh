#!/bin/sh
#
# An option in one file of logrotate.d holds for the files after it.
#
# One would expect: a line outside of braces in an included file is global for
# that file, or for all; either way the order of the files has no part in it.
#
# What surprises: it holds from there on: for the rest of its file and for all
# files that come later in the alphabet, not for those before.  "compress" in
# the file b compresses the logs of b and c and not those of a.
#
# Why it matters: a package that puts "dateext", "su" or "rotate 1" on top of
# its file changes how long, and as whom, the logs of others are rotated, and a
# file that is renamed or removed changes it back.  Each file alone, given to
# logrotate --debug, looks right.
#
# Versions: logrotate 3.22.0-1 (Debian sid).
#
# Seen, of three equal files a, b and c, of which b has "compress" on top:
#
#     a.log.1 b.log.1.gz c.log.1.gz

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid logrotate=3.22.0-1

mkdir -m 755 "$dir/logs" "$dir/logrotate.d"
printf 'rotate 2\nsize 1\ninclude %s\n' "$dir/logrotate.d" > "$dir/conf"
echo compress > "$dir/logrotate.d/b"

for name in a b c; do
    echo line > "$dir/logs/$name.log"
    printf '%s {\n    nocreate\n}\n' "$dir/logs/$name.log" \
        >> "$dir/logrotate.d/$name"
done

chmod 644 "$dir/conf" "$dir"/logrotate.d/*
run sid usr/sbin/logrotate -s "$dir/state" "$dir/conf"

seen=$(cd "$dir/logs" && echo ./*.log* | sed 's|\./||g')
echo "$seen"
expect "the logs" "a.log.1 b.log.1.gz c.log.1.gz" "$seen"
