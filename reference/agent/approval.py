"""Tools that need a person's approval.

Some tools must not run on the word of a model: they send, delete, pay. A person is asked first and
may say yes, say no, or change the arguments. What runs must be exactly what was approved, and where
nobody clearly said yes nothing runs.

Write `execute_with_approval(tool_calls, tools, approve, validate)`. Like agent/execute_calls with
one worker it returns one message for each call, in the order of the calls: `{"role": "tool",
"tool_call_id": the call's id, "content": str}`, with no other key. `tool_calls` and `tools` are as
there, and are not changed; a tool may also have the key "requires_approval": it requires approval
where that is True, and not where it is False or missing. Calls may share an id, or be equal: each
is asked for, runs and is answered for itself.

What a call comes to, the first that applies:

1. "unknown_tool": no tool has exactly its name. The text names all tools that there are.
2. "invalid_json": the arguments are not JSON. But "" and white space count as {}.
3. "invalid_arguments": they are JSON and no object (a dict), or `validate(args, parameters)`, which
   is always given, returns a list that is not empty.
4. If the tool requires approval, `approve(name, args)` is asked, once. What it returns decides:
   - True (the bool, and nothing that is only equal to it): the call may run as it is.
   - A dict, {} too: edited arguments, which take the place of the call's. They are validated as in
     3, and "invalid_arguments" where they do not fit. approve is not asked again. It may also be
     the dict that approve was given, changed.
   - Anything else (False, None, 1, "yes", a tuple, ...), or it raises an Exception: "denied".
5. "tool_error": `fn(**args)` ran and raised an Exception, the text holding its type's name and its
   own text; or json cannot encode what fn returned.
6. Otherwise the content is what fn returned where that is a str, else `json.dumps` of it, with its
   defaults and made as soon as fn has returned.

An error's content is `json.dumps({"error": kind, "message": text})`, the text yours but not empty.
fn is not called for a call that ends in 1 to 4, and once otherwise. approve is never asked for a
call that ends in 1 to 3, nor for a tool that does not require it. A call that fails or is denied
changes nothing for the others.

The order: every call that has to be approved is asked for, in the order of the calls, before any
tool of the message runs, one without approval included. Then the tools run, one after the other, in
the order of the calls.

What was approved is fixed at that moment. approve gets a deep copy of the arguments for each call,
and may change it without any effect on what runs, nor on what is shown of another call; the dict
that it returns is copied deeply at once, so that changing it later, there or in a tool, has no
effect either.

KeyboardInterrupt and SystemExit, of a tool or of approve, pass through as they are.

Example: call "c1" is add with '{"a": 2, "b": 3}', "c2" is send with '{"to": "ann", "text": "hi"}';
only send requires approval. approve("send", {"to": "ann", "text": "hi"}) comes first and gives
{"to": "bob", "text": "hi"}. Then add(a=2, b=3) runs, then send(to="bob", text="hi"); the contents
are "5" and "sent to bob".

Failing cases show the message with the calls, and the `verdicts` that approve returns or raises in
turn (then True). The tools are those that are called, and add. Without approval: `add(a, b)`,
`label(name, fn, tool, call, self)` which joins them, `read(path)` which returns "" for "" and else
a dict, and `count()`, which returns the list [1], the same list with 2 appended the second time,
and so on. With approval: `send(to, text)`, `note(text, tag="none")`, `push(items)` which
appends 0 to items and returns it, `wipe()`, `odd()` which returns a set, and `fail(kind, why)`
which raises kind(why).
"""

import copy
import json

from grader.words import Draw, Exercise, Throw, chat, holds, outcome, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=20,
    needs=("agent/execute_calls",),
    source="OWASP, Top 10 for LLM Applications 2025, LLM06: Excessive Agency; Saltzer and "
    "Schroeder 1975, The Protection of Information in Computer Systems (fail-safe defaults)",
    hints=(
        "Two passes over the calls: the first decides what each call comes to as far as one can "
        "without running a tool, the second runs what is left.",
        "Let the first pass give, for each call, either the arguments to run with or the content "
        "of its error.",
        "Ask whether the verdict `is True`, then whether it is a dict; all the rest is a no. Copy "
        "deeply on the way out to approve, and on the way back.",
    ),
    ask=(
        (
            "Where does the run wait for a person?",
            "Not in a blocked thread: save the transcript and the open calls, end, and resume with "
            "the verdicts when they come, perhaps days later in another process. Check again then "
            "that the world is still as it was.",
        ),
        (
            "What is approval fatigue, and what helps?",
            "Who is asked for everything says yes to everything. Ask only for what cannot be "
            "undone, show what will happen and not raw JSON, collect the questions of a message, "
            "allow narrow rules (this folder, up to this amount) and prefer undo and sandboxes.",
        ),
        (
            "Who may approve what?",
            "Somebody with the right to do the thing himself, and not the text that the model has "
            "read. The verdict is tied to the exact arguments, has an end, and is written down "
            "with the name of who gave it.",
        ),
    ),
)


def failed(kind: str, message: str) -> str:
    """The content that tells the model of an error."""
    return json.dumps({"error": kind, "message": message})


def misfit(args, tool: dict, validate) -> str | None:
    """The content of the error where arguments do not fit the tool."""
    if not isinstance(args, dict):
        return failed("invalid_arguments", "The arguments must be a JSON object.")
    wrong = validate(args, tool["parameters"])
    return failed("invalid_arguments", f"They do not fit the schema: {wrong}.") if wrong else None


