"""A supervisor and its workers.

One agent splits a task and hands the parts to others, which work with a fresh context and give back
only their result. What keeps it in hand is one budget for all: every step anybody takes is paid
from it, also by a worker that fails.

Write `run_supervisor(model, workers, task, max_steps=12)`. It returns the dict
`{"output": str or None, "stop": "final" or "max_steps", "steps": dict, "messages": list}`.

- `model(messages, specs)` is the supervisor's model. It gives `{"role": "assistant", "content": str
  or None}`, with `tool_calls` or without (the key missing, None or an empty list). A call is
  `{"id": str, "type": "function", "function": {"name": str, "arguments": str}}`, its arguments a
  JSON text. The transcript begins as [{"role": "user", "content": task}].
- `specs` offers one tool: [{"type": "function", "function": {"name": "delegate", "description":
  str, "parameters": JSON Schema}}], the schema an object with the properties "worker", whose "enum"
  lists the workers' names, and "task", of type "string". What else you write there is free.
- `workers`: a dict from name to a callable `worker(subtask, budget)`, which gives `{"output": str,
  "steps": int}`. Give it both by position, or by these two names. There is at least one worker, and
  none is called "supervisor".

The loop: call the model with a list of its own of the transcript so far (it must not change
afterwards), and append the reply unchanged. Without calls it is final: output is its content, ""
where that is None. Otherwise answer every call, in order, with one message
`{"role": "tool", "tool_call_id": the call's id, "content": str}`, and go on.

Answering a call, the first that applies; the content of an error is `json.dumps({"error": kind,
"message": text})`, the text yours but not empty:

1. "unknown_tool": the name is not "delegate". The text names delegate.
2. "invalid_json": the arguments are not JSON. "" and blank count as {}.
3. "invalid_arguments": no JSON object, "worker" is not exactly the name of a worker, or "task" is
   missing or no text. (What other keys do is free.)
4. "max_steps": less than one step could be handed out, see below. The worker does not run.
5. The worker runs, once, with the task of the call as it is and its budget, and sees nothing else.
6. "tool_error": it raised an Exception, or returned something else than a dict with a str as
   "output" and an int as "steps", or reported more steps than its budget. That budget is charged
   in full.
7. Otherwise the content is its output, whatever it says, and the steps that it reported (0 or more)
   are charged.

The budget: calls of the model and steps charged to workers are together never more than
`max_steps`. A worker is handed what is left of that, less one step kept for the supervisor's next
call. What a worker does not use is there for the next one, also within one reply.

When the calls stand in a reply that took the last step, nothing runs and nothing is looked at: each
is answered with "max_steps", output is None and stop "max_steps".

`steps` holds "supervisor": the calls of the model, and for every worker what was charged to it, 0
too. `messages` is the whole transcript. max_steps < 1 raises ValueError before the model is called.
What the model raises passes through, and KeyboardInterrupt and SystemExit of a worker do.

Example: max_steps 6; the model delegates "find it" to ann, who is handed 6 - 1 - 1 = 4 steps and
reports 3. In its second reply it delegates to bob: 6 - 2 - 3 = 1 is left and kept, so the answer is
"max_steps". The third reply is final: steps {"supervisor": 3, "ann": 3, "bob": 0}.

Failing cases show the `replies` of the model. Their workers read the task: after "use 2" they
report 2 steps, after "use all" their budget, after "use one too many" one more; "crash" raises, as
RuntimeError or what it says, and "crash silently" without a text; "return ..." returns that. Their
output tells the budget.
"""

import copy
import json

from grader.words import (
    Draw,
    Exercise,
    Function,
    Script,
    Throw,
    chat,
    holds,
    must_raise,
    outcome,
    same,
)

exercise = Exercise(
    tier="C",
    level=3,
    minutes=30,
    needs=("agent/loop",),
    source="Anthropic 2025, How we built our multi-agent research system; OpenAI, Function calling "
    "(API guide)",
    hints=(
        "It is the agent loop with one tool. Keep one dict of steps by name: what is left of the "
        "budget is max_steps less the sum of its values.",
        "Split answering a call in two: first find out whether it is a proper request, which costs "
        "nothing; then compute the budget, at that moment and for that call alone.",
        "Running a worker gives a content and a charge. Read its result inside the try as well: "
        "whatever goes wrong there, the charge is the whole budget.",
    ),
    ask=(
        (
            "When do many agents beat one?",
            "When parts are independent, need much reading and little writing, and would crowd one "
            "context. They cost several times the tokens; for tightly coupled work one is better.",
        ),
        (
            "How do they share state?",
            "Through artefacts with names (files, tickets, rows) that they pass by reference, not "
            "through transcripts: each has a context of its own, and writes are made by one.",
        ),
        (
            "How do you find out who is to blame?",
            "One trace with a span for each agent, its input, output and steps. Replay a worker "
            "with its recorded subtask: bad from a good subtask is the worker's fault, a vague "
            "subtask the supervisor's.",
        ),
    ),
)


def failed(kind: str, message: str) -> str:
    """The content that tells the model of an error."""
    return json.dumps({"error": kind, "message": message})


def request_of(call: dict, workers: dict) -> tuple[str, str, str]:
    """The worker's name and its subtask; or, in the third place, what is wrong with the call."""
    name, text = call["function"]["name"], call["function"]["arguments"]
    if name != "delegate":
        return "", "", failed("unknown_tool", f"There is no {name}; there is: delegate.")
    try:
        arguments = json.loads(text) if text.strip() else {}
    except ValueError as error:
        return "", "", failed("invalid_json", f"The arguments are not JSON: {error}.")
    if not isinstance(arguments, dict):
        return "", "", failed("invalid_arguments", "The arguments must be a JSON object.")
    worker, subtask = arguments.get("worker"), arguments.get("task")
    if not isinstance(worker, str) or worker not in workers:
        return "", "", failed("invalid_arguments", f"worker must be one of {', '.join(workers)}.")
    if not isinstance(subtask, str):
        return "", "", failed("invalid_arguments", "task must be a text.")
    return worker, subtask, ""


