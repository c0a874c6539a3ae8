#!/bin/sh
#
# Raising imrelp's maxDataSize only takes the warning away, not the cut.
#
# One would expect: maxDataSize="64k" on the RELP listener lets records of 20
# kilobytes in, as the manual calls it the size of a message that can be
# received; and oversizeMode="accept" takes larger ones whole, which the log
# line of that mode says too.
#
# What surprises: the record is still cut at 8 KiB by the global
# maxMessageSize, which also the receiver has.  With the default maxDataSize the
# receiver at least logs that the frame was too long.  With 64k it logs nothing,
# and with "accept" it logs that the frame was accepted.  The sender gets its
# acknowledgement each time.
#
# Why it matters: RELP is chosen so that no record is lost.  A JSON record that
# is cut is one: it no longer parses.  Who followed the warning to the parameter
# of its module now has the same loss and no warning.
#
# Versions: rsyslog and rsyslog-relp 8.2610.0-1 (Debian sid, November 2026) on
# both sides; the sender's maxMessageSize is 64k.
#
# Seen, of a record of 20011 bytes: the length that arrives, and the lines with
# "frame" in the receiver's log:
#
#     default: 8056, 1
#     maxDataSize 64k: 8056, 0
#     oversizeMode accept: 8056, 1
#     global maxMessageSize 64k: 20011, 0

set -eu

. "$(dirname "$0")/debian.sh"

unpack sid rsyslog=8.2610.0-1 rsyslog-relp=8.2610.0-1

printf '{"data":"%020000d"}\nend\n' 0 > "$dir/lines"

# pass NAME GLOBAL INPUT: what arrives with these parameters of the receiver
pass()
{
    port=$(free_port)

    start_rsyslog sid "to-$1" <<EOF
global($2)
module(load="imrelp")
template(name="text" type="string" string="%msg%\n")
input(type="imrelp" address="127.0.0.1" port="$port" ruleset="r" $3)
ruleset(name="r") {
    action(type="omfile" file="$dir/$1.got" template="text")
}
EOF

    start_rsyslog sid "from-$1" <<EOF
global(maxMessageSize="64k")
module(load="imfile")
module(load="omrelp")
template(name="text" type="string"
    string="<134>1 2026-11-28T06:00:00Z h app - - - %msg%")
input(type="imfile" file="$dir/lines" tag="t" ruleset="r")
ruleset(name="r") {
    action(type="omrelp" target="127.0.0.1" port="$port" template="text"
        action.resumeInterval="1" action.resumeRetryCount="-1")
}
EOF

    until_true grep -q end "$dir/$1.got"
    length=$(grep -v end "$dir/$1.got" | tr -d '\n' | wc -c)
    seen="$length, $(grep -c frame "$dir/to-$1.log" || true)"
    echo "$1: $seen"
    expect "$1" "$4" "$seen"
}

pass default '' '' "8056, 1"
pass large '' 'maxDataSize="64k"' "8056, 0"
pass accept '' 'oversizeMode="accept"' "8056, 1"
pass global 'maxMessageSize="64k"' '' "20011, 0"
