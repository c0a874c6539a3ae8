#!/bin/sh
#
# json-c refuses JSON patches that another implementation applies.
#
# One would expect: the "test" of a JSON Patch compares numbers by their value
# (RFC 6902, section 4.6), so a limit of 1000 passes a test for 1000.0 or 1e3;
# and "copy" may copy from anywhere, the whole document included.
#
# What surprises: json-c keeps integers and doubles apart, and the test of
# one for the other fails with "did not match".  A copy of the whole document
# to one of its members fails with the error of "move", whose rule is applied
# to "copy" as well.
#
# Why it matters: the writer of a patch reads the document with one library
# and the server applies it with another; JavaScript writes 1000.0 as 1000,
# others write 1000.0.  The guard of a conditional change then refuses for
# ever, and retrying does not help.
#
# Versions: libjson-c5 0.18+ds-1 (Debian 13), fast-json-patch 3.1.1 (npm),
# Node.js 20; libjson-c5 0.19+ds-1 (sid) does as 0.18.
#
# Seen:
#
#     json-c: test of 1000 for 1000: applied
#     json-c: test of 1000 for 1000.0: Value of element referenced by 'path' field did not match 'value' field
#     json-c: test of 1000 for 1e3: Value of element referenced by 'path' field did not match 'value' field
#     json-c: copy of the whole document: Invalid attempt to move parent under a child
#     fast-json-patch: test of 1000 for 1000: applied
#     fast-json-patch: test of 1000 for 1000.0: applied
#     fast-json-patch: test of 1000 for 1e3: applied
#     fast-json-patch: copy of the whole document: applied

set -eu

. "$(dirname "$0")/libraries.sh"

document='{ "limit": 1000 }'

cat > "$dir/patches" <<'EOF'
test of 1000 for 1000;[{ "op": "test", "path": "/limit", "value": 1000 }]
test of 1000 for 1000.0;[{ "op": "test", "path": "/limit", "value": 1000.0 }]
test of 1000 for 1e3;[{ "op": "test", "path": "/limit", "value": 1e3 }]
copy of the whole document;[{ "op": "copy", "from": "", "path": "/before" }]
EOF

cat > "$dir/find.c" <<'EOF'
#include <json-c/json.h>
#include <json-c/json_patch.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct json_object *base = json_tokener_parse(argv[1]);
    struct json_object *patch = json_tokener_parse(argv[2]);
    struct json_patch_error error = { 0 };

    (void) argc;

    if (json_patch_apply(NULL, patch, &base, &error) == 0) {
        puts("applied");
    } else {
        puts(error.errmsg);
    }

    json_object_put(base);
    json_object_put(patch);
    return 0;
}
EOF

cat > "$dir/find.mjs" <<'EOF'
import patches from 'fast-json-patch';

try {
    patches.applyPatch(JSON.parse(process.argv[2]), JSON.parse(process.argv[3]),
                       true);
    console.log('applied');
} catch (error) {
    console.log(error.name);
}
EOF

unpack trixie libjson-c-dev=0.18+ds-1
compile trixie libjson-c.so.5
packages fast-json-patch@3.1.1

# applied NAME COMMAND...: what became of each patch
applied()
{
    name=$1
    shift
    while IFS=';' read -r what patch; do
        echo "$name: $what: $("$@" "$document" "$patch")"
    done < "$dir/patches"
}

seen=$(applied json-c run trixie find
    applied fast-json-patch node "$dir/find.mjs")

echo "$seen"
expect "results" "json-c: test of 1000 for 1000: applied
json-c: test of 1000 for 1000.0: Value of element referenced by 'path' field did not match 'value' field
json-c: test of 1000 for 1e3: Value of element referenced by 'path' field did not match 'value' field
json-c: copy of the whole document: Invalid attempt to move parent under a child
fast-json-patch: test of 1000 for 1000: applied
fast-json-patch: test of 1000 for 1000.0: applied
fast-json-patch: test of 1000 for 1e3: applied
fast-json-patch: copy of the whole document: applied" "$seen"
