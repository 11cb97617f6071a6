import typing

TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}


def hint_to_schema(h):
    if h in TYPES:
        return {"type": TYPES[h]}
    if typing.get_origin(h) is list:
        return {"type": "array", "items": hint_to_schema(h.__args__[0])}
    if typing.get_origin(h) is typing.Literal and all(isinstance(a, str) for a in h.__args__):
        return {"type": "string", "enum": list(h.__args__)}
    args = getattr(h, "__args__", ())
    if len(args) == 2 and type(None) in args:
        s = hint_to_schema([a for a in args if a is not type(None)][0])
        s["type"] = [s["type"], "null"]
        if "enum" in s:
            s["enum"].append(None)
        return s
    raise TypeError(f"unsupported type {h}")


def tool_spec(fn):
    """Goes through the hints, so a parameter without one is never seen."""
    hints = typing.get_type_hints(fn)
    hints.pop("return", None)
    code = fn.__code__
    if code.co_flags & 12 or code.co_posonlyargcount:
        raise TypeError("only named parameters")
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    values = fn.__defaults__ or ()
    defaults = dict(zip(names[code.co_argcount - len(values) : code.co_argcount], values))
    defaults.update(fn.__kwdefaults__ or {})
    props = {}
    for name, h in hints.items():
        props[name] = hint_to_schema(h)
        if defaults.get(name) is not None:
            props[name]["default"] = defaults[name]
    doc, paragraph = (fn.__doc__ or "").strip(), []
    for line in doc.splitlines():
        if not line.strip():
            break
        paragraph.append(line)
    return {
        "type": "function",
        "function": {
            "name": fn.__name__,
            "description": " ".join(" ".join(paragraph).split()),
            "parameters": {
                "type": "object",
                "properties": props,
                "required": [n for n in hints if n not in defaults],
                "additionalProperties": False,
            },
        },
    }
