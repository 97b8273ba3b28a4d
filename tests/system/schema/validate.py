"""Validates YAML files by a JSON Schema: validate.py SCHEMA FILE...

Prints a line for each file: "valid FILE", "invalid FILE: why", or "unparsable FILE". The blocks of YAML in a Markdown file
count as files of their own: "FILE#1". Exits with 1, and says why, when the schema itself is no schema.
"""

import re
import sys

import jsonschema
import yaml


def as_json(value):
    """Keys are texts, as in JSON: YAML reads 80 and on as others."""
    if isinstance(value, dict):
        words = {True: "on", False: "off", None: "null"}
        return {words.get(key, str(key)): as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value


def judge(validator, name, text):
    try:
        value = as_json(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError, RecursionError):
        print(f"unparsable {name}")
        return
    errors = list(validator.iter_errors(value))
    best = jsonschema.exceptions.best_match(errors)
    print(f"invalid {name}: {best.json_path}: {best.message[:200]!r}" if errors else f"valid {name}")


def main(schema_path, paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = yaml.safe_load(file)
    validator_class = jsonschema.Draft7Validator
    try:
        validator_class.check_schema(schema)
    except jsonschema.exceptions.SchemaError as error:
        sys.exit(f"the schema is none: {error.message}")
    validator = validator_class(schema)
    for path in paths:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8", "replace")
        if not path.endswith(".md"):
            judge(validator, path, text)
            continue
        for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S), 1):
            judge(validator, f"{path}#{number}", block)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
