import inspect
import itertools
import types
import typing


def tool_spec(fn):
    signature, hints = inspect.signature(fn), typing.get_type_hints(fn, include_extras=True)
    for p in signature.parameters.values():
        match p.kind:
            case inspect.Parameter.POSITIONAL_OR_KEYWORD | inspect.Parameter.KEYWORD_ONLY:
                pass
            case _:
                raise TypeError(f"cannot describe parameter {p.name!r} of kind {p.kind.description}")
    unhinted = set(signature.parameters) - set(hints)
    if unhinted:
        raise TypeError("no type hints for " + ", ".join(sorted(unhinted)))
    return {
        "type": "function",
        "function": {
            "name": fn.__name__,
            "description": summary(inspect.getdoc(fn)),
            "parameters": {
                "type": "object",
                "properties": {
                    name: to_schema(hints[name]) | default(p)
                    for name, p in signature.parameters.items()
                },
                "required": [
                    name
                    for name, p in signature.parameters.items()
                    if p.default is inspect.Parameter.empty
                ],
                "additionalProperties": False,
            },
        },
    }


def default(p):
    if p.default is inspect.Parameter.empty or p.default is None:
        return {}
    return {"default": p.default}


def summary(doc):
    if not doc:
        return ""
    lines = itertools.dropwhile(lambda line: not line.strip(), doc.splitlines())
    words = []
    for line in itertools.takewhile(str.strip, lines):
        words += line.split()
    return " ".join(words)


def to_schema(hint):
    match (typing.get_origin(hint), typing.get_args(hint)):
        case (None, ()):
            pass
        case (typing.Literal, values):
            for value in values:
                if not isinstance(value, str):
                    raise TypeError(f"literal {value!r} is no string")
            return {"type": "string", "enum": list(values)}
        case (o, (item,)) if o is list:
            return {"type": "array", "items": to_schema(item)}
        case (o, (a, b)) if o in (typing.Union, types.UnionType) and type(None) in (a, b):
            inner = to_schema(b if a is type(None) else a)
            nullable = {**inner, "type": ["null", inner["type"]]}
            if "enum" in inner:
                nullable["enum"] = [*inner["enum"], None]
            return nullable
        case _:
            raise TypeError(f"no schema for {hint}")
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        return {"type": "integer"}
    if hint is float:
        return {"type": "number"}
    if hint is str:
        return {"type": "string"}
    if hint is dict:
        return {"type": "object"}
    raise TypeError(f"no schema for {hint}")
