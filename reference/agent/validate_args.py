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

from grader.words import Draw, Exercise, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=25,
    source="JSON Schema, draft 2020-12, Validation (json-schema.org)",
    hints=(
        "One schema and one value: check the type first and leave if it fails. Everything else "
        "collects, and nothing else returns early.",
        "Arrays and objects ask the same question about a smaller value with a longer path, so "
        "let the function call itself and join what comes back.",
        "In Python True is an int and True == 1. Both the types and enum need to look at bool "
        "first, and enum needs it again at each level inside.",
    ),
    ask=(
        (
            'The schema says integer and the model wrote "3". Coerce or reject?',
            "Rejecting is safe and the model repairs it in one turn. Coercing saves that turn, but "
            'hides a bad prompt or schema, and "no" or "" have no obvious value. If you coerce, do '
            "it in one place, before validation, and log it.",
        ),
        (
            "Would you validate the results of tools too?",
            "Where the tool is someone else's or its output is untrusted: yes, shape and size at "
            "least. A result is part of the prompt, so what it may contain is also a question of "
            "safety.",
        ),
        (
            "Constrained decoding, or validate and repair?",
            "Constrained decoding guarantees the form and costs no extra turn, but only where you "
            "control decoding, only for what a grammar can say, and it can force a wrong value. "
            "Validation is still needed for limits and facts.",
        ),
    ),
)


def is_number(value) -> bool:
    """Whether a value is a number. In Python a bool is an int, in JSON it is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_a(value, name: str) -> bool:
    """Whether a value has the type of that name."""
    if name == "number":
        return is_number(value)
    if name == "integer":  # JSON has one kind of number, and 3.0 is 3
        return is_number(value) and value == int(value)
    kinds = {"null": type(None), "boolean": bool, "string": str, "array": list, "object": dict}
    return isinstance(value, kinds[name])


def equal(a, b) -> bool:
    """Whether two values are equal in JSON."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[name], b[name]) for name in a)
    return a == b


def limits_broken(value, schema: dict) -> list[str]:
    """The keywords among the six limits that a value breaks."""
    if is_number(value):
        size, low, high = value, "minimum", "maximum"
    elif isinstance(value, str):
        size, low, high = len(value), "minLength", "maxLength"
    elif isinstance(value, list):
        size, low, high = len(value), "minItems", "maxItems"
    else:
        return []
    too_small = low in schema and size < schema[low]
    too_large = high in schema and size > schema[high]
    return [low] * too_small + [high] * too_large


@exercise.solution
def validate(value, schema: dict, path: str = "$") -> list[tuple[str, str]]:
    """All violations of the schema by the value, as sorted pairs (path, keyword)."""
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(is_a(value, name) for name in names):
            return [(path, "type")]
    found = [(path, keyword) for keyword in limits_broken(value, schema)]
    if "enum" in schema and not any(equal(value, option) for option in schema["enum"]):
        found.append((path, "enum"))
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            found += validate(item, schema["items"], f"{path}[{i}]")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        open_ended = schema.get("additionalProperties", True)
        for name in schema.get("required", []):
            if name not in value:
                found.append((f"{path}.{name}", "required"))
        for name, item in value.items():
            if name in properties:
                found += validate(item, properties[name], f"{path}.{name}")
            elif not open_ended:
                found.append((f"{path}.{name}", "additionalProperties"))
    return sorted(found)


TYPES = ("integer", "string", "object", "array", "number", "boolean", "null")

#: Values of each scalar type, simplest first.
SCALARS = {
    "integer": (1, 0, 2, 3.0, -1, 5),
    "number": (0.5, 1, 3.0, 0, -2.5),
    "string": ("a", "", "ab", "é", "🙂b", "1"),
    "boolean": (True, False),
    "null": (None,),
}
OPTIONS = (1, "a", True, 0, None, False, 1.0, "", "1", [1], [True], {"a": 1}, {"a": True})


def a_schema(draw: Draw, depth: int) -> dict:
    """A schema that lets through about half of what `a_value` makes of it."""
    kind = draw.choice(*(TYPES if depth else ("integer", "string", "number", "boolean")))
    schema = _typed(draw, kind)
    if kind == "object":
        schema |= _object_keywords(draw, depth)
    elif kind == "array":
        schema |= {"items": a_schema(draw, depth - 1)} | _limits(draw, "minItems", "maxItems")
    elif kind == "string":
        schema |= _limits(draw, "minLength", "maxLength")
    elif kind in ("integer", "number"):
        schema |= _limits(draw, "minimum", "maximum")
    if draw.size(0, 5) == 5:
        schema["enum"] = [draw.choice(*OPTIONS) for _ in range(draw.size(1, 3))]
    if draw.size(0, 7) == 7:  # for another type
        schema |= draw.choice(
            {"minimum": 1}, {"maxLength": 1}, {"minItems": 2}, {"required": ["a"]}
        )
    return schema