def delegated(worker, subtask: str, budget: int) -> tuple[str, int]:
    """The content that answers the call, and the steps that the worker is charged."""
    try:
        result = worker(subtask, budget)
        output, used = result["output"], result["steps"]
        if not isinstance(output, str) or not isinstance(used, int):
            raise TypeError("a worker returns a text as output and a whole number as steps")
        if used > budget:
            raise RuntimeError(f"{used} steps reported, of {budget}")
        return output, used
    except Exception as error:
        # Nobody knows what it used before it failed, so it counts as having used everything.
        return failed("tool_error", f"{type(error).__name__}: {error}"), budget


@exercise.solution
def run_supervisor(model, workers: dict, task: str, max_steps: int = 12) -> dict:
    """Let the model hand parts of the task to workers, all within one budget of steps.

    Gives {"output": str | None, "stop": "final" | "max_steps", "steps": {"supervisor": int, and
    each worker's name: int}, "messages": the whole transcript}.
    """
    if max_steps < 1:
        raise ValueError(f"max_steps must be at least 1: {max_steps}")
    who, what = {"type": "string", "enum": list(workers)}, {"type": "string"}
    schema = {"type": "object", "properties": {"worker": who, "task": what}}
    schema["required"] = ["worker", "task"]
    about = {"name": "delegate", "description": "Hand a task to a worker.", "parameters": schema}
    specs = [{"type": "function", "function": about}]
    transcript = [{"role": "user", "content": task}]
    steps = {"supervisor": 0, **dict.fromkeys(workers, 0)}  # their sum is what has been spent
    while True:
        steps["supervisor"] += 1
        reply = model(list(transcript), specs)  # a copy: the transcript goes on growing
        transcript.append(reply)
        calls = reply.get("tool_calls") or []
        last = sum(steps.values()) == max_steps
        for call in calls:
            name, subtask, content = request_of(call, workers)
            budget = max_steps - sum(steps.values()) - 1  # one is kept for the supervisor
            if last:
                content = failed("max_steps", "Not run: no step is left.")
            elif not content and budget < 1:
                content = failed("max_steps", "Not run: the last step is yours, for the answer.")
            elif not content:
                content, used = delegated(workers[name], subtask, budget)
                steps[name] += used
            transcript.append({"role": "tool", "tool_call_id": call["id"], "content": content})
        if not calls or last:
            output = None if calls else reply.get("content") or ""
            stop = "max_steps" if calls else "final"
            return {"output": output, "stop": stop, "steps": steps, "messages": transcript}


#: What workers are told to return, besides steps and an output.
RETURNS = {
    "return None": None,
    "return a text": "done",
    "return a list": ["done", 1],
    "return no steps": {"output": "done"},
    "return no output": {"steps": 1},
    "return steps '1'": {"output": "done", "steps": "1"},
    "return steps 0.5": {"output": "done", "steps": 0.5},
    "return steps None": {"output": "done", "steps": None},
    "return output 7": {"output": 7, "steps": 1},
    "return output None": {"output": None, "steps": 1},
    "return an empty output": {"output": "", "steps": 1},
    "return an error as output": {"output": failed("tool_error", "no page"), "steps": 1},
}


class Lost(Exception):
    """An exception of a worker that nobody else knows."""


CRASHES = {
    "crash": RuntimeError("the worker is down"),
    "crash silently": RuntimeError(),
    "crash with a KeyError": KeyError("page"),
    "crash with a TimeoutError": TimeoutError("slow"),
    "crash with an error of its own": Lost("no way back"),
}


def delegate(worker, task) -> tuple:
    return "delegate", {"worker": worker, "task": task}


#: What a model may write, simplest first: the name of a tool, and arguments.
CALLS = (
    delegate("ann", "use 1"), delegate("bob", "use 2"), delegate("ann", "use all"),
    delegate("ann", "use 0"), delegate("bob", "crash"), delegate("ann", "use one too many"),
    delegate("eve", "use 1"), ("search", {"worker": "ann", "task": "use 1"}),
    ("delegate", '{"worker": "ann", "task": '), ("delegate", '["ann", "use 1"]'),
    ("delegate", {"worker": "ann"}), ("delegate", {"task": "use 1"}), delegate("ann", None),
    delegate("bob", 5), delegate(["ann"], "use 1"), delegate(None, "use 1"), ("delegate", ""),
    ("delegate", " \n"), ("search", "{"), ("ann", {"task": "use 1"}), ("delegate", "null"),
    delegate("bob", "use 40"), delegate("ann", ["use 1"]), delegate("bob", "crash silently"),
    *(delegate("ann" if i % 2 else "bob", task) for i, task in enumerate(RETURNS)),
    *(delegate("ann", task) for task in list(CRASHES)[2:]), delegate("ann", " use 1 für Zoë\n"),
    delegate("Ann", "use 1"), delegate("ann ", "use 1"),
    ("delegate", "{'worker': 'ann', 'task': 'use 1'}"),
    ("delegate", json.dumps('{"worker": "ann", "task": "use 1"}')),
)  # fmt: skip


def reply_of(content, kinds, ids) -> dict:
    """An assistant message with the calls of those kinds."""
    calls = [chat.call(id, *CALLS[kind]) for id, kind in zip(ids, kinds, strict=True)]
    return chat.assistant(content, *calls)