def ask(name: str, args: dict, tool: dict, approve, validate) -> tuple:
    """The arguments that were approved and None, or the content of an error in its place."""
    try:
        verdict = approve(name, copy.deepcopy(args))  # a copy: what is shown cannot be swapped
    except Exception as error:
        return None, failed("denied", f"Asking for approval failed: {error!r}.")
    if verdict is True:
        return args, None
    if not isinstance(verdict, dict):
        return None, failed("denied", "This call was not approved.")
    edited = copy.deepcopy(verdict)  # at once: whoever holds that dict may go on changing it
    return edited, misfit(edited, tool, validate)


def decide(call: dict, tools: dict, approve, validate) -> tuple:
    """The arguments to run a call with and None, or what there is and the content of an error."""
    name, text = call["function"]["name"], call["function"]["arguments"]
    if name not in tools:
        return None, failed("unknown_tool", f"There is no {name}; there are: {', '.join(tools)}.")
    tool = tools[name]
    try:
        args = json.loads(text) if text.strip() else {}
    except ValueError as error:
        return None, failed("invalid_json", f"The arguments are not JSON: {error}.")
    error = misfit(args, tool, validate)
    if error is None and tool.get("requires_approval", False):
        return ask(name, args, tool, approve, validate)
    return args, error


def run(fn, args: dict) -> str:
    """The content of a call that may run."""
    try:
        result = fn(**args)
        return result if isinstance(result, str) else json.dumps(result)
    except Exception as error:
        return failed("tool_error", f"{type(error).__name__}: {error}")


@exercise.solution
def execute_with_approval(tool_calls: list, tools: dict, approve, validate) -> list:
    """Run the calls that may run; gives one tool message for each, in the order of the calls."""
    # All questions come first: a no to the last must not find half of the work done.
    decided = [decide(call, tools, approve, validate) for call in tool_calls]
    messages = []
    for call, (args, error) in zip(tool_calls, decided, strict=True):
        content = error or run(tools[call["function"]["name"]]["fn"], args)
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": content})
    return messages


#: What a model may write, simplest first: the name of a tool, and arguments.
CALLS = (
    ("send", {"to": "ann", "text": "hi"}),
    ("add", {"a": 2, "b": 3}),
    ("wipe", ""),
    ("note", {"text": "a", "tag": "red"}),
    ("push", {"items": [1]}),
    ("send", {"to": "ann"}),
    ("send", '{"to": "ann", '),
    ("mail", {"to": "ann"}),
    ("read", {"path": "Zürich"}),
    ("fail", {"kind": "RuntimeError", "why": "disk full"}),
    ("count", " \n"),
    ("send", {"to": "ann", "text": 7}),
    ("send", '["ann", "hi"]'),
    ("add", {"a": 2}),
    ("wipe", "null"),
    ("odd", "{}"),
    ("send", {"to": "bob", "text": "hi", "cc": "ann"}),
    ("add", "{'a': 2, 'b': 3}"),
    ("fail", {"kind": "KeyError", "why": "user 7"}),
    ("fail", {"kind": "ValueError", "why": "no such city"}),
    ("fail", {"kind": "TypeError", "why": "not a number"}),
    ("mail", "{"),
    ("wipe", "[]"),
    ("note", {"text": ""}),
    ("count", ""),
    ("Send", {"to": "ann", "text": "hi"}),
    ("label", {"name": "v", "fn": "w", "tool": "x", "call": "y", "self": "z"}),
    ("read", {"path": ""}),
    ("functions.send", {"to": "ann", "text": "hi"}),
    ("send ", {"to": "ann", "text": "hi"}),
    ("fail", {"kind": "PermissionError", "why": "read only"}),
    ("fail", {"kind": "StopIteration", "why": "the end"}),
    ("send", '"{\\"to\\": \\"ann\\", \\"text\\": \\"hi\\"}"'),
    ("send", '{"to": "ann", "text": "hi",}'),
)

#: Which of them approve has to be asked for.
ASKED = (0, 2, 3, 4, 9, 15, 18, 19, 20, 23, 30, 31)

#: Edited arguments for each tool that is asked for: some that fit, some that do not.
EDITS = {
    "send": ({"to": "bob", "text": "hi"}, {"to": "bob"}),
    "note": ({"text": "b"}, {"text": 7}),
    "push": ({"items": [5]}, {}),
    "wipe": ({}, {"all": "yes"}),
    "odd": ({}, {"a": "b"}),
    "fail": ({"kind": "KeyError", "why": "closed"}, {"kind": "KeyError"}),
}


TYPES = {"number": (int, float), "array": list, "string": str}


def by_schema(value, schema, path="$") -> list:
    """What is wrong with an object: of agent/validate_args as much as the cases need."""
    if not isinstance(value, dict):
        return [(path, "type")]
    known = schema.get("properties", {})
    missing = [(f"{path}.{n}", "required") for n in schema.get("required", ()) if n not in value]
    strange = [(f"{path}.{n}", "additionalProperties") for n in value if n not in known]
    kinds = {name: TYPES[known[name]["type"]] for name in value if name in known}
    wrong = [(f"{path}.{n}", "type") for n, kind in kinds.items() if not isinstance(value[n], kind)]
    return missing + strange + wrong


