"""A tool's schema from its signature.

A model learns what a tool is called, what it does and which arguments it takes from a small JSON
document. Written by hand, that document and the function drift apart; read off the function, they
cannot. Make it from a function's name, docstring and type hints.

Write `tool_spec(fn)`. It returns the dict

    {"type": "function", "function": {
        "name": the function's __name__,
        "description": str,
        "parameters": {"type": "object", "properties": {name: schema, ...},
                       "required": [names], "additionalProperties": False}}}

with exactly these keys, of plain dicts, lists and JSON scalars, so that json.dumps can write it.
`fn` is a plain function made with def. It is neither called nor changed.

- The description is the first paragraph of the docstring: from its first line that is not blank up
  to the next blank one. A line of spaces is blank. Every run of whitespace in it becomes one space,
  with none at the ends. Without a docstring, or with a blank one, it is "".
- `properties` holds every parameter, in the order of the signature, keyword-only ones included.
- `required` names the parameters without a default, in that order. Only the default counts: one
  whose hint allows None but that has no default is required.
- A default goes into the parameter's schema as "default", as it is: also 0, False, "" and []. A
  default of None is not given.

Schemas of hints:

- str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"}, bool: {"type":
  "boolean"}, dict: {"type": "object"}.
- list[X]: {"type": "array", "items": the schema of X}.
- Literal of strings, such as Literal["a", "b"]: {"type": "string", "enum": ["a", "b"]}.
- X | None, Optional[X] and Union[X, None], with X one of those above: the schema of X with its type
  made a list to which "null" is added, {"type": ["integer", "null"]}; the order in that list is
  free. To an enum, None is appended. This holds for the X of a list[X] as well.

Hints may be texts, be it in quotes ("int") or by `from __future__ import annotations`; they mean
what they say where fn was defined. The hint of what fn returns is not looked at.

TypeError is raised for *args and **kwargs, for a positional-only parameter (a model names its
arguments), for a parameter without a hint, with a default or not and whatever its name (a plain
function may call one self), and for any other hint, be it inside a list[X] or X | None, such as
set[str], tuple[int, int], bytes, Any, int | str, or a Literal that holds something else than
strings. Not asked for are bare list, dict[...], Annotated, a hint that is None alone, and a Literal
that holds None; nor are methods, classes and decorated functions.

Example: for

    def search(query: str, limit: int = 5, *, lang: Literal["de", "en"] | None = None):
        '''Search the
        archive.'''

the name is "search", the description "Search the archive.", `required` is ["query"], and
`properties` is {"query": {"type": "string"}, "limit": {"type": "integer", "default": 5}, "lang":
{"type": ["string", "null"], "enum": ["de", "en", None]}}.

Failing cases show the `definition` of a function and its docstring, `doc`; with `future` True the
definition stands in a module that begins with `from __future__ import annotations`.
"""

import functools
import inspect
import json
import types
import typing

from grader.words import Draw, Exercise, holds, must_raise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=20,
    source="OpenAI, Function calling (API guide); JSON Schema, draft 2020-12; PEP 604",
    hints=(
        "Two parts: one turns a hint into a schema and calls itself for what is inside, the other "
        "walks through the parameters.",
        "`inspect.signature` knows order, kinds and defaults; `typing.get_type_hints` resolves "
        "hints that are texts; `typing.get_origin` and `get_args` take a hint apart.",
        "Optional[int] has the origin typing.Union, int | None has types.UnionType. Whether a "
        "parameter is required and whether it may be null are two questions: one looks at the "
        "default, the other at the hint.",
    ),
    ask=(
        (
            "What makes a schema easy for a model?",
            "Few parameters, flat, with names that say what they are and a description of units "
            "and formats; enums instead of free text; defaults for what rarely matters. Say in "
            "the description when to use the tool and when not.",
        ),
        (
            "Why enums?",
            "They tell the model which values exist, so it need not guess, they can be enforced "
            "while decoding, and what does not fit is found before the tool runs.",
        ),
        (
            "How many tools before you need to retrieve tools?",
            "Every spec costs tokens in each call, and similar tools get mixed up; beyond some "
            "twenty to fifty, measure. Then group them, load groups on demand, or search the "
            "descriptions for the task at hand.",
        ),
    ),
)