@exercise.inputs
def assignments(draw: Draw) -> dict:
    replies, made = [], 0
    common = draw.choice(6, 9, len(CALLS))
    for _ in range(draw.size(0, 4)):
        kinds = [draw.size(0, common - 1) for _ in range(draw.size(1, 3))]
        ids = [f"c{made + i + 1}" for i in range(len(kinds))]
        made += len(kinds)
        replies.append(reply_of(draw.choice(None, "I will ask them.", ""), kinds, ids))
    last = chat.assistant(draw.choice("Done.", None, ""))
    if draw.flag():
        last["tool_calls"] = draw.choice(None, [])
    return {
        "task": "Write a report.",
        "workers": draw.choice(["ann", "bob"], ["ann"], ["cleo", "bob", "ann"]),
        "replies": [*replies, last],
        "options": draw.choice({}, {"max_steps": draw.size(1, 9)}),
    }


def case(*kinds, most=None, content=None, last="Done.", same_ids=False, workers="ann bob") -> dict:
    """A case whose replies make the calls of those kinds."""
    ids = iter(f"c{i}" for i in range(1, 99))
    replies = [
        reply_of(content, step, ["c1" if same_ids else next(ids) for _ in step]) for step in kinds
    ]
    return {
        "task": "Write a report.",
        "workers": workers.split(),
        "replies": [*replies, chat.assistant(last)],
        "options": {} if most is None else {"max_steps": most},
    }


@exercise.edges
def assignments_that_separate() -> list[dict]:
    crash, over, eve, other, broken, listed, blank, named, forty = 4, 5, 6, 7, 8, 14, 16, 19, 21
    silent, (none, _, _, unpaid, mute, text, half, _, seven, void) = 23, range(24, 34)
    return [
        case(), case(last=None), case(last=""), case([0]), case([0], [1]), case([0, 1]),
        case([3, 0], [3]), case(workers="ann"), case([1], workers="ann"), case([0], last=None),
        case([0], workers="cleo bob ann"), *(case([kind]) for kind in range(3, len(CALLS))),
        case([0], content="I will ask."), case([0, 1], [0], content="First ann."), case([2]),
        case([2], most=3), case([2], [0], most=5), case([2, 1], most=9), case([1, 0], most=9),
        case([0, 2], most=9), case([0], [1], [2], most=9), case([0, 1, 0, 1, 2], most=12),
        case([1], [1], [1], most=9), case([0, 0, 0, 0], most=7), case([0, 0, 0], most=4),
        case([1, 0], most=4), case([1], most=4), case([1], most=3), case([0], most=1),
        case([0, 1], most=1), case(most=1), case([0, 1], most=2), case([0], [0], most=2),
        case([0], [0], most=3), case([0], [0], [0], most=4), case([2], [1, 0], most=3),
        case([2], [1, 0], most=6), case([crash], [0], most=6), case([crash, 0], [0], most=5),
        case([crash], [crash], [0]), case([0, crash, 1], [0], most=10), case([over, 0], most=6),
        case([over], [1], most=6), case([over], most=3), case([over], [over], [0], most=9),
        case([forty], [0], most=6), case([forty, 0], most=6), case([none], [0], most=6),
        case([unpaid, 0], most=6), case([text], [1], most=7), case([half, 1], most=7),
        case([seven, 0]), case([void], [seven]), case([unpaid], [unpaid]), case([mute, 0]), case([10, 0]),
        case([listed, 0]), case([0], [listed]), case([blank, 0]), case([named, 0]), case([0], [named]),
        case([silent, 0]), case([silent], [0], most=5), case([eve], [0]), case([other, 0]),
        # Calls that are wrong in themselves, when only the kept step is left, and in the last reply.
        case([eve], most=2), case([other], most=2), case([broken, 0], most=2), case([2, eve], most=5),
        case([2, other, broken], most=5), case([2], [eve, broken], most=5), case([eve], most=1),
        case([other, broken, 0], most=1), case([0], [9, 0], most=3), case([0], content="Wait.", most=1),
        case([0, 1], [2, 0], [1], most=12, same_ids=True), case([3], [3], [3], [3], most=5),
        case([0], [0], [0], [0], [0], [0], [0]), case([10], [0], most=4),
        # Odd outputs, other exceptions, and requests that are nearly right.
        *(case([kind, 0], [0], most=6) for kind in range(34, len(CALLS))),
        *(case([0], [kind]) for kind in range(34, len(CALLS))),
    ]  # fmt: skip


def staff(names, log: list) -> dict:
    """The workers of the statement; what each is given is written down in `log`."""

    def member(name):
        def work(*given, **named):
            unknown = set(named) - {"subtask", "budget"}
            if unknown:
                raise TypeError(f"worker(subtask, budget) has no argument {min(unknown)!r}")
            given += tuple(named[key] for key in ("subtask", "budget") if key in named)
            log.append((name, *given))
            subtask, budget = given[:2]
            if str(subtask) in CRASHES:
                raise copy.copy(CRASHES[subtask])
            if str(subtask) in RETURNS:
                return copy.copy(RETURNS[subtask])
            amount = str(subtask).removeprefix("use ")
            special = {"all": budget, "one too many": budget + 1}
            used = special.get(amount, int(amount) if amount.isdigit() else 1)
            output = f"{name} did {subtask!r} with a budget of {budget}"
            return {"output": output, "steps": used}

        return work

    return {name: member(name) for name in names}


def play(solution, task, workers, replies, options):
    """Run it; gives the script, the log of the workers, and what came out."""
    script, log = Script(replies), []
    result = outcome(solution, script, staff(workers, log), task, **options)
    return script, log, result


