"""The agent loop.

An agent is a loop: ask the model, run the tools that it calls, show it the results, until it
answers without a call. Nearly all of the work is in what goes wrong: the model names tools that do
not exist and writes broken JSON, tools raise, and some tasks never end.

Write `run_agent(model, tools, messages, max_steps=8, max_bad_steps=None)`. It returns the dict
`{"output": str or None, "stop": str, "steps": int, "messages": list}`.

What it is given:

- `messages`: the conversation so far, a list of dicts in the shape of OpenAI's chat completions
  (`{"role": "user", "content": "..."}`). It is not changed.
- `tools`: a dict from name to `{"description": str, "parameters": JSON Schema, "fn": callable}`. An
  entry may hold more keys, which are not for the model; the dict may be empty.
- `model(messages, specs)` returns the next assistant message: `{"role": "assistant", "content": str
  or None}`, with `tool_calls` or without (the key missing, None or an empty list), and maybe with
  more keys. A call is `{"id": str, "type": "function", "function": {"name": str, "arguments":
  str}}`, its arguments a JSON text; ids may come again. `specs` lists, in the order of the dict,
  just `{"type": "function", "function": {"name": ..., "description": ..., "parameters": ...}}`.

Each step:

1. Call the model with the transcript so far, as a list of its own: what it was given must not
   change afterwards. Append its reply, unchanged, with all that it holds.
2. No calls: done. `output` is the content, "" where that is None; `stop` is "final".
3. Otherwise answer every call, in the order of the calls, with one message
   `{"role": "tool", "tool_call_id": the call's id, "content": str}`, and go on.

Answering a call:

- Its arguments "" or blank count as {}. Then `fn(**arguments)` runs, once. The content is the
  result itself where it is a str, otherwise `json.dumps(result)` (its defaults), made at once.
- What goes wrong is told to the model as `json.dumps({"error": kind, "message": text})`, the text
  yours but not empty. Kinds, in this order: "unknown_tool" (looked at before the arguments; the
  text names the tools there are), "invalid_json" (not JSON), "invalid_arguments" (JSON, but no
  object), "tool_error" (fn raised, or json cannot encode its result; the text holds the exception's
  type and text). fn does not run for the first three. One failed call does not stop the others.
  Check nothing against the schema: arguments that fn does not take are its TypeError.
- Only `Exception` is caught: KeyboardInterrupt and SystemExit of a tool pass through, and whatever
  the model callable raises does too.

When it stops otherwise:

- After `max_steps` calls of the model: if the last reply still has calls, run none of them, answer
  each with the error kind "max_steps", and return `output` None, `stop` "max_steps".
- A bad step is one whose every call failed, by what happened and not by what a content looks like.
  After `max_bad_steps` bad steps in a row (None: never) return `output` None, `stop`
  "too_many_errors", the results appended. The last step, whose calls are not run, is no bad step.

`steps` counts the calls of the model; `messages` is the whole transcript, beginning with the given
messages. max_steps < 1 or max_bad_steps < 1 raise ValueError before the model is called.

Example: messages [user "2 + 3?"], and the model replies with a call "c1" of add, arguments '{"a":
2, "b": 3}', and then with "It is 5.". The result is output "It is 5.", stop "final", steps 2, and
messages [user, the call, {"role": "tool", "tool_call_id": "c1", "content": "5"}, the answer].

Failing cases show the `replies` that the model gives in turn. Their tools are `add(a, b)`,
`echo(text)`, `fail(why, kind="RuntimeError")` which raises the exception of that kind, `odd(loop)`
which returns a list that holds itself for true and a set for false, and `count()` which returns the
list [1], the same list with 2 appended the second time, and so on.
"""

import json

from grader.words import Draw, Exercise, Script, chat, holds, must_raise, outcome, same

exercise = Exercise(
    tier="A",
    level=3,
    minutes=35,
    needs=("agent/execute_calls",),
    source="Yao et al. 2022, ReAct, arXiv:2210.03629; OpenAI, Function calling (API guide)",
    hints=(
        "Two parts: one answers a single call and never raises an Exception, the other is the "
        "loop that knows only messages.",
        "Let the part that answers a call give the content and whether the call failed; the loop "
        "needs both, and must not read one from the other.",
        "Look at the calls of the reply first, then at whether this was the last step, and only "
        "then run anything; count bad steps up or back to zero after each step that ran.",
    ),
    ask=(
        (
            "When is a workflow better than an agent?",
            "When the steps are known beforehand: fixed code is cheaper, faster and testable. Let "
            "the model choose only what depends on what it finds.",
        ),
        (
            "How do you detect a loop of identical calls?",
            "Remember name and arguments of each call with its result; when the same comes back a "
            "few times, tell the model so, or stop.",
        ),
        (
            "What do you log, and how do you resume after a crash?",
            "Append every message to durable storage before acting on it. The transcript is the "
            "state: load it, answer the calls left open, and go on; tools need idempotency keys.",
        ),
    ),
)


