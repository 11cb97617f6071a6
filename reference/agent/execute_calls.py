"""Executing tool calls.

A model asks for tools in its message, several at once if it likes, and makes every mistake there
is. Whatever happens, each call needs exactly one answer: a conversation with a call left open is
refused by the API.

Write `execute_calls(tool_calls, tools, validate=None, max_workers=1)`. It runs the calls and
returns the list of their tool messages, one for each call, in the order of the calls. A message is
`{"role": "tool", "tool_call_id": the call's id, "content": str}`, with no other key.

- `tool_calls`: a list of `{"id": str, "type": "function", "function": {"name": str, "arguments":
  str}}`, the arguments a JSON text. It is not changed, and may be empty. Calls may share an id, or
  be equal in everything: each one runs and is answered for itself.
- `tools`: a dict from name to `{"description": str, "parameters": JSON Schema, "fn": callable}`.
- `validate`: None, or a function as in agent/validate_args: `validate(args, parameters)` gives the
  list of what is wrong, empty where nothing is. Without one the schema is not looked at.

What a call comes to, the first that applies:

1. "unknown_tool": no tool has exactly its name. The text names all tools that there are. The
   arguments are not looked at.
2. "invalid_json": the arguments are not JSON (what `json.loads` reads). But "" and white space
   count as {}.
3. "invalid_arguments": they are JSON and no object (a dict), or `validate` finds something wrong.
4. "tool_error": `fn(**args)` ran and raised an Exception, of whatever type. The text holds the
   name of that type and the exception's own text, the whole of it.
5. "tool_error": json cannot encode what fn returned, whatever `json.dumps` raises for it.
6. Otherwise the content is what fn returned where that is a str, else `json.dumps` of it, with the
   defaults of `json.dumps` and made as soon as fn has returned. It is given whole, however long.

For 1 to 5 the content is `json.dumps({"error": kind, "message": text})`; the text is yours, but not
empty. fn is not called for 1 to 3 and called once otherwise, with arguments decoded for this call
alone. One failed call does not stop the others, and none raises: but KeyboardInterrupt and
SystemExit of a tool, which are no Exception, pass through as they are.

How many run at once:

- max_workers = 1: one after the other, in the order of the calls.
- max_workers > 1: at the same time, in threads. Never do more than max_workers tools run at once;
  where there are no more calls than that, all run at once, so tools that wait for each other
  finish. The messages keep the order of the calls, whichever finishes first, and every other rule
  holds as with one worker.
- max_workers < 1 raises ValueError before anything runs, also where there is no call.

Example: calls "c1" of add, arguments '{"a": 2, "b": 3}', and "c2" of add, arguments '{"a": 2'. The
result is [{"role": "tool", "tool_call_id": "c1", "content": "5"}, {"role": "tool", "tool_call_id":
"c2", "content": '{"error": "invalid_json", "message": "..."}'}].

Failing cases show a conversation: the message whose `tool_calls` are given, and your answers. The
tools are `add(a, b)` and, where they are called, `echo(value)`, `label(name, fn, tool, call, self)`
which joins them, `fail(kind, why)` which raises kind(why), `odd(kind)` which returns what is odd
for JSON, `push(items)` which appends 0 to items and returns it, and `count()` which returns the
list [1], the same list with 2 appended the second time, and so on. `validate` is None, goes "by the
schema" (missing and unknown names, numbers), or finds "nothing" or "always" something wrong.
"""

import json
from concurrent.futures import ThreadPoolExecutor

from grader.words import Draw, Exercise, Script, chat, holds, must_raise, outcome, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=25,
    needs=("agent/validate_args",),
    source="OpenAI, Function calling (API guide); Python, concurrent.futures (library reference)",
    hints=(
        "Write a function that gives the content for one call and never raises an Exception; all "
        "else is putting contents into messages.",
        "In that function leave as soon as something is wrong, in the order of the statement. Keep "
        "what can raise apart: the decoding in one try, the tool and the encoding in another.",
        "For several workers, `concurrent.futures.ThreadPoolExecutor` bounds the threads, and its "
        "`map` gives results in the order of its input and raises here what was raised there.",
    ),
    ask=(
        (
            "Which calls of a message may run in parallel?",
            "Those that only read, or touch different things. The model asked for them without "
            "seeing each other's results, but two writes to one file still depend on their order: "
            "mark tools as safe to run in parallel, and run the others one by one.",
        ),
        (
            "How do you give a tool a timeout?",
            "A thread cannot be killed: you can stop waiting and answer with an error, and the "
            "tool goes on. Pass the deadline into the tool, or run it in a process that can be "
            "ended.",
        ),
        (
            "How do you make a tool safe to be called again after a timeout or a crash?",
            "Give it an idempotency key made from the run and the call's id, stored with the "
            "result: a second call with the key returns the first one's result.",
        ),
    ),
    seconds=10.0,
)


def failed(kind: str, message: str) -> str:
    """The content that tells the model of an error."""
    return json.dumps({"error": kind, "message": message})


def content_of(call: dict, tools: dict, validate) -> str:
    """The content of the tool message for one call."""
    name, text = call["function"]["name"], call["function"]["arguments"]
    if name not in tools:
        return failed("unknown_tool", f"There is no {name}; there are: {', '.join(tools)}.")
    tool = tools[name]
    try:
        args = json.loads(text) if text.strip() else {}
    except ValueError as error:
        return failed("invalid_json", f"The arguments are not JSON: {error}.")
    if not isinstance(args, dict):
        return failed("invalid_arguments", "The arguments must be a JSON object.")
    wrong = validate(args, tool["parameters"]) if validate else []
    if wrong:
        return failed("invalid_arguments", f"The arguments do not fit the schema: {wrong}.")
    try:
        result = tool["fn"](**args)
        # Encoded inside the try: what JSON cannot hold is the tool's error as well.
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as error:
        return failed("tool_error", f"{type(error).__name__}: {error}")


