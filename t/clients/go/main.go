// validate SCHEMA DOCUMENTS: is each document (a JSON array of JSON texts)
// valid, by gojsonschema?  Prints an array of 1 and 0.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/xeipuuv/gojsonschema"
)

func read(path string) []byte {
	data, err := os.ReadFile(path)
	check(err)
	return data
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(read(os.Args[1])))
	check(err)

	var documents []string
	check(json.Unmarshal(read(os.Args[2]), &documents))

	verdicts := make([]int, len(documents))
	for i, document := range documents {
		result, err := schema.Validate(gojsonschema.NewStringLoader(document))
		if err == nil && result.Valid() {
			verdicts[i] = 1
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(verdicts))
}