def message_of(kinds, ids=None) -> dict:
    """An assistant message with the calls of those kinds."""
    ids = ids or [f"c{i + 1}" for i in range(len(kinds))]
    calls = [chat.call(id, *CALLS[kind]) for id, kind in zip(ids, kinds, strict=True)]
    return chat.assistant(None) | {"tool_calls": calls}


def case(*kinds, says=(), ids=None) -> dict:
    return {"messages": [message_of(kinds, ids)], "verdicts": [*says]}


@exercise.inputs
def messages_and_verdicts(draw: Draw) -> dict:
    kinds, verdicts = [], []
    for _ in range(draw.size(0, 4)):
        kinds.append(draw.choice(draw.size(0, 4), draw.size(0, len(CALLS) - 1)))
        if kinds[-1] in ASKED:
            fits, misfits = EDITS[CALLS[kinds[-1]][0]]
            closed = draw.choice(RuntimeError, ValueError, KeyError)("closed")
            verdicts.append(draw.choice(True, True, False, fits, misfits, None, 1, "yes", closed))
    ids = ["c1"] * len(kinds) if draw.flag() else None
    return case(*kinds, says=verdicts, ids=ids)


NO = (
    False, None, 1, "yes", "", "no", 0, 1.0, [], [True], "True",
    '{"to": "bob", "text": "hi"}', [("to", "bob"), ("text", "hi")],
    RuntimeError("closed"), ValueError("closed"), KeyError("closed"), TypeError("closed"),
    TimeoutError("nobody there"), PermissionError("no"), StopIteration("end"),
    RuntimeError(""), TimeoutError(""), AssertionError(), (True,), -1, "approved",
    (True, {"to": "bob", "text": "hi"}), [{"to": "bob", "text": "hi"}],
)  # fmt: skip


@exercise.edges
def messages_that_separate() -> list[dict]:
    good, bad = EDITS["send"]
    return [
        case(), *(case(kind) for kind in range(len(CALLS))),
        *(case(0, says=[no]) for no in NO),
        *(case(kind, says=[edit]) for kind in ASKED[:6] for edit in EDITS[CALLS[kind][0]]),
        *(case(2, says=[no]) for no in ("{}", 1, None)),
        *(case(0, says=[{"args": edit}]) for edit in EDITS["send"]),
        *(case(0, says=[{"approved": answer}]) for answer in (True, False)),
        case(0, says=[{"approved": False, **good}]), case(2, says=[{"args": {}}]),
        case(24, 2), case(1, 0), case(0, 1), case(0, 1, says=[False]), case(1, 0, says=[False]),
        case(0, 0, says=[True, False]), case(0, 0, says=[False, True]), case(0, 0, 0),
        case(0, 2, says=[False]), case(2, 0, 4, says=[True, False, True]), case(0, 2, says=[None]),
        case(0, 3, says=[RuntimeError("closed")]), case(0, 1, 2, 8, says=[good]),
        case(0, 0, says=[good, True]), case(0, 0, says=[bad, True]), case(0, 1, says=[bad]),
        case(5, 0), case(0, 5), case(6, 0, 7), case(7, 2), case(9, 0), case(0, 9, 1), case(15, 0),
        case(1, 2, 8, 0), case(10, 0, 24), case(10, 10, 2, 24), case(10, 24), case(13, 1, 0),
        case(4, 4), case(4, 1, 4, says=[True, {"items": [5]}]), case(0, 3, 0, ids=["c1"] * 3),
        case(0, 0, says=[True, False], ids=["c1"] * 2), case(0, 2, says=[0, True], ids=["z", "a"]),
        case(0, 1, 0, says=[False, good], ids=["b", "a", "b"]), case(3, 3, says=[{"text": "b"}]),
        case(8, 0), case(27, 0, 8), case(26, 2, 26), case(2, 2), case(0, 0, says=[False]),
        case(3, 3, 3, says=[True, False]), case(1, 0, 1, 2, says=[True, 0]),
        case(0, 1, says=[{"to": "bob", "text": 7}]), case(1, 30), case(30, 0, 31),
    ]  # fmt: skip


NAMES = ["add", "label", "read", "count", "send", "note", "push", "wipe", "odd", "fail"]
RAISED = {
    kind.__name__: kind
    for kind in (RuntimeError, ValueError, KeyError, TypeError, PermissionError, StopIteration)
}


def toolbox(events: list, before=lambda: None) -> dict:
    """The tools of the statement; each call calls `before` and is written down in `events`."""
    counted: list[int] = []

    def add(a, b):
        return a + b

    def label(name, fn, tool, call, self):
        return f"{name} {fn} {tool} {call} {self}"

    def read(path):
        return path and {"path": path, "size": None}

    def count():
        counted.append(len(counted) + 1)
        return counted

    def send(to, text):
        return f"sent to {to}"

    def note(text, tag="none"):
        return [text, tag]

    def push(items):
        items.append(0)
        return items

    def wipe():
        return None

    def odd():
        return {1, 2}

    def fail(kind, why):
        raise RAISED[kind](why)

    def logged(fn):
        def run(**arguments):
            before()
            events.append(f"ran {fn.__name__}({json.dumps(arguments)})")
            return fn(**arguments)

        return run

    gates = {add: {}, label: {}, read: {"requires_approval": False}, count: {}}
    fns = (add, label, read, count, send, note, push, wipe, odd, fail)
    return {
        fn.__name__: chat.tool(
            logged(fn),
            f"The tool {fn.__name__}.",
            schema_of(fn),
            **gates.get(fn, {"requires_approval": True}),
        )
        for fn in fns
    }


