import bisect


def validate(value, schema, path="$"):
    if not isinstance(schema, dict):
        raise ValueError("a schema is a dict")
    found: list[tuple[str, str]] = []

    def kind(v):
        if v is None:
            return {"null"}
        if isinstance(v, bool):
            return {"boolean"}
        if isinstance(v, int):
            return {"integer", "number"}
        if isinstance(v, float):
            return {"integer", "number"} if v.is_integer() else {"number"}
        if isinstance(v, str):
            return {"string"}
        return {"array"} if isinstance(v, list) else {"object"}

    def equal(a, b):
        ka, kb = kind(a), kind(b)
        if ka != kb:
            return False
        if ka == {"array"}:
            return len(a) == len(b) and not any(not equal(x, y) for x, y in zip(a, b))
        if ka == {"object"}:
            return sorted(a) == sorted(b) and not any(not equal(a[k], b[k]) for k in a)
        return a == b

    def report(where, keyword):
        bisect.insort(found, (where, keyword))

    def go(v, s, where):
        kinds = kind(v)
        if "type" in s:
            allowed = {s["type"]} if isinstance(s["type"], str) else set(s["type"])
            if not kinds & allowed:
                report(where, "type")
                return
        if "enum" in s and True not in [equal(v, e) for e in s["enum"]]:
            report(where, "enum")
        size = v if "number" in kinds else len(v) if kinds & {"string", "array"} else None
        suffix = {"string": "Length", "array": "Items"}.get(next(iter(kinds)), "imum")
        if size is not None:
            if "min" + suffix in s and size < s["min" + suffix]:
                report(where, "min" + suffix)
            if "max" + suffix in s and size > s["max" + suffix]:
                report(where, "max" + suffix)
        if kinds == {"array"}:
            for i in range(len(v)):
                go(v[i], s.get("items", {}), where + "[" + str(i) + "]")
        if kinds == {"object"}:
            props = s.get("properties", {})
            s.get("required", []).sort()
            for k in dict.fromkeys([*s.get("required", []), *v]):
                here = where + "." + k
                if k not in v:
                    report(here, "required")
                elif k in props:
                    go(v[k], props[k], here)
                elif "additionalProperties" in s and not s["additionalProperties"]:
                    report(here, "additionalProperties")

    go(value, schema, path)
    return found
