import types
import typing
from inspect import Parameter, signature


def plain(name):
    return lambda args: {"type": name}


def array(args):
    (item,) = args
    return {"type": "array", "items": convert(item)}


def literal(args):
    if any(not isinstance(a, str) for a in args):
        raise TypeError(f"Literal{list(args)}")
    return {"enum": [a for a in args], "type": "string"}


def union(args):
    rest = tuple(a for a in args if a is not types.NoneType)
    if len(rest) != 1 or len(args) != 2:
        raise TypeError(f"a union of {args}")
    schema = convert(rest[0])
    if "enum" in schema:
        schema.update(enum=[*schema["enum"], None])
    schema.update(type=[schema["type"], "null"])
    return schema


HANDLERS = {
    str: plain("string"),
    int: plain("integer"),
    float: plain("number"),
    bool: plain("boolean"),
    dict: plain("object"),
    typing.Literal: literal,
    typing.Union: union,
    types.UnionType: union,
}


def convert(hint):
    origin = typing.get_origin(hint)
    if origin is list:
        return array(typing.get_args(hint))
    if origin in (dict,):
        raise TypeError("dict[...]")
    handler = HANDLERS.get(origin or hint)
    if handler is None:
        raise TypeError(f"{hint!r} is not supported")
    return handler(typing.get_args(hint))


def paragraph(text):
    collected = []
    for line in (text or "").split("\n"):
        if line.strip():
            collected.append(line)
        elif collected:
            break
    return " ".join(" ".join(collected).split())


def one(fn, p, hints):
    if p.kind in (Parameter.VAR_KEYWORD, Parameter.VAR_POSITIONAL, Parameter.POSITIONAL_ONLY):
        raise TypeError(str(p))
    if p.annotation is Parameter.empty:
        raise TypeError(f"{fn.__name__}({p.name}): hint missing")
    schema = convert(hints[p.name])
    if p.default is not Parameter.empty:
        if p.default is not None:
            schema["default"] = p.default
    return schema


def tool_spec(fn):
    parameters = signature(fn).parameters
    hints = typing.get_type_hints(fn)
    schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    for name in parameters:
        schema["properties"][name] = one(fn, parameters[name], hints)
        if parameters[name].default is Parameter.empty:
            schema["required"].append(name)
    return dict(
        type="function",
        function=dict(name=fn.__name__, description=paragraph(fn.__doc__), parameters=schema),
    )