def schema_of(hint) -> dict:
    """The JSON Schema of a type hint, a new dict; TypeError where it is not supported."""
    names = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}
    if isinstance(hint, type) and hint in names:
        return {"type": names[hint]}
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        return {"type": "array", "items": schema_of(inside[0])}
    if origin is typing.Literal and all(isinstance(option, str) for option in inside):
        return {"type": "string", "enum": list(inside)}
    # Optional[X] and Union[X, None] are the same thing; X | None is a class of its own.
    if origin in (typing.Union, types.UnionType):
        others = [option for option in inside if option is not type(None)]
        if len(others) == 1:
            schema = schema_of(others[0])
            schema["type"] = [schema["type"], "null"]
            if "enum" in schema:
                schema["enum"].append(None)
            return schema
    raise TypeError(f"there is no schema for the hint {hint}")


def first_paragraph(doc: str) -> str:
    """The lines before the first blank one, joined by single spaces."""
    lines = [" ".join(line.split()) for line in doc.strip().splitlines()]
    end = lines.index("") if "" in lines else len(lines)
    return " ".join(lines[:end])


@exercise.solution
def tool_spec(fn) -> dict:
    """What a model is told of a function: its name, first paragraph and parameters."""
    hints = typing.get_type_hints(fn)  # texts are resolved where fn was defined
    properties, required = {}, []
    for name, parameter in inspect.signature(fn).parameters.items():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f"{fn.__name__}: {parameter} cannot be given by name")
        if name not in hints:
            raise TypeError(f"{fn.__name__}: the parameter {name} has no hint")
        schema = schema_of(hints[name])
        if parameter.default is parameter.empty:
            required.append(name)
        elif parameter.default is not None:
            schema["default"] = parameter.default
        properties[name] = schema
    return {
        "type": "function",
        "function": {
            "name": fn.__name__,
            "description": first_paragraph(fn.__doc__ or ""),
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": False,
            },
        },
    }


@exercise.rig
def described(solution, definition, doc, future=False):
    """What the solution makes of a function that is defined on the spot, and what became of it."""
    import copy
    import inspect
    import sys
    import types

    module = types.ModuleType("a_module_of_tools")
    module.calls = []
    first = "from __future__ import annotations\n" if future else ""
    names = "from typing import Any, Callable, Literal, Optional, Union\n"
    text = f"{first}{names}{definition}:\n    calls.append('called')\n"
    sys.modules[module.__name__] = module
    exec(compile(text, "<tools>", "exec", dont_inherit=True), vars(module))
    fn = vars(module)[definition.split("(")[0].split()[-1]]
    fn.__doc__ = doc

    def state():
        """What belongs to fn, by name, as it is now."""
        kept = {name: getattr(fn, name) for name in ("__annotations__", "__doc__", "__name__")}
        kept |= {"its defaults": (fn.__defaults__, fn.__kwdefaults__), "its attributes": vars(fn)}
        return copy.deepcopy(kept)

    before = state()
    spec = solution(fn)
    after = state()
    changed = [name for name in before if before[name] != after[name]]
    again = solution(fn)
    try:
        parameters = spec["function"]["parameters"]
        offered, needed = list(parameters["properties"]), list(parameters["required"])
    except (TypeError, KeyError):  # the agreement tells what is wrong with such a spec
        offered, needed = [], []
    binds = {}
    for label, chosen in [
        ("all of properties", offered),
        ("what is required", needed),
        ("a further argument", [*offered, "further"]),
        *((f"all but the required {name}", [n for n in offered if n != name]) for name in needed),
    ]:
        try:
            inspect.signature(fn).bind(**dict.fromkeys(chosen, 1))
            binds[label] = True
        except TypeError:
            binds[label] = False
    sys.modules.pop(module.__name__, None)
    left = {"calls": len(module.calls), "changed": changed}
    return {"spec": spec, "order": offered, "again": again, "binds": binds, "left": left}