@exercise.solution
def execute_calls(tool_calls: list, tools: dict, validate=None, max_workers: int = 1) -> list:
    """Run the calls; gives one tool message for each, in the order of the calls.

    ValueError if max_workers < 1.
    """
    if max_workers < 1:
        raise ValueError(f"max_workers must be at least 1: {max_workers}")

    def answer(call: dict) -> dict:
        content = content_of(call, tools, validate)
        return {"role": "tool", "tool_call_id": call["id"], "content": content}

    if max_workers == 1:
        return [answer(call) for call in tool_calls]
    with ThreadPoolExecutor(max_workers) as pool:
        # map keeps the order of the calls, and raises here what was raised in a thread.
        return list(pool.map(answer, tool_calls))


#: What a model may write, simplest first: the name of a tool, and arguments.
CALLS = (
    ("add", {"a": 2, "b": 3}),
    ("echo", {"value": "hi"}),
    ("fail", {"kind": "RuntimeError", "why": "disk full"}),
    ("subtract", {"a": 2, "b": 3}),
    ("add", '{"a": 2, "b": '),
    ("add", "[2, 3]"),
    ("count", ""),
    ("count", " \n"),
    ("odd", {"kind": "a set"}),
    ("add", {"a": 2}),
    ("echo", {"value": {"ü": [1.5, None, "x"], "b": {"a": True}}}),
    ("count", "null"),
    ("count", "[]"),
    ("add", "{'a': 2, 'b': 3}"),
    ("subtract", "{"),
    ("fail", {"kind": "ValueError", "why": "no such city"}),
    ("fail", {"kind": "KeyError", "why": "user 7"}),
    ("fail", {"kind": "TypeError", "why": "not a number"}),
    ("echo", {"value": ""}),
    ("echo", {"value": None}),
    ("echo", {"value": False}),
    ("push", {"items": [1]}),
    ("label", {"name": "v", "fn": "w", "tool": "x", "call": "y", "self": "z"}),
    ("odd", {"kind": "NaN"}),
    ("odd", {"kind": "a list in itself"}),
    ("add", '{"a": 2, "b": 3} and done'),
    ("echo", {"value": '{"x":1}'}),
    ("add", '"{\\"a\\": 2, \\"b\\": 3}"'),
    ("echo", '{"value": "two\nlines"}'),
    ("add", ' {"a": 1.5, "b": 1.5}\n'),
    ("echo", '{"value": True}'),
    ("echo", {"value": {"error": "not found"}}),
    ("odd", {"kind": "a tuple"}),
    ("add", {"a": 2, "b": 3, "c": 4}),
    ("add", {"a": "2", "b": "3"}),
    ("count", "false"),
    ("count", "```json\n{}\n```"),
    ("count", '""'),
    ("add", '{"a": 2, "b": 3,}'),
    ("fail", {"kind": "StopIteration", "why": "the end"}),
    ("add", ""),
    ("odd", {"kind": "None as a key"}),
    ("odd", {"kind": "a pair as a key"}),
    ("echo", {"value": "Zürich"}),
    ("count", "0"),
    ("Add", {"a": 2, "b": 3}),
    ("echo", {"value": "  - one\n  - two\n"}),
    ("fail", {"kind": "ValueError", "why": "\n".join(f"row {i} is bad" for i in range(1, 21))}),
    ("functions.add", {"a": 2, "b": 3}),
    (" add", {"a": 2, "b": 3}),
    ("echo", {"value": 2.0}),
    ("echo", '{"value": 1, "value": 2}'),
)


def by_schema(value, schema, path="$") -> list:
    """What is wrong with an object: of agent/validate_args as much as the cases need."""
    if not isinstance(value, dict):
        return [(path, "type")]
    known, needed = schema.get("properties", {}), schema.get("required", [])
    missing = [(f"{path}.{name}", "required") for name in needed if name not in value]
    numbers = [name for name in value if known.get(name) == {"type": "number"}]
    wrong = [(f"{path}.{n}", "type") for n in numbers if not isinstance(value[n], (int, float))]
    return missing + wrong + [(f"{path}.{n}", "additionalProperties") for n in {*value} - {*known}]


VALIDATORS = {
    "by the schema": by_schema,
    "nothing": lambda *_: [],
    "always": lambda *_: [("$", "enum")],
}


def message_of(kinds, ids) -> dict:
    """An assistant message with the calls of those kinds."""
    calls = [chat.call(id, *CALLS[kind]) for id, kind in zip(ids, kinds, strict=True)]
    return chat.assistant(None) | {"tool_calls": calls}


def case(*kinds, validate=None, ids=None) -> dict:
    ids = ids or [f"c{i + 1}" for i in range(len(kinds))]
    return {"messages": [message_of(kinds, ids)], "validate": validate}


@exercise.inputs
def messages_with_calls(draw: Draw) -> dict:
    kinds = [draw.size(0, len(CALLS) - 1) for _ in range(draw.size(0, 4))]
    ids = [draw.choice(f"c{i + 1}", "c1", f"a{9 - i}") for i in range(len(kinds))]
    return case(*kinds, validate=draw.choice(None, *VALIDATORS), ids=ids)