def _typed(draw: Draw, kind: str) -> dict:
    style = draw.size(0, 6)
    if style == 5:
        return {}
    return {"type": kind if style < 5 else sorted({kind, draw.choice("null", "string", "array")})}


def _object_keywords(draw: Draw, depth: int) -> dict:
    names = [name for name in ("a", "b", "c") if draw.flag()]
    found = {"properties": {name: a_schema(draw, depth - 1) for name in names}}
    required = [name for name in ("b", "a", "d") if draw.flag()]
    if required:
        found["required"] = required
    if draw.flag():
        found["additionalProperties"] = draw.choice(False, False, True)
    return found


def _limits(draw: Draw, low: str, high: str) -> dict:
    return draw.choice({}, {low: 1}, {high: 1}, {low: 0, high: 1}, {low: 2}, {high: 0})


def a_value(draw: Draw, schema: dict, depth: int):
    """A value that fits the type of a schema most of the time."""
    wanted = schema.get("type", "object" if "properties" in schema else "array")
    wanted = wanted if isinstance(wanted, str) else draw.choice(*wanted)
    kind = wanted if draw.size(0, 4) < 4 else draw.choice(*TYPES)
    if kind == "array":
        inner = schema.get("items", {})
        return [a_value(draw, inner, depth - 1) for _ in range(draw.size(0, 3) if depth else 0)]
    if kind == "object":
        inner = schema.get("properties", {})
        names = [name for name in ("d", "a", "b", "c") if depth and draw.flag()]
        return {name: a_value(draw, inner.get(name, {}), depth - 1) for name in names}
    return draw.choice(*SCALARS[kind])


@exercise.inputs
def values_and_schemas(draw: Draw) -> dict:
    schema = a_schema(draw, draw.size(1, 2))
    return {"value": a_value(draw, schema, 2), "schema": schema}


def case(value, **schema) -> dict:
    return {"value": value, "schema": schema}


def types_that_are_confused() -> list[dict]:
    values = (True, False, None, 0, 3, 3.0, 2.5, -0.0, "", "3", "true", [], [1], {}, {"a": 1})
    pairs = [(value, name) for value in values for name in TYPES]
    return [case(value, type=name) for value, name in pairs] + [
        case(None, type=["integer", "null"]), case(True, type=["integer", "null"]),
        case("3", type=["integer", "string"]), case([], type=["object", "array"]),
        case(3.0, type=["string", "integer"]), case({}, type=["null"]),
        case(True, type=["number", "string"]), case(0, type=["boolean", "null"]),
        case(-7, type="number"), case(4, type=["number", "null"]), case(10**9, type="number"),
        case(1e20, type="integer"), case(-7.5, type="integer"), case(-4.0, type="integer"),
        case(3.0000000001, type="integer"), case(1e-12, type=["integer", "string"]),
    ]  # fmt: skip