def schema_of(fn) -> dict:
    names = fn.__code__.co_varnames[: fn.__code__.co_argcount]
    kinds = {"a": "number", "b": "number", "items": "array"}
    return {
        "type": "object",
        "properties": {name: {"type": kinds.get(name, "string")} for name in names},
        "required": [*names[: len(names) - len(fn.__defaults__ or ())]],
        "additionalProperties": False,
    }


def needed(calls: list, tools: dict) -> dict:
    """The tools that are called, or nearly ("Send"), and add: a case is to be small."""
    called = " ".join(["add", *(call["function"]["name"].lower() for call in calls)])
    return {name: tool for name, tool in tools.items() if name in called}


def play(solution, message, verdicts) -> dict:
    """Run the calls of a message; gives the conversation, and what happened in turn."""
    events: list[str] = []
    left = copy.deepcopy([*verdicts])

    def approve(name, args):
        events.append(f"asked for {name}({json.dumps(args)})")
        verdict = left.pop(0) if left else True
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    calls = message["tool_calls"]
    answers = solution(calls, needed(calls, toolbox(events)), approve, by_schema)
    if isinstance(answers, list):
        answers = [message, *chat.settled(answers)]
    return {"messages": answers, "what happened": events}


@exercise.scenario
def answers_and_what_happened(solution, messages, verdicts) -> dict:
    return play(solution, messages[0], verdicts)


@exercise.law(examples=10)
def nothing_that_needs_approval_runs_without_it(solution, messages, verdicts):
    """A yes counts for the arguments that were shown, and edited arguments for themselves."""
    happened = play(solution, messages[0], verdicts)["what happened"]
    asked = [line.removeprefix("asked for ") for line in happened if line.startswith("asked")]
    allowed = []
    for line, verdict in zip(asked, [*verdicts, *[True] * len(asked)], strict=False):
        if verdict is True or isinstance(verdict, dict):
            name = line.partition("(")[0]
            allowed.append(line if verdict is True else f"{name}({json.dumps(verdict)})")
    for line in happened:
        ran = line.removeprefix("ran ")
        if line != ran and not ran.startswith(("add", "label", "read", "count")):
            holds(ran in allowed, f"{ran} ran and was not approved.", got=happened)
            allowed.remove(ran)


def questions_behind_others() -> list[dict]:
    good = EDITS["send"][0]
    return [
        case(1, 0), case(0, 2), case(8, 10, 0), case(0, 1, 2, says=[good]), case(7, 1, 5, 0),
        case(2, 1, 0, 1, says=[False]), case(0, 1, 0, says=[RuntimeError("closed"), True]),
    ]  # fmt: skip


@exercise.law(edges=questions_behind_others)
def all_are_asked_for_before_anything_runs(solution, messages, verdicts):
    """A no to the last call must not come when the first has already run."""
    happened = play(solution, messages[0], verdicts)["what happened"]
    words = [line.partition(" ")[0] for line in happened]
    holds(words == sorted(words), "Something ran before the last question.", got=happened)


#: What an approver goes on changing, when, and whether at the top of it or deep inside.
CHANGES = (
    ("its copy", "before it answers", "at the top"),
    ("its copy", "before it answers", "inside"),
    ("its copy", "when asked again", "at the top"),
    ("its copy", "when asked again", "inside"),
    ("its copy", "when a tool runs", "at the top"),
    ("its copy", "when a tool runs", "inside"),
    ("its copy", "before it answers", "a text"),
    ("its copy", "when asked again", "a text"),
    ("its copy", "when a tool runs", "a text"),
    ("its edits", "when asked again", "at the top"),
    ("its edits", "when asked again", "inside"),
    ("its edits", "when a tool runs", "at the top"),
    ("its edits", "when a tool runs", "inside"),
    ("nothing", "and returns one dict for both calls", "inside"),
    ("nothing", "and returns one dict for all three calls", "inside"),
)


def changing_approvers() -> list[dict]:
    found = []
    for what, when, where in CHANGES:
        kind = 0 if where == "a text" else 4
        message = message_of((4, 4, 4) if "three" in when else (1, kind, kind))
        changes = {"approve_changes": what, "when": when, "where": where}
        found.append({"messages": [message], **changes})
    return found


@exercise.law(edges=changing_approvers)
def what_was_approved_is_what_runs(solution, messages, approve_changes, when, where):
    """Between the check and the use nothing may change: not what was shown, and not the edits."""
    events, held, one = [], [], {"items": [5]}
    own = approve_changes == "its copy"

    def change():
        for args in held:
            if where == "a text":
                args["to"] = "eve"
            elif where == "inside":
                args["items"].append(9)
            else:
                args["items"] = [9]

    def approve(name, args):
        if when == "when asked again":
            change()
        edits = one if approve_changes == "nothing" else {"items": [5]}
        if approve_changes != "nothing":
            held.append(args if own else edits)
        events.append(f"asked for {name}({json.dumps(args)})")
        if when == "before it answers":
            change()
        return True if own else edits

    calls = messages[0]["tool_calls"]
    tools = toolbox(events, before=change if when == "when a tool runs" else lambda: None)
    solution(calls, needed(calls, tools), approve, by_schema)
    name, shown = calls[-1]["function"]["name"], calls[-1]["function"]["arguments"]
    runs = [line for line in events if line.startswith(f"ran {name}")]
    want = f"ran {name}({shown if own else json.dumps({'items': [5]})})"
    same(runs, [want] * len(runs), "The tools that ran")
    gated = sum(call["function"]["name"] == name for call in calls)
    holds(len(runs) == gated, f"Of {gated} approved calls {len(runs)} ran.", got=events)
    asked = [line for line in events if line.startswith("asked")]
    same(asked, [f"asked for {name}({shown})"] * gated, "What was asked")