@exercise.edges
def calls_that_separate() -> list[dict]:
    schema, same_ids = "by the schema", ["c1"] * 4
    return [
        case(), *(case(kind) for kind in range(len(CALLS))),
        *(case(kind, validate=schema) for kind in (0, 1, 3, 4, 5, 6, 7, 9, 11, 14, 33, 34, 40)),
        *(case(kind, validate="nothing") for kind in (0, 9, 5, 40)),
        *(case(kind, validate="always") for kind in (0, 1, 3, 4, 6, 7, 12)),
        case(0, 1), case(2, 0), case(3, 0, 4), case(5, 1), case(8, 0), case(0, 8), case(8, 8),
        case(1, 8), case(6, 6), case(6, 7, 6), case(10, 0), case(0, 10), case(10, 2, 10),
        case(40, 0, validate=schema), case(6, 6, validate="always"),
        case(39, 0), case(2, 39), case(39, 39), case(46, 0), case(0, 46), case(46, 46),
        case(0, 0), case(21, 21), case(21, 0, 21), case(6, 2, 6, validate=schema),
        case(0, 1, 10, ids=same_ids[:3]), case(2, 0, ids=same_ids[:2]),
        case(1, 29, 1, ids=same_ids[:3]),
        case(0, 1, 2, ids=["z", "m", "a"]), case(33, 0, 9, validate=schema),
        case(1, 1, 0, 1, ids=["b", "a", "b", "a"]),
    ]  # fmt: skip


def circle() -> list:
    found: list = [1]
    found.append(found)
    return found


ODD = {
    "a set": {1, 2},
    "NaN": float("nan"),
    "a list in itself": circle(),
    "a tuple": (1, 2),
    "None as a key": {None: 1, 2: True},
    "a pair as a key": {(1, 2): 3},
}
RAISED = {
    kind.__name__: kind for kind in (RuntimeError, ValueError, KeyError, TypeError, StopIteration)
}


def toolbox(log: list) -> dict:
    """The tools of the statement; each call is written down in `log`."""
    counted: list[int] = []

    def add(a, b):
        return a + b

    def echo(value):
        return value

    def label(name, fn, tool, call, self):
        return f"{name} {fn} {tool} {call} {self}"

    def fail(kind, why):
        raise RAISED[kind](why)

    def odd(kind):
        return ODD[kind]

    def push(items):
        items.append(0)
        return items

    def count():
        counted.append(len(counted) + 1)
        return counted

    def logged(fn):
        def run(**arguments):
            log.append(f"{fn.__name__}({json.dumps(arguments)})")
            return fn(**arguments)

        return run

    def schema(fn):
        names = fn.__code__.co_varnames[: fn.__code__.co_argcount]
        kinds = {name: {"type": "number"} if fn is add else {} for name in names}
        facts = {"properties": kinds, "required": list(names), "additionalProperties": False}
        return {"type": "object", **facts}

    fns = (add, echo, label, fail, odd, push, count)
    return {
        fn.__name__: chat.tool(logged(fn), f"The tool {fn.__name__}.", schema(fn)) for fn in fns
    }


def needed(calls: list, tools: dict) -> dict:
    """The tools that are called, and add: a case is to be small."""
    called = {call["function"]["name"] for call in calls} | {"add"}
    return {name: tool for name, tool in tools.items() if name in called}


def play(solution, message, validate, **more) -> dict:
    """Run the calls of a message; gives the conversation and the log of the tools."""
    log: list = []
    calls = message["tool_calls"]
    given = {"validate": VALIDATORS[validate]} if validate else {}
    answers = solution(calls, needed(calls, toolbox(log)), **given, **more)
    if isinstance(answers, list):
        answers = [message, *chat.settled(answers)]
    return {"messages": answers, "tools that ran": log}


@exercise.scenario
def answers_and_what_ran(solution, messages, validate) -> dict:
    return play(solution, messages[0], validate)


NAMES = ["add", "echo", "label", "fail", "odd", "push", "count"]

#: Kinds of calls, and what their errors must tell.
TOLD = (
    (2, ["RuntimeError", "disk full"]),
    (3, NAMES),
    (14, NAMES),
    (15, ["ValueError", "no such city"]),
    (16, ["KeyError", "user 7"]),
    (39, ["StopIteration", "the end"]),
    (45, NAMES),
    (9, ["TypeError", "'b'"]),
    (47, ["ValueError", "row 1 is bad", "row 2 is bad", "row 20 is bad"]),
)


@exercise.law(edges=lambda: [{**case(kind), "must_tell": words} for kind, words in TOLD])
def an_error_tells_what_the_model_needs_to_repair_it(solution, messages, must_tell):
    """Without the names of the tools, or the type and text of the exception, it can only guess."""
    (answer,) = solution(messages[0]["tool_calls"], toolbox([]))
    told = chat.failure(answer["content"])
    holds(told, f"The call must end in an error, and its content is {answer['content']!r}.", told)
    _, text = told
    missing = [word for word in must_tell if word not in text]
    holds(not missing, f"The error message {text!r} lacks {missing}.", got=missing)


@exercise.rig
def with_tools_of_its_own(solution, name, arguments):
    """One call of a tool that lives beside the solution: it can raise and return anything."""
    import collections
    import datetime
    import json

    class ApiError(Exception):
        def __str__(self):
            return f"HTTP {self.args[0]}"

    class Page:
        def __init__(self, number):
            self.number = number

    class Text(str):
        pass

    def add(a, b):
        return a + b

    def fetch(text):
        return json.loads(text)

    def load(path):
        raise FileNotFoundError(2, "No such file", path)

    def post(status):
        raise ApiError(status)

    def check():
        raise AssertionError

    def shout(words):
        raise ValueError("out " * words + "of memory")

    def nest(depth):
        found = []
        for _ in range(depth):
            found = [found]
        return found

    made = {
        "read": lambda path: path.encode(),
        "search": lambda word: (word for _ in range(2)),
        "page": lambda number: {"page": number, "of": object()},
        "first": lambda: Page(1),
        "today": lambda: datetime.date(2024, 2, 29),
        "quote": lambda text: Text(text),
        "point": lambda x, y: collections.namedtuple("Point", "x y")(x, y),
        "letters": lambda word: collections.Counter(word),
        "limit": lambda: float("inf"),
        "book": lambda words: "word " * words,
        "rows": lambda count: list(range(count)),
    }
    fns = {f.__name__: f for f in (add, fetch, load, post, check, shout, nest)} | made
    schema = {"type": "object"}
    tools = {n: {"description": "", "parameters": schema, "fn": fn} for n, fn in fns.items()}
    function = {"name": name, "arguments": json.dumps(arguments)}
    return solution([{"id": "c1", "type": "function", "function": function}], tools)


