import types
import typing


def _convert(h):
    if typing.get_origin(h) in (typing.Union, types.UnionType):
        options = typing.get_args(h)
        if type(None) not in options or len(options) != 2:
            raise TypeError(h)
        out = _convert(options[0] if options[1] is type(None) else options[1])
        out.update(type=[out["type"], "null"])
        if "enum" in out:
            out["enum"].append(None)
        return out
    if typing.get_origin(h) is typing.Literal:
        values = typing.get_args(h)
        if {type(v) for v in values} != {str}:
            raise TypeError(h)
        return {"type": "string", "enum": list(values)}
    if typing.get_origin(h) is list:
        return {"type": "array", "items": _convert(typing.get_args(h)[0])}
    table = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}
    try:
        return {"type": table[h]}
    except (KeyError, TypeError):
        raise TypeError(f"{h!r} is not supported") from None


def tool_spec(fn):
    code = fn.__code__
    if code.co_posonlyargcount or code.co_flags & 0x0C:
        raise TypeError("only parameters that have a name in a call")
    total = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames[:total]
    positional = names[: code.co_argcount]
    values = fn.__defaults__ or ()
    defaults = dict(zip(positional[len(positional) - len(values) :], values))
    hints = typing.get_type_hints(fn)
    missing = [n for n in names if n not in hints]
    if missing:
        raise TypeError(f"no hint for {missing}")
    properties = {}
    for n in names:
        properties[n] = _convert(hints[n])
        if defaults.get(n) is not None:
            properties[n]["default"] = defaults[n]
    words = []
    for line in (fn.__doc__ or "").lstrip().split("\n"):
        if line.split() == []:
            break
        words.extend(line.split())
    return {
        "type": "function",
        "function": {
            "name": fn.__name__,
            "description": " ".join(words),
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": [n for n in names if n not in defaults],
                "additionalProperties": False,
            },
        },
    }