#: Kinds of calls, and what approve writes into the dict that it is given, and then returns.
WRITTEN = (
    (0, {"to": "bob"}),
    (4, {"items": [1, 5]}),
    (3, {"tag": "blue"}),
    (0, {"to": "bob", "text": 7}),
    (2, {"all": "yes"}),
)


@exercise.law(edges=lambda: [{**case(kind, 1), "approve_writes": new} for kind, new in WRITTEN])
def the_dict_that_approve_was_given_is_an_edit_where_it_comes_back(
    solution, messages, approve_writes
):
    """Whoever edits in place returns what he edited: a dict, and so validated and used."""

    def tried(what):
        events: list[str] = []

        def approve(name, args):
            events.append(f"asked for {name}({json.dumps(args)})")
            args |= copy.deepcopy(approve_writes)
            return args

        calls = messages[0]["tool_calls"]
        answers = what(calls, needed(calls, toolbox(events)), approve, by_schema)
        return chat.settled(answers), events

    (answers, happened), (right, wanted) = tried(solution), tried(execute_with_approval)
    same(happened, wanted, "What happened")
    same(answers, right, "The answers")


def agreed(name, args):
    return True


#: Kinds of calls, and what their errors must tell.
TOLD = (
    (7, NAMES),
    (21, NAMES),
    (25, NAMES),
    (28, NAMES),
    (30, ["PermissionError", "read only"]),
    (9, ["RuntimeError", "disk full"]),
    (18, ["KeyError", "user 7"]),
    (19, ["ValueError", "no such city"]),
)


@exercise.law(edges=lambda: [{**case(kind), "must_tell": words} for kind, words in TOLD])
def an_error_tells_what_the_model_needs_to_repair_it(solution, messages, must_tell):
    """Without the names of the tools, or the type and text of the exception, it can only guess."""
    calls, tools = messages[0]["tool_calls"], toolbox([])
    (answer,) = solution(calls, tools, agreed, by_schema)
    told = chat.failure(answer["content"])
    holds(told, f"The call must end in an error, and its content is {answer['content']!r}.", told)
    _, text = told
    missing = [word for word in must_tell if word not in text]
    holds(not missing, f"The error message {text!r} lacks {missing}.", got=missing)


@exercise.rig
def beside_the_solution(solution, name, arguments, approve_gives):
    """A call of a tool that lives beside the solution, as approve does: they raise and return
    anything.
    """
    import json
    from types import MappingProxyType

    class Agreeable:
        def __eq__(self, other):
            return True

        __hash__ = None

    def fetch(text):
        return json.loads(text)

    def read(path):
        return path.encode()

    def add(a, b):
        return a + b

    given = {
        "True": lambda: True,
        "what is equal to everything": Agreeable,
        "a set": lambda: {True},
        "a function": lambda: print,
        "a mapping that is no dict": lambda: MappingProxyType({"a": 5, "b": 6}),
        "a JSONDecodeError": lambda: json.loads(""),
        "a RecursionError": lambda: (_ for _ in ()).throw(RecursionError("deep")),
    }
    schema = {"type": "object"}
    tools = {
        fn.__name__: {
            "description": "",
            "parameters": schema,
            "fn": fn,
            "requires_approval": True,
        }
        for fn in (fetch, read, add)
    }
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(arguments)},
    }

    def approve(name, args):
        return given[approve_gives]()

    return solution([call], tools, approve, lambda *_: [])


FAULTS = (
    ("fetch", {"text": "<html>"}, "True"),
    ("fetch", {"text": ""}, "True"),
    ("fetch", {"text": "{"}, "True"),
    ("read", {"path": "a.txt"}, "True"),
    ("add", {"a": 2}, "True"),
    ("add", {"a": 2, "b": 3}, "what is equal to everything"),
    ("add", {"a": 2, "b": 3}, "a set"),
    ("add", {"a": 2, "b": 3}, "a function"),
    ("add", {"a": 2, "b": 3}, "a mapping that is no dict"),
    ("add", {"a": 2, "b": 3}, "a JSONDecodeError"),
    ("add", {"a": 2, "b": 3}, "a RecursionError"),
)


@exercise.law(
    edges=lambda: [
        {"name": name, "arguments": args, "approve_gives": gives} for name, args, gives in FAULTS
    ]
)
def who_is_at_fault_is_told(solution, name, arguments, approve_gives):
    """What a tool does wrong is a tool_error, and what is no clear yes is denied.

    `fetch(text)` gives json.loads(text), `read(path)` bytes; all three require approval.
    """
    got = beside_the_solution(solution, name, arguments, approve_gives)
    kind = "tool_error" if approve_gives == "True" else "denied"
    content = json.dumps({"error": kind, "message": "..."})
    same(chat.settled(got), [chat.answer("c1", content)], "The answers")