#: Calls that end in the tool's error, and what the text must tell.
FAULTS = (
    ("add", {"a": 2}, ["TypeError"]),
    ("add", {"a": 2, "b": 3, "c": 4}, ["TypeError"]),
    ("add", {"a": 2, "b": "3"}, ["TypeError"]),
    ("fetch", {"text": "<html>"}, ["JSONDecodeError"]),
    ("fetch", {"text": ""}, ["JSONDecodeError"]),
    ("fetch", {"text": "{"}, ["JSONDecodeError"]),
    ("load", {"path": "a.txt"}, ["FileNotFoundError", "No such file"]),
    ("post", {"status": 503}, ["ApiError", "503"]),
    ("check", {}, ["AssertionError"]),
    ("shout", {"words": 2000}, ["ValueError", "out of memory"]),
    ("read", {"path": "a.txt"}, []),
    ("search", {"word": "x"}, []),
    ("page", {"number": 1}, []),
    ("first", {}, []),
    ("today", {}, []),
    ("nest", {"depth": 50_000}, []),
)


def faults() -> list[dict]:
    return [{"name": n, "arguments": args, "must_tell": words} for n, args, words in FAULTS]


@exercise.law(edges=faults)
def what_a_tool_raises_or_returns_is_the_tools_error(solution, name, arguments, must_tell):
    """The arguments were fine: the model must not be told to write them again.

    `add(a, b)`; `fetch(text)` gives json.loads(text); `load`, `post`, `check` and `shout` raise
    FileNotFoundError, an exception of their own, a bare AssertionError and a long text. `read`
    gives bytes, `search` a generator, `page` a dict that holds an object, `first` an object, `today`
    a date and `nest` a list in a list, `depth` times.
    """
    wanted = json.dumps({"error": "tool_error", "message": "..."})
    got = with_tools_of_its_own(solution, name, arguments)
    same(chat.settled(got), [chat.answer("c1", wanted)], "The answers")
    _, text = chat.failure(got[0]["content"])
    missing = [word for word in must_tell if word not in text]
    holds(not missing, f"The error message {text[:80]!r} lacks {missing}.", got=missing)


#: Calls of tools that return something less common, and the content.
GIVEN = (
    ("quote", {"text": "so"}, "so"),
    ("point", {"x": 1, "y": 2}, "[1, 2]"),
    ("letters", {"word": "aab"}, '{"a": 2, "b": 1}'),
    ("limit", {}, "Infinity"),
    ("book", {"words": 200}, "word " * 200),
    ("book", {"words": 900}, "word " * 900),
    ("book", {"words": 20_000}, "word " * 20_000),
    ("rows", {"count": 3000}, json.dumps(list(range(3000)))),
)


@exercise.law(
    edges=lambda: [{"name": n, "arguments": args, "wanted": text} for n, args, text in GIVEN]
)
def what_a_tool_returns_is_given_whole(solution, name, arguments, wanted):
    """As it is, and to its end: what was cut off the model cannot know to be missing.

    `quote` returns an object of a class made from str, `point` a named tuple, `letters` a Counter,
    `limit` an infinite number, `book` a long text and `rows` a long list.
    """
    (answer,) = with_tools_of_its_own(solution, name, arguments)
    content = answer["content"]
    if isinstance(content, str) and len(wanted) > 100:
        says = f"The content has {len(content)} characters, not {len(wanted)}."
        holds(len(content) == len(wanted), says, got=len(content))
        holds(content == wanted, "The content is as long as it should be, but another.")
    else:
        same(content, wanted, "The content")


@exercise.law(edges=lambda: [{"arguments": text} for text in ("{}", '{"a": 2}', "{", "")])
def where_there_is_no_tool_the_error_has_a_text(solution, arguments):
    """`tools` is {}: there are no names to tell, but an error never goes without a text."""
    answers = solution([chat.call("c1", "add", arguments)], {})
    wanted = json.dumps({"error": "unknown_tool", "message": "..."})
    same(chat.settled(answers), [chat.answer("c1", wanted)], "The answers")


@exercise.law(edges=lambda: [{"arguments": text} for text in ("{}", '{"text": "hi"}', "")])
def validate_is_asked_whatever_the_schema_is(solution, arguments):
    """The schema of the tool `say` is {}, and `validate` finds something wrong all the same."""
    asked, log = [], []

    def say(**args):
        log.append(args)
        return "said"

    def validate(args, schema):
        asked.append([args, schema])
        return [("$", "enum")]

    calls = [chat.call("c1", "say", arguments)]
    answers = solution(calls, {"say": chat.tool(say) | {"parameters": {}}}, validate)
    holds(asked, "validate was not called.", got=chat.settled(answers))
    holds(not log, "say ran, and validate had found something wrong.", got=log)
    wanted = json.dumps({"error": "invalid_arguments", "message": "..."})
    same(chat.settled(answers), [chat.answer("c1", wanted)], "The answers")


