"""agent/validate_args against the jsonschema package."""

import random

import jsonschema

from tests.support import cases, reference

NAMES = ("a", "b", "c")
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
LEAVES = (None, True, False, 0, 1, 1.0, 2, 2.5, -1, "", "a", "ab", "é🙂", "1")


def names(error):
    """The names of the properties that an error of jsonschema speaks of: it has one for all."""
    if error.validator == "required":  # one error for each name, which stands in its message alone
        return [
            n for n in error.validator_value if error.message.startswith(f"{n!r} is a required")
        ]
    return [n for n in error.instance if n not in error.schema.get("properties", {})]


def place(error):
    return "$" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error.absolute_path)


def by_jsonschema(value, schema):
    """The violations as jsonschema finds them, without those at a place whose type is wrong."""
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(value))
    stopped = {_node(error) for error in errors if error.validator == "type"}
    found = []
    for error in errors:
        if any(node in stopped for node in _nodes(error)):
            continue
        here = place(error)
        if error.validator in ("required", "additionalProperties"):
            found += [(f"{here}.{name}", error.validator) for name in names(error)]
        else:
            found.append((here, error.validator))
    return sorted(found)


def _node(error):
    """Where in the schema and where in the value an error is."""
    return tuple(error.absolute_schema_path)[:-1], tuple(error.absolute_path)


def _nodes(error):
    """The nodes around an error, and its own too unless it is the type that failed there."""
    schema, path = _node(error)
    if error.validator != "type":
        yield schema, path
    while schema:
        step = 2 if len(schema) > 1 and schema[-2] == "properties" else 1
        schema, path = schema[:-step], path[:-1]
        yield schema, path


def some(rng, depth):
    """A random value."""
    kind = rng.random()
    if depth == 0 or kind < 0.5:
        return rng.choice(LEAVES)
    if kind < 0.75:
        return [some(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {name: some(rng, depth - 1) for name in NAMES if rng.random() < 0.6}


def a_schema(rng, depth):
    """A random schema: each keyword is there or not, whatever the others say."""
    kinds = [*rng.choices(KINDS, k=3), "object", "array"]
    made = {
        "type": rng.choice([rng.choice(kinds), list(dict.fromkeys(rng.choices(KINDS, k=3)))]),
        "enum": [some(rng, 2) for _ in range(4)],
        "minimum": rng.choice([0, 1, 1.5]),
        "maximum": rng.choice([0, 1, 1.5]),
        "minLength": rng.randrange(3),
        "maxLength": rng.randrange(3),
        "minItems": rng.randrange(3),
        "maxItems": rng.randrange(3),
        "required": rng.sample(NAMES, rng.randrange(4)),
        "additionalProperties": rng.choice([True, False]),
        "description": "Not checked.",
    }
    schema = {key: value for key, value in made.items() if rng.random() < 0.3}
    if depth and rng.random() < 0.6:
        schema["items"] = a_schema(rng, depth - 1)
    if depth and rng.random() < 0.6:
        inside = (name for name in NAMES if rng.random() < 0.6)
        schema["properties"] = {name: a_schema(rng, depth - 1) for name in inside}
    return schema


def test_it_agrees_with_jsonschema_on_random_values_and_schemas():
    rng, validate = random.Random(0), reference("agent/validate_args")
    found = set()
    for _ in range(4000):
        value, schema = some(rng, 3), a_schema(rng, 3)
        got = validate(value, schema)
        assert got == by_jsonschema(value, schema), (value, schema)
        found |= {keyword for _, keyword in got}
    assert len(found) == 10  # properties and items have no violations of their own


def test_it_agrees_with_jsonschema_on_the_cases_of_the_page():
    validate = reference("agent/validate_args")
    for case in cases("agent/validate_args"):
        got = validate(case["value"], case["schema"])
        assert got == by_jsonschema(case["value"], case["schema"]), case