@exercise.law(
    edges=lambda: [
        {**case(*kinds), "who": who, "raises": kind("stop")}
        for kind in (KeyboardInterrupt, SystemExit)
        for who, *kinds in (("approve", 0), ("approve", 1, 2), ("add", 1, 0), ("send", 0, 1))
    ]
)
def an_interrupt_passes_through(solution, messages, who, raises):
    """A person must be able to stop the run: in approve that is what one would do."""
    events: list[str] = []
    calls = messages[0]["tool_calls"]
    tools = needed(calls, toolbox(events))
    if who in tools:
        tools[who] = {**tools[who], "fn": lambda **_: Throw(raises)}

    def approve(name, args):
        return Throw(raises) if who == "approve" else True

    result = outcome(solution, calls, tools, approve, by_schema)
    wanted = f"{type(raises).__name__}: {raises}"
    says = f"{who} raised {wanted}, and execute_with_approval did not."
    holds(result.get("raised") == wanted, says, got=chat.settled(result.get("returned")))
    holds(who != "approve" or not events, f"{events} happened all the same.", got=events)


exercise.mistake(
    "truthy_is_yes",
    'Anything truthy lets the call run: 1, or the text "no". Only the bool True does: ask whether '
    "the verdict `is True`.",
    swap={
        "    if verdict is True:\n": "    if verdict and not isinstance(verdict, dict):\n",
    },
)
exercise.mistake(
    "equal_to_true_is_yes",
    "You compare with ==, so 1 and 1.0 count as a yes. Ask whether the verdict `is True`.",
    swap={"if verdict is True:": "if verdict == True:"},
)
exercise.mistake(
    "what_is_not_false_is_yes",
    "You deny only where approve says False. None, or anything else that is neither True nor a "
    "dict, is a no too.",
    swap={
        "    if not isinstance(verdict, dict):\n": (
            "    if verdict is not False and not isinstance(verdict, dict):\n"
            "        return args, None\n"
            "    if verdict is False:\n"
        ),
    },
)
exercise.mistake(
    "fail_open",
    "An exception in approve lets the call run. Where nobody said yes nothing runs: answer with "
    "denied.",
    swap={
        'return None, failed("denied", f"Asking for approval failed: {error!r}.")': (
            "return args, None"
        ),
    },
)
exercise.mistake(
    "approve_raises_out",
    "An exception in approve raises out of your function, and the model's calls stay open. Answer "
    "with denied.",
    swap={
        'return None, failed("denied", f"Asking for approval failed: {error!r}.")': "raise error",
    },
)
exercise.mistake(
    "approve_errors_are_tool_errors",
    "You tell an exception in approve as tool_error. The tool has not run: answer with denied.",
    swap={'failed("denied", f"Asking': 'failed("tool_error", f"Asking'},
)
exercise.mistake(
    "denied_raises",
    "A denial raises out of your function and ends the run. Tell the model of it as denied; it may "
    "find another way.",
    swap={
        'return None, failed("denied", "This call was not approved.")': "raise PermissionError(name)",
    },
)
exercise.mistake(
    "denial_stops_the_rest",
    "After a denial you deny the calls behind it without asking. Each call is decided for itself.",
    swap={
        "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n": (
            "    decided = []\n"
            "    for call in tool_calls:\n"
            "        denied = any('\"denied\"' in (error or '') for _, error in decided)\n"
            '        no = (None, failed("denied", "A call before was denied."))\n'
            "        decided.append(no if denied else decide(call, tools, approve, validate))\n"
        ),
    },
)
exercise.mistake(
    "one_no_denies_all",
    "Where one call is denied you run none. Each call is decided for itself.",
    swap={
        "    messages = []\n": (
            "    if any('\"denied\"' in (error or '') for _, error in decided):\n"
            '        no = failed("denied", "Another call was denied.")\n'
            "        decided = [(args, error or no) for args, error in decided]\n"
            "    messages = []\n"
        ),
    },
)
exercise.mistake(
    "asks_before_validating",
    "You ask for approval before the arguments are validated. Nobody should have to look at a call "
    "that cannot run: validate first.",
    swap={
        "    error = misfit(args, tool, validate)\n    if error is None and tool.get": (
            "    if isinstance(args, dict) and tool.get"
        ),
        "    return args, error\n\n\ndef run": (
            "    return args, misfit(args, tool, validate)\n\n\ndef run"
        ),
        "        return args, None\n": "        return args, misfit(args, tool, validate)\n",
    },
)
exercise.mistake(
    "asks_for_everything",
    "You ask for every tool. Only those with requires_approval True need it; who is asked for all "
    "says yes to all.",
    swap={' and tool.get("requires_approval", False)': ""},
)
exercise.mistake(
    "asks_where_the_key_is_missing",
    "You take a tool without the key requires_approval for one that requires approval. Missing "
    "means False.",
    swap={'tool.get("requires_approval", False)': 'tool.get("requires_approval", True)'},
)
exercise.mistake(
    "asks_where_the_key_is",
    "You ask wherever the key requires_approval is there. A tool where it is False runs unasked.",
    swap={'tool.get("requires_approval", False)': '"requires_approval" in tool'},
)
exercise.mistake(
    "never_asks",
    "You never ask approve. A tool with requires_approval True runs only after it said yes.",
    swap={'tool.get("requires_approval", False)': "False"},
)
exercise.mistake(
    "runs_while_asking",
    "You run a tool before the calls behind it have been asked for. Ask for all of them first: "
    "what has run cannot be taken back.",
    swap={
        "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n": "",
        "for call, (args, error) in zip(tool_calls, decided, strict=True):\n": (
            "for call in tool_calls:\n"
            "        args, error = decide(call, tools, approve, validate)\n"
        ),
    },
)
exercise.mistake(
    "runs_others_while_asking",
    "You run tools that need no approval while others have yet to be asked for. Ask for all of "
    "them before any tool of the message runs.",
    swap={
        "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n": (
            "    decided, done = [], {}\n"
            "    for place, call in enumerate(tool_calls):\n"
            "        decided.append(decide(call, tools, approve, validate))\n"
            '        tool = tools.get(call["function"]["name"], {})\n'
            '        if decided[-1][1] is None and not tool.get("requires_approval"):\n'
            '            done[place] = run(tool["fn"], decided[-1][0])\n'
        ),
        "content = error or run(": "content = error or done.get(len(messages)) or run(",
    },
)
exercise.mistake(
    "approved_once_for_all",
    "You ask once for a tool and let its other calls in the message run. A yes counts for one call "
    "with its arguments: ask for each.",
    swap={
        "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n": (
            "    known, ask_a_person = {}, approve\n\n"
            "    def approve(name, args):\n"
            "        if known.get(name) is not True:\n"
            "            known[name] = ask_a_person(name, args)\n"
            "        return known[name]\n\n"
            "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n"
        ),
    },
)
exercise.mistake(
    "equal_calls_asked_once",
    "You ask once for calls that are equal in everything. Sending twice is not the same as sending "
    "once: ask for each call.",
    swap={
        "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n": (
            "    known, ask_a_person = {}, approve\n\n"
            "    def approve(name, args):\n"
            "        key = json.dumps([name, args], sort_keys=True)\n"
            "        if key not in known:\n"
            "            known[key] = ask_a_person(name, args)\n"
            "        return known[key]\n\n"
            "    decided = [decide(call, tools, approve, validate) for call in tool_calls]\n"
        ),
    },
)
exercise.mistake(
    "verdicts_by_id",
    "You keep what was decided by the calls' ids, so calls that share an id share a verdict. Keep "
    "it by their place.",
    swap={
        "zip(tool_calls, decided, strict=True)": (
            "[(c, {c['id']: d for c, d in zip(tool_calls, decided)}[c['id']]) for c in tool_calls]"
        ),
    },
)
exercise.mistake(
    "approve_then_swap",
    "You give approve the very arguments that will run, so changing them after the check changes "
    "what runs. Give it a deep copy.",
    swap={"approve(name, copy.deepcopy(args))": "approve(name, args)"},
)
exercise.mistake(
    "shallow_copy_of_the_arguments",
    "You give approve a shallow copy: lists and dicts inside are still those that will run. Use "
    "copy.deepcopy.",
    swap={"approve(name, copy.deepcopy(args))": "approve(name, dict(args))"},
)
exercise.mistake(
    "edits_not_copied",
    "You run with the very dict that approve returned; whoever holds it can change it until then. "
    "Copy it deeply at once.",
    swap={"copy.deepcopy(verdict)": "verdict"},
)
exercise.mistake(
    "edits_copied_when_they_run",
    "You copy edited arguments only when the tool runs, when they may have changed. Copy them at "
    "once.",
    swap={
        "copy.deepcopy(verdict)": "verdict",
        'run(tools[call["function"]["name"]]["fn"], args)': (
            'run(tools[call["function"]["name"]]["fn"], copy.deepcopy(args))'
        ),
    },
)
exercise.mistake(
    "shallow_copy_of_the_edits",
    "You copy edited arguments shallowly: lists and dicts inside can still be changed from "
    "outside. Use copy.deepcopy.",
    swap={"copy.deepcopy(verdict)": "dict(verdict)"},
)
exercise.mistake(
    "edited_args_unchecked",
    "You run edited arguments unvalidated. People mistype as models do: validate them too.",
    swap={"return edited, misfit(edited, tool, validate)": "return edited, None"},
)
exercise.mistake(
    "misfit_edits_fall_back",
    "Where edited arguments do not fit you run the call with its own, which nobody approved. Answer "
    "with invalid_arguments.",
    swap={
        "return edited, misfit(edited, tool, validate)": (
            "return args if misfit(edited, tool, validate) else edited, None"
        ),
    },
)
exercise.mistake(
    "edits_ignored",
    "A dict counts as a plain yes and the call runs with its own arguments. The dict takes their "
    "place.",
    swap={
        "return edited, misfit(edited, tool, validate)": "return args, misfit(edited, tool, validate)",
    },
)
exercise.mistake(
    "edits_merged",
    "You merge edited arguments into the call's. They take their place: what is missing in them "
    "was taken out.",
    swap={"edited = copy.deepcopy(verdict)": "edited = {**args, **copy.deepcopy(verdict)}"},
)
exercise.mistake(
    "edits_denied",
    "You deny where approve returns a dict. A dict is a yes to those arguments.",
    swap={"    if not isinstance(verdict, dict):": "    if verdict is not True:"},
)
exercise.mistake(
    "an_empty_edit_is_a_no",
    "You take {} for a denial because it is falsy. It is a dict: the call without arguments.",
    swap={"if not isinstance(verdict, dict):": "if not verdict or not isinstance(verdict, dict):"},
)
exercise.mistake(
    "misfit_edits_are_denied",
    "You tell edited arguments that do not fit as denied. Nobody denied them: invalid_arguments.",
    swap={
        "return edited, misfit(edited, tool, validate)": (
            "wrong = misfit(edited, tool, validate)\n"
            '    return edited, wrong and failed("denied", "The edited arguments do not fit.")'
        ),
    },
)
exercise.mistake(
    "catches_base_exception",
    "You catch KeyboardInterrupt and SystemExit of approve as well, so nobody can stop the run. "
    "Catch Exception.",
    swap={
        '    except Exception as error:\n        return None, failed("denied"': (
            '    except BaseException as error:\n        return None, failed("denied"'
        ),
    },
)
exercise.mistake(
    "catches_base_exception_of_a_tool",
    "You catch KeyboardInterrupt and SystemExit of a tool as well, so nobody can stop the run. "
    "Catch Exception.",
    swap={
        '    except Exception as error:\n        return failed("tool_error"': (
            '    except BaseException as error:\n        return failed("tool_error"'
        ),
    },
)
exercise.mistake(
    "error_without_the_names",
    "Your unknown_tool error does not name the tools there are, so the model can only guess again.",
    swap={"There is no {name}; there are: {', '.join(tools)}.": "There is no {name}."},
)
exercise.mistake(
    "error_without_its_type",
    "Your tool_error holds the exception's text alone. For a KeyError that is just a name in "
    "quotes: add the type.",
    swap={"{type(error).__name__}: {error}": "The tool failed: {error}"},
)