#: Hints and fitting defaults as one writes them, simplest first.
HINTS = {
    "int": ("3", "0"),
    "str": ('"x"', '""'),
    "float": ("0.5", "0.0"),
    "bool": ("True", "False"),
    "list[int]": ("[1, 2]", "[]"),
    'Literal["a", "b"]': ('"b"', '"a"'),
    "Optional[int]": ("None", "7"),
    "str | None": ("None", '""'),
    "dict": ("{}", "None"),
    "Union[float, None]": ("None", "1.5"),
    "None | bool": ("False", "None"),
    'Optional[Literal["a", "b"]]': ("None", '"a"'),
    "list[str] | None": ("None", "[]"),
    "list[list[float]]": ("[[0.5]]", "None"),
    "list[bool | None]": ("[None]", "[]"),
    'list[Literal["x"]]': ('["x"]', "[]"),
    'list[Optional[Literal["x", "y"]]]': ("[]", '["y"]'),
    "Optional[dict]": ("None", '{"k": 1}'),
    "list[dict]": ("[{}]", "[]"),
}
NAMES = ("a", "b", "query", "limit", "type", "z")
DOCS = (
    "Add two numbers.",
    None,
    "Add two\n    numbers.",
    "Add two numbers.\n\n    More on it.",
    "\n    Add two\n    numbers.\n    \n    More on it.\n    ",
    "",
    "  Add  two \t numbers. \n \n\nMore on it.",
    "One.\nTwo.\n\n\nThree.\n\nFour.",
)


@exercise.inputs
def functions(draw: Draw) -> dict:
    names = list(NAMES)
    parts, defaults, by_name = [], False, False
    for _ in range(draw.size(0, 4)):
        name = names.pop(draw.size(0, len(names) - 1))
        hint = draw.choice(*HINTS)
        part = f"{name}: {hint}"
        default = draw.flag()
        if not by_name and (draw.size(0, 5) == 5 or (defaults and not default)):
            parts, by_name = [*parts, "*"], True
        defaults = defaults or default
        parts.append(f"{part} = {draw.choice(*HINTS[hint])}" if default else part)
    returns = draw.choice("", " -> int", " -> set[str]")
    case = {"definition": f"def add({', '.join(parts)}){returns}", "doc": draw.choice(*DOCS)}
    return case | ({"future": True} if draw.flag() else {})


def case(parameters: str, doc: str | None = "Add two numbers.", **more) -> dict:
    return {"definition": f"def add({parameters})", "doc": doc, **more}


@exercise.edges
def functions_that_separate() -> list[dict]:
    one_each = [case(f"a: {hint}") for hint in HINTS]
    with_default = [
        case(f"a: {hint} = {default}") for hint, both in HINTS.items() for default in both
    ]
    return [
        *one_each, *with_default, *(case("a: int", doc) for doc in DOCS), case(""),
        *(case(f"a: {hint}", future=True) for hint in ("int", "str | None", "list[bool]")),
        case('a: "int", b: "str | None" = None'), case('a: "list[int]"'), case("", future=True),
        case("b: int, a: str, c: bool"), case("z: int = 1, *, b: str, a: float = 0.5"),
        case("*, limit: int, a: str"), case("b: str, *, a: bool"), case("*, b: int = 0"),
        case("a: Optional[int], b: Optional[int] = None"), case("a: int | None, b: int = 3"),
        case("a: int = None"), case("a: str = None, b: bool = None"), case("a: list[int] = None"),
        case("a: str, b: str = 'x', c: str = ''"), case("a: list[int], b: list[int] = [1]"),
        case("name: str, description: str, required: bool, default: int = 1"),
        case('a: Literal["b", "a", "c"]'), case('a: Literal[""]'), case('a: Literal["é", "two words"]'),
        case("a: list[list[list[int]]]"), case("a: list[list[str | None] | None]"),
        case("a: Optional[list[Optional[int]]] = None"), case('a: Literal["1"] | None = None'),
        {"definition": "def find_all(a: int) -> list[set]", "doc": "Find.\n"},
        {"definition": "def f() -> str", "doc": None}, {"definition": "def g(a: int) -> int", "doc": ""},
        {"definition": "def _h(a: str) -> None", "doc": "   \n  \n "},
        {"definition": "def f(a: bool) -> tuple[int, str]", "doc": "A.\n \nB.", "future": True},
        case("a: int", "Add\ntwo\n\tnumbers."), case("a: int", "\n\n\n  Add.\n\n  More."),
        case("a: int", "Add.\n  \nMore."), case("a: int", "Args:\n    a: a number.\n\nReturns: b."),
        case("a: int", "Add  two numbers,\n   slowly."), case("a: int", "Zählt é  und ü. "), case("a: int", "Add. Then stop.\nNot more.\n\nMore."),
    ]  # fmt: skip