@exercise.rig
def crowd(solution, calls, max_workers, wanted, patience):
    """Calls of a tool that waits until `wanted` calls are inside; then they leave, the last first.

    Gives the messages, and how many were inside at most. What a call waits for is bounded in turns
    and not in seconds: a turn lasts until a fresh thread has run, so on a slow machine it takes as
    long as the solution's own threads do. Where no other thread lives, nobody else can come.
    """
    import threading
    import time

    lock = threading.Lock()
    seen = {"inside": 0, "most": 0, "in vain": False}
    left = set()

    def wait(turns, happened):
        if threading.active_count() == 1:
            turns = min(turns, 20)
        for _ in range(turns):
            if happened():
                return True
            time.sleep(0.0005)
            fresh = threading.Thread(target=int)
            fresh.start()
            fresh.join()
        return happened()

    def meet(me):
        with lock:
            seen["inside"] += 1
            seen["most"] = max(seen["most"], seen["inside"])
        if not seen["in vain"] and wait(patience, lambda: seen["most"] >= wanted):
            wait(patience, lambda: me == calls - 1 or me + 1 in left)
            wait(2, lambda: me == calls - 1)
        else:
            seen["in vain"] = True
        with lock:
            seen["inside"] -= 1
        left.add(me)
        return me

    schema = {"type": "object"}
    tools = {"meet": {"description": "", "parameters": schema, "fn": meet}}
    made = [
        {"id": f"c{i + 1}", "type": "function", "function": {"name": "meet", "arguments": text}}
        for i, text in enumerate(f'{{"me": {i}}}' for i in range(calls))
    ]
    return solution(made, tools, max_workers=max_workers), seen["most"]


#: How many turns a call waits for others that must come. With none coming that is half a second.
PATIENCE = 400


def meetings() -> list[dict]:
    return [{"calls": n, "max_workers": w} for n, w in ((2, 2), (2, 5), (4, 4))]


@exercise.law(edges=meetings)
def calls_that_wait_for_each_other_finish(solution, calls, max_workers):
    """There were workers enough for all, and each waited until all were running."""
    _, most = crowd(solution, calls, max_workers, calls, PATIENCE)
    says = f"Of {calls} calls with max_workers={max_workers}, at most {most} ran at once."
    holds(most == calls, says, got=most)