def failed(kind: str, message: str) -> tuple[str, bool]:
    """The content that tells the model of an error, and that the call failed."""
    return json.dumps({"error": kind, "message": message}), True


def answer(call: dict, tools: dict) -> tuple[str, bool]:
    """The content of the tool message for one call, and whether the call failed."""
    name, text = call["function"]["name"], call["function"]["arguments"]
    if name not in tools:
        return failed("unknown_tool", f"There is no {name}; there are: {', '.join(tools)}.")
    try:
        arguments = json.loads(text) if text.strip() else {}
    except ValueError as error:
        return failed("invalid_json", f"The arguments are not JSON: {error}.")
    if not isinstance(arguments, dict):
        return failed("invalid_arguments", "The arguments must be a JSON object.")
    try:
        result = tools[name]["fn"](**arguments)
        # Encoded inside the try: what JSON cannot hold is the tool's error as well.
        return (result if isinstance(result, str) else json.dumps(result)), False
    except Exception as error:
        return failed("tool_error", f"{type(error).__name__}: {error}")


@exercise.solution
def run_agent(
    model, tools: dict, messages: list, max_steps: int = 8, max_bad_steps: int | None = None
) -> dict:
    """Let the model call tools until it answers.

    Gives {"output": str | None, "stop": "final" | "max_steps" | "too_many_errors", "steps": int,
    "messages": the whole transcript}.
    """
    if max_steps < 1:
        raise ValueError(f"max_steps must be at least 1: {max_steps}")
    if max_bad_steps is not None and max_bad_steps < 1:
        raise ValueError(f"max_bad_steps must be at least 1: {max_bad_steps}")
    specs = [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": tool["description"],
                "parameters": tool["parameters"],
            },
        }
        for name, tool in tools.items()
    ]
    transcript, output, stop = list(messages), None, "max_steps"
    bad_steps = 0  # in a row
    for step in range(1, max_steps + 1):
        reply = model(list(transcript), specs)  # a copy: the transcript goes on growing
        transcript.append(reply)
        calls = reply.get("tool_calls") or []
        if not calls:
            output, stop = reply.get("content") or "", "final"
            break
        if step == max_steps:
            # Nobody would read the results, so nothing runs; but every call needs its answer.
            answers = [failed("max_steps", "Not run: no step is left.") for _ in calls]
        else:
            answers = [answer(call, tools) for call in calls]
            bad_steps = bad_steps + 1 if all(bad for _, bad in answers) else 0
        for call, (content, _) in zip(calls, answers, strict=True):
            transcript.append({"role": "tool", "tool_call_id": call["id"], "content": content})
        if bad_steps == max_bad_steps:
            stop = "too_many_errors"
            break
    return {"output": output, "stop": stop, "steps": step, "messages": transcript}


TOOLS = ("add", "echo", "fail", "odd", "count")
RAISED = {kind.__name__: kind for kind in (RuntimeError, ValueError, KeyError, TypeError)}

#: What a model may write, simplest first: the name of a tool, and arguments.
CALLS = (
    ("add", {"a": 2, "b": 3}),
    ("echo", {"text": "hi"}),
    ("fail", {"why": "disk full"}),
    ("subtract", {"a": 2, "b": 3}),
    ("add", '{"a": 2, "b": '),
    ("add", "[2, 3]"),
    ("count", ""),
    ("count", " \n"),
    ("odd", {"loop": False}),
    ("add", {"a": 2}),
    ("echo", {"text": {"é": [1.5, None, "x"]}}),
    ("echo", {"text": {"error": "tool_error", "message": "not an error", "line": 3}}),
    ("echo", {"text": '{"error": "denied", "message": ""}'}),
    ("add", "{'a': 2, 'b': 3}"),
    ("subtract", "{"),
    ("echo", "null"),
    ("echo", {"text": ""}),
    ("echo", {"text": None}),
    ("count", '""'),
    ("fail", {"why": "disk full", "kind": "ValueError"}),
    ("fail", {"why": "disk full", "kind": "KeyError"}),
    ("fail", {"why": "disk full", "kind": "TypeError"}),
    ("odd", {"loop": True}),
    ("echo", {"text": True}),
    ("echo", {"text": {"b": 1, "a": [True, 2.0]}}),
    ("echo", '{"text": 1e999}'),
    ("add", '```json\n{"a": 2, "b": 3}\n```'),
    ("add", {"a": "2", "b": "3"}),
    ("Add", {"a": 2, "b": 3}),
    ("add", {"a": 2, "b": 3, "c": 4}),
    ("add ", {"a": 2, "b": 3}),
)


def reply_of(content, kinds, ids) -> dict:
    """An assistant message with the calls of those kinds."""
    calls = [chat.call(id, *CALLS[kind]) for id, kind in zip(ids, kinds, strict=True)]
    return chat.assistant(content, *calls)


#: What was said before.
EARLIER = (
    [chat.system("Be brief."), chat.user("Hi."), chat.assistant("Hello.")],
    [
        chat.user("2 + 3?"),
        chat.assistant(None, chat.call("c1", "add", {"a": 2, "b": 3})),
        chat.answer("c1", "5"),
        chat.assistant("It is 5."),
    ],
)


