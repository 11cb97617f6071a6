# agent/validate_args · level 2 · 25 minutes · all assistance off
# Grade it: drill grade agent/validate_args   or   pytest exercises/agent/validate_args.py
"""Check arguments against a JSON Schema.

A model writes the arguments of a tool call as JSON, and now and then they do not fit the tool's
schema. A list of all that is wrong lets it repair the call in one go. Check a decoded JSON value
against a small part of JSON Schema.

Write `validate(value, schema, path="$")`. It returns every violation as a tuple of two strings,
`(path, keyword)`, in a list sorted as Python sorts tuples; the list is empty where the value fits.

- `value` is what json.loads gives: None, bool, int, float, str, list or dict with str keys, nested
  up to 50 deep. `schema` is a dict with any of the keywords below; {} accepts everything. Other
  keywords, such as "description" or "default", are ignored. Neither argument is changed.
- `path` names the value itself. The property `a` of the value at P is at `P.a`, the item i at
  `P[i]`, as in "$.a[0].b". Names are put in as they are.

The keywords:

- `type`: a name, or a list of names of which one must fit: "null", "boolean", "integer", "number",
  "string", "array", "object". True and False are booleans and no numbers. A float without a
  fraction, such as 3.0, is an integer too; every integer is a number.
- `enum`: a list of which one member must equal the value, as JSON compares: 1 equals 1.0, but True
  equals neither (and False not 0), nor does "1"; the order of an object's names does not matter.
  The same holds inside lists and objects: [True] does not equal [1].
- `minimum`, `maximum`: the least and the greatest number that is allowed.
- `minLength`, `maxLength`: the same for the length of a string, in code points (Python's len).
- `minItems`, `maxItems`: the same for the length of an array.
- `items`: a schema for every item of an array.
- `properties`: a dict from names to schemas, for the properties of an object that are there.
- `required`: names that an object must have, whether `properties` lists them or not. A property
  that is null is there. A missing one is reported at the path that it would have.
- `additionalProperties`: where it is False, names that `properties` does not list are not allowed
  (without `properties`: none is), and each is reported at its own path. True allows them, as does
  leaving the keyword out. It speaks of the object itself, not of those within.

How they work together:

- All violations are reported, of the value and of everything inside it.
- A keyword for another type than the value's is ignored: `minimum` says nothing about a string or
  True, `required` nothing about a list. A schema need not have a `type` for the others to count.
- Where `type` fails, nothing else of that schema is looked at, neither its other keywords nor what
  is inside the value. The neighbours are still checked.

Example: the value {"city": "", "days": [1, True]} and the schema

    {"type": "object", "required": ["city", "unit"], "properties": {
        "city": {"type": "string", "minLength": 1},
        "days": {"type": "array", "items": {"type": "integer"}, "maxItems": 1}}}

give [("$.city", "minLength"), ("$.days", "maxItems"), ("$.days[1]", "type"), ("$.unit",
"required")].
"""


def validate(value, schema: dict, path: str = "$") -> list[tuple[str, str]]:
    """All violations of the schema by the value, as sorted pairs (path, keyword)."""
    raise NotImplementedError