def without_order(schema):
    """A spec with "null" put last in the lists of types: their order is free."""
    if isinstance(schema, list):
        return [without_order(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: without_order(value) for key, value in schema.items()}
    kinds = found.get("type")
    if isinstance(kinds, list) and kinds[:1] == ["null"]:
        found["type"] = [*kinds[1:], "null"]
    return found


@exercise.scenario
def what_the_model_is_told(solution, definition, doc, future=False) -> dict:
    found = described(solution, definition, doc, future)
    return {"spec": without_order(found["spec"]), "order of the properties": found["order"]}


@exercise.law(examples=12)
def arguments_that_the_schema_allows_fit_the_signature(solution, definition, doc, future=False):
    """What the schema lets through is called as fn(**arguments)."""
    for label, fits in described(solution, definition, doc, future)["binds"].items():
        wanted = not label.startswith(("a further", "all but"))
        same({label: fits}, {label: wanted}, "Whether fn can be called with")


@exercise.law(examples=12)
def the_spec_survives_being_written_as_json(solution, definition, doc, future=False):
    """It is sent as JSON: tuples, sets and classes do not get there as they are."""
    spec = described(solution, definition, doc, future)["spec"]
    same(json.loads(json.dumps(spec)), spec, "Written and read again")


def with_returned_hints() -> list[dict]:
    """Functions that can be called without arguments, and hints that one may want to take out."""
    parameters = ("", "a: int = 3", "*, b: str | None = None", "a: 'int' = 1", "a: list[int] = [1]")
    returns = ("-> int", "-> set[str]", "-> 'bool'")
    return [case(inside) for inside in parameters] + [
        {"definition": f"def add({inside}) {hint}", "doc": "Add."}
        for inside in parameters
        for hint in returns
    ]


@exercise.law(edges=with_returned_hints, examples=20)
def fn_is_neither_called_nor_changed(solution, definition, doc, future=False):
    """Describing a tool that deletes files must not delete any; its hints are its own."""
    found = described(solution, definition, doc, future)
    same(found["left"]["calls"], 0, "The number of times that fn was called")
    changed = found["left"]["changed"]
    holds(not changed, f"It changed the function itself: {', '.join(changed)}.", got=changed)
    same(found["again"], found["spec"], "When called a second time with the same fn")


#: What no schema can be made of, by the rule that it breaks.
REFUSED = {
    "variable": ("*args: int", "a: int, *rest: str", "*args", "**options: int", "a: str, **kwargs"),
    "positional": ("a: int, /", "a: str, b: int, /, c: bool", "a: int = 3, /", "a: bool, /, *, b: int"),
    "no hint": ("a", "a, b: int", "a: int, b = 3", "*, a = None", "query: str, limit=5",
                "self, a: int", "cls", "a: int, self=None"),
    "other": (
        "a: set[str]", "a: set", "a: tuple[int, int]", "a: bytes", "a: Any", "a: object",
        "a: complex", "a: Callable", "a: int, b: frozenset[int] = frozenset()", "a: type",
    ),
    "inside": (
        "a: list[set[str]]", "a: tuple | None", "a: Optional[bytes] = None", "a: list[list[Any]]",
        "a: list[bytes] | None",
    ),
    "union": ("a: int | str", "a: Union[int, str]", "a: int | str | None", "a: list[int | str]",
              "a: Optional[Union[bool, float]]", "a: float | int = 1", "a: Union[str, list[str]]"),
    "literal": ("a: Literal[1, 2]", 'a: Literal["a", 1]', "a: Literal[True]", 'a: Literal[b"x"]',
                'a: Literal[3, "x"] | None', 'a: list[Literal["x", False]]'),
}  # fmt: skip


def refused() -> list[dict]:
    chosen = [case(parameters, "Add.") for kind in REFUSED.values() for parameters in kind]
    return [*chosen, case("a: set[str]", None, future=True), case("a, b: int", None, future=True)]


@exercise.law(edges=refused, examples=99)
def what_cannot_be_described_raises_type_error(solution, definition, doc, future=False):
    """A tool that is described wrongly fails later, in front of the user."""
    call = functools.partial(described, solution)
    must_raise(TypeError, call, definition, doc, future)


exercise.mistake(
    "all_required",
    "You require every parameter. One with a default may be left out.",
    swap={
        "        if parameter.default is parameter.empty:\n            required.append(name)\n        elif": (
            "        required.append(name)\n        if parameter.default is not parameter.empty and"
        )
    },
)
exercise.mistake(
    "optional_means_not_required",
    "You do not require parameters that may be None. Only a default makes one optional: without it "
    "the call fails, whatever the hint.",
    swap={
        "            required.append(name)": (
            "            required += [name] if isinstance(schema['type'], str) else []"
        )
    },
)
exercise.mistake(
    "none_default_is_required",
    "You require parameters whose default is None. A default of None is a default: compare with "
    "`parameter.empty`.",
    swap={
        "if parameter.default is parameter.empty:": (
            "if parameter.default in (parameter.empty, None):"
        )
    },
)
exercise.mistake(
    "bool_as_integer",
    'You describe bool as "integer". A bool is an int in Python, but here it is "boolean".',
    swap={'bool: "boolean"': 'bool: "integer"'},
)
exercise.mistake(
    "python_type_names",
    'You give Python\'s names, such as "str". JSON Schema says "string", "integer", "number", '
    '"boolean", "object".',
    swap={'return {"type": names[hint]}': 'return {"type": hint.__name__}'},
)
exercise.mistake(
    "int_and_float_are_number",
    'You describe int as "number", which lets 2.5 through. It is "integer".',
    swap={'int: "integer"': 'int: "number"'},
)
exercise.mistake(
    "description_full_docstring",
    "You give the whole docstring. Only its first paragraph is the description.",
    swap={'lines.index("") if "" in lines else len(lines)': "len(lines)"},
)
exercise.mistake(
    "description_first_line",
    "You give the first line only. The first paragraph goes up to a blank line.",
    swap={'lines.index("") if "" in lines else len(lines)': "1"},
)
exercise.mistake(
    "whitespace_kept",
    "You keep the line breaks and indentation of the docstring. Every run of them becomes one "
    "space.",
    swap={
        '" ".join(line.split()) for line in doc.strip()': "line.rstrip() for line in doc.strip()",
        'return " ".join(lines[:end])': 'return "\\n".join(lines[:end])',
    },
)
exercise.mistake(
    "runs_of_spaces_kept",
    "You join the lines but keep runs of spaces and tabs inside them. Each becomes one space.",
    swap={'" ".join(line.split()) for line in doc': "line.strip() for line in doc"},
)
exercise.mistake(
    "line_of_spaces_is_text",
    "You split paragraphs at an empty line only. A line of spaces, as an editor leaves them in an "
    "indented docstring, ends one too.",
    swap={
        "    lines = [": "    doc = doc.split('\\n\\n')[0] if doc[:1] != '\\n' else doc\n    lines = [",
        'lines.index("") if "" in lines else len(lines)': "len(lines)",
    },
)
exercise.mistake(
    "no_docstring_is_none",
    'Without a docstring your description is None. Then it is "".',
    swap={'first_paragraph(fn.__doc__ or "")': "fn.__doc__ and first_paragraph(fn.__doc__)"},
)
exercise.mistake(
    "blank_docstring_is_none",
    'Where the docstring is missing or blank your description is None. Then it is "".',
    swap={'first_paragraph(fn.__doc__ or "")': 'first_paragraph(fn.__doc__ or "") or None'},
)
exercise.mistake(
    "items_missing",
    "You leave out items: the model is not told what the list holds.",
    swap={
        '{"type": "array", "items": schema_of(inside[0])}': (
            '{"type": "array", **({} if schema_of(inside[0]) else {})}'
        )
    },
)
exercise.mistake(
    "additional_properties_allowed",
    "You do not forbid further arguments. The function would refuse them, so set "
    "additionalProperties to False.",
    swap={'                "additionalProperties": False,\n': ""},
)
exercise.mistake(
    "default_none_emitted",
    "You give a default of None. It is left out, for most schemas here do not even allow null.",
    swap={"elif parameter.default is not None:": "else:"},
)
exercise.mistake(
    "defaults_left_out",
    "You leave out the defaults. They tell the model what happens when it says nothing.",
    swap={'schema["default"] = parameter.default': "pass"},
)
exercise.mistake(
    "falsy_defaults_left_out",
    'You leave out defaults such as 0, False, "" and []. Only a default of None is not given.',
    swap={"elif parameter.default is not None:": "elif parameter.default:"},
)
exercise.mistake(
    "null_left_out",
    'You give X | None the schema of X. Add "null", or the model may not pass what the function '
    "accepts.",
    swap={
        '            schema["type"] = [schema["type"], "null"]\n': "",
        '            if "enum" in schema:\n                schema["enum"].append(None)\n': "",
    },
)
exercise.mistake(
    "none_missing_in_the_enum",
    'You add "null" to the type and not None to the enum, which then forbids it.',
    swap={'                schema["enum"].append(None)': "                pass"},
)
exercise.mistake(
    "null_by_the_default",
    'You add "null" where the default is None. Only the hint says whether None may be passed.',
    swap={
        '            schema["default"] = parameter.default': (
            '            schema["default"] = parameter.default\n'
            "        elif isinstance(schema['type'], str):\n"
            "            schema['type'] = [schema['type'], 'null']"
        )
    },
)
exercise.mistake(
    "literal_without_enum",
    "You describe a Literal as any string. Its strings are an enum.",
    swap={'{"type": "string", "enum": list(inside)}': '{"type": "string"}'},
)
exercise.mistake(
    "literal_without_type",
    'Your schema of a Literal has no type. It is "string", with an enum.',
    swap={
        '{"type": "string", "enum": list(inside)}': '{"enum": list(inside)}',
        'schema["type"] = [schema["type"], "null"]': (
            'schema |= {"type": [schema["type"], "null"]} if "type" in schema else {}'
        ),
    },
)
exercise.mistake(
    "keyword_only_left_out",
    "You leave out keyword-only parameters. A model names all its arguments, so they are like the "
    "others.",
    swap={
        "        if parameter.kind not in": (
            "        if parameter.kind == parameter.KEYWORD_ONLY:\n            continue\n"
            "        if parameter.kind not in"
        )
    },
)
exercise.mistake(
    "sorted_by_name",
    "You sort the parameters by name. They keep the order of the signature.",
    swap={
        "inspect.signature(fn).parameters.items()": (
            "sorted(inspect.signature(fn).parameters.items())"
        )
    },
)
exercise.mistake(
    "new_unions_unknown",
    "You know Optional[X] but not X | None, whose origin is types.UnionType.",
    swap={"origin in (typing.Union, types.UnionType)": "origin is typing.Union"},
)
exercise.mistake(
    "old_unions_unknown",
    "You know X | None but not Optional[X], whose origin is typing.Union.",
    swap={"origin in (typing.Union, types.UnionType)": "origin is types.UnionType"},
)
exercise.mistake(
    "texts_not_resolved",
    "You read hints as they are written; in quotes, or with `from __future__ import annotations`, "
    "they are texts. Use typing.get_type_hints.",
    swap={"typing.get_type_hints(fn)": "fn.__annotations__"},
)
exercise.mistake(
    "takes_the_return_hint",
    "You take the hint of the returned value for a parameter, or stumble over it. Go through the "
    "parameters, not through the hints.",
    swap={
        "    for name, parameter in inspect.signature(fn).parameters.items():": (
            "    if 'return' in hints:\n        properties['return'] = schema_of(hints['return'])\n"
            "    for name, parameter in inspect.signature(fn).parameters.items():"
        )
    },
)
exercise.mistake(
    "without_the_frame",
    'You return name, description and parameters alone. They stand in "function", beside "type": '
    '"function".',
    swap={'        "type": "function",\n        "function": {\n': "        **{\n"},
)
exercise.mistake(
    "calls_it",
    "You call the function. Its signature tells all that is needed; a call has effects.",
    swap={
        "    properties, required = {}, []": (
            "    try:\n        fn()\n    except Exception:\n        pass\n"
            "    properties, required = {}, []"
        )
    },
)
exercise.mistake(
    "changes_annotations",
    "You take the return hint out of the function's own __annotations__. Work on a copy.",
    swap={
        "    properties, required = {}, []": (
            "    fn.__annotations__.pop('return', None)\n    properties, required = {}, []"
        )
    },
)
exercise.mistake(
    "variable_arguments_skipped",
    "You skip *args and **kwargs. Raise TypeError: the schema cannot say what they take.",
    swap={
        "        if parameter.kind not in": (
            "        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):\n"
            "            continue\n        if parameter.kind not in"
        )
    },
)
exercise.mistake(
    "positional_only_accepted",
    "You accept positional-only parameters. A tool is called as fn(**arguments), which they refuse: "
    "raise TypeError.",
    swap={
        "parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)": (
            "parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)"
        )
    },
)
exercise.mistake(
    "missing_hint_accepted",
    "You accept a parameter without a hint, as a string or by leaving it out. Raise TypeError: "
    "nobody said what it takes.",
    swap={
        '            raise TypeError(f"{fn.__name__}: the parameter {name} has no hint")': (
            "            hints[name] = str"
        )
    },
)
exercise.mistake(
    "default_instead_of_a_hint",
    "You accept a parameter without a hint where it has a default. Raise TypeError there too.",
    swap={
        "        if name not in hints:": (
            "        if name not in hints and parameter.default is not parameter.empty:\n"
            "            continue\n"
            "        if name not in hints:"
        )
    },
)
exercise.mistake(
    "other_hints_are_strings",
    "You describe every other hint as a string, or as anything. Raise TypeError: the model would "
    "send what the function cannot take.",
    swap={
        '    raise TypeError(f"there is no schema for the hint {hint}")': (
            '    return {"type": "string"}'
        )
    },
)
exercise.mistake(
    "union_takes_the_first",
    "You describe a union of several types by its first. Only X | None has a schema here; raise "
    "TypeError for others.",
    swap={
        "if len(others) == 1:": "if len(others) >= 1:",
        '[schema["type"], "null"]': (
            '[schema["type"], "null"] if len(others) < len(inside) else schema["type"]'
        ),
    },
)
exercise.mistake(
    "literal_of_anything",
    "You call every Literal a string. Raise TypeError where one of its values is no string.",
    swap={" and all(isinstance(option, str) for option in inside)": ""},
)

exercise.walkthrough(r"""
## Where it comes from

A model cannot read your code. All that it knows of a tool is a small document that travels with
each request: a name, a sentence on what the tool does, and a JSON Schema of its arguments. Write
that document by hand and there are two descriptions of one function. Somebody renames a parameter,
adds one or changes a default; the code runs, its tests pass, and the model goes on writing calls
for the function as it was last month.

The idea is to write it once. The signature already holds names, kinds, order, types and defaults,
and the docstring says what it is for, so the document can be *read off* the function. The frame
around it (`type`, `function`, `name`, `description`, `parameters`) is that of OpenAI's function
calling guide, which other servers took over; what `required`, `enum` and `items` mean is laid down
in JSON Schema, draft 2020-12; and `int | None`, which is another object than `Optional[int]` in
Python up to 3.13, is PEP 604.

## By hand

Two questions are mixed up more than any others here. *May the argument be left out?* Only a default
answers that. *May it be null?* Only the hint answers that. All four combinations exist, and so does
a fifth line that Python accepts although hint and default contradict each other:

| parameter | may be left out | may be null | a default is told |
|---|---|---|---|
| `city: str` | no | no | |
| `days: int = 3` | yes | no | 3 |
| `unit: str \| None` | no | yes | |
| `note: str \| None = None` | yes | yes | no, null says nothing |
| `seed: int = None` | yes | no | no, null would not even fit |

The same function, with the reference as a black box:

```python
from typing import Literal

from grader.notebook import reference

tool_spec = reference("agent/tool_schema")


def forecast(
    city: str,
    unit: str | None,
    days: int = 3,
    note: str | None = None,
    seed: int = None,
    *,
    parts: list[Literal["wind", "rain"]],
):
    '''Forecast the weather
    of a city.

    Raises LookupError for a city that nobody knows.
    '''


spec = tool_spec(forecast)
spec
```

The description ends at the blank line; the second paragraph is for people who read the code. And
`parts`, though it stands behind the `*` and behind all the defaults, is required: a model names
each of its arguments, so keyword-only ones are nothing special.

## A picture

The table from above as the spec tells it: 1 is yes. The first two columns have nothing to do with
each other, which is the point.

```python
from grader.notebook import show

parameters = spec["function"]["parameters"]
facts = [
    [name not in parameters["required"], "null" in schema["type"], "default" in schema]
    for name, schema in parameters["properties"].items()
]
show(
    facts,
    rows=list(parameters["properties"]),
    columns=["left\nout", "null", "default\ntold"],
)
```

## Traps

**Optional means two things.** In plain English an optional argument may be left out, and the class
is called `Optional`. It is about None alone: `unit: str | None` without a default *must* be given.
As long as every `Optional` in your code has `= None` behind it, which is the habit, this one is
never seen.

{{trap: optional_means_not_required}}

**A bool is an int.** `issubclass(bool, int)` is true in Python, so a chain of tests that begins
with int calls a flag a number. The model then sends 1 for true, most functions take that, and
nobody notices until one prints or stores it.

{{trap: bool_as_integer}}

**Hints that are texts.** With `from __future__ import annotations` at the top of a module, every
hint in it is kept as the text that was written. A solution that reads hints as they are passes in a
module without that line, and fails in the first one with it.

{{trap: texts_not_resolved}}

## What it costs

Making the spec costs nothing; sending it does. The model has no memory between requests, so every
spec is part of every prompt, used or not. Below, what the spec above is made of: its sentence, the
schema of each parameter, and the frame around them.

```python
import json

from grader.notebook import bars

sizes = {"text": len(spec["function"]["description"])}
sizes |= {name: len(json.dumps({name: s})) for name, s in parameters["properties"].items()}
whole = len(json.dumps(spec))
sizes["frame"] = whole - sum(sizes.values())
bars(sizes, title=f"One spec, {whole} characters", up="characters")
```

The sentence that tells the model when to use the tool is 6 percent of it. At about four characters
a token, twenty tools of this size come to 2,400 tokens, and in a run of eight steps to 19,000, in
which nothing is said about the task. A cache of the prompt makes most of that cheaper; few and flat
parameters make it smaller.
""")
