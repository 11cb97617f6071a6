"""Dispatches on the schema's type, so a schema without one, or with a list, checks too little."""


def validate(value, schema, path="$"):
    wanted = schema.get("type")
    names = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    if names and not any(fits(value, n) for n in names):
        return [(path, "type")]
    errors = []
    if "enum" in schema and not any(eq(value, o) for o in schema["enum"]):
        errors.append((path, "enum"))
    if wanted in ("integer", "number"):
        errors += [(path, k) for k, bad in (("minimum", value < schema.get("minimum", value)),
                                            ("maximum", value > schema.get("maximum", value))) if bad]
    elif wanted in ("string", "array"):
        word = "Length" if wanted == "string" else "Items"
        if len(value) < schema.get("min" + word, 0):
            errors.append((path, "min" + word))
        if len(value) > schema.get("max" + word, len(value)):
            errors.append((path, "max" + word))
        if wanted == "array":
            for i, item in enumerate(value):
                errors += validate(item, schema.get("items", {}), f"{path}[{i}]")
    elif wanted == "object":
        props = schema.get("properties", {})
        errors += [(f"{path}.{n}", "required") for n in schema.get("required", []) if n not in value]
        for n in value:
            if n in props:
                errors += validate(value[n], props[n], f"{path}.{n}")
            elif schema.get("additionalProperties") is False:
                errors.append((f"{path}.{n}", "additionalProperties"))
    return sorted(errors)


def fits(v, name):
    if isinstance(v, bool):
        return name == "boolean"
    if name == "integer":
        return isinstance(v, int) or isinstance(v, float) and v.is_integer()
    kinds = {"number": (int, float), "string": str, "array": list, "object": dict,
             "null": type(None), "boolean": bool}
    return isinstance(v, kinds[name])


def eq(a, b):
    if type(a) in (int, float) and type(b) in (int, float):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(eq, a, b))
    if isinstance(a, dict):
        return set(a) == set(b) and all(eq(a[k], b[k]) for k in a)
    return a == b
