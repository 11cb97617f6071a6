import inspect
import re
import typing
from types import NoneType, UnionType
from typing import Literal, Union

SIMPLE = [(bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (dict, "object")]


def _schema(hint):
    for t, name in SIMPLE:
        if hint is t:
            return {"type": name}
    origin = typing.get_origin(hint)
    args = typing.get_args(hint)
    if origin is list:
        return dict(type="array", items=_schema(args[0]))
    if origin is Literal:
        if not all(type(a) is str for a in args):
            raise TypeError("literals must be strings")
        if len(args) == 1:
            return dict(type="string", const=args[0])
        return dict(type="string", enum=[*args])
    if origin is Union or origin is UnionType:
        if len(args) != 2 or NoneType not in args:
            raise TypeError("unions other than with None")
        inner = args[1] if args[0] is NoneType else args[0]
        s = _schema(inner)
        s["type"] = [s["type"], "null"]
        if "enum" in s:
            s["enum"] = s["enum"] + [None]
        return s
    raise TypeError(f"unsupported: {hint!r}")


def _describe(doc):
    doc = (doc or "").strip()
    return " ".join(re.split(r"\n[ \t]*\n", doc)[0].split())


def tool_spec(fn):
    sig = inspect.signature(fn, eval_str=True)
    props = {}
    for p in sig.parameters.values():
        if p.kind is p.VAR_POSITIONAL or p.kind is p.VAR_KEYWORD or p.kind is p.POSITIONAL_ONLY:
            raise TypeError(f"{p.kind} not possible")
        if p.annotation is p.empty:
            raise TypeError(f"{p.name} lacks a hint")
        props[p.name] = _schema(p.annotation)
        if p.default is not p.empty and p.default is not None:
            props[p.name]["default"] = p.default
    required = [n for n, p in sig.parameters.items() if p.default is p.empty]
    parameters = {"type": "object", "properties": props, "required": required}
    parameters["additionalProperties"] = False
    function = {"name": fn.__name__, "description": _describe(fn.__doc__), "parameters": parameters}
    return {"type": "function", "function": function}