def values_that_json_compares() -> list[dict]:
    return [
        case(1, enum=[1.0]), case(2.0, enum=[1, 2]), case(True, enum=[1]), case(1, enum=[True]),
        case(False, enum=[0]), case(0, enum=[False]), case(1.0, enum=[True]), case(0.0, enum=[0]),
        case(True, enum=[1, 1.0, "true"]), case(True, enum=[False, True]), case(None, enum=[None]),
        case(None, enum=[0, False, "", []]), case("1", enum=[1]), case(1, enum=["1"]),
        case("b", enum=["a", "b"]), case("c", enum=["a", "b"]), case("A", enum=["a"]),
        case("a", enum=["ab"]), case("", enum=[]), case(0, enum=[]), case({}, enum=[[]]),
        case([], enum=[{}]), case([1], enum=[[1]]), case([1.0], enum=[[1]]),
        case([True], enum=[[1]]),
        case([0], enum=[[False]]), case([1, 2], enum=[[2, 1]]), case([1], enum=[[1, 2]]),
        case([1, 2], enum=[[1]]), case({"a": 1}, enum=[{"a": 1.0}]),
        case({"a": True}, enum=[{"a": 1}]), case({"a": [{"b": 0}]}, enum=[{"a": [{"b": False}]}]),
        case([[1]], enum=[[[True]]]), case({"a": 1, "b": 2}, enum=[{"b": 2, "a": 1}]),
        case([{"b": 0, "a": 1}], enum=[[{"a": 1, "b": 0}]]),
        case({"x": {"b": 0, "a": 1}}, enum=["x", {"x": {"a": 1, "b": 0}}]),
        case({"a": 1}, enum=[{"a": 1, "b": 2}]), case({"a": 1, "b": 2}, enum=[{"a": 1}]),
        case({"a": None}, enum=[{}]), case({}, enum=[{"a": None}]), case(1, enum=[[1]]),
        case({"a": [1, {"c": 1.0}]}, enum=["x", {"a": [1.0, {"c": 1}]}]), case([1], enum=[1, 2]),
        case("c", enum=["a", "b"], minLength=2), case(9, enum=[1], maximum=5, type="integer"),
        case([9, True], items={"enum": [1, 9]}),
        case({"a": 0}, properties={"a": {"enum": [False]}}),
        case([3], enum=[[1]], items={"type": "string"}),
        case({"a": 1}, enum=[{}], properties={"a": {"maximum": 0}}, required=["b"]),
    ]  # fmt: skip


def limits_at_their_edges() -> list[dict]:
    texts = ("", "a", "ab", "abc", "é", "🙂", "🙂🙂", "e\u0301")
    lists = ([], [1], [None, None], ["a", "b", "c"])
    return [
        *(case(number, minimum=1, maximum=3) for number in (0, 1, 1.0, 2, 3, 3.5, 4, -2)),
        *(case(number, minimum=0) for number in (-1, 0, -0.5, 1)),
        *(case(number, maximum=0) for number in (1, 0, 0.5, -1)),
        case(0.5, minimum=0.5), case(0.4, minimum=0.5), case(5, minimum=-1.5, maximum=4.5),
        *(case(text, minLength=2, maxLength=2) for text in texts),
        *(case(text, maxLength=0) for text in texts[:2]), case("ab", maxLength=0),
        *(case(text, minLength=1) for text in texts[:2]), case("äöü", maxLength=3),
        case(" ", minLength=1), case("\n a ", maxLength=3),
        *(case(value, minItems=1, maxItems=2) for value in lists),
        *(case(value, maxItems=0) for value in lists[:3]), case([], minItems=0, maxItems=0),
        case(4, minimum=5, maximum=3), case("abc", minLength=4, maxLength=2),
        case([1, 2], minItems=3, maxItems=1), case(7, type="integer", minimum=8, enum=[1, 2]),
    ]  # fmt: skip


def keywords_of_another_type() -> list[dict]:
    values = (True, False, None, "", "abc", [], [[1], 2, 3], {}, {"a": 1, "b": 2}, 7, -7)
    numbers, texts = {"minimum": 5, "maximum": 6}, {"minLength": 2, "maxLength": 2}
    lists, objects = {"minItems": 2, "maxItems": 2}, {"required": ["z"]}
    strict = {"additionalProperties": False, "properties": {"b": {"type": "string"}}}
    kinds = (numbers, texts, lists, {"items": {"type": "null"}}, objects, strict)
    together = {**numbers, **texts, **lists, **objects}
    return [case(value, **schema) for value in values for schema in (*kinds, together)]


