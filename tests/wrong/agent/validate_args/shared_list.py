"""The list of errors is a default argument, so it lives on from call to call."""


def validate(value, schema, path="$", errors=[]):
    kinds = schema.get("type")
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(check_type(value, k) for k in kinds):
            errors.append((path, "type"))
            return sorted(errors)
    if "enum" in schema and not any(json_equal(value, e) for e in schema["enum"]):
        errors.append((path, "enum"))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            errors.append((path, "minimum"))
        if "maximum" in schema and value > schema["maximum"]:
            errors.append((path, "maximum"))
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            errors.append((path, "minLength"))
        if "maxLength" in schema and len(value) > schema["maxLength"]:
            errors.append((path, "maxLength"))
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            errors.append((path, "minItems"))
        if "maxItems" in schema and len(value) > schema["maxItems"]:
            errors.append((path, "maxItems"))
        if "items" in schema:
            for i, item in enumerate(value):
                validate(item, schema["items"], f"{path}[{i}]", errors)
    if isinstance(value, dict):
        props = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                errors.append((f"{path}.{name}", "required"))
        for name, v in value.items():
            if name in props:
                validate(v, props[name], f"{path}.{name}", errors)
            elif schema.get("additionalProperties") is False:
                errors.append((f"{path}.{name}", "additionalProperties"))
    return sorted(errors)


def check_type(v, k):
    if k == "null":
        return v is None
    if k == "boolean":
        return isinstance(v, bool)
    if isinstance(v, bool):
        return False
    if k == "integer":
        return isinstance(v, int) or (isinstance(v, float) and v.is_integer())
    if k == "number":
        return isinstance(v, (int, float))
    return isinstance(v, {"string": str, "array": list, "object": dict}[k])


def json_equal(a, b):
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(json_equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(json_equal(a[k], b[k]) for k in a)
    return a == b
