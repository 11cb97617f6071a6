from functools import singledispatch
from numbers import Number

TYPES = {"string": str, "array": list, "object": dict, "boolean": bool, "null": type(None)}


def fits(value, kind: str) -> bool:
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, Number):
            return False
        return kind == "number" or int(value) == value
    if kind not in TYPES:
        raise ValueError(f"unknown type {kind!r}")
    return isinstance(value, TYPES[kind])


def json_equal(a, b) -> bool:
    if type(a) is not type(b) and not (fits(a, "number") and fits(b, "number")):
        return False
    if isinstance(a, dict):
        return set(a) == set(b) and all(json_equal(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(json_equal, a, b))
    return a == b


@singledispatch
def rules(value, schema, path):
    yield from ()


@rules.register
def _(value: str, schema, path):
    yield from bounds(len(value), schema, path, "minLength", "maxLength")


@rules.register(int)
@rules.register(float)
def _(value, schema, path):
    if not isinstance(value, bool):
        yield from bounds(value, schema, path, "minimum", "maximum")


@rules.register
def _(value: list, schema, path):
    yield from bounds(len(value), schema, path, "minItems", "maxItems")
    if "items" in schema:
        for i, item in enumerate(value):
            yield from problems(item, schema["items"], f"{path}[{i}]")


@rules.register
def _(value: dict, schema, path):
    properties = schema.get("properties", {})
    closed = schema.get("additionalProperties") is False
    for name in schema.get("required", []):
        if name not in value:
            yield f"{path}.{name}", "required"
    for name, item in value.items():
        if name in properties:
            yield from problems(item, properties[name], f"{path}.{name}")
        elif closed:
            yield f"{path}.{name}", "additionalProperties"


def bounds(size, schema, path, low, high):
    if low in schema and size < schema[low]:
        yield path, low
    if high in schema and size > schema[high]:
        yield path, high


def problems(value, schema, path):
    kinds = schema.get("type")
    if kinds is not None:
        kinds = (kinds,) if isinstance(kinds, str) else kinds
        if not any(fits(value, kind) for kind in kinds):
            yield path, "type"
            return
    if "enum" in schema and not any(json_equal(value, choice) for choice in schema["enum"]):
        yield path, "enum"
        return
    yield from rules(value, schema, path)


def validate(value, schema: dict, path: str = "$") -> list[tuple[str, str]]:
    return sorted(problems(value, schema, path))
