# shellcheck shell=sh
# What the finds with Debian packages share: named versions of packages,
# unpacked in a folder of their own, and the loader that runs them there.
# Nothing is installed.  A script sources it; $dir is removed at its end.

export LC_ALL=C

dir=$(mktemp -d)
pids=

cleanup()
{
    for pid in $pids; do
        kill "$pid" 2> /dev/null || true
    done
    for pid in $pids; do
        wait "$pid" 2> /dev/null || true
    done
    rm -rf "$dir"
}

trap cleanup EXIT
trap 'exit 1' HUP INT TERM

# changed LINE: the behaviour is not what the find tells
changed()
{
    echo "changed: $*"
    exit 1
}

# expect WHAT WANTED SEEN
expect()
{
    [ "$2" = "$3" ] || changed "$1: expected <$2>, saw <$3>"
}

# until_true COMMAND...: waits up to half a minute
until_true()
{
    tries=0
    until "$@" 2> /dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || changed "in vain waited for: $*"
        sleep 0.1
    done
}

# more_lines FILE NUMBER: whether it has more than so many
more_lines()
{
    [ "$(wc -l < "$1")" -gt "$2" ]
}

# sources SUITE: the lines of a sources.list, from the system's own mirrors
sources()
{
    apt-get indextargets --format "\$(LABEL) \$(REPO_URI)" | sort -u |
        while read -r label uri; do
            case $label,$1 in
            Debian,sid) echo "$uri sid main" ;;
            Debian,*) echo "$uri $1 main"; echo "$uri $1-updates main" ;;
            Debian-Security,sid) ;;
            Debian-Security,*) echo "$uri $1-security main" ;;
            esac
        done |
        sed "s|^|deb [signed-by=$keyring] |"
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# unpack SUITE PACKAGE=VERSION...: the packages, and what they depend on, in
# $dir/SUITE; the apt of it knows no installed package and no other source
unpack()
{
    suite=$1
    shift
    apt=$dir/apt-$suite

    if [ ! -d "$apt" ]; then
        mkdir -p "$apt/lists/partial" "$apt/archives/partial"
        : > "$apt/status"
        sources "$suite" > "$apt/sources.list"
        [ -s "$apt/sources.list" ] || skip "apt-get update was never run"
        apt_get "$apt" update || skip "no package lists of $suite"
    fi

    apt_get "$apt" --no-install-recommends --download-only install "$@" ||
        skip "$suite no longer has $*"

    mkdir -p "$dir/$suite"
    for deb in "$apt"/archives/*.deb; do
        dpkg-deb -x "$deb" "$dir/$suite"
    done
    rm -f "$apt"/archives/*.deb
}

apt_get()
{
    state=$1
    shift
    apt-get -qq -y -o Dir::State="$state" \
        -o Dir::State::status="$state/status" -o Dir::Cache="$state" \
        -o Dir::Etc::sourcelist="$state/sources.list" \
        -o Dir::Etc::sourceparts=/dev/null -o APT::Sandbox::User=root \
        -o Dir::Etc::preferencesparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Debug::NoLocking=1 \
        "$@" > "$state/log" 2>&1
}

skip()
{
    echo "skipped: $*"
    exit 77
}

# become SUITE PROGRAM ARGUMENT...: with the suite's own loader and libraries
become()
{
    root=$dir/$1
    program=$root/$2
    shift 2
    for loader in "$root"/usr/lib/*/ld-linux*.so.* \
        "$root"/lib/*/ld-linux*.so.*
    do
        [ ! -e "$loader" ] || break
    done
    libs=${loader%/*}
    libs=$libs:$root/lib/${libs##*/}:$root/usr/lib/${libs##*/}
    exec "$loader" --library-path "$libs:$root/usr/lib/syslog-ng" "$program" \
        "$@"
}

# run SUITE PROGRAM ARGUMENT...: in the foreground
run()
{
    (become "$@")
}

# start LOG SUITE PROGRAM ARGUMENT...: in the background, until the script ends
start()
{
    log=$1
    shift
    become "$@" > "$log" 2>&1 &
    pids="$pids $!"
}

