# shellcheck shell=sh
# What the finds with libraries share: npm packages in a folder of their own,
# as the registry had them on the day of the finds, and C programs built with a
# Debian package.  A script sources it instead of debian.sh, whose words it
# has, too.

. "$(dirname "$0")/debian.sh"

# packages NAME@VERSION...: in $dir/node_modules
packages()
{
    command -v npm > /dev/null || skip "no npm"
    echo '{ "private": true }' > "$dir/package.json"
    npm install --prefix "$dir" --silent --ignore-scripts \
        --before 2026-11-28 "$@" > "$dir/npm.log" 2>&1 ||
        skip "npm no longer has $*"
}

# javascript: a module from the standard input, run where the packages are
javascript()
{
    cat > "$dir/find.mjs"
    node "$dir/find.mjs"
}

# compile SUITE LIBRARY: $dir/find.c with what unpack() brought, so that
# "run SUITE find" runs it
compile()
{
    command -v gcc > /dev/null || skip "no gcc"
    for library in "$dir/$1"/usr/lib/*/"$2"; do
        gcc -o "$dir/$1/find" -I "$dir/$1/usr/include" "$dir/find.c" \
            "$library" -Wl,--allow-shlib-undefined
    done
}
