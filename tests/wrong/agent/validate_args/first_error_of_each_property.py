def validate(value, schema, path="$"):
    """Collects in a dict by path, so one place can hold one error."""
    errors = {}

    def is_number(v):
        return type(v) in (int, float)

    tests = {
        "null": lambda v: v is None,
        "boolean": lambda v: type(v) is bool,
        "integer": lambda v: is_number(v) and v == int(v),
        "number": is_number,
        "string": lambda v: type(v) is str,
        "array": lambda v: type(v) is list,
        "object": lambda v: type(v) is dict,
    }

    def key(v):
        if type(v) is bool or v is None or type(v) is str:
            return (type(v).__name__, v)
        if is_number(v):
            return ("number", v)
        if type(v) is list:
            return ("array", [key(x) for x in v])
        return ("object", {k: key(x) for k, x in v.items()})

    def visit(v, s, p):
        if "type" in s:
            ts = [s["type"]] if type(s["type"]) is str else s["type"]
            if not any(tests[t](v) for t in ts):
                errors[p] = "type"
                return
        if "enum" in s and key(v) not in [key(e) for e in s["enum"]]:
            errors[p] = "enum"
        size = v if is_number(v) else len(v) if type(v) in (str, list) else None
        word = "imum" if is_number(v) else "Length" if type(v) is str else "Items"
        if size is not None and size < s.get("min" + word, size):
            errors[p] = "min" + word
        if size is not None and size > s.get("max" + word, size):
            errors[p] = "max" + word
        if type(v) is list:
            for i, x in enumerate(v):
                visit(x, s.get("items", {}), f"{p}[{i}]")
        if type(v) is dict:
            for name in s.get("required", []):
                if name not in v:
                    errors[f"{p}.{name}"] = "required"
            for name, x in v.items():
                if name in s.get("properties", {}):
                    visit(x, s["properties"][name], f"{p}.{name}")
                elif s.get("additionalProperties", True) is False:
                    errors[f"{p}.{name}"] = "additionalProperties"

    visit(value, schema, path)
    return sorted(errors.items())
