#!/usr/bin/python3
"""The JSON Schema of the agreement file: valid, in step with the reader's table, and as strict as the reader on shapes.

That docs/agreement.schema.json is what the program makes is test_schema.c's.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "terms" / "cases"

# Cases with a mistake that can be seen without reckoning: the schema must refuse them as the reader does.
SHAPES = """
    account_number_missing agreement_number capitals_missing choice_unknown date_form key_blank key_elsewhere
    key_missing key_unknown key_unknown_chinese key_unknown_near list_empty list_is_text money_currency_missing
    number_absurd number_fraction number_negative number_with_unit order_incomplete order_repeated
    price_negative price_unit_missing
    price_unit_wrong purposes_twice quantity_no_number rate_unit section_is_text section_missing share_absurd
    tax_clause_unknown text_empty text_space unit_case unit_missing unit_wrong uscc_check uscc_length uscc_letter
    uscc_lower_case value_is_list zone_shape yaml_not_a_map
""".split()


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, which editors follow: no dates, and yes and no are words."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")):
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), list(first))


def load(path):
    """The file as an editor's schema checker sees it."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=CoreLoader)


def table_paths():
    """The paths of the reader's table of keys."""
    source = (ROOT / "src" / "terms" / "fields.c").read_text(encoding="utf-8")
    return re.findall(r'^\t\{ "([a-z_.\[\]]+)", "[^"]*", FIELD_', source, re.MULTILINE)


def objects(schema):
    """A schema's alternatives that have properties."""
    return [part for part in [schema] + schema.get("anyOf", []) if "properties" in part or "items" in part]


def schema_paths(schema, before=""):
    """The paths of every property of the schema, lists marked with []."""
    for part in objects(schema):
        for key, child in part.get("properties", {}).items():
            yield before + key
            yield from schema_paths(child, before + key + ".")
        if "properties" in part.get("items", {}):
            yield from schema_paths(part["items"], before.removesuffix(".") + "[].")


def checks():
    """Each check's name and whether it holds."""
    schema = json.loads((ROOT / "docs" / "agreement.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    yield "the schema has every key of the table and no other", sorted(schema_paths(schema)) == sorted(table_paths())
    yield "the table is found", len(table_paths()) > 100
    for path in [ROOT / "examples" / "agreement.yaml"] + sorted(CASES.glob("good*.yaml")):
        errors = [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(load(path))]
        yield f"{path.name} is accepted {errors}", not errors
    for name in SHAPES:
        expected = (CASES / f"{name}.expected").read_text(encoding="utf-8")
        yield f"{name} is refused by the reader", expected.endswith("exit 2\n")
        yield f"{name} is refused by the schema", not validator.is_valid(load(CASES / f"{name}.yaml"))


def main():
    passed = failed = 0
    for name, holds in checks():
        passed += holds
        failed += not holds
        if not holds:
            print(f"failed: {name}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