def objects_that_separate() -> list[dict]:
    word, whole = {"type": "string"}, {"type": "integer"}
    strict = {"additionalProperties": False}
    return [
        case({}, required=["a"]), case({"a": None}, required=["a"]),
        case({"a": ""}, required=["a"]),
        case({"a": 0}, required=["a"], properties={"a": whole}), case({}, required=[]),
        case({"a": None, "b": 1}, required=["a", "b"]),
        case([{"a": None}], items={"required": ["a"]}),
        case({}, required=["a"], properties={"a": {"type": "integer", "default": 1}}),
        case({}, required=["a"], properties={"a": {"type": ["string", "null"]}}),
        case({}, properties={"a": {"default": 1}}), case({}, required=["b", "a"]),
        case({"b": 1}, required=["b", "a"], properties={"b": whole}),
        case({"b": 1}, required=["a"], properties={"b": whole}),
        case({}, required=["a"], properties={"a": whole}), case({}, properties={"a": whole}),
        case({"a": None}, properties={"a": whole}), case({"a": None}, properties={"a": {}}),
        case({"a": None}, properties={"a": word}, required=["a"]),
        case({"a": "x", "b": None}, properties={"a": whole, "b": word}),
        case({"a": 1}, properties={"a": word}, type=["object", "null"]),
        case({"a": 1, "b": 2}, **strict), case({}, **strict), case({"a": None}, **strict),
        case({"b": 1, "a": 2}, properties={"c": word}, **strict),
        case({"a": 1, "b": 2}, properties={"a": whole}, **strict),
        case({"a": 1, "b": 2}, properties={"a": word}, **strict),
        case({"a": 1}, properties={}, **strict), case({"a": 1}, properties={}),
        case({"a": 1, "b": 2}, properties={"a": whole}, additionalProperties=True),
        case({"a": 1, "b": 2}, properties={"a": whole}), case({"a": 1}, additionalProperties=True),
        case({"b": 1, "c": None}, properties={"a": whole}, additionalProperties=True),
        case([{"b": 1}], items={"properties": {"a": whole}, "additionalProperties": True}),
        case({"a": 1}, required=["a"], **strict), case({"b": 1}, required=["a"], **strict),
        case({"a": 1, "b": "x"}, required=["a", "b"], properties={"b": word}, **strict),
        case({"a": 1}, required=["b", "a"], properties={"b": word}, **strict),
        case({"a": {"x": 1}}, properties={"a": {}}, **strict),
        case({"a": {"x": 1}}, properties={"a": {"properties": {}}}, **strict),
        case({"a": {"x": 1}}, properties={"a": {**strict}}),
        case({"a": {"x": 1}, "b": 1}, properties={"a": {"properties": {"y": {}}, **strict}}),
        case({"a": {}}, properties={"a": {"required": ["b"]}}, required=["c"]),
        case({"a": {"b": {}}}, properties={"a": {"properties": {"b": {"required": ["c"]}}}}),
        case({"a": {"b": 1}}, required=["d"], properties={"a": {"type": "array", "required": ["c"]}}),
        case({"type": 1, "items": "x"}, properties={"type": word, "items": whole}),
        case({"required": [], "enum": 2}, properties={"required": whole, "enum": {"enum": [1]}}),
        case({"properties": 1}, required=["properties", "type"], properties={"properties": word}),
        case({"two words": 1, "é": 2}, properties={"two words": word, "é": word}),
        case({"": 1}, properties={"": word}), case({"0": 1}, properties={"0": word}),
    ]  # fmt: skip


def things_within_things() -> list[dict]:
    word, whole = {"type": "string"}, {"type": "integer"}
    person = {"type": "object", "properties": {"name": word, "age": whole}, "required": ["name"]}
    return [
        case([1, "a", 2, "b"], items=word), case(["a", 1], type="array", items=word),
        case([[1], ["a", 2]], items={"type": "array", "items": word}), case([1, 2], items={}),
        case([[], [[1]]], items={"items": {"type": "array", "items": word}}),
        case([None, {"name": 1}, {"age": 2}], items=person), case([], items=word, minItems=1),
        case([1] * 12, items=word), case([True, 1.5, 1, "1", None], items=whole),
        case({"a": [1, "x"]}, properties={"a": {"items": word, "maxItems": 1}}),
        case({"a": [{"b": 1}, {"b": ""}]}, properties={"a": {"items": {"properties": {"b": word}}}}),
        case({"b": 1, "a": 1, "B": 1}, properties=dict.fromkeys(("a", "b", "B"), word)),
        case([1, 2], type="object", items=word, maxItems=1, enum=[[]]),
        case("abc", type="integer", minLength=9, enum=[1]),
        case(5, type="string", maximum=1, enum=[]),
        case({"a": 1}, type="array", properties={"a": word}, required=["b"]),
        case([[1], {"a": 1}], items={"type": "object", "properties": {"a": word}, "items": word}),
        case({"p": {"name": 5}, "q": 5}, properties={"p": person, "q": person}),
        case({"p": {"age": "x"}, "q": {"name": "x"}}, properties={"p": person, "q": person}),
        case([3, "x", None], items={"type": ["integer", "null"], "minimum": 4}),
        case({}), case([{"a": None}]), case(None), case(1, description="An age.", default=2),
        case({"a": 1}, title="x", properties={"a": {"description": "An age.", **word}}),
        {**case({"a": 1}, properties={"a": word}, required=["b"]), "path": "args"},
        {**case([1, 2], items=word, maxItems=1), "path": "$.x[3]"}, {**case(1, **word), "path": ""},
    ]  # fmt: skip