# stop: what was started last
stop()
{
    kill "${pids##* }"
    wait "${pids##* }" || true
    pids=${pids% *}
}

# start_nginx SUITE NAME [MODULE...]: in $dir/NAME, with an http block from the
# standard input; it has to listen on $dir/NAME/socket
start_nginx()
{
    suite=$1
    home=$dir/$2
    shift 2
    mkdir "$home"

    {
        for module; do
            echo "load_module $dir/$suite/usr/lib/nginx/modules/$module;"
        done
        cat <<EOF
daemon off;
worker_processes 1;
user $(id -un) $(id -gn);
pid pid;
error_log error.log info;
events { }
http {
client_body_temp_path t/1;
proxy_temp_path t/2;
fastcgi_temp_path t/3;
uwsgi_temp_path t/4;
scgi_temp_path t/5;
EOF
        cat
        echo "}"
    } > "$home/nginx.conf"

    mkdir "$home/t"
    start "$home/log" "$suite" usr/sbin/nginx -p "$home/" -c nginx.conf \
        -e error.log
    until_true test -S "$home/socket"
}

# start_haproxy SUITE NAME: with a configuration from the standard input, which
# has to bind unix@$dir/NAME.socket
start_haproxy()
{
    {
        cat <<EOF
defaults
    mode http
    timeout connect 5s
    timeout client 10s
    timeout server 10s
    log stdout format raw daemon
EOF
        cat
    } > "$dir/$2.cfg"

    start "$dir/$2.log" "$1" usr/sbin/haproxy -db -f "$dir/$2.cfg"
    until_true test -S "$dir/$2.socket"
}

# free_port: one that no program listens on now
free_port()
{
    perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1,
        LocalAddr => "127.0.0.1")->sockport'
}

# scrape SUITE NAME FILE: what Prometheus stores of a text, as sorted lines of
# series and value, without the labels of the target
scrape()
{
    data=$dir/scrape-$2
    port=$(free_port)
    mkdir "$data"
    cp "$3" "$data/metrics.txt"

    start_nginx sid "web-$2" <<EOF
    server {
        listen unix:$dir/web-$2/socket;
        listen 127.0.0.1:$port;
        access_log scrapes.log;
        root $data;
        default_type text/plain;
    }
EOF

    cat > "$data/prometheus.yml" <<EOF
scrape_configs:
  - job_name: j
    scrape_interval: 1s
    metrics_path: /metrics.txt
    static_configs:
      - targets: ["127.0.0.1:$port"]
EOF

    start "$data/log" "$1" usr/bin/prometheus --web.listen-address=127.0.0.1:0 \
        --config.file="$data/prometheus.yml" --storage.tsdb.path="$data/tsdb"
    until_true more_lines "$dir/web-$2/scrapes.log" 2
    stop
    stop

    run "$1" usr/bin/promtool tsdb dump --sandbox-dir-root="$data" \
        "$data/tsdb" |
        sed -E 's/, instance="[^"]*", job="j"|instance="[^"]*", job="j", //;
            s/ [0-9]+$//' | grep -v '"scrape_' | sort -u
}

# start_rsyslog SUITE NAME: with a configuration from the standard input, the
# work directory $dir/NAME and the suite's modules
start_rsyslog()
{
    mkdir "$dir/$2"
    {
        echo "global(workDirectory=\"$dir/$2\")"
        cat
    } > "$dir/$2.conf"
    start "$dir/$2.log" "$1" usr/sbin/rsyslogd -n -C -f "$dir/$2.conf" \
        -i "$dir/$2/pid" -M "$(echo "$dir/$1"/usr/lib/*/rsyslog)"
}

# start_syslog_ng SUITE: with a configuration from the standard input
start_syslog_ng()
{
    mkdir -p "$dir/syslog-ng"
    cat > "$dir/syslog-ng.conf"
    start "$dir/syslog-ng.log" "$1" usr/sbin/syslog-ng -F -e --no-caps \
        -f "$dir/syslog-ng.conf" -p "$dir/syslog-ng/pid" \
        -R "$dir/syslog-ng/persist" -c "$dir/syslog-ng/control" \
        --module-path="$(echo "$dir/$1"/usr/lib/syslog-ng/[0-9]*)"
}