exercise.walkthrough(r"""
## Where it comes from

An agent that can send, delete or pay does so on the word of a model, and a model's word can come
from anywhere: from a misunderstanding, or from a web page that it has just read and that says what
to do next. OWASP's list of risks for programs with language models calls this *excessive agency*
(LLM06 in the list of 2025); too much autonomy is one of three causes that it names, and a person
who approves what cannot be undone is one of the remedies.

Two principles, both older than language models, are what makes the remedy work. The first is that
of *fail-safe defaults* (Saltzer and Schroeder 1975): access rests on somebody's clear permission,
not on the lack of an objection. A crash of the dialogue, a None, a text "yes": all of these are a
no. The second is that between the moment of checking and the moment of use nothing may change. A
person who saw one set of arguments has approved that set, not the variable that held it.

## By hand

Five calls of one message. `add` may run as it is, `send` and `wipe` require approval.

| call | arguments | asked? | verdict | what becomes of it |
|---|---|---|---|---|
| c1 add | a 2, b 3 | no | | runs |
| c2 send | to ann | yes | True | runs as it is |
| c3 send | to bob | yes | {"to": "carl"} | runs with carl |
| c4 wipe | none | yes | "yes" | denied: a text is no True |
| c5 send | none | no | | invalid_arguments: found before anybody is asked |

`log` notes each question and each run, in order. The validator is the one of `agent/validate_args`.

```python
from grader.notebook import reference
from grader.words import chat

execute = reference("agent/approval")
validate = reference("agent/validate_args")
log = []


def noted(name, *wanted, **options):
    # A tool that writes down that it runs.
    schema = {"type": "object", "required": list(wanted)}
    run = lambda **given: log.append(("runs", name, given)) or f"{name} ran with {given}"
    return chat.tool(run, parameters=schema, **options)


tools = {
    "add": noted("add", "a", "b"),
    "send": noted("send", "to", requires_approval=True),
    "wipe": noted("wipe", requires_approval=True),
}
calls = [
    chat.call("c1", "add", {"a": 2, "b": 3}),
    chat.call("c2", "send", {"to": "ann"}),
    chat.call("c3", "send", {"to": "bob"}),
    chat.call("c4", "wipe"),
    chat.call("c5", "send"),
]
verdicts = iter([True, {"to": "carl"}, "yes"])


def approve(name, args):
    log.append(("asked", name, args))
    return next(verdicts)


answers = execute(calls, tools, approve, validate)
log
```

Six lines: three questions, then three runs, bob nowhere among the runs. And `add`, which needs
nobody's leave and stands first, waits until all has been asked.

## A picture

What the model reads afterwards. Each call has its answer, the refused ones too, so that it can tell
the user or try another way. That c3 went to carl it learns only because the tool says so in its
result; one that returns a bare "done" leaves the model with bob.

```python
from grader.notebook import transcript

transcript([chat.assistant(None, *calls), *answers])
```

## Traps

**Truth.** `if approve(...)` reads like English. It lets "no" pass, and every other text that a
form, a chat or a configuration may send, since a text that is not empty is true. With a fake that
returns True and False no test sees it.

{{trap: truthy_is_yes}}

**Asking on the way.** Deciding and running call by call is the simplest loop. If the person says no
to the third call, the first two have happened: a transfer without its confirmation, a file deleted
before its copy was refused. It goes unnoticed as long as messages hold one call.

{{trap: runs_while_asking}}

**Approved, then swapped.** Handing the dialogue the very dict that will run is what one writes
without thinking. Whatever the dialogue does with it, filling in a default, hiding a key before it
is shown, changes what runs. It looks right as long as nobody touches it.

{{trap: approve_then_swap}}

## What it costs

The copies cost microseconds. What is dear is attention: a person who is asked forty times an hour
soon reads none of the questions. Let the approval be per call, as here, but keep the tools that
need it few, and prefer tools that can be undone to tools that must be asked for.
""")
