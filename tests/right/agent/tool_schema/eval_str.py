from __future__ import annotations

import copy
import inspect
import re
import typing
from types import NoneType, UnionType

_NAMES = (("string", str), ("boolean", bool), ("integer", int), ("number", float), ("object", dict))
_OK = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def _type(annotation) -> tuple[str, dict]:
    for name, cls in _NAMES:
        if annotation is cls:
            return name, {}
    match typing.get_origin(annotation), typing.get_args(annotation):
        case typing.Literal, values:
            for value in values:
                if type(value) is not str:
                    raise TypeError(f"{value!r} is not a str")
            return "string", {"enum": [*values]}
        case origin, (item,) if origin is list:
            return "array", {"items": _schema(item)}
    raise TypeError(f"no JSON type for {annotation!r}")


def _schema(annotation) -> dict:
    if typing.get_origin(annotation) in {typing.Union, UnionType}:
        members = list(typing.get_args(annotation))
        if NoneType not in members or len(members) != 2:
            raise TypeError(f"no JSON type for {annotation!r}")
        members.remove(NoneType)
        name, more = _type(members[0])
        if "enum" in more:
            more["enum"] += [None]
        return {"type": [name, "null"], **more}
    name, more = _type(annotation)
    return {"type": name, **more}


def tool_spec(fn) -> dict:
    signature = inspect.signature(fn, eval_str=True)
    parameters = list(signature.parameters.values())
    for p in parameters:
        if p.kind not in _OK or p.annotation is p.empty:
            raise TypeError(f"parameter {p} of {fn.__name__} cannot be described")
    properties = {p.name: _schema(p.annotation) for p in parameters}
    for p in parameters:
        if p.default is not p.empty and p.default is not None:
            properties[p.name]["default"] = copy.deepcopy(p.default)
    text = inspect.cleandoc(fn.__doc__ or "")
    paragraph = re.split(r"\n[^\S\n]*\n", text, maxsplit=1)[0]
    return dict(
        type="function",
        function=dict(
            name=fn.__name__,
            description=re.sub(r"\s+", " ", paragraph).strip(),
            parameters=dict(
                type="object",
                properties=properties,
                required=[p.name for p in parameters if p.default is p.empty],
                additionalProperties=False,
            ),
        ),
    )
