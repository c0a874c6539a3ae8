#!/bin/sh
#
# A certificate for the wrong host makes "openssl x509 -checkhost" fail or
# succeed by the release, and "-checkend" beside it always succeeds.
#
# One would expect: -checkend, which tells whether a certificate is about to
# expire, has an exit status for scripts, so its neighbours -checkhost and
# -checkemail have one, too; and two checks in one command are both made.
#
# What surprises: up to Debian 12 a wrong host is a line on the standard output
# and the exit status 0.  In Debian 13 it is 1.  With -checkend in the same
# command, in all releases, the host is not looked at, there is no line about
# it, and the status is that of -checkend.  "openssl verify -verify_hostname"
# has had a status all along.
#
# Why it matters: a script that installs a certificate when the check has
# passed has let every host pass until the upgrade.  Who then finds it working
# adds -checkend 86400 to the same line, and it lets every host pass again.
#
# Versions: openssl 3.0.22-1~deb12u2 (Debian 12), 3.5.9-1~deb13u1 (Debian 13)
# and 3.6.5-1 (sid, November 2026).
#
# Seen of a certificate for api.example, the exit statuses:
#
#     bookworm: -checkhost other.example: 0, 1 line
#     bookworm: -checkhost other.example -checkend 0: 0, 0 lines
#     bookworm: -checkhost api.example -checkend 999999: 1, 0 lines
#     bookworm: verify -verify_hostname other.example: 2
#     trixie: -checkhost other.example: 1, 1 line
#     trixie: -checkhost other.example -checkend 0: 0, 0 lines
#     trixie: -checkhost api.example -checkend 999999: 1, 0 lines
#     trixie: verify -verify_hostname other.example: 2
#
# and sid as trixie.

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm openssl=3.0.22-1~deb12u2 libssl3=3.0.22-1~deb12u2
unpack trixie openssl=3.5.9-1~deb13u1 libssl3t64=3.5.9-1~deb13u1
unpack sid openssl=3.6.5-1 libssl3t64=3.6.5-1

cat > "$dir/openssl.cnf" <<'EOF'
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions

[name]
CN = api.example

[extensions]
subjectAltName = DNS:api.example
EOF

run bookworm usr/bin/openssl req -x509 -newkey rsa:2048 -nodes -days 1 \
    -config "$dir/openssl.cnf" -keyout "$dir/key" -out "$dir/cert" \
    2> "$dir/log"

# ask SUITE ARGUMENT...: the exit status, and how many lines tell of the host
ask()
{
    suite=$1
    shift
    status=0
    run "$suite" usr/bin/openssl "$@" > "$dir/out" 2>&1 || status=$?
    echo "$status, $(grep -c '^Hostname' "$dir/out") lines" |
        sed 's/ 1 lines/ 1 line/'
}

# asked SUITE
asked()
{
    x509="x509 -in $dir/cert -noout"

    # shellcheck disable=SC2086
    {
        echo "-checkhost other.example: $(ask "$1" $x509 \
            -checkhost other.example)"
        echo "-checkhost other.example -checkend 0: $(ask "$1" $x509 \
            -checkhost other.example -checkend 0)"
        echo "-checkhost api.example -checkend 999999: $(ask "$1" $x509 \
            -checkhost api.example -checkend 999999)"
    }
    verified=$(ask "$1" verify -CAfile "$dir/cert" \
        -verify_hostname other.example "$dir/cert")
    echo "verify -verify_hostname other.example: ${verified%%,*}"
}

# shown SUITE STATUS: what a wrong host alone gives
shown()
{
    seen=$(asked "$1")
    echo "$seen" | sed "s/^/$1: /"
    expect "$1" "-checkhost other.example: $2, 1 line
-checkhost other.example -checkend 0: 0, 0 lines
-checkhost api.example -checkend 999999: 1, 0 lines
verify -verify_hostname other.example: 2" "$seen"
}

shown bookworm 0
shown trixie 1
shown sid 1