@exercise.inputs
def conversations(draw: Draw) -> dict:
    replies, made = [], 0
    for _ in range(draw.size(0, 4)):
        kinds = [draw.size(0, len(CALLS) - 1) for _ in range(draw.size(1, 3))]
        ids = [f"c{made + i + 1}" for i in range(len(kinds))]
        made += len(kinds)
        reply = reply_of(draw.choice(None, "I will look.", ""), kinds, ids)
        replies.append(reply | draw.choice({}, {}, {}, {"refusal": None}))
    last = chat.assistant(draw.choice("Done.", None, ""))
    if draw.flag():
        last["tool_calls"] = draw.choice(None, [])
    messages = [chat.user("Go.")]
    if draw.flag():
        messages = [*draw.choice(*EARLIER), *messages]
    return {
        "messages": messages,
        "replies": [*replies, last],
        "max_steps": draw.size(1, 6),
        "max_bad_steps": draw.choice(None, 1, 2, 3),
    }


def case(*kinds, max_steps=8, max_bad_steps=None, content=None, last="Done.", same_ids=False):
    """A case whose steps make the calls of those kinds."""
    ids = iter(f"c{i}" for i in range(1, 99))
    replies = [
        reply_of(content, step, ["c1" if same_ids else next(ids) for _ in step]) for step in kinds
    ]
    return {
        "messages": [chat.user("Go.")],
        "replies": [*replies, chat.assistant(last)],
        "max_steps": max_steps,
        "max_bad_steps": max_bad_steps,
    }


@exercise.edges
def conversations_that_separate() -> list[dict]:
    return [
        case(), case(last=None), case(last=""), case(last=" Done.\n"), case([0]), case([0], [1]), case([0, 1, 0]),
        case([0], last=None), case([1], [2], last=None), case([3], last=""),
        *(case([kind]) for kind in range(1, len(CALLS))),
        case([2, 0]), case([3, 0]), case([4, 0]), case([8, 0, 3]), case([6], [6, 6], [7]),
        case([0], content="I will add."), case([0, 1], [0], content="First this."),
        case([0], max_steps=1), case([0, 1], max_steps=1), case([0], [1, 2], max_steps=2),
        case([0], [1], [2], max_steps=3), case([0], max_steps=2), case(max_steps=1),
        case([2], max_bad_steps=1), case([2, 0], [3], max_bad_steps=1),
        case([3], [4], max_bad_steps=2), case([3], [0], [4], [2], max_bad_steps=2),
        case([3, 4], [0], [2], max_bad_steps=2), case([3], [0], [4], max_bad_steps=2),
        case([2], [0, 2], [5], [8], max_bad_steps=2), case([2], max_steps=1, max_bad_steps=1),
        case([2], [2], max_steps=2, max_bad_steps=2), case([11], max_bad_steps=1),
        case([12], [12], max_bad_steps=1), case([0, 1, 2], [6, 3], same_ids=True),
        case([0], [1], [0], [1], [0], [1], [0], [1], [0]), case(*[[0]] * 12, max_steps=11),
        case([2], [3], [4], [5], [8], [9]), case([3], [3], [3], max_bad_steps=3),
        case([2], [2], [0], [2], [2], [2], max_bad_steps=3), case([19, 0], [19]), case([0], [20, 19]),
        case([20, 0]), case([10, 10]), case([0], [0, 10]), case([27, 0]), case([0], [27, 27]),
        *({**one, "replies": [{**m, "refusal": None} for m in one["replies"]]} for one in (
            case(), case([0]), case([3, 0]))),
    ]  # fmt: skip


def toolbox(log: list) -> dict:
    """The tools of the statement; each call is written down in `log`."""
    counted: list[int] = []

    def add(a, b):
        return a + b

    def echo(text):
        return text

    def fail(why, kind="RuntimeError"):
        raise RAISED[kind](why)

    def odd(loop):
        ring: list = []
        ring.append(ring)
        return ring if loop else {1, 2}

    def count():
        counted.append(len(counted) + 1)
        return counted

    def logged(fn):
        def run(**arguments):
            log.append((fn.__name__, arguments))
            return fn(**arguments)

        return run

    kinds = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }
    return {
        fn.__name__: chat.tool(logged(fn), f"The tool {fn.__name__}.", kinds if fn is add else None)
        for fn in (add, echo, fail, odd, count)
    }


def play(solution, messages, replies, **limits):
    """Run it; gives the script, the log of the tools, and what came out."""
    script, log = Script(replies), []
    result = outcome(solution, script, toolbox(log), messages, **limits)
    return script, log, result


