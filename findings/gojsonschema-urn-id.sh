#!/bin/sh
#
# A JSON Schema with an id that is a URN cannot be loaded in Go as soon as it
# refers to a part of itself.
#
# One would expect: "$id" names the schema, and "#/definitions/a" is the part of
# that same document, whatever the id looks like: RFC 3986 resolves a reference
# that is only a fragment against any URI, and JSON Schema's own texts have
# "urn:uuid:..." as an example of an id.
#
# What surprises: gojsonschema, which many programs in Go have, loses all of the
# URN but its scheme: it looks for "urn:#/definitions/a" and says that this must
# be canonical, of which nothing stands in the schema.  The same schema with an https id that leads nowhere, or
# without an id, is loaded.  A URN without a reference is fine, too, so the
# mistake comes with the first part that is written once.
#
# Why it matters: a URN is what one takes for a schema that is not published
# anywhere, so that no program tries to fetch it.  Validators of other languages
# (ajv, python3-jsonschema, santhosh-tekuri's of Go) take it.
#
# Versions (Debian 12): golang-github-xeipuuv-gojsonschema-dev 1.2.0-3, Go
# 1.19.8.
#
# Seen:
#
#     urn:example:a, no reference: loaded
#     urn:example:a: Reference urn:#/definitions/a must be canonical
#     urn:uuid:deadbeef-1234-0000-0000-4321feebdaed: Reference urn:#/definitions/a must be canonical
#     tag:example.com,2026:a: Reference tag:#/definitions/a must be canonical
#     https://nowhere.invalid/a: loaded
#     no id: loaded

set -eu

. "$(dirname "$0")/debian.sh"

unpack bookworm golang-1.19-go=1.19.8-2 \
    golang-github-xeipuuv-gojsonschema-dev=1.2.0-3

mkdir "$dir/find"
cat > "$dir/find/main.go" <<'EOF'
package main

import (
	"fmt"

	"github.com/xeipuuv/gojsonschema"
)

func load(title, id, member string) {
	schema := `{ "$schema": "http://json-schema.org/draft-07/schema#", ` + id +
		`"definitions": { "a": { "type": "string" } }, "properties": { "a": ` + member + ` } }`

	if _, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(schema)); err != nil {
		fmt.Printf("%s: %s\n", title, err)
	} else {
		fmt.Printf("%s: loaded\n", title)
	}
}

func main() {
	const reference = `{ "$ref": "#/definitions/a" }`

	load("urn:example:a, no reference", `"$id": "urn:example:a", `, `{}`)
	for _, id := range []string{"urn:example:a", "urn:uuid:deadbeef-1234-0000-0000-4321feebdaed",
		"tag:example.com,2026:a", "https://nowhere.invalid/a"} {
		load(id, `"$id": "`+id+`", `, reference)
	}
	load("no id", "", reference)
}
EOF

seen=$(cd "$dir/find" &&
    GOROOT=$dir/bookworm/usr/lib/go-1.19 GOCACHE=$dir/cache GO111MODULE=off \
    GOPATH=$dir/bookworm/usr/share/gocode CGO_ENABLED=0 GOFLAGS='' \
        "$dir/bookworm/usr/lib/go-1.19/bin/go" run main.go)
echo "$seen"

expect "what is loaded" 'urn:example:a, no reference: loaded
urn:example:a: Reference urn:#/definitions/a must be canonical
urn:uuid:deadbeef-1234-0000-0000-4321feebdaed: Reference urn:#/definitions/a must be canonical
tag:example.com,2026:a: Reference tag:#/definitions/a must be canonical
https://nowhere.invalid/a: loaded
no id: loaded' "$seen"