@exercise.scenario
def what_was_said_and_done(solution, task, workers, replies, options) -> dict:
    script, log, result = play(solution, task, workers, replies, options)
    returned = result.get("returned", {})
    return {
        "messages": chat.settled(returned.get("messages", result.get("raised"))),
        **result,
        "returned": {**returned, "messages": "above"},
        "workers ran (name, task, budget)": log,
        "given to the model": [
            chat.so_far(given[0], returned.get("messages")) for given in script.calls
        ],
    }


@exercise.law(examples=10)
def the_transcript_is_valid(solution, task, workers, replies, options):
    """Every call is answered at once by one tool message, in order, and nothing else is."""
    _, _, result = play(solution, task, workers, replies, options)
    chat.valid_transcript(result["returned"]["messages"])


@exercise.law(examples=10)
def the_steps_of_all_stay_within_max_steps(solution, task, workers, replies, options):
    """A budget that each agent has for itself multiplies with the agents."""
    script, log, result = play(solution, task, workers, replies, options)
    most, steps = options.get("max_steps", 12), result["returned"]["steps"]
    same(
        steps["supervisor"],
        len(script.calls),
        "Steps of the supervisor, against calls of the model",
    )
    says = f"steps {steps} are {sum(steps.values())} together, and max_steps is {most}."
    holds(sum(steps.values()) <= most, says, got=steps)
    small = [entry for entry in log if entry[2] < 1]
    holds(not small, f"A worker ran with a budget below 1: {small}.", got=log)


@exercise.law(examples=8)
def what_the_model_was_given_never_changes(solution, task, workers, replies, options):
    """The model, a log or a cache may keep the list: give it one of its own each time."""
    script, _, _ = play(solution, task, workers, replies, options)
    changed = sorted(script.altered)
    says = f"What call {min(changed, default=0)} of the model was given (from 0) was changed later."
    holds(not changed, says, got=changed)


def teams() -> list[dict]:
    return [{"names": names.split()} for names in ("ann bob", "ann", "cleo bob ann", "b c d e f")]


@exercise.law(edges=teams)
def the_model_is_offered_one_tool_to_delegate(solution, names):
    """The enum keeps the model from inventing workers, and nothing callable can be sent."""
    calls = [chat.call("c1", "delegate", {"worker": names[0], "task": "use 1"})]
    script = Script([chat.assistant(None, *calls), chat.assistant("Done.")])
    solution(script, staff(names, []), "Write a report.")
    for _, specs in script.calls:
        holds(len(specs) == 1, f"{len(specs)} tools were offered, not 1.", got=specs)
        framed = specs[0].get("type") == "function" and "function" in specs[0]
        holds(framed, 'The spec lacks the frame {"type": "function", "function": ...}.', got=specs)
        about = specs[0]["function"]
        same(about["name"], "delegate", "The name of the tool")
        holds(
            isinstance(about.get("description"), str), "There is no text as description.", got=specs
        )
        schema = about["parameters"]
        holds(_is_json(schema), "The parameters are not plain JSON.", got=specs)
        same(schema["type"], "object", "The type of the parameters")
        same(sorted(schema["properties"]), ["task", "worker"], "The names of the properties")
        enum = schema["properties"]["worker"]["enum"]
        holds(isinstance(enum, list), f"The enum of worker is {enum!r}, no list.", got=specs)
        same(sorted(enum), sorted(names), "The enum of worker, sorted")
        same(schema["properties"]["task"]["type"], "string", "The type of task")


def _is_json(value) -> bool:
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


@exercise.law(edges=lambda: [{"called": name} for name in ("search", "ann", "Delegate", "")])
def an_unknown_tool_is_told_the_name_of_the_one_there_is(solution, called):
    """Without it the model can only guess again."""
    script = Script([chat.assistant(None, chat.call("c1", called)), chat.assistant("Done.")])
    messages = solution(script, staff(["ann"], []), "Write a report.")["messages"]
    kind, text = chat.failure(messages[2]["content"])
    same(kind, "unknown_tool", "The kind of the error")
    holds("delegate" in text, f"The error message {text!r} does not name delegate.", got=text)


@exercise.law(edges=lambda: [{"max_steps": n} for n in (0, -1, -2, -12)])
def a_budget_below_one_raises_before_the_model_is_called(solution, max_steps):
    """Work that is thrown away has been paid for."""
    script = Script([chat.assistant("Done.")])
    must_raise(ValueError, solution, script, staff(["ann"], []), "Write a report.", max_steps)
    holds(not script.calls, "It raised ValueError, but had called the model by then.")


INTERRUPTS = (KeyboardInterrupt, SystemExit)


def stops() -> list[dict]:
    """Who raises, and what: the model anything, a worker what is no Exception."""
    model = [(TimeoutError("slow"), 0), (TimeoutError("slow"), 1), (ValueError("400"), 1)]
    return [
        *({"who": "model", "error": error, "after": after} for error, after in model),
        *({"who": "model", "error": kind("stop"), "after": 1} for kind in INTERRUPTS),
        *(
            {"who": "worker", "error": kind("stop"), "after": n}
            for kind in INTERRUPTS
            for n in (0, 1)
        ),
    ]


@exercise.law(edges=stops)
def what_the_model_raises_and_every_interrupt_passes_through(solution, who, error, after):
    """A retry around the model needs its exceptions, and a person must be able to stop the run."""
    before = [reply_of(None, [0], [f"c{i}"]) for i in range(after)]
    workers = staff(["ann"], []) | {"bob": Function(lambda *_, **__: Throw(error))}
    last = reply_of(None, [1], ["c9"])
    replies = [*before, error if who == "model" else last, chat.assistant("Done.")]
    result = outcome(solution, Script(replies), workers, "Write a report.")
    same(result.get("raised", "nothing"), f"{type(error).__name__}: {error}", "Raised")


