"""A class that builds the spec; reads the code object instead of inspect.signature."""

import copy
import re
import typing


class Builder:
    BASIC = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object"}

    def __init__(self, fn):
        self.fn = fn
        code = fn.__code__
        if code.co_flags & 0x04 or code.co_flags & 0x08:
            raise TypeError("*args and **kwargs have no schema")
        if code.co_posonlyargcount:
            raise TypeError("positional-only parameters cannot be named")
        self.positional = code.co_varnames[: code.co_argcount]
        self.keyword = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        self.hints = typing.get_type_hints(fn)
        self.defaults = dict(fn.__kwdefaults__ or {})
        values = fn.__defaults__ or ()
        if values:
            self.defaults.update(zip(self.positional[-len(values) :], values))

    def build(self):
        names = [*self.positional, *self.keyword]
        properties = {}
        for name in names:
            properties[name] = self.parameter(name)
        function = {}
        function["name"] = self.fn.__name__
        function["description"] = self.description()
        function["parameters"] = {
            "type": "object",
            "properties": properties,
            "required": [name for name in names if name not in self.defaults],
            "additionalProperties": False,
        }
        return {"type": "function", "function": function}

    def description(self):
        text = re.sub(r"^\s+", "", self.fn.__doc__ or "")
        return re.sub(r"\s+", " ", re.split(r"\n\s*\n", text, maxsplit=1)[0]).strip()

    def parameter(self, name):
        try:
            schema = self.schema(self.hints[name])
        except KeyError:
            raise TypeError(f"{name} has no hint") from None
        if self.defaults.get(name) is not None:
            schema["default"] = copy.deepcopy(self.defaults[name])
        return schema

    def schema(self, hint):
        args = list(typing.get_args(hint))
        if type(None) in args:
            args.remove(type(None))
            if typing.get_origin(hint) is typing.Literal or len(args) != 1:
                raise TypeError(hint)
            return self.nullable(self.schema(args[0]))
        if typing.get_origin(hint) is list:
            return {"type": "array", "items": self.schema(*args)}
        if typing.get_origin(hint) is typing.Literal:
            if {type(a) for a in args} != {str}:
                raise TypeError(hint)
            return {"type": "string", "enum": args}
        if getattr(hint, "__module__", "") != "builtins" or args:
            raise TypeError(hint)
        try:
            return {"type": self.BASIC[hint.__name__]}
        except (KeyError, AttributeError):
            raise TypeError(f"unsupported hint {hint!r}") from None

    @staticmethod
    def nullable(schema):
        kinds = {"type": [schema.pop("type"), "null"]}
        if "enum" in schema:
            schema["enum"] += [None]
        return kinds | schema


def tool_spec(fn):
    return Builder(fn).build()
