"""The schemas that describe what commands write, asked of a foreign validator."""

import json
from collections.abc import Mapping
from itertools import islice

import jsonschema
from referencing import Registry, Resource

from licences.catalogue import shipped_folder

_ENDING = ".schema.json"
SCHEMAS = {
    path.name.removesuffix(_ENDING): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(shipped_folder().glob(f"*{_ENDING}"))
}
_RESOURCES = [(each["$id"], Resource.from_contents(each)) for each in SCHEMAS.values()]
_VALIDATORS = {
    name: jsonschema.Draft202012Validator(
        schema,
        registry=Registry().with_resources(_RESOURCES),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    for name, schema in SCHEMAS.items()
}


def faults(name: str, value: Mapping[str, object]) -> list[str]:
    """Say what is wrong first with a value by the schema of this name; nothing if it is right."""
    wrong = _VALIDATORS[name].iter_errors(json.loads(json.dumps(value)))
    return [each.message for each in islice(wrong, 1)]