exercise.mistake(
    "budget_per_worker",
    "You hand every worker max_steps. There is one budget for all: what is left of it, less one.",
    swap={"workers[name], subtask, budget)": "workers[name], subtask, max_steps)"},
)
exercise.mistake(
    "workers_not_charged",
    "You never take the steps of workers off the budget. What a worker reports is spent.",
    swap={"budget = max_steps - sum(steps.values()) - 1": 'budget = max_steps - steps["supervisor"] - 1',
          "last = sum(steps.values()) == max_steps": 'last = steps["supervisor"] == max_steps'},
)  # fmt: skip
exercise.mistake(
    "supervisor_is_free",
    "You do not take the supervisor's own calls off the budget; they are steps like any other.",
    swap={
        "budget = max_steps - sum(steps.values()) - 1": (
            'budget = max_steps - sum(steps.values()) + steps["supervisor"] - 1'
        ),
        "last = sum(steps.values()) == max_steps": (
            'last = sum(steps.values()) - steps["supervisor"] >= max_steps'
        ),
    },
)
exercise.mistake(
    "no_reserve",
    "You hand out all that is left. One step must be kept, or the supervisor cannot answer.",
    swap={
        "sum(steps.values()) - 1  #": "sum(steps.values())  #",
        "last = sum(steps.values()) == max_steps": "last = sum(steps.values()) >= max_steps",
        "while True:": "while sum(steps.values()) < max_steps or not steps.update(supervisor=steps['supervisor'] - 1):",
    },
)
exercise.mistake(
    "one_call_beyond_the_budget",
    "You hand out all that is left and then call the model all the same, beyond max_steps. Keep one "
    "step for that call.",
    swap={
        "sum(steps.values()) - 1  #": "sum(steps.values())  #",
        "last = sum(steps.values()) == max_steps": "last = sum(steps.values()) >= max_steps",
    },
)
exercise.mistake(
    "two_kept",
    "You keep two steps; one, for the supervisor's next call, is enough.",
    swap={"sum(steps.values()) - 1  #": "sum(steps.values()) - 2  #"},
)
exercise.mistake(
    "one_budget_for_all_calls_of_a_reply",
    "You compute the budget once for a reply. Each call gets what the one before it has left.",
    swap={
        "        for call in calls:\n": (
            "        budget = max_steps - sum(steps.values()) - 1\n        for call in calls:\n"
        ),
        "            budget = max_steps - sum(steps.values()) - 1  # one is kept for the supervisor\n": "",
    },
)
exercise.mistake(
    "budget_split_among_calls",
    "You split the budget among the calls of a reply. Each is handed all that is left at its turn.",
    swap={
        "workers[name], subtask, budget)": "workers[name], subtask, max(1, budget // len(calls)))"
    },
)
exercise.mistake(
    "charges_what_was_given",
    "You charge the whole budget whatever the worker reports. What it did not use is there for the "
    "next one.",
    swap={"steps[name] += used": "steps[name] += budget"},
)
exercise.mistake(
    "charges_one_step_a_call",
    "You charge one step for each delegated call. Charge the steps that the worker reports.",
    swap={"steps[name] += used": "steps[name] += 1"},
)
exercise.mistake(
    "last_charge_only",
    "You overwrite what a worker was charged before; add to it.",
    swap={"steps[name] += used": "steps[name] = used"},
)
exercise.mistake(
    "failures_are_free",
    "You charge nothing for a worker that failed. Nobody knows what it used: charge its budget.",
    swap={
        'failed("tool_error", f"{type(error).__name__}: {error}"), budget': (
            'failed("tool_error", f"{type(error).__name__}: {error}"), 0'
        )
    },
)
exercise.mistake(
    "failures_cost_one_step",
    "You charge one step for a worker that failed. Nobody knows what it used: charge its budget.",
    swap={
        'failed("tool_error", f"{type(error).__name__}: {error}"), budget': (
            'failed("tool_error", f"{type(error).__name__}: {error}"), 1'
        )
    },
)
exercise.mistake(
    "overspend_accepted",
    "You take the result of a worker that reports more steps than it was given, and cut the charge. "
    "Such a call is a tool_error.",
    swap={
        '            raise RuntimeError(f"{used} steps reported, of {budget}")': (
            "            used = budget"
        )
    },
)
exercise.mistake(
    "overspend_uncharged",
    "A worker that reports more steps than it was given costs nothing with you. Charge its budget.",
    swap={
        '            raise RuntimeError(f"{used} steps reported, of {budget}")': (
            '            return failed("tool_error", "too many steps"), 0'
        )
    },
)
exercise.mistake(
    "overspend_charged_as_reported",
    "You charge what an overspending worker reports, which is beyond the whole budget. Charge what "
    "it was given.",
    swap={
        '            raise RuntimeError(f"{used} steps reported, of {budget}")': (
            '            return failed("tool_error", "too many steps"), used'
        ),
        "last = sum(steps.values()) == max_steps": "last = sum(steps.values()) >= max_steps",
    },
)
exercise.mistake(
    "all_of_the_budget_is_too_much",
    "You refuse a worker that used exactly its budget; only more than that is an error.",
    swap={"if used > budget:": "if used >= budget:"},
)
exercise.mistake(
    "zero_steps_refused",
    "You refuse a worker that reports 0 steps. It may have known the answer.",
    swap={"if used > budget:": "if used > budget or used < 1:"},
)
exercise.mistake(
    "shape_not_checked",
    "You accept whatever a worker returns. Only a dict with a str as output and an int as steps is "
    "a result; all else is a tool_error.",
    swap={
        '        if not isinstance(output, str) or not isinstance(used, int):\n            raise TypeError("a worker returns a text as output and a whole number as steps")\n': ""
    },
)
exercise.mistake(
    "output_not_checked",
    "You accept an output that is no text. That is a tool_error.",
    swap={"not isinstance(output, str) or not isinstance(used, int)": "not isinstance(used, int)"},
)
exercise.mistake(
    "odd_results_as_text",
    "You turn whatever a worker returns into text. A result of another shape is a tool_error.",
    swap={
        '        output, used = result["output"], result["steps"]\n': (
            "        if not isinstance(result, dict):\n            return str(result), budget\n"
            '        output, used = result["output"], result["steps"]\n'
        )
    },
)
exercise.mistake(
    "missing_steps_are_free",
    "You take a result without steps for one of 0 steps. It has another shape: tool_error.",
    swap={'result["steps"]': 'result.get("steps", 0)'},
)
exercise.mistake(
    "worker_error_raises",
    "An exception of a worker ends your whole run. Tell the model of it as tool_error.",
    swap={
        '        return failed("tool_error", f"{type(error).__name__}: {error}"), budget': "        raise"
    },
)
exercise.mistake(
    "a_few_exceptions_are_caught",
    "You catch only some kinds of exceptions, and others of a worker end your whole run. Catch "
    "Exception.",
    swap={
        "    except Exception as error:\n": (
            "    except (RuntimeError, ValueError, TypeError) as error:\n"
        )
    },
)
exercise.mistake(
    "empty_output_refused",
    'You refuse an empty output. "" is a text like any other: the content itself.',
    swap={"if not isinstance(output, str) or": "if not isinstance(output, str) or not output or"},
)
exercise.mistake(
    "error_without_a_text",
    "Your message is the exception's text, which may be empty. Add its type.",
    swap={
        'failed("tool_error", f"{type(error).__name__}: {error}")': 'failed("tool_error", str(error))'
    },
)
exercise.mistake(
    "catches_base_exception",
    "You catch KeyboardInterrupt and SystemExit as well, so nobody can stop the run. Catch "
    "Exception.",
    swap={"    except Exception as error:": "    except BaseException as error:"},
)
exercise.mistake(
    "shares_transcript",
    "You hand the worker more than its subtask. It sees the subtask and its budget, nothing else.",
    swap={"workers[name], subtask, budget)": 'workers[name], f"{task} {subtask}", budget)'},
)
exercise.mistake(
    "subtask_stripped",
    "You strip the subtask. Hand it over as it is.",
    swap={"workers[name], subtask, budget)": "workers[name], subtask.strip(), budget)"},
)
exercise.mistake(
    "whole_result_as_content",
    "You send the model the worker's whole dict. The content is its output.",
    swap={"        return output, used": "        return json.dumps(result), used"},
)
exercise.mistake(
    "output_in_quotes",
    "You encode the output as JSON once more. It is a text: the content itself.",
    swap={"        return output, used": "        return json.dumps(output), used"},
)
exercise.mistake(
    "steps_not_reported",
    "You leave workers that were not used out of steps. Every worker is listed, with 0.",
    swap={
        '"steps": steps, "messages"': (
            '"steps": {n: s for n, s in steps.items() if s or n == "supervisor"}, "messages"'
        )
    },
)
exercise.mistake(
    "steps_as_a_sum",
    "You return the steps as one number. They are a dict: supervisor, and each worker by name.",
    swap={'"steps": steps, "messages"': '"steps": sum(steps.values()), "messages"'},
)
exercise.mistake(
    "failed_charges_not_reported",
    "You take failed charges off the budget and leave them out of steps. They were paid like others.",
    swap={
        "steps = {": "lost = {}\n    steps = {",
        "                steps[name] += used\n": (
            "                steps[name] += used\n"
            "                if content.startswith('{\"error\"'):\n"
            "                    lost[name] = lost.get(name, 0) + used\n"
        ),
        '"steps": steps, "messages"': (
            '"steps": {n: s - lost.get(n, 0) for n, s in steps.items()}, "messages"'
        ),
    },
)
exercise.mistake(
    "first_delegate_only",
    "You answer only the first call of a reply. A model may delegate several at once, and each needs "
    "an answer.",
    swap={'calls = reply.get("tool_calls") or []': 'calls = (reply.get("tool_calls") or [])[:1]'},
)
exercise.mistake(
    "drops_assistant_message",
    "You never append the reply that holds the calls, so the tool messages answer nothing. Append "
    "the model's reply first.",
    swap={"        transcript.append(reply)\n": ""},
)
exercise.mistake(
    "shares_list_with_model",
    "You give the model your own transcript list, which goes on growing in its hands. Give it a "
    "copy: list(transcript).",
    swap={"model(list(transcript), specs)": "model(transcript, specs)"},
)
exercise.mistake(
    "stops_on_content",
    "You take a reply with content as the final one. Only a reply without calls is final.",
    swap={
        'reply.get("tool_calls") or []': '(not reply.get("content") and reply.get("tool_calls")) or []'
    },
)
exercise.mistake(
    "no_content_is_none",
    'You return None as the output where the final reply has no content. Then the output is "".',
    swap={'else reply.get("content") or ""': 'else reply.get("content")'},
)
exercise.mistake(
    "runs_in_the_last_step",
    "You hand out work in the reply that took the last step. Nobody will read it: answer each call "
    "with max_steps.",
    swap={"            if last:\n": "            if last and False:\n", "budget < 1:": "budget < 1 and not last:",
          "workers[name], subtask, budget)": "workers[name], subtask, max(1, budget))"},
)  # fmt: skip
exercise.mistake(
    "leaves_last_calls_open",
    "You stop without answering the calls of the last reply. Such a transcript cannot be continued: "
    "answer each with the error max_steps.",
    swap={"for call in calls:": "for call in calls if not last else []:"},
)
exercise.mistake(
    "last_reply_is_checked",
    "In the last reply you tell wrong calls what is wrong with them. Nobody can repair them any "
    "more: each is answered with max_steps.",
    swap={"            if last:\n": "            if last and not content:\n"},
)
exercise.mistake(
    "budget_before_the_call",
    "You look at the budget before you look at the call. A call that is wrong in itself gets its own "
    "error, also when only the kept step is left.",
    swap={"elif not content and budget < 1:": "elif budget < 1:"},
)
exercise.mistake(
    "budget_before_the_arguments",
    "You look at the budget before you look at the arguments. Arguments that are wrong get their own "
    "error, also when only the kept step is left.",
    swap={"elif not content and budget < 1:": "elif budget < 1 and 'unknown_tool' not in content:"},
)
exercise.mistake(
    "stops_without_budget",
    "You end the run when nothing is left for a worker. The kept step is there for the supervisor to "
    "answer with.",
    swap={"last = sum(steps.values()) == max_steps": "last = sum(steps.values()) >= max_steps - 1"},
)
exercise.mistake(
    "no_budget_is_a_tool_error",
    'You answer a call for which nothing is left with another kind of error; it is "max_steps".',
    swap={
        'failed("max_steps", "Not run: the last step is yours, for the answer.")': (
            'failed("tool_error", "no budget")'
        )
    },
)
exercise.mistake(
    "unknown_worker_is_an_unknown_tool",
    "You call a worker that does not exist an unknown tool. The tool is delegate and its argument is "
    "wrong: invalid_arguments.",
    swap={
        'failed("invalid_arguments", f"worker must be one of {\', \'.join(workers)}.")': (
            'failed("unknown_tool", f"There is no {worker}; use delegate with {list(workers)}.")'
        )
    },
)
exercise.mistake(
    "invented_worker_is_an_unknown_tool",
    "You call a worker that does not exist an unknown tool. The tool is delegate and its argument is "
    "wrong: invalid_arguments.",
    swap={
        "    if not isinstance(worker, str) or worker not in workers:\n": (
            "    if isinstance(worker, str) and isinstance(subtask, str) and worker not in workers:\n"
            '        return "", "", failed("unknown_tool", f"no {worker}; delegate to {list(workers)}")\n'
            "    if not isinstance(worker, str) or worker not in workers:\n"
        )
    },
)
exercise.mistake(
    "worker_in_any_case",
    'You take "Ann" or "ann " for ann. Names are compared exactly: invalid_arguments.',
    swap={
        '    worker, subtask = arguments.get("worker"), arguments.get("task")\n': (
            '    worker, subtask = arguments.get("worker"), arguments.get("task")\n'
            "    worker = worker.strip().lower() if isinstance(worker, str) else worker\n"
        )
    },
)
exercise.mistake(
    "unknown_worker_raises",
    "A worker that does not exist raises out of your loop. Models invent names: invalid_arguments.",
    swap={
        "    if not isinstance(worker, str) or worker not in workers:\n": (
            "    workers[worker]\n    if False:\n"
        )
    },
)
exercise.mistake(
    "names_that_cannot_be_looked_up",
    "You look up whatever stands as worker, and a list raises out of your loop. Ask first whether "
    "it is a text.",
    swap={"if not isinstance(worker, str) or worker not in workers:": "if worker not in workers:"},
)
exercise.mistake(
    "task_not_checked",
    "You hand a worker a task that is missing or no text. Answer with invalid_arguments.",
    swap={"    if not isinstance(subtask, str):": "    if False:"},
)
exercise.mistake(
    "task_as_text",
    "You turn a task that is no text into one. Answer with invalid_arguments.",
    swap={
        'subtask = arguments.get("worker"), arguments.get("task")': (
            'subtask = arguments.get("worker"), str(arguments.get("task"))'
        )
    },
)
exercise.mistake(
    "missing_task_is_empty",
    'You take a missing task for "". Answer with invalid_arguments.',
    swap={
        'arguments.get("worker"), arguments.get("task")': (
            'arguments.get("worker"), arguments.get("task", "")'
        )
    },
)
exercise.mistake(
    "raises_on_bad_json",
    "Arguments that are not JSON raise out of your loop. Tell the model of them as invalid_json.",
    swap={
        '        return "", "", failed("invalid_json", f"The arguments are not JSON: {error}.")': (
            "        raise"
        )
    },
)
exercise.mistake(
    "python_taken_for_json",
    "You read arguments in Python's notation. Single quotes are no JSON: invalid_json.",
    swap={
        "json.loads(text) if": "eval(text, {'null': None}) if",
        "    except ValueError as error:": "    except (ValueError, SyntaxError) as error:",
    },
)
exercise.mistake(
    "json_in_json_is_read",
    "You decode arguments twice. A JSON text that holds JSON is no object: invalid_arguments.",
    swap={
        "    if not isinstance(arguments, dict):\n": (
            '    if isinstance(arguments, str) and arguments.startswith("{"):\n'
            "        arguments = json.loads(arguments)\n    if not isinstance(arguments, dict):\n"
        )
    },
)
exercise.mistake(
    "bad_json_is_invalid_arguments",
    "You call what is not JSON invalid_arguments; its kind is invalid_json.",
    swap={'failed("invalid_json", f': 'failed("invalid_arguments", f'},
)
exercise.mistake(
    "blank_arguments_are_invalid_json",
    "You call blank arguments invalid_json. They count as {}, in which worker and task are missing.",
    swap={"json.loads(text) if text.strip() else {}": "json.loads(text)"},
)
exercise.mistake(
    "every_tool_delegates",
    "You never look at the tool's name. Only delegate exists: unknown_tool.",
    swap={'    if name != "delegate":': "    if False:"},
)
exercise.mistake(
    "workers_as_tools",
    "You take a worker's name as that of a tool. The only tool is delegate.",
    swap={
        '    if name != "delegate":': '    if name in workers:\n        text, name = json.dumps({"worker": name, **json.loads(text)}), "delegate"\n    if name != "delegate":'
    },
)
exercise.mistake(
    "starts_with_a_system_message",
    "You add a message of your own at the start. The supervisor begins with the user's task alone.",
    swap={
        'transcript = [{"role": "user", "content": task}]': (
            'transcript = [{"role": "system", "content": "Delegate."}, {"role": "user", "content": task}]'
        )
    },
)
exercise.mistake(
    "no_enum",
    "Your schema does not list the workers' names. The enum is how the model knows them.",
    swap={'"enum": list(workers)': '"enum": []'},
)
exercise.mistake(
    "error_without_the_name",
    "Your unknown_tool error does not name delegate, so the model can only guess again.",
    swap={"There is no {name}; there is: delegate.": "There is no {name}."},
)
exercise.mistake(
    "another_default",
    "Your max_steps is not 12 when the caller gives none.",
    swap={"max_steps: int = 12": "max_steps: int = 8"},
)
exercise.mistake(
    "max_steps_not_checked",
    "max_steps < 1 goes through. Raise ValueError before the model is called.",
    swap={"    if max_steps < 1:": "    if False:",
          "last = sum(steps.values()) == max_steps": "last = sum(steps.values()) >= max_steps"},
)  # fmt: skip