@exercise.edges
def cases_that_separate() -> list[dict]:
    return [
        *types_that_are_confused(),
        *values_that_json_compares(),
        *limits_at_their_edges(),
        *keywords_of_another_type(),
        *objects_that_separate(),
        *things_within_things(),
    ]


@exercise.law(inputs=values_and_schemas, examples=8)
def the_empty_schema_accepts_everything(solution, value):
    """A tool without parameters, or a property without a schema, asks for nothing."""
    same(solution(value, {}), [], "Against {}")


@exercise.law(inputs=values_and_schemas, examples=12)
def a_further_constraint_adds_its_violation_and_keeps_the_others(solution, value, schema):
    """The model repairs what it is told of; what is held back costs another turn."""
    schema = {key: inner for key, inner in schema.items() if key != "enum"}
    before = solution(value, schema)
    added = [] if ("$", "type") in before else [("$", "enum")]
    same(solution(value, {**schema, "enum": []}), sorted(before + added), 'With "enum": [] added')


def turned(value):
    """The same value with the names of every object in the opposite order."""
    if isinstance(value, list):
        return [turned(item) for item in value]
    if isinstance(value, dict):
        return {name: turned(value[name]) for name in reversed(value)}
    return value


@exercise.law(inputs=values_and_schemas, examples=12)
def the_order_of_names_is_irrelevant(solution, value, schema):
    """An object of JSON has no order, and neither has a schema."""
    want = solution(value, schema)
    same(solution(turned(value), turned(schema)), want, "With all names in the opposite order")


@exercise.law(inputs=values_and_schemas, examples=12)
def what_is_inside_is_checked_as_if_it_stood_alone(solution, value, schema):
    """Nesting changes the path and nothing else."""
    found = solution(value, schema)
    for outer, wrapping, path in (
        ([value], {"items": schema}, "$[0]"),
        ({"a": value}, {"type": "object", "properties": {"a": schema}}, "$.a"),
        ([{"b": [value]}], {"items": {"properties": {"b": {"items": schema}}}}, "$[0].b[0]"),
    ):
        want = sorted((path + at[1:], keyword) for at, keyword in found)
        same(solution(outer, wrapping), want, f"With value and schema put at {path}")
        same(solution(value, schema, path), want, f"With path={path!r}")


def deep(depth: int, leaf, kind: str) -> dict:
    """A value and its schema, so many levels deep, alternating where kind is "mixed"."""
    value, schema, path = leaf, {"type": "integer", "minimum": 5, "enum": [1]}, ""
    for level in range(depth):
        if kind == "array" or (kind == "mixed" and level % 2):
            value, schema, path = [value], {"type": "array", "items": schema}, "[0]" + path
        else:
            value, path = {"a": value}, ".a" + path
            schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return {"value": value, "schema": schema, "at": "$" + path}


@exercise.law(
    edges=lambda: [
        deep(depth, leaf, kind)
        for depth, kind in (
            (3, "array"),
            (25, "object"),
            (50, "array"),
            (50, "object"),
            (49, "mixed"),
        )
        for leaf in (4, 6, True)
    ]
)
def fifty_levels_are_checked_to_the_bottom(solution, value, schema, at):
    """A check that looks at the top only lets the rest through."""
    leaf = at_the_bottom(value)
    broken = ["type"] if leaf is True else ["enum", "minimum"] if leaf < 5 else ["enum"]
    same(solution(value, schema), [(at, keyword) for keyword in broken])


def at_the_bottom(value):
    while isinstance(value, (list, dict)):
        value = value[0] if isinstance(value, list) else value["a"]
    return value


