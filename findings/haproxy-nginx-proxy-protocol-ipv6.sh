#!/bin/sh
#
# nginx 1.22 behind HAProxy loses IPv6 clients on the TLS port only.
#
# One would expect: what nginx takes as a PROXY header on one listener it takes
# on the other, since "listen ... proxy_protocol" and "listen ... ssl
# proxy_protocol" read the same thing.  Extra fields it does not know, such as
# the unique ID that HAProxy may add, are skipped.
#
# What surprises: the plain listener reads the header into its request buffer,
# the TLS listener into 107 bytes, the longest header of version 1.  A unique ID
# in the form of HAProxy's manual fits in there with two IPv4 addresses, and
# does not with IPv6.  nginx then closes the connection before the handshake:
# "header is too large while reading PROXY protocol".  1.26 takes all four.
#
# Why it matters: the tests are done over IPv4, or on the plain port, and pass.
# Then HTTPS fails for a part of the clients, at random as it seems, as dual
# stack clients fall back.
#
# Versions: HAProxy 2.6.12-1+deb12u4 and nginx 1.22.1-9+deb12u11 (Debian 12),
# nginx 1.26.3-3+deb13u10 (Debian 13).
#
# Seen, the answer, or none where the connection was closed:
#
#     1.22.1 http ipv4: http 192.0.2.1
#     1.22.1 https ipv4: https 192.0.2.1
#     1.22.1 http ipv6: http 2001:db8::1
#     1.22.1 https ipv6: none
#     1.26.3 https ipv6: https 2001:db8::1

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm haproxy=2.6.12-1+deb12u4 nginx=1.22.1-9+deb12u11 \
    openssl curl
unpack trixie nginx=1.26.3-3+deb13u10 nginx-common=1.26.3-3+deb13u10

run bookworm usr/bin/openssl req -x509 -newkey rsa:2048 -nodes -days 1 \
    -config "$dir/bookworm/etc/ssl/openssl.cnf" -subj /CN=localhost \
    -keyout "$dir/key" -out "$dir/cert" 2> "$dir/log"

# back SUITE NAME
back()
{
    start_nginx "$1" "$2" <<EOF
    server {
        listen unix:$dir/$2/socket proxy_protocol;
        listen unix:$dir/$2/tls ssl proxy_protocol;
        ssl_certificate $dir/cert;
        ssl_certificate_key $dir/key;
        return 200 "\$scheme \$proxy_protocol_addr\n";
    }
EOF
}

back bookworm 1.22.1
back trixie 1.26.3

# proxy VERSION SCHEME ADDRESS SOCKET: the client's address is set, since a
# client of a socket in a file has none
proxy()
{
    cat <<EOF
listen $1-$2-${3%%(*}
    mode tcp
    bind unix@$dir/$1-$2-${3%%(*}.socket
    tcp-request connection set-src $3
    tcp-request connection set-dst $3
    unique-id-format "%{+X}o %ci:%cp_%fi:%fp_%Ts_%rt:%pid"
    server s unix@$4 send-proxy-v2 proxy-v2-options unique-id
EOF
}

for version in 1.22.1 1.26.3; do
    for address in "ipv4(192.0.2.1)" "ipv6(2001:db8::1)"; do
        proxy "$version" http "$address" "$dir/$version/socket"
        proxy "$version" https "$address" "$dir/$version/tls"
    done
done > "$dir/proxies"

start_haproxy bookworm 1.26.3-https-ipv6 < "$dir/proxies"

# ask VERSION SCHEME FAMILY
ask()
{
    status=0
    answer=$(run bookworm usr/bin/curl -sk --max-time 5 \
        --unix-socket "$dir/$1-$2-$3.socket" "$2://localhost/") || status=$?
    [ "$status" = 0 ] || answer=none
    echo "$1 $2 $3: $answer"
}

for version in 1.22.1 1.26.3; do
    for family in ipv4 ipv6; do
        ask "$version" http "$family"
        ask "$version" https "$family"
    done
done | tee "$dir/seen"

expect "the answers" "1.22.1 http ipv4: http 192.0.2.1
1.22.1 https ipv4: https 192.0.2.1
1.22.1 http ipv6: http 2001:db8::1
1.22.1 https ipv6: none
1.26.3 http ipv4: http 192.0.2.1
1.26.3 https ipv4: https 192.0.2.1
1.26.3 http ipv6: http 2001:db8::1
1.26.3 https ipv6: https 2001:db8::1" "$(cat "$dir/seen")"

grep -q "header is too large while reading PROXY protocol" \
    "$dir/1.22.1/error.log" || changed "error.log has no such line"
