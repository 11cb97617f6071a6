import operator
from collections import deque

CHECKS = {
    "string": lambda v: type(v) is str,
    "boolean": lambda v: type(v) is bool,
    "null": lambda v: v is None,
    "array": lambda v: type(v) is list,
    "object": lambda v: type(v) is dict,
    "number": lambda v: type(v) in (int, float),
    "integer": lambda v: type(v) is int or (type(v) is float and v == v // 1),
}
LIMITS = {
    "minimum": ("number", None, operator.lt),
    "maximum": ("number", None, operator.gt),
    "minLength": ("string", len, operator.lt),
    "maxLength": ("string", len, operator.gt),
    "minItems": ("array", len, operator.lt),
    "maxItems": ("array", len, operator.gt),
}


def frozen(v):
    """A hashable form in which two JSON values are equal exactly if JSON says so."""
    if v is True or v is False:
        return ("bool", v)
    if isinstance(v, list):
        return ("list", tuple(map(frozen, v)))
    if isinstance(v, dict):
        return ("dict", frozenset((k, frozen(x)) for k, x in v.items()))
    return ("plain", v)


def validate(value, schema, path="$"):
    found = []
    todo = deque([(value, schema, path)])
    while todo:
        node, rules, where = todo.popleft()
        wanted = rules.get("type")
        if wanted is not None:
            wanted = [wanted] if isinstance(wanted, str) else wanted
            if not any(CHECKS[w](node) for w in wanted):
                found.append((where, "type"))
                continue
        if "enum" in rules and frozen(node) not in {frozen(o) for o in rules["enum"]}:
            found.append((where, "enum"))
        for keyword, (kind, measure, beyond) in LIMITS.items():
            if keyword in rules and CHECKS[kind](node):
                size = measure(node) if measure else node
                if beyond(size, rules[keyword]):
                    found.append((where, keyword))
        if type(node) is list and "items" in rules:
            todo.extend((x, rules["items"], "%s[%d]" % (where, i)) for i, x in enumerate(node))
        if type(node) is dict:
            known = rules.get("properties") or {}
            found += [(where + "." + n, "required") for n in rules.get("required", ()) if n not in node]
            if rules.get("additionalProperties") is False:
                found += [(where + "." + n, "additionalProperties") for n in node if n not in known]
            todo.extend((node[n], sub, where + "." + n) for n, sub in known.items() if n in node)
    found.sort()
    return found