@exercise.scenario
def what_was_said_and_done(solution, messages, replies, **limits) -> dict:
    script, log, result = play(solution, messages, replies, **limits)
    raised, returned = result.get("raised"), result.get("returned")
    whole = messages = None
    if isinstance(returned, dict) and "messages" in returned:
        whole, returned = returned["messages"], {**returned, "messages": "above"}
        messages = chat.settled(whole)
    return {
        "raised": raised or "nothing",
        "messages": messages,
        "returned": returned,
        "tools that ran": log,
        "given to the model": [chat.so_far(given, whole) for given, _ in script.calls],
        "specs given to the model": [specs for _, specs in script.calls],
    }


@exercise.law(examples=6)
def the_transcript_is_valid(solution, messages, replies, max_steps, max_bad_steps):
    """Every call is answered at once by one tool message, in order, and nothing else is."""
    limits = {"max_steps": max_steps, "max_bad_steps": max_bad_steps}
    _, _, result = play(solution, messages, replies, **limits)
    chat.valid_transcript(result["returned"]["messages"])


@exercise.law(examples=6)
def what_the_model_was_given_never_changes(solution, messages, replies, max_steps, max_bad_steps):
    """The model, a log or a cache may keep the list: give it one of its own each time."""
    limits = {"max_steps": max_steps, "max_bad_steps": max_bad_steps}
    script, _, _ = play(solution, messages, replies, **limits)
    changed = sorted(script.altered)
    says = f"What call {min(changed, default=0)} of the model was given (from 0) was changed later."
    holds(not changed, says, got=changed)


#: What the error of a call must hold, by the kind of the call.
NEEDED = {
    2: ["RuntimeError", "disk full"],
    3: TOOLS,
    8: ["TypeError"],
    9: ["TypeError", "'b'"],
    14: TOOLS,
    19: ["ValueError", "disk full"],
    20: ["KeyError", "disk full"],
    22: ["ValueError"],
    28: TOOLS,
}


@exercise.law(edges=lambda: [{"kinds": [*kinds]} for kinds in (*zip(NEEDED), (2, 3), (14, 20))])
def an_error_tells_what_the_model_needs_to_repair_it(solution, kinds):
    """Without the names of the tools or the text of the exception it can only guess."""
    _, _, result = play(solution, **case(kinds))
    answers = [m for m in result["returned"]["messages"] if m["role"] == "tool"]
    for kind, message in zip(kinds, answers, strict=False):
        told = chat.failure(message["content"])
        holds(told, f"The call was told as {message['content']!r}.", got=message["content"])
        missing = [word for word in NEEDED[kind] if word not in told[1]]
        holds(not missing, f"The error message {told[1]!r} lacks {missing}.", got=missing)


MORE = {"requires_approval": True, "strict": False}


def toolboxes() -> list[dict]:
    some = (("add",), ("echo", "add"), ("odd", "count", "fail", "echo"))
    return [{"names": [], "more": {}}] + [
        {"names": [*names], "more": more} for names in some for more in ({}, MORE)
    ]


@exercise.law(edges=toolboxes)
def the_model_is_told_of_the_tools_and_of_nothing_else(solution, names, more):
    """APIs refuse keys that they do not know."""
    box = toolbox([])
    tools = {name: {**box[name], **more} for name in names}
    script = Script([chat.assistant(None, chat.call("c1", "subtract")), chat.assistant("Done.")])
    solution(script, tools, [chat.user("Go.")])
    specs = []
    for name in names:
        function = {key: box[name][key] for key in ("description", "parameters")}
        specs.append({"type": "function", "function": {"name": name, **function}})
    same([given for _, given in script.calls], [specs, specs], "The specs of the two calls")


@exercise.law(
    edges=lambda: [
        {"names": names}
        for names in (["name", "arguments"], ["call", "tool", "fn"], ["self", "tools", "args"])
    ]
)
def a_tool_may_call_its_parameters_what_it_likes(solution, names):
    """A helper f(name, **arguments) cannot take a tool's argument `name`: unpack only for fn."""
    given: list[dict] = []
    tools = {"note": chat.tool(lambda **arguments: given.append(arguments))}
    arguments = dict.fromkeys(names, 1)
    replies = [chat.assistant(None, chat.call("c1", "note", arguments)), chat.assistant("Done.")]
    solution(Script(replies), tools, [chat.user("Go.")])
    same(given, [arguments], "What the tool was given")


def repeated_calls() -> list[dict]:
    return [{"kind": kind, "calls": calls} for kind in (0, 2) for calls in (3, 8, 12)]


def stop_and_steps(calls, bad, max_steps=8, max_bad_steps=None):
    """How a run ends whose model makes one call a step, `calls` times, and then answers."""
    if bad and max_bad_steps is not None and max_bad_steps <= min(calls, max_steps - 1):
        return ("too_many_errors", max_bad_steps)
    return ("max_steps", max_steps) if calls >= max_steps else ("final", calls + 1)


