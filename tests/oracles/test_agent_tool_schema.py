"""agent/tool_schema against the syntax tree of the definition, which knows no type objects."""

import ast
import inspect
import itertools

import pytest

from tests.support import cases, module, reference

NAMES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object"}


class Refused(Exception):
    """A definition of which no schema can be made."""


def schema_of(node):
    """The schema of a hint as it is written."""
    match node:
        case ast.Name(id=name) if name in NAMES:
            return {"type": NAMES[name]}
        case ast.Constant(value=str(text)):
            return schema_of(ast.parse(text, mode="eval").body)
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return {"type": "array", "items": schema_of(item)}
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inside):
            options = ast.literal_eval(inside)
            options = list(options) if isinstance(options, tuple) else [options]
            if all(isinstance(option, str) for option in options):
                return {"type": "string", "enum": options}
    members = list(members_of(node))
    others = [m for m in members if not (isinstance(m, ast.Constant) and m.value is None)]
    if len(members) == 2 and len(others) == 1:
        schema = schema_of(others[0])
        enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        return {**schema, "type": [schema["type"], "null"], **enum}
    raise Refused(ast.unparse(node))


def members_of(node):
    """The members of a union, one by one."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from members_of(left)
            yield from members_of(right)
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=inside)):
            yield from itertools.chain.from_iterable(map(members_of, inside))
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inside):
            yield from [*members_of(inside), ast.Constant(None)]
        case _:
            yield node


def by_syntax(definition, doc):
    """The spec of a function, from the text of its definition."""
    (node,) = ast.parse(f"{definition}: ...").body
    arguments = node.args
    if arguments.posonlyargs or arguments.vararg or arguments.kwarg:
        raise Refused(definition)
    missing = [ast.Name("missing")] * (len(arguments.args) - len(arguments.defaults))
    pairs = [*zip(arguments.args, missing + arguments.defaults, strict=True),
             *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]  # fmt: skip
    properties, required = {}, []
    for argument, default in pairs:
        if argument.annotation is None:
            raise Refused(argument.arg)
        properties[argument.arg] = schema_of(argument.annotation)
        if default is None or isinstance(default, ast.Name):
            required.append(argument.arg)
        elif ast.literal_eval(default) is not None:
            properties[argument.arg]["default"] = ast.literal_eval(default)
    parameters = {"type": "object", "properties": properties, "required": required}
    return {
        "type": "function",
        "function": {
            "name": node.name,
            "description": first_paragraph(doc),
            "parameters": {**parameters, "additionalProperties": False},
        },
    }


def first_paragraph(doc):
    groups = itertools.groupby((doc or "").splitlines(), key=lambda line: bool(line.strip()))
    paragraphs = [" ".join(" ".join(lines).split()) for is_text, lines in groups if is_text]
    return paragraphs[0] if paragraphs else ""


def made(definition, doc, future=False):
    """The function of that definition."""
    head = "from __future__ import annotations\n" if future else ""
    head += "from typing import Any, Callable, Literal, Optional, Union\n"
    names = {}
    exec(compile(f"{head}{definition}: ...", "<case>", "exec", dont_inherit=True), names)
    fn = names[definition.split("(")[0].split()[-1]]
    fn.__doc__ = doc
    return fn


def test_it_agrees_with_the_syntax_tree():
    tool_spec = reference("agent/tool_schema")
    for case in cases("agent/tool_schema"):
        spec, want = tool_spec(made(**case)), by_syntax(case["definition"], case["doc"])
        assert spec == want, case
        inside = [s["function"]["parameters"]["properties"] for s in (spec, want)]
        assert list(inside[0]) == list(inside[1])


def test_both_refuse_the_same():
    tool_spec = reference("agent/tool_schema")
    for case in module("agent/tool_schema").refused():
        with pytest.raises(Refused):
            by_syntax(case["definition"], case["doc"])
        with pytest.raises(TypeError):
            tool_spec(made(**case))


def test_what_jsonschema_accepts_can_be_called():
    jsonschema = pytest.importorskip("jsonschema")
    tool_spec = reference("agent/tool_schema")
    values = (1, "x", 0.5, True, [], {})
    for case in cases("agent/tool_schema"):
        fn = made(**case)
        schema = tool_spec(fn)["function"]["parameters"]
        check = jsonschema.Draft202012Validator(schema)
        fitting = {
            name: next(
                value
                for value in (*values, *inner.get("enum", ()))
                if jsonschema.Draft202012Validator(inner).is_valid(value)
            )
            for name, inner in schema["properties"].items()
        }
        for left_out in (None, *fitting):
            chosen = {name: value for name, value in fitting.items() if name != left_out}
            try:
                inspect.signature(fn).bind(**chosen)
                fits = True
            except TypeError:
                fits = False
            assert fits == check.is_valid(chosen), (case, chosen)
