"""validate.py SCHEMA DOCUMENT: exit 0 if the document keeps the schema, 1 if not, 77 without jsonschema."""

import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
for error in errors:
    print(f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
sys.exit(1 if errors else 0)