@exercise.law(edges=repeated_calls)
def the_limits_are_those_of_the_signature(solution, kind, calls):
    """Eight steps, and no end for bad ones, where none are given."""
    replies = [reply_of(None, [kind], [f"c{i}"]) for i in range(calls)]
    replies.append(chat.assistant("Done."))
    for limits in ((), (6,), (6, 4)):
        result = outcome(solution, Script(replies), toolbox([]), [chat.user("Go.")], *limits)
        returned = result.get("returned", {})
        want = stop_and_steps(calls, kind != 0, *limits)
        says = f"Stop and steps, with {', '.join(map(str, limits)) or 'nothing'} after the messages"
        same((returned.get("stop"), returned.get("steps")), want, says)


@exercise.law(
    edges=lambda: [
        {"max_steps": steps, "max_bad_steps": bad}
        for steps, bad in ((0, None), (-1, None), (0, 1), (8, 0), (1, 0), (8, -2), (0, 0), (3, 0))
    ]
)
def limits_below_one_raise_before_the_model_is_called(solution, max_steps, max_bad_steps):
    """Work that is thrown away has been paid for."""
    script = Script([chat.assistant("Done.")])
    limits = {"max_steps": max_steps, "max_bad_steps": max_bad_steps}
    must_raise(ValueError, solution, script, toolbox([]), [chat.user("Go.")], **limits)
    holds(not script.calls, "It raised ValueError, but had called the model by then.")


INTERRUPTS = (KeyboardInterrupt, SystemExit)


def stops() -> list[dict]:
    """Who raises, and what: the model anything, a tool what is no Exception."""
    model = [(TimeoutError("slow"), 0), (TimeoutError("slow"), 1), (ValueError("400"), 2)]
    return [
        *({"who": "model", "error": error, "after": after} for error, after in model),
        *({"who": "model", "error": kind("stop"), "after": 1} for kind in INTERRUPTS),
        *(
            {"who": "tool", "error": kind("stop"), "after": n}
            for kind in INTERRUPTS
            for n in (0, 1)
        ),
    ]


@exercise.law(edges=stops)
def what_the_model_raises_and_every_interrupt_passes_through(solution, who, error, after):
    """A retry around the model needs its exceptions, and a person must be able to stop the run."""
    before = [reply_of(None, [0], [f"c{i}"]) for i in range(after)]
    tools = toolbox([])
    tools["interrupt"] = chat.tool(Script([error, "went on", "went on"]))
    last = chat.assistant(None, chat.call("c9", "interrupt"))
    replies = [*before, error if who == "model" else last, chat.assistant("Done.")]
    result = outcome(solution, Script(replies), tools, [chat.user("Go.")])
    same(result.get("raised", "nothing"), f"{type(error).__name__}: {error}", "Raised")


