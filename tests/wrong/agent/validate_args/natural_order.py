from numbers import Real


def _is_num(v):
    return isinstance(v, Real) and not isinstance(v, bool)


CHECKS = {
    "null": lambda v: v is None,
    "boolean": lambda v: v is True or v is False,
    "integer": lambda v: _is_num(v) and float(v).is_integer(),
    "number": _is_num,
    "string": lambda v: isinstance(v, str),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
}


def _canon(v):
    """Something hashable and comparable that is equal when the JSON values are."""
    if isinstance(v, bool):
        return ("bool", v)
    if isinstance(v, list):
        return ("list", tuple(_canon(x) for x in v))
    if isinstance(v, dict):
        return ("dict", frozenset((k, _canon(x)) for k, x in v.items()))
    return v


def validate(value, schema, path="$"):
    out = []
    stack = [(value, schema, path)]
    while stack:
        v, s, p = stack.pop()
        t = s.get("type")
        if t is not None and not any(CHECKS[k](v) for k in ([t] if isinstance(t, str) else t)):
            out.append((p, "type"))
            continue
        if "enum" in s and _canon(v) not in {_canon(e) for e in s["enum"]}:
            out.append((p, "enum"))
        if _is_num(v):
            if "minimum" in s and v < s["minimum"]:
                out.append((p, "minimum"))
            if "maximum" in s and v > s["maximum"]:
                out.append((p, "maximum"))
        elif isinstance(v, str):
            if "minLength" in s and len(v) < s["minLength"]:
                out.append((p, "minLength"))
            if "maxLength" in s and len(v) > s["maxLength"]:
                out.append((p, "maxLength"))
        elif isinstance(v, list):
            if "minItems" in s and len(v) < s["minItems"]:
                out.append((p, "minItems"))
            if "maxItems" in s and len(v) > s["maxItems"]:
                out.append((p, "maxItems"))
            if "items" in s:
                stack.extend((x, s["items"], f"{p}[{i}]") for i, x in enumerate(v))
        elif isinstance(v, dict):
            props = s.get("properties") or {}
            for name in s.get("required") or []:
                if name not in v:
                    out.append((p + "." + name, "required"))
            for name in v:
                if name in props:
                    stack.append((v[name], props[name], p + "." + name))
                elif s.get("additionalProperties", True) is False:
                    out.append((p + "." + name, "additionalProperties"))
    import re
    return sorted(out, key=lambda e: ([int(x) if x.isdigit() else x for x in re.split(r"(\d+)", e[0])], e[1]))