exercise.walkthrough(r"""
## Where it comes from

One agent that reads thirty pages carries all of them in its context to the end: each step costs
more than the one before, and what matters drowns. So a supervisor splits the task, hands each part
to a worker that starts with an empty context, and gets back a paragraph instead of ten pages.
Anthropic's report of 2025 on its research system describes this shape, workers under a lead agent,
and names the price too: about fifteen times the tokens of an ordinary chat, where a single agent
takes about four times.

Splitting work is one tool, `delegate`; the loop is that of `agent/loop`. What is new is money. Each
worker could take any number of steps, each may fail after it has taken them, and the supervisor
itself needs a step to say anything at the end. If every part is bounded on its own, nothing bounds
the whole. Here there is one budget, from which every step is paid, whoever takes it.

## By hand

The budget is 12. The first reply delegates three times, and bob is going to crash.

| what happens | spent before | handed out | charged | left |
|---|---|---|---|---|
| reply 1 | 0 | | 1 | 11 |
| ann: "find" | 1 | 12 − 1 − 1 = 10 | 4, as she reports | 7 |
| bob: "check" | 5 | 12 − 5 − 1 = 6 | 6, for he raises | 1 |
| ann: "again" | 11 | 12 − 11 − 1 = 0 | not run | 1 |
| reply 2, final | 11 | | 1 | 0 |

Nobody knows how many steps bob had taken, so all that he was given counts as taken. The one step
that is left belongs to the supervisor: it can still answer with what ann has found.

```python
from grader.notebook import reference
from grader.words import chat

run_supervisor = reference("agent/multi_agent")
handed = []


def ann(subtask, budget):
    handed.append(("ann", budget))
    return {"output": "It is on page 7.", "steps": 4}


def bob(subtask, budget):
    handed.append(("bob", budget))
    raise TimeoutError("no answer")


def delegate(id, worker, task):
    return chat.call(id, "delegate", {"worker": worker, "task": task})


first = chat.assistant(
    None,
    delegate("c1", "ann", "find"),
    delegate("c2", "bob", "check"),
    delegate("c3", "ann", "again"),
)
replies = iter([first, chat.assistant("Page 7, unchecked.")])
run = run_supervisor(
    lambda messages, specs: next(replies), {"ann": ann, "bob": bob}, "Where is it?", max_steps=12
)
handed, run["steps"], run["stop"]
```

## A picture

What the supervisor sees of all this: no step of ann's, only her result. A crash and a budget that
is used up are answers like any other.

```python
from grader.notebook import transcript

transcript(run["messages"])
```

And what has been spent after each line of the table, by whom. The black line is the budget.

```python
from grader.notebook import bars

spent = {
    "reply 1": {"supervisor": 1},
    "ann": {"supervisor": 1, "ann": 4},
    "bob": {"supervisor": 1, "ann": 4, "bob": 6},
    "reply 2": {"supervisor": 2, "ann": 4, "bob": 6},
}
assert spent["reply 2"] == run["steps"]
picture = bars(spent, title="Steps spent", up="steps")
picture.axes.axhline(12, color="black", linewidth=1)
picture.axes.set_ylim(0, 17)
picture
```

## Traps

**The last step is given away.** All that is left seems to be what a worker may have. It uses it,
returns a fine result, and no step remains in which anybody could read it: every long run ends with
"max_steps", every short one is right.

{{trap: no_reserve}}

**Failures for free.** Taking the charge from the result is natural, and a worker that raises has
none. A run whose workers fail quickly then costs nothing on paper, and is repeated without end.

{{trap: failures_are_free}}

**One sum for a whole reply.** Working out the budget before going through the calls is tidy. With
one call to a reply it is also right; with three, the same steps are handed out three times.

{{trap: one_budget_for_all_calls_of_a_reply}}

## What it costs

Say that 24 pages of 1,000 characters have to be read, one a step, and that each step reads all that
its agent has so far. One agent alone reads 1 + 2 + ... + 24 = 300 pages in its 24 steps after the
first. Four workers with six pages each read 4 · (1 + 2 + ... + 6) = 84, and the supervisor four
short reports. With w workers the whole falls about like 1/w, because what *one* agent reads grows
with the square of its pages.

The fifteen times of the report are no contradiction to this. They are what happens when work is so
easily handed out that far more of it is done; and what keeps it in hand is the budget.
""")