exercise.mistake(
    "drops_assistant_message",
    "You never append the reply that holds the calls, so the tool messages answer nothing. Append "
    "the model's reply first, then the results.",
    swap={"        transcript.append(reply)\n        calls": "        calls"},
)
exercise.mistake(
    "answers_only_first_call",
    "You run only the first call of a reply. A model may make several at once, and each needs an "
    "answer.",
    swap={
        'calls = reply.get("tool_calls") or []': 'calls = (reply.get("tool_calls") or [])[:1]',
    },
)
exercise.mistake(
    "stops_on_content",
    "You take a reply with content as the final one. A model may say something and call tools in "
    "one message; only a reply without calls is final.",
    swap={"        if not calls:": '        if not calls or reply.get("content"):'},
)
exercise.mistake(
    "runs_tools_after_budget",
    "You run the tools of the last step. Nobody reads those results, but their side effects "
    "happen: answer these calls with the error max_steps instead.",
    swap={
        'answers = [failed("max_steps", "Not run: no step is left.") for _ in calls]': (
            "answers = [answer(call, tools) for call in calls]"
        ),
    },
)
exercise.mistake(
    "leaves_last_calls_open",
    "You stop at max_steps without answering the calls of the last reply. Such a transcript cannot "
    "be continued: answer each with the error max_steps.",
    swap={
        'answers = [failed("max_steps", "Not run: no step is left.") for _ in calls]': (
            "calls, answers = [], []"
        ),
    },
)
exercise.mistake(
    "raises_on_bad_json",
    "Arguments that are not JSON raise out of your loop. Tell the model of them as invalid_json, "
    "so that it can write them again.",
    swap={
        'return failed("invalid_json", f"The arguments are not JSON: {error}.")': "raise",
    },
)
exercise.mistake(
    "bad_json_becomes_empty_args",
    "Arguments that are not JSON become {} and the tool runs with them: that is another call than "
    "the model made. Answer with invalid_json and run nothing.",
    swap={
        'return failed("invalid_json", f"The arguments are not JSON: {error}.")': "arguments = {}",
    },
)
exercise.mistake(
    "raises_on_unknown",
    "A name that is not among the tools raises out of your loop. Models invent names: answer with "
    "unknown_tool and go on.",
    swap={
        '        return failed("unknown_tool", f"There is no {name}; there are: {\', \'.join(tools)}.")': (
            "        raise KeyError(name)"
        ),
    },
)
exercise.mistake(
    "raises_on_tool_exception",
    "An exception of a tool ends your whole run. Catch Exception around the call and tell the model "
    "of it as tool_error.",
    swap={
        '        return failed("tool_error", f"{type(error).__name__}: {error}")': "        raise"
    },
)
exercise.mistake(
    "off_by_one_steps",
    "You make one step less than max_steps: the model may be called max_steps times, and a final "
    "answer in the last of them counts.",
    swap={"for step in range(1, max_steps + 1)": "for step in range(1, max(2, max_steps))"},
)
exercise.mistake(
    "user_role_for_results",
    'You send results back as user messages. A result has the role "tool" and the id of its call.',
    swap={
        'transcript.append({"role": "tool", "tool_call_id": call["id"], "content": content})': (
            'transcript.append({"role": "user", "content": content})'
        ),
    },
)
exercise.mistake(
    "shares_list_with_model",
    "You give the model your own transcript list, which goes on growing in its hands. Give it a "
    "copy: list(transcript).",
    swap={"model(list(transcript), specs)": "model(transcript, specs)"},
)
exercise.mistake(
    "bad_step_counter_never_resets",
    "You count all bad steps; only bad steps in a row end the run. Set the counter back to 0 after "
    "a step in which a call worked.",
    swap={
        "bad_steps = bad_steps + 1 if all(bad for _, bad in answers) else 0": (
            "bad_steps += all(bad for _, bad in answers)"
        ),
    },
)
exercise.mistake(
    "one_failed_call_is_a_bad_step",
    "You count a step as bad when any of its calls failed. It is bad only when every call did.",
    swap={"if all(bad for _, bad in answers)": "if any(bad for _, bad in answers)"},
)
exercise.mistake(
    "failures_read_from_contents",
    "You look into the contents to see whether a call failed. A tool may well return a text or dict "
    'with "error" in it; know it from what happened when the call ran.',
    swap={
        "if all(bad for _, bad in answers)": (
            "if all('\"error\":' in content for content, _ in answers)"
        ),
    },
)
exercise.mistake(
    "too_many_errors_one_late",
    "You stop one bad step too late: with max_bad_steps=1 the first bad step ends the run.",
    swap={"if bad_steps == max_bad_steps:": "if max_bad_steps and bad_steps > max_bad_steps:"},
)
exercise.mistake(
    "last_step_counts_as_bad",
    "You report too_many_errors for the last step, whose calls were not run. There the stop is "
    '"max_steps".',
    swap={"            bad_steps = bad_steps + 1 if": "        bad_steps = bad_steps + 1 if"},
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
    swap={"(result if isinstance(result, str) else json.dumps(result))": "json.dumps(result)"},
)
exercise.mistake(
    "eval_arguments",
    "You read arguments as Python and not as JSON: single quotes pass, and true, false and null do "
    "not. Use json.loads.",
    swap={"json.loads(text) if": "__import__('ast').literal_eval(text) if"},
)
exercise.mistake(
    "blank_arguments_are_invalid",
    "You call blank arguments invalid_json. Many models write nothing for a tool without "
    "parameters: it counts as {}.",
    swap={"json.loads(text) if text.strip() else {}": "json.loads(text)"},
)
exercise.mistake(
    "lists_as_positional_arguments",
    "You accept arguments that are JSON but no object. Answer with invalid_arguments and run "
    "nothing.",
    swap={
        '        return failed("invalid_arguments", "The arguments must be a JSON object.")': (
            "        arguments = {}"
        ),
    },
)
exercise.mistake(
    "no_content_is_none",
    'You return None as the output where the final reply has no content. Then the output is "".',
    swap={'reply.get("content") or ""': 'reply.get("content")'},
)
exercise.mistake(
    "catches_base_exception",
    "You catch KeyboardInterrupt and SystemExit as well, so nobody can stop the run. Catch "
    "Exception.",
    swap={"    except Exception as error:": "    except BaseException as error:"},
)
exercise.mistake(
    "sends_the_function",
    "You send the tool's function with its spec, or leave out the frame around it. A spec is type, "
    "and function with name, description and parameters.",
    swap={
        '        {\n            "type": "function",\n            "function": {': "        {\n            **{",
    },
)
exercise.mistake(
    "error_without_the_names",
    "Your unknown_tool error does not name the tools there are, so the model can only guess again.",
    swap={"There is no {name}; there are: {', '.join(tools)}.": "There is no {name}."},
)
exercise.mistake(
    "error_without_its_type",
    "Your tool_error holds the exception's text alone. For a KeyError that is just a name in quotes: "
    "add the type.",
    swap={"{type(error).__name__}: {error}": "The tool failed: {error}"},
)
exercise.mistake(
    "limits_not_checked",
    "You never check the limits. With max_steps < 1 or max_bad_steps < 1 raise ValueError before "
    "the model is called.",
    swap={"    if max_steps < 1:": "    if False:", "max_bad_steps < 1:": "False:"},
)
exercise.mistake(
    "encodes_outside_the_try",
    "A result that json cannot encode (a set, a list that holds itself) ends your whole run. Encode "
    "inside the try: that is a tool_error too.",
    swap={
        "        # Encoded inside the try: what JSON cannot hold is the tool's error as well.\n"
        "        return (result if isinstance(result, str) else json.dumps(result)), False\n": "",
        '        return failed("tool_error", f"{type(error).__name__}: {error}")': (
            '        return failed("tool_error", f"{type(error).__name__}: {error}")\n'
            "    return (result if isinstance(result, str) else json.dumps(result)), False"
        ),
    },
)
exercise.mistake(
    "rebuilds_the_reply",
    "You append a message that you made from the reply. Append the reply itself: it may hold more "
    "keys, and an empty tool_calls stays.",
    swap={
        "        transcript.append(reply)\n        calls": (
            "        kept = {key: reply.get(key) for key in ('role', 'content', 'tool_calls')}\n"
            "        transcript.append({key: kept[key] for key in kept if kept[key] or key != "
            "'tool_calls'})\n        calls"
        ),
    },
)
exercise.mistake(
    "type_errors_are_invalid_arguments",
    "You answer a TypeError of fn with invalid_arguments. Whatever fn raises is a tool_error.",
    swap={
        'return failed("tool_error", f"{type(error)': (
            'return failed("invalid_arguments" if isinstance(error, TypeError) else "tool_error", '
            'f"{type(error)'
        ),
    },
)
exercise.mistake(
    "null_arguments_are_none",
    "You take null, or another empty JSON value, for {}. Only blank text counts as {}; JSON that is "
    "no object is invalid_arguments.",
    swap={"json.loads(text) if text.strip() else {}": "(text.strip() and json.loads(text)) or {}"},
)
exercise.mistake(
    "value_error_of_a_tool_is_invalid_json",
    "You call it invalid_json when the tool itself raises ValueError. Parse and run in two try "
    "blocks: whatever fn raises is a tool_error.",
    swap={
        "    except Exception as error:": """    except ValueError as error:
        return failed("invalid_json", f"The arguments are not JSON: {error}.")
    except Exception as error:"""
    },
)
exercise.mistake(
    "key_error_of_a_tool_is_unknown_tool",
    "You call it unknown_tool when the tool itself raises KeyError. Look the name up first; "
    "whatever fn raises is a tool_error.",
    swap={
        "    except Exception as error:": """    except KeyError as error:
        return failed("unknown_tool", f"{error}; there are {', '.join(tools)}.")
    except Exception as error:"""
    },
)
exercise.mistake(
    "encodes_anything",
    "You turn what JSON cannot hold into a text, as json.dumps(..., default=str) does. The model "
    "then reads Python's notation: it is a tool_error.",
    swap={"json.dumps(result)": "json.dumps(result, default=str)"},
)
exercise.mistake(
    "not_the_default_encoding",
    "You write results with ensure_ascii=False. It is json.dumps with its defaults.",
    swap={"json.dumps(result)": "json.dumps(result, ensure_ascii=False)"},
)
exercise.mistake(
    "checks_the_schema",
    "You check arguments against the schema. Here fn runs with what the model wrote, and tells "
    "itself what it cannot take.",
    swap={
        "    try:\n        result": """    wanted = tools[name]["parameters"].get("properties", {})
    for key, value in arguments.items():
        if wanted.get(key, {}).get("type") == "integer" and not isinstance(value, int):
            return failed("invalid_arguments", f"{key} must be an integer.")
    try:
        result"""
    },
)
exercise.mistake(
    "adds_tool_calls_to_the_reply",
    "You append replies that all have the key tool_calls. Append them as they came.",
    swap={"transcript.append(reply)": 'transcript.append({"tool_calls": None, **reply})'},
)
exercise.mistake(
    "sends_other_keys_of_the_tool",
    "You send whatever else the tool's entry holds. A spec has name, description and parameters.",
    swap={
        """                "description": tool["description"],
                "parameters": tool["parameters"],
""": """                **{key: value for key, value in tool.items() if key != "fn"},
"""
    },
)
exercise.mistake(
    "other_default_of_max_steps",
    "Without max_steps you do not stop after 8 steps. The default is part of the signature.",
    swap={"max_steps: int = 8": "max_steps: int = 10"},
)
exercise.mistake(
    "gives_up_by_default",
    "Without max_bad_steps you give up after some bad steps. The default None means never.",
    swap={"max_bad_steps: int | None = None": "max_bad_steps: int | None = 3"},
)
exercise.mistake(
    "zero_bad_steps_is_never",
    "You take max_bad_steps=0 for no limit. None is no limit; 0 raises ValueError.",
    swap={"if max_bad_steps is not None and": "if max_bad_steps and"},
)
exercise.mistake(
    "runs_again_after_an_exception",
    "You run a tool once more when it raised. It runs once: whether to try again is for the model.",
    swap={
        '        result = tools[name]["fn"](**arguments)': """        try:
            result = tools[name]["fn"](**arguments)
        except Exception:
            result = tools[name]["fn"](**arguments)"""
    },
)
exercise.mistake(
    "catches_what_the_model_raises",
    "You catch what the model callable raises and return. It passes through: whoever calls you may "
    "want to retry.",
    swap={
        "        reply = model(list(transcript), specs)": """        try:
            reply = model(list(transcript), specs)
        except Exception as error:
            output, stop = str(error), "final"
            break
        reply = reply"""
    },
)