exercise.mistake(
    "bool_is_int",
    "You take True and False for numbers: in Python a bool is an int. Look for bool first.",
    swap={
        "isinstance(value, (int, float)) and not isinstance(value, bool)": (
            "isinstance(value, (int, float))"
        )
    },
)
exercise.mistake(
    "float_integer_rejected",
    "You reject 3.0 as an integer. JSON has one kind of number, and 3.0 is 3.",
    swap={
        "is_number(value) and value == int(value)": "is_number(value) and isinstance(value, int)"
    },
)
exercise.mistake(
    "every_float_is_an_integer",
    "You accept floats with a fraction, such as 2.5, as integers.",
    swap={"is_number(value) and value == int(value)": "is_number(value)"},
)
exercise.mistake(
    "integers_are_no_numbers",
    'You accept only floats as "number". An integer is a number too.',
    swap={
        '    if name == "number":\n        return is_number(value)': (
            '    if name == "number":\n        return isinstance(value, float)'
        )
    },
)
exercise.mistake(
    "first_type_of_the_list",
    "Of a list of types you look at the first only. One of them must fit, whichever.",
    swap={
        'schema["type"] if isinstance(schema["type"], list)': (
            'schema["type"][:1] if isinstance(schema["type"], list)'
        )
    },
)
exercise.mistake(
    "goes_on_after_a_wrong_type",
    "You check the other keywords although the type is wrong. Where type fails, nothing else of "
    "that schema is looked at.",
    swap={
        '            return [(path, "type")]\n    found = [': (
            '            wrong.append((path, "type"))\n    found = wrong + ['
        ),
        '    if "type" in schema:\n': '    wrong = []\n    if "type" in schema:\n',
    },
)
exercise.mistake(
    "stops_at_first_error",
    "You report one violation only. The model repairs what it is told of: report all.",
    swap={"return sorted(found)": "return sorted(found)[:1]"},
)
exercise.mistake(
    "one_error_a_value",
    "You report one violation for each value. Two keywords of one schema can fail together: report "
    "both.",
    swap={"return sorted(found)": "return sorted(dict(reversed(sorted(found))).items())"},
)
exercise.mistake(
    "required_only_in_properties",
    "You enforce required only for names that properties lists. It holds for every name.",
    swap={"if name not in value:": "if name not in value and name in properties:"},
)
exercise.mistake(
    "required_for_every_property",
    "You report every listed property that is missing. Only the names in required must be there.",
    swap={'schema.get("required", [])': 'properties or schema.get("required", [])'},
)
exercise.mistake(
    "extra_keys_silently_ok",
    "You ignore additionalProperties: where it is False, names that properties does not list are "
    "violations.",
    swap={"elif not open_ended:": "elif False:"},
)
exercise.mistake(
    "closed_by_default",
    "You reject unexpected properties where additionalProperties is not given. Without it they are "
    "allowed.",
    swap={'schema.get("additionalProperties", True)': 'schema.get("additionalProperties")'},
)
exercise.mistake(
    "closed_wherever_the_keyword_is",
    "You reject unexpected properties as soon as additionalProperties is given. Only False forbids "
    "them; True allows them.",
    swap={"elif not open_ended:": 'elif "additionalProperties" in schema:'},
)
exercise.mistake(
    "closed_only_with_properties",
    "Without properties you skip additionalProperties. No name is listed then, so none is allowed.",
    swap={"elif not open_ended:": 'elif not open_ended and "properties" in schema:'},
)
exercise.mistake(
    "required_names_are_expected",
    "You take names in required for listed ones. additionalProperties looks at properties only.",
    swap={
        "elif not open_ended:": 'elif not open_ended and name not in schema.get("required", []):'
    },
)
exercise.mistake(
    "nested_not_checked",
    "You check the properties and items of the value itself, but nothing inside them.",
    swap={
        'f"{path}[{i}]")': 'f"{path}[{i}]") if path == "$" else []',
        (
            'found += validate(item, properties[name], f"{path}.{name}")'
        ): 'found += validate(item, properties[name], f"{path}.{name}") if path == "$" else []',
    },
)
exercise.mistake(
    "items_not_checked",
    "You do not check the items of arrays.",
    swap={'isinstance(value, list) and "items" in schema': "False"},
)
exercise.mistake(
    "first_item_only",
    "You check the first item only. items is a schema for every one.",
    swap={"enumerate(value):": "enumerate(value[:1]):"},
)
exercise.mistake(
    "properties_not_checked",
    "You do not check the properties against their schemas.",
    swap={'found += validate(item, properties[name], f"{path}.{name}")': "pass"},
)
exercise.mistake(
    "inside_only_where_the_type_is_written",
    "You look at properties, required and items only where the schema has that type. A schema need "
    "not name it, or may name several: look at the value.",
    swap={
        'isinstance(value, list) and "items" in schema': (
            'schema.get("type") == "array" and "items" in schema'
        ),
        "    if isinstance(value, dict):\n        properties": (
            '    if schema.get("type") == "object":\n        properties'
        ),
    },
)
exercise.mistake(
    "enum_python_equality",
    "You compare enum with ==, and in Python True == 1 and False == 0. In JSON they differ, also "
    "inside lists and objects.",
    swap={"any(equal(value, option) for option in": "any(value == option for option in"},
)
exercise.mistake(
    "enum_bool_at_the_top_only",
    "You tell True from 1 at the top, but not inside lists and objects.",
    swap={
        "    if isinstance(a, list) and": "    if False and",
        "    if isinstance(a, dict) and": ("    if False and"),
    },
)
exercise.mistake(
    "enum_compares_types",
    "For enum you also compare Python's types, so 1 and 1.0 differ. In JSON they are equal.",
    swap={"    return a == b\n": "    return type(a) is type(b) and a == b\n"},
)
exercise.mistake(
    "order_of_names_counts_in_enum",
    "For enum you compare objects with the order of their names. In JSON they have none.",
    swap={"a.keys() == b.keys()": "[*a] == [*b]"},
)
exercise.mistake(
    "wrong_enum_hides_the_rest",
    "Where enum fails you look at nothing else of that schema. Only a wrong type does that: report "
    "the other violations as well.",
    swap={
        "    found = [(path, keyword) for": (
            "    if 'enum' in schema and not any(equal(value, one) for one in schema['enum']):\n"
            "        return [(path, 'enum')]\n"
            "    found = [(path, keyword) for"
        )
    },
)
exercise.mistake(
    "enum_by_text",
    "You compare enum by its JSON text, which differs for 1 and 1.0 and for another order of names.",
    swap={
        "any(equal(value, option) for option in": (
            "any(__import__('json').dumps(value) == __import__('json').dumps(option) for option in"
        )
    },
)
exercise.mistake(
    "empty_or_zero_keyword_skipped",
    "You skip a limit that is 0 or an enum that is empty, as if it were not there. Ask whether the "
    "keyword is in the schema.",
    swap={
        "low in schema and": "schema.get(low) and",
        "high in schema and": "schema.get(high) and",
        '"enum" in schema and': 'schema.get("enum") and',
        "    return [low] * too_small + [high] * too_large": (
            "    return [low] * bool(too_small) + [high] * bool(too_large)"
        ),
    },
)
exercise.mistake(
    "null_equals_missing",
    "You take a property that is null for a missing one. It is there; its own schema says whether "
    "null is allowed.",
    swap={"if name not in value:": "if value.get(name) is None:"},
)
exercise.mistake(
    "null_is_not_checked",
    "You skip properties that are null. They are checked like any other.",
    swap={
        "            if name in properties:": (
            "            if name in properties and item is None:\n                continue\n"
            "            if name in properties:"
        )
    },
)
exercise.mistake(
    "limits_excluded",
    "You reject values that are exactly at a limit. minimum, maximum and the lengths are allowed "
    "themselves.",
    swap={
        "size < schema[low]": "size <= schema[low]",
        "size > schema[high]": "size >= schema[high]",
    },
)
exercise.mistake(
    "length_in_bytes",
    "You count the bytes of a string. Its length is that in code points, which is len.",
    swap={'len(value), "minLength"': 'len(value.encode()), "minLength"'},
)
exercise.mistake(
    "missing_reported_at_the_object",
    "You report a missing property at the path of the object. It belongs at the path that the "
    "property would have.",
    swap={'(f"{path}.{name}", "required")': '(path, "required")'},
)
exercise.mistake(
    "unexpected_reported_at_the_object",
    "You report an unexpected property at the path of the object. It belongs at its own path.",
    swap={'(f"{path}.{name}", "additionalProperties")': '(path, "additionalProperties")'},
)
exercise.mistake(
    "index_as_name",
    "You write the path of an item with a dot, as in $.0. It is $[0].",
    swap={'f"{path}[{i}]"': 'f"{path}.{i}"'},
)
exercise.mistake(
    "path_starts_over",
    "You begin the path of what is inside at $ again. It goes on from the path of the value.",
    swap={
        'properties[name], f"{path}.{name}"': 'properties[name], f"$.{name}"',
        'f"{path}[{i}]"': 'f"$[{i}]"',
    },
)
exercise.mistake(
    "not_sorted",
    "You return the violations in the order of finding. Sort them.",
    swap={"return sorted(found)": "return found"},
)
exercise.mistake(
    "sorted_by_path_only",
    "You sort by the path alone. Two violations at one path are sorted by their keyword.",
    swap={
        "return sorted(found)": (
            "return sorted(sorted(found, reverse=True), key=lambda pair: pair[0])"
        )
    },
)
exercise.mistake(
    "limits_not_checked",
    "You do not check the six limits: minimum, maximum and those of lengths.",
    swap={"return [low] * too_small + [high] * too_large": "return []"},
)

