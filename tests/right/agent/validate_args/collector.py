import copy
from decimal import Decimal


def validate(value, schema, path="$"):
    """Works on copies, with a closure that collects."""
    value, schema, errors = copy.deepcopy(value), copy.deepcopy(schema), []

    def add(where, keyword):
        errors.append((where, keyword))

    def has_type(v, t):
        if t in ("integer", "number"):
            if isinstance(v, bool) or not isinstance(v, (int, float)):
                return False
            return t == "number" or Decimal(v) == Decimal(v).to_integral_value()
        if t == "null":
            return v is None
        return type(v) is {"boolean": bool, "string": str, "array": list, "object": dict}[t]

    def eq(x, y):
        if type(x) is bool or type(y) is bool:
            return type(x) is type(y) and x == y
        if type(x) is list and type(y) is list:
            if len(x) != len(y):
                return False
            for i in range(len(x)):
                if not eq(x[i], y[i]):
                    return False
            return True
        if type(x) is dict and type(y) is dict:
            if sorted(x) != sorted(y):
                return False
            for k in x:
                if not eq(x[k], y[k]):
                    return False
            return True
        return x == y

    def walk(v, s, where):
        if "type" in s:
            wanted = s["type"] if type(s["type"]) is list else [s["type"]]
            for t in wanted:
                if has_type(v, t):
                    break
            else:
                add(where, "type")
                return
        if "enum" in s:
            for option in s["enum"]:
                if eq(option, v):
                    break
            else:
                add(where, "enum")
        if has_type(v, "number"):
            if "minimum" in s and s["minimum"] > v:
                add(where, "minimum")
            if "maximum" in s and s["maximum"] < v:
                add(where, "maximum")
        if type(v) is str:
            if s.get("minLength", 0) > len(v):
                add(where, "minLength")
            if s.get("maxLength", len(v)) < len(v):
                add(where, "maxLength")
        if type(v) is list:
            if s.get("minItems", 0) > len(v):
                add(where, "minItems")
            if s.get("maxItems", len(v)) < len(v):
                add(where, "maxItems")
            if "items" in s:
                i = 0
                while i < len(v):
                    walk(v[i], s["items"], "%s[%d]" % (where, i))
                    i += 1
        if type(v) is dict:
            for k in s.get("required", []):
                if k not in v.keys():
                    add("%s.%s" % (where, k), "required")
            for k in v:
                if k in s.get("properties", {}):
                    walk(v[k], s["properties"][k], "%s.%s" % (where, k))
                elif "additionalProperties" in s and s["additionalProperties"] == False:  # noqa: E712
                    add("%s.%s" % (where, k), "additionalProperties")

    walk(value, schema, path)
    return sorted(errors, key=lambda e: (e[0], e[1]))
