# python3 schema.py SCHEMA DOCUMENTS: is each document (a JSON array of JSON
# texts) valid?  Prints {"Draft202012Validator": [1, 0, ...], "Draft7Validator":
# [...]}: the second one knows nothing that came after draft 07.

import json
import sys

import jsonschema

schema, documents = (json.load(open(path, encoding="utf-8"))
                     for path in sys.argv[1:3])
documents = [json.loads(text) for text in documents]
verdicts = {}

for name in ("Draft202012Validator", "Draft7Validator"):
    validator = getattr(jsonschema, name)
    validator.check_schema(schema)
    judge = validator(schema)
    verdicts[name] = [int(judge.is_valid(document)) for document in documents]

print(json.dumps(verdicts))
