#!/bin/sh
#
# A time stamp with a zone loses it in ruamel.yaml of Debian 12 and keeps it in
# Debian 13.
#
# One would expect: 2027-01-01T10:00:00+02:00 is read as a time with a zone, as
# python3-yaml of the same release does, and is written as the same moment.
#
# What surprises: ruamel.yaml 0.17 computes the time in UTC and then drops the
# zone.  What is written is 08:00 without a zone, and timestamp() takes it for
# local time, so both are another moment wherever the clock is not at UTC.
# Even a Z at the end is lost.  Later versions have the zone, so a comparison
# with a time of the one kind or of the other raises an error in one of the
# two, and no comparison works with both.
#
# Why it matters: the maintenance window or the end of a certificate in a
# configuration is an hour or two off, on hosts in Europe and not in CI, which
# runs in UTC.  The upgrade repairs that and breaks the comparison.
#
# Versions: python3-ruamel.yaml 0.17.21-1 and python3-yaml 6.0-3+b2 (Debian
# 12), python3-ruamel.yaml 0.18.10+ds-1 (Debian 13).
#
# Seen with TZ=CET-1, Berlin in winter, of 2027-01-01T10:00:00+02:00, which is
# 1798790400: the seconds, what is written, and the comparison with a time that
# has a zone and with one that has none:
#
#     bookworm ruamel: 1798786800, 2027-01-01 08:00:00, TypeError, earlier
#     bookworm yaml: 1798790400, 2027-01-01 10:00:00+02:00, earlier, TypeError
#     trixie ruamel: 1798790400, 2027-01-01 10:00:00+02:00, earlier, TypeError

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm python3-ruamel.yaml=0.17.21-1 python3-yaml=6.0-3+b2
unpack trixie python3-ruamel.yaml=0.18.10+ds-1

cat > "$dir/find.py" <<'EOF'
import datetime
import io
import sys

TEXT = "v: 2027-01-01T10:00:00+02:00\n"


def with_ruamel():
    from ruamel.yaml import YAML

    parser = YAML(typ="safe", pure=True)
    parser.default_flow_style = False
    value = parser.load(TEXT)
    written = io.StringIO()
    parser.dump(value, written)
    return value["v"], written.getvalue()


def with_yaml():
    import yaml

    value = yaml.safe_load(TEXT)
    return value["v"], yaml.safe_dump(value)


def compared(value, zone):
    try:
        later = value > datetime.datetime(2100, 1, 1, tzinfo=zone)
        return "later" if later else "earlier"
    except TypeError as error:
        return type(error).__name__


value, written = {"ruamel": with_ruamel, "yaml": with_yaml}[sys.argv[1]]()
print(int(value.timestamp()), written.strip().removeprefix("v: "),
      compared(value, datetime.timezone.utc), compared(value, None), sep=", ")
EOF

# read_by SUITE PYTHON LIBRARY
read_by()
{
    seen=$(PYTHONPATH="$dir/$1/usr/lib/python3/dist-packages" \
        TZ=CET-1 run "$1" "usr/bin/$2" "$dir/find.py" "$3")
    echo "$1 $3: $seen"
}

read_by bookworm python3.11 ruamel | tee "$dir/seen"
read_by bookworm python3.11 yaml | tee -a "$dir/seen"
read_by trixie python3.13 ruamel | tee -a "$dir/seen"

zoned="1798790400, 2027-01-01 10:00:00+02:00, earlier, TypeError"
expect "times" "bookworm ruamel: 1798786800, 2027-01-01 08:00:00, TypeError, earlier
bookworm yaml: $zoned
trixie ruamel: $zoned" "$(cat "$dir/seen")"
