import inspect
import types
from typing import Literal, Union, get_args, get_origin, get_type_hints

PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}


def schema_of(hint):
    if isinstance(hint, type) and hint in PLAIN:
        return {"type": PLAIN[hint]}
    origin, args = get_origin(hint), get_args(hint)
    if origin is list and len(args) == 1:
        return {"type": "array", "items": schema_of(args[0])}
    if origin is Literal:
        if not all(isinstance(a, str) for a in args):
            raise TypeError(f"unsupported literal {hint}")
        return {"type": "string", "enum": list(args)}
    if origin in (Union, types.UnionType):
        rest = [a for a in args if a is not type(None)]
        if len(rest) != 1 or len(rest) == len(args):
            raise TypeError(f"unsupported union {hint}")
        inner = schema_of(rest[0])
        inner["type"] = [inner["type"], "null"]
        if "enum" in inner:
            inner["enum"].append(None)
        return inner
    raise TypeError(f"unsupported hint {hint!r}")


def summary(fn):
    lines = []
    for line in (fn.__doc__ or "").strip().splitlines():
        if not line.strip():
            break
        lines.append(line)
    return " ".join(" ".join(lines).split())


def tool_spec(fn):
    hints = get_type_hints(fn)
    properties, required = {}, []
    for name, p in inspect.signature(fn).parameters.items():
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY):
            raise TypeError(f"{name}: cannot be passed by name")
        if name not in hints:
            if p.default is p.empty:
                raise TypeError(f"{name} has no hint")
            continue
        prop = schema_of(hints[name])
        if p.default is p.empty:
            required.append(name)
        elif p.default is not None:
            prop["default"] = p.default
        properties[name] = prop
    return {
        "type": "function",
        "function": {
            "name": fn.__name__,
            "description": summary(fn),
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            },
        },
    }