exercise.walkthrough(r"""
## Where it comes from

A model writes the arguments of a call as text, token by token, and nothing holds it to the schema
that it was shown, unless the server decodes under a grammar. Most of the time they fit. Now and
then a number comes in quotes, a name is invented or a required one forgotten, and the tool fails
somewhere inside with an exception about something else.

So the arguments are checked before the tool runs, against the same schema that the model was given.
What is found goes back to the model, which is good at repairing what it is told of. Two demands
follow: the check has to report *everything* that is wrong, since each repair costs a call of the
model, and each finding must say *where*.

The keywords here are the part of JSON Schema (draft 2020-12, the volume *Validation*) that tools
use. Its types are those of JSON, which are not Python's: there is one kind of number, and true is
none.

## By hand

A value, its schema, and what a reader with a pencil finds:

| at | value | the schema says | finding |
|---|---|---|---|
| `$.city` | "" | minLength 1 | minLength |
| `$.days` | three items | maxItems 2 | maxItems |
| `$.days[0]` | 3.0 | integer | none: 3.0 has no fraction |
| `$.days[1]` | true | integer | type |
| `$.days[2]` | 99 | maximum 14 | maximum |
| `$.unit` | missing | required | required |
| `$.units` | "C" | not listed, no others allowed | additionalProperties |

```python
from grader.notebook import reference

validate = reference("agent/validate_args")
schema = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1},
        "days": {"type": "array", "maxItems": 2, "items": {"type": "integer", "maximum": 14}},
        "unit": {"enum": ["C", "F"]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
}
value = {"city": "", "days": [3.0, True, 99], "units": "C"}
validate(value, schema)
```

Six findings, sorted. One slip of the model, `units` for `unit`, is two of them. And `maximum` says
nothing of true at `$.days[1]`: where the type is wrong, nothing else of that schema is looked at.

## A picture

Seven values, as `json.loads` gives them, against five type names. On the left what JSON Schema
says, on the right what `isinstance` says with the Python class that one thinks of first. They
differ in three places, and each of these makes a wrong validator.

```python
from grader.notebook import show

values = [None, True, 0, 3.0, 2.5, "3", []]
kinds = {"boolean": bool, "integer": int, "number": float, "string": str, "array": list}
show(
    {
        "JSON Schema": [[not validate(v, {"type": name}) for name in kinds] for v in values],
        "isinstance": [[isinstance(v, kind) for kind in kinds.values()] for v in values],
    },
    rows=["null", "true", "0", "3.0", "2.5", '"3"', "[]"],
    columns=["bool.", "int.", "num.", "str.", "arr."],
)
```

Row by row: true is no integer, 0 is a number as well, 3.0 is an integer as well. Null is none of
the five.

## Traps

**A bool is an int.** `isinstance(True, int)` is true, so this is what one gets without thinking of
it. The tool then runs with `days=True`, which counts as 1, and nobody is told.

{{trap: bool_is_int}}

**Equality, too.** `True == 1` holds in Python, and so does `[True] == [1]`. Those who know the
first often forget the second: the test is made at the top, and the comparison of lists and objects
is left to Python. Enums of lists are rare, so it takes long to show.

{{trap: enum_bool_at_the_top_only}}

**Zero is a limit.** To ask for a keyword by its truth skips `minimum: 0` and `maxLength: 0`, and
also an empty enum. Schemas with limits above zero never show it, and `minimum: 0` is the commonest
limit there is.

{{trap: empty_or_zero_keyword_skipped}}

## What it costs

The check looks at each part of the value once for each keyword that speaks of it: microseconds for
the arguments of a call. What costs is the repairing, in which each turn is a call of the model,
over a transcript that grows by the broken call and its findings. With six findings, a checker that
reports all of them needs one more turn; one that stops at the first needs six. A wrong type may
hide what is wrong inside it, so nested arguments can take another turn all the same.
""")
