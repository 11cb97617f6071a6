# agent/tool_schema · level 2 · 20 minutes · all assistance off
# Grade it: drill grade agent/tool_schema   or   pytest exercises/agent/tool_schema.py
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


def tool_spec(fn) -> dict:
    """What a model is told of a function: its name, first paragraph and parameters."""
    raise NotImplementedError
