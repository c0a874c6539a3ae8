#!/bin/sh
#
# A JSON Patch of yyjson that sets a member leaves the old value in force.
#
# One would expect: "add" to a member that exists replaces its value, as RFC
# 6902 tells in section 4.1 and as most writers of patches rely on to mean "set
# this, whether it is there or not".  The header of the library names the RFC.
#
# What surprises: yyjson appends a second member of the same name and reports
# success.  Its own lookups take the first, so the old value stays: a "test"
# for the new value fails, and a "test" for the old one, in the same patch and
# after the "add", passes.  "copy" and "move" onto a member do the same; with
# "move" the value that was moved seems to be gone.  "replace" is right, and so
# is "add" for a member that is new.
#
# Why it matters: the patch succeeds and nothing changes for readers that take
# the first of two members, while JavaScript, Python and jq take the last and
# see the change.  Two programs then disagree about the same document.
#
# Versions: libyyjson0 0.10.0+ds-1+b1 (Debian 13) and 0.12.0+ds-2 (sid,
# November 2026), fast-json-patch 3.1.1 (npm), Node.js 20.
#
# Seen of { "limit": 100, "next": 500 }, where the last column is what the
# library finds at /limit afterwards, with both versions of yyjson:
#
#     yyjson: add: {"limit":100,"next":500,"limit":900} 100
#     yyjson: copy: {"limit":100,"next":500,"limit":500} 100
#     yyjson: move: {"limit":100,"limit":500} 100
#     yyjson: replace: {"limit":900,"next":500} 900
#     yyjson: add, test 900: failed to test equal
#     yyjson: add, test 100: {"limit":100,"next":500,"limit":900} 100
#     fast-json-patch: add: {"limit":900,"next":500} 900
#     fast-json-patch: copy: {"limit":500,"next":500} 500
#     fast-json-patch: move: {"limit":500} 500
#     fast-json-patch: replace: {"limit":900,"next":500} 900
#     fast-json-patch: add, test 900: {"limit":900,"next":500} 900
#     fast-json-patch: add, test 100: TEST_OPERATION_FAILED

set -eu

. "$(dirname "$0")/libraries.sh"

document='{ "limit": 100, "next": 500 }'
add='{ "op": "add", "path": "/limit", "value": 900 }'

cat > "$dir/patches" <<EOF
add;[$add]
copy;[{ "op": "copy", "from": "/next", "path": "/limit" }]
move;[{ "op": "move", "from": "/next", "path": "/limit" }]
replace;[{ "op": "replace", "path": "/limit", "value": 900 }]
add, test 900;[$add, { "op": "test", "path": "/limit", "value": 900 }]
add, test 100;[$add, { "op": "test", "path": "/limit", "value": 100 }]
EOF

cat > "$dir/find.c" <<'EOF'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

int main(int argc, char **argv)
{
    yyjson_doc *base = yyjson_read(argv[1], strlen(argv[1]), 0);
    yyjson_doc *patch = yyjson_read(argv[2], strlen(argv[2]), 0);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_patch_err error = { 0 };
    yyjson_mut_val *root = yyjson_patch(doc, yyjson_doc_get_root(base),
                                        yyjson_doc_get_root(patch), &error);

    (void) argc;

    if (root == NULL) {
        puts(error.msg);

    } else {
        char *text;

        yyjson_mut_doc_set_root(doc, root);
        text = yyjson_mut_write(doc, 0, NULL);
        printf("%s %d\n", text,
               yyjson_mut_get_int(yyjson_mut_doc_ptr_get(doc, "/limit")));
        free(text);
    }

    yyjson_mut_doc_free(doc);
    yyjson_doc_free(patch);
    yyjson_doc_free(base);
    return 0;
}
EOF

cat > "$dir/find.mjs" <<'EOF'
import patches from 'fast-json-patch';

try {
    const { newDocument } = patches.applyPatch(JSON.parse(process.argv[2]),
                                               JSON.parse(process.argv[3]),
                                               true);
    console.log(JSON.stringify(newDocument), newDocument.limit);
} catch (error) {
    console.log(error.name);
}
EOF

unpack trixie libyyjson-dev=0.10.0+ds-1+b1 libyyjson0=0.10.0+ds-1+b1
unpack sid libyyjson-dev=0.12.0+ds-2 libyyjson0=0.12.0+ds-2
compile trixie libyyjson.so.0
compile sid libyyjson.so.0
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

wanted='yyjson: add: {"limit":100,"next":500,"limit":900} 100
yyjson: copy: {"limit":100,"next":500,"limit":500} 100
yyjson: move: {"limit":100,"limit":500} 100
yyjson: replace: {"limit":900,"next":500} 900
yyjson: add, test 900: failed to test equal
yyjson: add, test 100: {"limit":100,"next":500,"limit":900} 100'

for suite in trixie sid; do
    seen=$(applied yyjson run "$suite" find)
    echo "$seen"
    expect "$suite" "$wanted" "$seen"
done

seen=$(applied fast-json-patch node "$dir/find.mjs")
echo "$seen"
expect "fast-json-patch" 'fast-json-patch: add: {"limit":900,"next":500} 900
fast-json-patch: copy: {"limit":500,"next":500} 500
fast-json-patch: move: {"limit":500} 500
fast-json-patch: replace: {"limit":900,"next":500} 900
fast-json-patch: add, test 900: {"limit":900,"next":500} 900
fast-json-patch: add, test 100: TEST_OPERATION_FAILED' "$seen"
