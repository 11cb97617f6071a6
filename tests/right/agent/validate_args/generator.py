from collections.abc import Iterator


def validate(value, schema, path="$"):
    return sorted(set(violations(value, schema, path)))


def type_name(value):
    """The names that a value answers to."""
    if value is None:
        return {"null"}
    if value is True or value is False:
        return {"boolean"}
    match value:
        case str():
            return {"string"}
        case list():
            return {"array"}
        case dict():
            return {"object"}
        case int():
            return {"integer", "number"}
        case float():
            return {"integer", "number"} if value % 1 == 0 else {"number"}
    return set()


def violations(value, schema, path) -> Iterator[tuple[str, str]]:
    types = type_name(value)
    allowed = schema.get("type", list(types))
    if isinstance(allowed, str):
        allowed = [allowed]
    if types.isdisjoint(allowed):
        yield path, "type"
        return
    if "enum" in schema:
        if all(not same(value, option) for option in schema["enum"]):
            yield path, "enum"
    yield from bounds(value, schema, path, types)
    if "array" in types:
        for i in range(len(value)):
            yield from violations(value[i], schema.get("items", {}), path + "[" + str(i) + "]")
    if "object" in types:
        known = schema["properties"] if "properties" in schema else {}
        for name in known.keys() & value.keys():
            yield from violations(value[name], known[name], path + "." + name)
        if schema.get("additionalProperties") is False:
            for name in value.keys() - known.keys():
                yield path + "." + name, "additionalProperties"
        for name in set(schema.get("required", ())) - value.keys():
            yield path + "." + name, "required"


def bounds(value, schema, path, types):
    for kind, suffix, measure in (
        ("number", "imum", lambda v: v),
        ("string", "Length", len),
        ("array", "Items", len),
    ):
        if kind not in types:
            continue
        low = schema.get("min" + suffix, float("-inf"))
        high = schema.get("max" + suffix, float("inf"))
        if not measure(value) >= low:
            yield path, "min" + suffix
        if not measure(value) <= high:
            yield path, "max" + suffix


def same(a, b):
    if type_name(a) - {"integer"} != type_name(b) - {"integer"}:
        return False
    if isinstance(a, list):
        return len(a) == len(b) and not any(not same(*pair) for pair in zip(a, b))
    if isinstance(a, dict):
        return set(a) == set(b) and not any(not same(a[k], b[k]) for k in a)
    return a == b