@exercise.law(edges=meetings)
def the_messages_keep_the_order_of_the_calls(solution, calls, max_workers):
    """The calls finished in reverse order, the last one first. Answers go by their place."""
    answers, _ = crowd(solution, calls, max_workers, calls, PATIENCE // 8)
    same(answers, [chat.answer(f"c{i + 1}", f"{i}") for i in range(calls)], "The answers")


@exercise.law(
    edges=lambda: [
        {"calls": n, "max_workers": w} for n, w in ((2, 1), (3, 1), (3, 2), (4, 2), (5, 3))
    ]
)
def never_more_than_max_workers_run_at_once(solution, calls, max_workers):
    """A service that allows so many requests at once refuses the next one."""
    _, most = crowd(solution, calls, max_workers, max_workers + 1, 12)
    # How many more there are depends on the machine; one too many is enough to know.
    most = min(most, max_workers + 1)
    says = f"Of {calls} calls with max_workers={max_workers}, {most} or more ran at once."
    holds(most <= max_workers, says, got=most)


def several() -> list[dict]:
    schema, ids = "by the schema", ["c1", "c2", "c1", "c4"]
    plans = (
        (2, None), (2, None, 0, 1), (3, None, 2, 0), (4, None, 14, 8, 7, 45), (3, None, 1, 40, 29),
        (2, schema, 33, 0), (3, schema, 9, 5, 0), (4, schema, 40, 34, 10, 4),
    )  # fmt: skip
    return [
        {**case(*kinds, validate=validate, ids=ids[: len(kinds)]), "max_workers": workers}
        for workers, validate, *kinds in plans
    ]


@exercise.law(edges=several)
def several_workers_answer_each_call_as_if_it_were_alone(solution, messages, validate, max_workers):
    """Workers change how long it takes and nothing else."""
    (message,) = messages
    calls = message["tool_calls"]
    alone = [play(solution, {**message, "tool_calls": [call]}, validate) for call in calls]
    got = play(solution, message, validate, max_workers=max_workers)
    want = [message, *(found["messages"][1] for found in alone)]
    same(got["messages"], want, f"With max_workers={max_workers} the messages")
    ran = sorted(line for found in alone for line in found["tools that ran"])
    same(sorted(got["tools that ran"]), ran, f"With max_workers={max_workers} the tools that ran")


@exercise.rig
def keep_and_spoil(solution, names, turns):
    """`keep` returns a list; `spoil`, which runs beside it, changes that list somewhat later."""
    import threading
    import time

    kept, returned = [1], threading.Event()

    def pause(times, until=lambda: False):
        for _ in range(times):
            if until() or threading.active_count() == 1:
                return
            time.sleep(0.0005)
            other = threading.Thread(target=int)
            other.start()
            other.join()

    def keep():
        returned.set()
        return kept

    def spoil():
        pause(turns, returned.is_set)
        pause(turns)
        if returned.is_set():
            kept.append("spoilt")
        return "done"

    fns = {"keep": keep, "spoil": spoil}
    schema = {"type": "object"}
    tools = {n: {"description": "", "parameters": schema, "fn": fn} for n, fn in fns.items()}
    calls = [
        {"id": f"c{i + 1}", "type": "function", "function": {"name": name, "arguments": "{}"}}
        for i, name in enumerate(names)
    ]
    return solution(calls, tools, max_workers=2)


@exercise.law(edges=lambda: [{"names": n} for n in (["keep", "spoil"], ["spoil", "keep"])])
def a_result_is_encoded_before_another_tool_can_change_it(solution, names):
    """Two workers: `keep` returns the list [1], and then `spoil`, still running, changes it.

    Encode in the thread that ran the tool, not where the results are gathered.
    """
    contents = {"keep": "[1]", "spoil": "done"}
    wanted = [chat.answer(f"c{i + 1}", contents[name]) for i, name in enumerate(names)]
    same(keep_and_spoil(solution, names, 25), wanted, "The answers")


@exercise.law(
    edges=lambda: [
        {"raises": kind("stop"), "before": before, "max_workers": workers}
        for kind in (KeyboardInterrupt, SystemExit)
        for before, workers in ((0, 1), (1, 1), (0, 2), (1, 3))
    ]
)
def an_interrupt_passes_through(solution, raises, before, max_workers):
    """A person must be able to stop the run; only what is an Exception is the model's business."""
    tools = needed([], toolbox([])) | {"stop": chat.tool(Script([raises, "went on", "went on"]))}
    calls = [chat.call(f"c{i + 1}", "add", {"a": 2, "b": 3}) for i in range(before + 1)]
    calls.insert(before, chat.call("c9", "stop"))
    result = outcome(solution, calls, tools, max_workers=max_workers)
    wanted = f"{type(raises).__name__}: {raises}"
    says = f"A tool raised {wanted}, and execute_calls did not."
    holds(result.get("raised") == wanted, says, got=chat.settled(result.get("returned")))


@exercise.law(
    edges=lambda: [
        {**case(*kinds), "max_workers": workers}
        for kinds in ([0], [3, 1], [])
        for workers in (0, -1, -4)
    ]
)
def max_workers_below_one_raises_before_anything_runs(solution, messages, max_workers):
    """A wrong number should be found out at once, also where there happens to be no call."""
    calls, log = messages[0]["tool_calls"], []
    tools = needed(calls, toolbox(log))
    must_raise(ValueError, solution, calls, tools, max_workers=max_workers)
    holds(not log, f"It raised ValueError, but had run {log} by then.", got=log)


exercise.mistake(
    "bad_json_becomes_empty_args",
    "Arguments that are not JSON become {} and the tool runs with them: that is another call than "
    "the model made. Answer with invalid_json and run nothing.",
    swap={
        'return failed("invalid_json", f"The arguments are not JSON: {error}.")': "args = {}",
    },
)
exercise.mistake(
    "raises_on_bad_json",
    "Arguments that are not JSON raise out of your function. Tell the model of them as "
    "invalid_json, so that it can write them again.",
    swap={
        'return failed("invalid_json", f"The arguments are not JSON: {error}.")': "raise",
    },
)
exercise.mistake(
    "raises_on_unknown_tool",
    "A name that is not among the tools raises out of your function. Models invent names: answer "
    "with unknown_tool and go on.",
    swap={
        '        return failed("unknown_tool", f"There is no {name}; there are: {\', \'.join(tools)}.")': (
            "        raise KeyError(name)"
        ),
    },
)
exercise.mistake(
    "raises_on_tool_exception",
    "An exception of a tool raises out of your function, and the other calls stay open. Catch "
    "Exception around the call and tell the model of it as tool_error.",
    swap={
        '        return failed("tool_error", f"{type(error).__name__}: {error}")': "        raise",
    },
)
exercise.mistake(
    "raises_on_unencodable_result",
    "A result that JSON cannot hold raises out of your function. Encode inside the try around the "
    "tool: it is a tool_error.",
    swap={
        """        # Encoded inside the try: what JSON cannot hold is the tool's error as well.
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as error:
        return failed("tool_error", f"{type(error).__name__}: {error}")""": """    except Exception as error:
        return failed("tool_error", f"{type(error).__name__}: {error}")
    return result if isinstance(result, str) else json.dumps(result)""",
    },
)
exercise.mistake(
    "unencodable_becomes_str",
    "You turn what JSON cannot hold into text with str. The model would read Python's notation: "
    "answer with tool_error.",
    swap={"else json.dumps(result)": "else json.dumps(result, default=str)"},
)
exercise.mistake(
    "id_mixed_up",
    "All your messages carry the id of the first call. Each carries the id of the call it answers.",
    swap={'"tool_call_id": call["id"]': '"tool_call_id": tool_calls[0]["id"]'},
)
exercise.mistake(
    "more_keys_in_a_message",
    "Your messages have a key more, such as the tool's name. They have role, tool_call_id and "
    "content.",
    swap={'"content": content}': '"content": content, "name": call["function"]["name"]}'},
)
exercise.mistake(
    "answers_by_id",
    "You keep the answers by the calls' ids, so calls that share an id share an answer. Keep them "
    "by their place.",
    swap={
        "        return [answer(call) for call in tool_calls]": (
            '        found = {call["id"]: answer(call) for call in tool_calls}\n'
            '        return [found[call["id"]] for call in tool_calls]'
        ),
    },
)
exercise.mistake(
    "equal_calls_run_once",
    "You run equal calls once and use the result twice. Each call runs for itself: the model may "
    "want something done twice.",
    swap={
        "    def answer(call: dict) -> dict:\n": (
            "    known = {}\n\n    def answer(call: dict) -> dict:\n"
        ),
        "content = content_of(call, tools, validate)": (
            'key = (call["function"]["name"], call["function"]["arguments"])\n'
            "        content = known.get(key) or content_of(call, tools, validate)\n"
            "        known[key] = content"
        ),
    },
)
exercise.mistake(
    "str_not_json",
    "You turn results into text with str(), which gives Python's notation (None, True, single "
    "quotes). Use json.dumps.",
    swap={"else json.dumps(result)": "else str(result)"},
)
exercise.mistake(
    "double_encoded",
    "You encode results that are texts already, so the model reads them in quotation marks. A str "
    "is the content itself.",
    swap={"return result if isinstance(result, str) else json.dumps": "return json.dumps"},
)
exercise.mistake(
    "dumps_with_other_options",
    "You give json.dumps options, such as ensure_ascii=False. The content is made with its "
    "defaults.",
    swap={"else json.dumps(result)": "else json.dumps(result, ensure_ascii=False)"},
)
exercise.mistake(
    "encoded_at_the_end",
    "You encode the results after all tools have run. A tool may go on working with what it "
    "returned: encode each result as soon as you have it.",
    swap={
        "return result if isinstance(result, str) else json.dumps(result)": (
            "json.dumps(result)\n        return result"
        ),
        "        return [answer(call) for call in tool_calls]": (
            "        found = [answer(call) for call in tool_calls]\n"
            "        for message in found:\n"
            '            if not isinstance(message["content"], str):\n'
            '                message["content"] = json.dumps(message["content"])\n'
            "        return found"
        ),
    },
)
exercise.mistake(
    "eval_arguments",
    "You read arguments as Python and not as JSON: single quotes pass, and true, false and null do "
    "not. Use json.loads.",
    swap={"json.loads(text) if": "__import__('ast').literal_eval(text.strip()) if"},
)
exercise.mistake(
    "falsy_becomes_empty_args",
    "null, false, 0, [] and an empty text become {} and the tool runs. They are JSON but no "
    "object: answer with invalid_arguments. Only blank arguments count as {}.",
    swap={"json.loads(text) if": "(json.loads(text) or {}) if"},
)
exercise.mistake(
    "blank_arguments_are_invalid",
    "You call blank arguments invalid_json. Many models write nothing for a tool without "
    "parameters: it counts as {}.",
    swap={"json.loads(text) if text.strip() else {}": "json.loads(text)"},
)
exercise.mistake(
    "objects_not_asked_for",
    "Arguments that are JSON but no object are told as the tool's error. Answer with "
    "invalid_arguments before fn is called.",
    swap={"if not isinstance(args, dict):": "if False:"},
)
exercise.mistake(
    "validate_not_called",
    "You never call validate. Where it is given and finds something, answer with invalid_arguments "
    "and run nothing.",
    swap={'validate(args, tool["parameters"]) if validate else []': "[]"},
)
exercise.mistake(
    "empty_arguments_not_validated",
    "You ask validate only where there are arguments. {} can be wrong as well: a required one is "
    "missing.",
    swap={'parameters"]) if validate else []': 'parameters"]) if validate and args else []'},
)
exercise.mistake(
    "arguments_before_the_name",
    "You look at the arguments of a tool that does not exist. The name comes first: unknown_tool.",
    swap={
        "    if name not in tools:": (
            "    try:\n"
            "        json.loads(text if text.strip() else '{}')\n"
            "    except ValueError as error:\n"
            '        return failed("invalid_json", f"{error}")\n'
            "    if name not in tools:"
        ),
    },
)
exercise.mistake(
    "a_tools_type_error_is_the_models",
    "You take every TypeError of the tool for wrong arguments. What fn raises is a tool_error, of "
    "whatever type it is.",
    swap={
        "    except Exception as error:\n": (
            "    except TypeError as error:\n"
            '        return failed("invalid_arguments", f"{error}")\n'
            "    except Exception as error:\n"
        ),
    },
)
exercise.mistake(
    "one_try_around_everything",
    "One try holds the decoding and the tool, so a ValueError of the tool is told as "
    "invalid_json. Keep them apart.",
    swap={
        "    except Exception as error:\n": (
            "    except ValueError as error:\n"
            '        return failed("invalid_json", f"{error}")\n'
            "    except Exception as error:\n"
        ),
    },
)
exercise.mistake(
    "stops_after_first_error",
    "You stop after the first call that fails. Each call needs an answer, and the others may be "
    "fine: go on.",
    swap={
        "        return [answer(call) for call in tool_calls]": (
            "        found = []\n"
            "        for call in tool_calls:\n"
            "            found.append(answer(call))\n"
            '            if \'"error":\' in found[-1]["content"]:\n'
            "                break\n"
            "        return found"
        ),
    },
)
exercise.mistake(
    "catches_base_exception",
    "You catch KeyboardInterrupt and SystemExit as well, so nobody can stop the run. Catch "
    "Exception.",
    swap={"    except Exception as error:": "    except BaseException as error:"},
)
exercise.mistake(
    "error_without_the_names",
    "Your unknown_tool error does not name the tools there are, so the model can only guess again.",
    swap={"There is no {name}; there are: {', '.join(tools)}.": "There is no {name}."},
)
exercise.mistake(
    "message_is_no_text",
    "The message of an error is the list that validate gave. It must be a str: make a text of it.",
    swap={'f"The arguments do not fit the schema: {wrong}."': "wrong"},
)
exercise.mistake(
    "some_exceptions_only",
    "You catch a few types of exception, and a tool can raise any. Catch Exception.",
    swap={
        "    except Exception as error:": (
            "    except (ValueError, TypeError, LookupError, RuntimeError, OSError) as error:"
        ),
    },
)
exercise.mistake(
    "tries_again",
    "You call a tool that failed once more. fn is called once: it may have done half of its work.",
    swap={
        '        result = tool["fn"](**args)\n': (
            "        try:\n"
            '            result = tool["fn"](**args)\n'
            "        except Exception:\n"
            '            result = tool["fn"](**args)\n'
        ),
    },
)
exercise.mistake(
    "results_stripped",
    "You strip the white space around a text that a tool returned. The text itself is the content.",
    swap={"return result if isinstance": "return result.strip() if isinstance"},
)
exercise.mistake(
    "error_without_its_type",
    "Your tool_error holds the exception's text alone. For a KeyError that is just a name in "
    "quotes: add the type.",
    swap={"{type(error).__name__}: {error}": "The tool failed: {error}"},
)
exercise.mistake(
    "one_after_the_other",
    "You run the calls one after the other whatever max_workers says. With more than one worker "
    "run them in threads.",
    swap={"if max_workers == 1:": "if True:"},
)
exercise.mistake(
    "in_order_of_completion",
    "Your messages come in the order in which the calls finished. Put them in the order of the "
    "calls.",
    swap={
        "        return list(pool.map(answer, tool_calls))": (
            "        found = []\n"
            "        list(pool.map(lambda call: found.append(answer(call)), tool_calls))\n"
            "        return found"
        ),
    },
)
exercise.mistake(
    "a_thread_for_each_call",
    "You start a thread for each call, however many there are. max_workers bounds how many run at "
    "once.",
    swap={"with ThreadPoolExecutor(max_workers)": "with ThreadPoolExecutor(len(tool_calls) or 1)"},
)
exercise.mistake(
    "max_workers_not_checked",
    "You never check max_workers. Below 1 it raises ValueError, before anything runs.",
    swap={
        "    if max_workers < 1:": "    if False:",
        "if max_workers == 1:": "if max_workers <= 1:",
    },
)
exercise.mistake(
    "max_workers_checked_with_calls_only",
    "Where there is no call you do not look at max_workers. Check it first of all.",
    swap={
        "    if max_workers < 1:": "    if tool_calls and max_workers < 1:",
        "if max_workers == 1:": "if max_workers <= 1:",
    },
)

exercise.walkthrough(r"""
## Where it comes from

A model does not run anything. It writes that it would like `add` called with `{"a": 2, "b": 3}`,
and it may write several such wishes in one message; some program has to read them, run them and
write the answers back. OpenAI's function calling guide fixed the shape that most servers took over:
each call has an id, each answer is a message with the role `tool` that carries this id, and a
conversation in which a call has no answer is refused at the next request.

That one rule decides the design. Whatever becomes of a call, a wrong name, broken JSON, a tool that
raises, there must be an answer; so none of it may be an exception that leaves the function. And the
reader of the answer is the model: an error told in words is repaired in the next turn, a traceback
in a log is not.

The second half is time. Calls of one message were written without sight of each other's results,
and most tools wait: for a disk, a server, another model. Threads are enough for waiting, as
Python's `concurrent.futures` offers them.

## By hand

Five calls of one message. The only tool is `add(a, b)`; there is no `validate`.

| id | name | arguments | runs | answer |
|---|---|---|---|---|
| c1 | add | `{"a": 2, "b": 3}` | yes | 5 |
| c2 | add | `{"a": 2` | no | invalid_json |
| c3 | add | `[2, 3]` | no | invalid_arguments: JSON, but no object |
| c4 | sum | `{"a": 2` | no | unknown_tool: the name is looked at first |
| c5 | add | `{"a": 2}` | yes | tool_error: Python's own TypeError |

```python
from grader.notebook import reference
from grader.words import chat

execute_calls = reference("agent/execute_calls")
tools = {"add": chat.tool(lambda a, b: a + b)}
calls = [
    chat.call("c1", "add", {"a": 2, "b": 3}),
    chat.call("c2", "add", '{"a": 2'),
    chat.call("c3", "add", "[2, 3]"),
    chat.call("c4", "sum", '{"a": 2'),
    chat.call("c5", "add", {"a": 2}),
]
answers = execute_calls(calls, tools)
[(message["tool_call_id"], message["content"]) for message in answers]
```

The last one is a tool_error and no invalid_arguments, because nobody looked at a schema: the
function was called and complained. With a `validate` it would have been found before.

## A picture

Four calls of one message: `work` sleeps for so many milliseconds. On the left one worker, on the
right three. Each bar begins where its tool began, as measured here, and is as long as its sleep.

```python
import time

from matplotlib.figure import Figure

from grader.notebook import Picture

naps = {"c1": 90, "c2": 30, "c3": 60, "c4": 40}
calls = [chat.call(id, "work", {"id": id, "ms": ms}) for id, ms in naps.items()]
figure = Figure(figsize=(8, 2.2), layout="constrained")
for place, workers in enumerate((1, 3), 1):
    ran = {}

    def work(id, ms, ran=ran):
        ran[id] = time.perf_counter()
        time.sleep(ms / 1000)
        return f"{id} slept"

    began = time.perf_counter()
    answers = execute_calls(calls, {"work": chat.tool(work)}, max_workers=workers)
    axes = figure.add_subplot(1, 2, place)
    axes.barh(list(naps), list(naps.values()), left=[1e3 * (ran[id] - began) for id in naps])
    axes.set(title=f"max_workers = {workers}", xlabel="milliseconds", xlim=(0, 240))
    axes.invert_yaxis()
Picture(figure, "when each of four calls ran, with one worker and with three")
```

With three workers c4 waits until the first of them is free, which is after c2, and c1, the first to
begin, ends last. Yet the answers come in the order of the calls:

```python
[message["content"] for message in answers]
```

## Traps

**One try for all.** A single `try` around the decoding and the tool is the shortest code. But
`json.loads` raises ValueError, and so do many tools: the model reads that its JSON is broken,
writes the very same JSON once more, and never learns that there is no such city. It takes a tool
that raises ValueError to see it, or a result for which `json.dumps` does, as below.

{{trap: one_try_around_everything}}

**Answers as they come.** Taking results in the order in which they complete is what most examples
of threads do. Each answer has its id, so nothing is lost and many servers accept it; but two runs
may give two transcripts, which breaks recorded tests and caches of the prompt. Where tools return
at once it hardly ever happens.

{{trap: in_order_of_completion}}

**Guessing for the model.** Replacing arguments that cannot be read by `{}` seems kind. Here the
model is then told that arguments are missing which it did write. Where all parameters have
defaults, something runs that nobody asked for, and nobody is told at all.

{{trap: bad_json_becomes_empty_args}}

## What it costs

One worker takes the sum of all waits. With w workers and calls that wait equally long, they go in
rounds of w: twelve calls of 10 ms take 120 ms with one worker, 40 ms with three, and 20 ms with
six, with eight and with eleven, since there are two rounds in any case. And no number of workers
gets below the longest single call, as the picture shows. For tools that compute instead of waiting
it hardly helps at all, for the threads of Python's usual build share one interpreter lock.

```python
from grader.notebook import seconds

nap = {"nap": chat.tool(lambda: time.sleep(0.01))}
calls = [chat.call(f"c{i}", "nap", "") for i in range(12)]
taken = {w: seconds(execute_calls, calls, nap, None, w, repeat=2) for w in (1, 3, 6, 11)}
{f"max_workers = {w}": f"{1e3 * took:.0f} ms" for w, took in taken.items()}
```
""")