exercise.walkthrough(r"""
## Where it comes from

A model that only answers has to know everything beforehand. Let it look things up, and what it
looks for next depends on what it has found; nobody can write that program in advance. ReAct (Yao et
al. 2022, section 2) let a model write a thought and an action in turn, ran the action, and put what
came back, the observation, behind it in the prompt. Then the model was asked again. There the
action was a line of text such as `Search[...]`, read with a pattern. Today it is a tool call with
an id and JSON arguments, and the loop is the same.

The bare loop is ten lines long, and they work in every demonstration. Most of the contract is about
the other days. The model is a stranger who writes: it invents names, breaks JSON, talks while it
calls, and may never come to an end. Tools are code: they raise. So three questions decide the
design: what does the model read when something fails, when does the loop stop, and can the
conversation go on from where it stopped?

## By hand

A run with a mistake in it. The model has `add` and asks for `sum` first. Each step is one call of
the model, and what it is given grows:

| step | the model is given | it replies | answered with |
|---|---|---|---|
| 1 | 1 message | `sum(2, 3)` | unknown_tool |
| 2 | 3 messages | `add(2, 3)` and `add(4, 5)` | 5, 9 |
| 3 | 6 messages | "5 and 9." | nothing: final |

After step 3 the transcript holds 7 messages: the question, three replies and three answers.

```python
from grader.notebook import reference
from grader.words import chat

run_agent = reference("agent/loop")
tools = {"add": chat.tool(lambda a, b: a + b)}
replies = [
    chat.assistant("Let me see.", chat.call("c1", "sum", {"a": 2, "b": 3})),
    chat.assistant(None, *[chat.call(f"c{a}", "add", {"a": a, "b": a + 1}) for a in (2, 4)]),
    chat.assistant("5 and 9."),
]
question = [chat.user("What is 2 + 3, and what is 4 + 5?")]


def scripted(replies, given):
    # A model that gives the replies in turn, and notes how many messages it was given.
    left = iter(replies)
    return lambda messages, specs: given.append(len(messages)) or next(left)


given = []
run = run_agent(scripted(replies, given), tools, question)
given, run["output"], run["stop"], run["steps"], len(run["messages"])
```

## A picture

The same transcript, time running downwards. The first reply has a text *and* a call, so it is not
final. The error reaches the model as the content of an ordinary answer, with the names that there
are, and the next step is right.

```python
from grader.notebook import transcript

transcript(run["messages"])
```

Now the same model with two steps instead of three. The second reply would have been read by nobody,
so its tools do not run; but its calls are answered all the same, for a transcript with open calls
could never be continued.

```python
short = run_agent(scripted(replies, []), tools, question, max_steps=2)
transcript(short["messages"][3:], f"the last step: stop is {short['stop']!r}")
```

## Traps

**A text is taken for the answer.** In most recorded conversations a reply has either content or
calls, so testing the content seems to work. Many models announce what they are about to do; then
this loop ends with "Let me see." and calls that nobody answers.

{{trap: stops_on_content}}

**One list for two owners.** Handing the model the very list that goes on growing is harmless as
long as the model only reads it during the call. It shows when something keeps what it was given: a
log, a cache, a test that looks at each request afterwards and finds the same final transcript
everywhere.

{{trap: shares_list_with_model}}

**Open calls at the end.** When the steps are used up, leaving at once is the natural thing. The
result looks right and is stored; the error comes from the API, days later, when the user writes the
next message.

{{trap: leaves_last_calls_open}}

## What it costs

Each step sends the whole transcript again. If a step adds m tokens, n steps send m + 2m + ... + nm
of them, which is about m·n²/2: twice as many steps cost four times as much. Below, what a model
reads in a whole run whose tool returns 400 characters at a time, and what it reads in the last step
alone. Both axes are logarithmic.

```python
from grader.notebook import curve


def characters_read(steps):
    read = []

    def model(messages, specs):
        read.append(sum(len(str(message)) for message in messages))
        return chat.assistant(None, chat.call(f"c{len(read)}", "page"))

    run_agent(model, {"page": chat.tool(lambda: "x" * 400)}, question, max_steps=steps)
    return sum(read), read[-1]


steps = [2, 4, 8, 16, 32, 64]
in_all, at_last = zip(*map(characters_read, steps), strict=True)
curve(
    {"read in the whole run": in_all, "read in the last step": at_last},
    x=steps,
    title="What the model reads",
    across="steps",
    up="characters",
    log=True,
)
```

The upper line rises with the square of the steps. A server that caches the beginning of a prompt
saves most of that work, as long as nothing before the end changes; `agent/trim_history` is about
what to do when the last step no longer fits.
""")
