"""Running a plan.

Instead of deciding step by step, a model can write down a whole plan: steps that need each other's
results. Running it takes no model any more, but care: steps come in any order, some fail, and a
model also writes plans that cannot be run at all.

Write `run_plan(steps, execute)`. It returns a dict from each step's id to what became of it.

- `steps`: a list of dicts `{"id": str, "needs": list of ids, "task": anything}`, not changed. They
  stand in any order: a step may need a later one. It may list the same need twice, which means no
  more than once. The list may be empty, and the task is only ever passed on. Any text may be an id,
  the empty one too, and ids are compared as they are.
- `execute(task, inputs)` does one step and returns its result, whatever that is: None is a result
  too, and so is a dict that tells of an error. Only what execute raises is a failure. `inputs` is a
  dict with exactly the needs of the step, each with its result; {} where there are none. Each call
  gets a dict of its own, which execute may keep and change.

Check the plan first. Two steps with the same id, a need that is no step's id, or a cycle (steps
that need each other in a circle; a step that needs itself is one) raise ValueError, before execute
is called at all.

Then run it, one step after the other. The next step is always the first in the list that has not
run and whose needs are all done; begin at the front of the list again after each step. No step runs
more than once.

An `Exception` that execute raises makes the step failed, and the plan goes on. Steps that need a
failed step, directly or through other steps, are skipped: they never run. All others run.
KeyboardInterrupt and SystemExit are no `Exception` and pass through.

What became of a step is one of

- `{"status": "done", "result": what execute returned}`
- `{"status": "failed", "error": f"{type(error).__name__}: {error}"}`, with the whole text as it is
- `{"status": "skipped", "because": [...]}`, the ids of all the failed steps that it needs, directly
  or through other steps, sorted as Python sorts texts. Skipped steps are not among them.

The dict that you return has the steps in the order of the list.

A plan may be long: a chain of 10,000 steps, each needing the one before it in the list, must run,
and Python's stack holds only some 1,000 calls. Nothing else is asked about speed.

Example: steps "report" (needs "draft" and "sum"), "fetch" (needs nothing), "draft" (needs "fetch"),
"sum" (needs nothing). First fetch runs, then draft, which is ready now and stands before sum, then
sum, then report with the inputs {"draft": ..., "sum": ...}. If fetch raises TimeoutError("slow"),
sum still runs, and the dict is report: skipped because ["fetch"]; fetch: failed, "TimeoutError:
slow"; draft: skipped because ["fetch"]; sum: done.

In failing cases the task {"give": x} returns x, and {"raise": [name, text]} raises the exception of
that name with that text. A text as a task returns that text with " done" added.
"""

import heapq

from grader.words import Draw, Exercise, Function, Script, holds, must_raise, outcome, same

exercise = Exercise(
    tier="B",
    level=2,
    minutes=25,
    source="Xu et al. 2023, ReWOO, arXiv:2305.18323; Kahn 1962, Topological sorting of large "
    "networks",
    hints=(
        "Whether there is a cycle shows when you put the steps into an order: those on a cycle, and "
        "those behind it, never become ready.",
        "The order in which steps run can be found before any of them runs. Leaving out the skipped "
        "ones does not change the order of the others.",
        "Count for each step how many of its different needs are still open; when a step is done, "
        "count down those that need it, and keep the ready ones in a heap by their place in the "
        "list. In that order, hand on to each step the set of failed steps behind it.",
    ),
    ask=(
        (
            "Plan first and then execute, or decide step by step (ReAct)?",
            "A plan costs one call of the large model, can be checked and approved before anything "
            "happens, and shows what can run in parallel. Deciding step by step adapts to what is "
            "found, at the price of a call for each step.",
        ),
        (
            "When do you replan?",
            "When a step failed that others need, or when a result contradicts what the plan took "
            "for granted. Give the model what is done and why the rest was skipped, and let it plan "
            "the rest only; limit how often.",
        ),
        (
            "How would you run ready steps in parallel, with a limit?",
            "The same counts: keep up to n ready steps in a pool, and when one completes, count "
            "down those that need it and submit what became ready. The order is no longer fixed, so "
            "steps must not depend on each other in ways the plan does not say.",
        ),
    ),
)


def order_of(steps: list[dict]) -> list[dict]:
    """The steps in the order in which they run if none fails; ValueError for a bad plan."""
    places = {step["id"]: i for i, step in enumerate(steps)}
    if len(places) < len(steps):
        raise ValueError("two steps have the same id")
    needed_by: list[list[int]] = [[] for _ in steps]
    still_open = [0] * len(steps)  # how many different needs of a step have not run
    for i, step in enumerate(steps):
        for need in set(step["needs"]):
            if need not in places:
                raise ValueError(f"{step['id']} needs {need}, and there is no such step")
            needed_by[places[need]].append(i)
            still_open[i] += 1
    ready = [i for i, count in enumerate(still_open) if count == 0]  # sorted, and so a heap
    order = []
    while ready:
        i = heapq.heappop(ready)  # the first in the list
        order.append(steps[i])
        for j in needed_by[i]:
            still_open[j] -= 1
            if still_open[j] == 0:
                heapq.heappush(ready, j)
    if len(order) < len(steps):
        raise ValueError("some steps need each other in a circle")
    return order


@exercise.solution
def run_plan(steps: list, execute) -> dict:
    """What became of each step, by id, in the order of the list; see the three kinds above.

    ValueError before anything runs for equal ids, unknown needs and cycles.
    """
    became: dict[str, dict] = {}
    failed: dict[str, set] = {}  # of each step: the failed ones behind it, itself included
    for step in order_of(steps):
        id, needs = step["id"], step["needs"]
        failed[id] = set().union(*(failed[need] for need in needs))
        if failed[id]:
            became[id] = {"status": "skipped", "because": sorted(failed[id])}
            continue
        try:
            result = execute(step["task"], {need: became[need]["result"] for need in needs})
            became[id] = {"status": "done", "result": result}
        except Exception as error:
            became[id] = {"status": "failed", "error": f"{type(error).__name__}: {error}"}
            failed[id] = {id}
    return {step["id"]: became[step["id"]] for step in steps}


class QuotaExceeded(Exception):
    """An exception that no solution knows."""


RAISED = (RuntimeError, ValueError, KeyError, TimeoutError, StopIteration, QuotaExceeded)
KINDS = {kind.__name__: kind for kind in RAISED}

#: What a step's task may be, simplest first; None stands for a text, which is the step's id.
TASKS = (
    None,
    {"raise": ["RuntimeError", "disk full"]},
    {"give": None},
    {"give": 0},
    {"raise": ["KeyError", "b"]},
    {"give": ["x", {"y": 1.5}]},
    {"raise": ["QuotaExceeded", "3 of 3"]},
    "same",
    {"give": ""},
    {"raise": ["ValueError", "cycle"]},
    {"give": False},
    {"raise": ["RuntimeError", "disk full\nor gone\n"]},
    {"raise": ["TimeoutError", ""]},
    {"give": {"status": "failed", "error": "no such page"}},
    {"raise": ["StopIteration", "nothing left"]},
)


def perform(task, inputs):
    """The `execute` of the cases."""
    if isinstance(task, str):
        return f"{task} done"
    if "raise" in task:
        name, text = task["raise"]
        raise KINDS[name](text)
    return task["give"]


def step(id: str, needs: str = "", kind: int = 0) -> dict:
    """One step; its needs are letters, or words with spaces between them."""
    wanted = needs.split() if " " in needs else list(needs)
    return {"id": id, "needs": wanted, "task": id if TASKS[kind] is None else TASKS[kind]}


def named(*parts: tuple[str, list[str], int]) -> list[dict]:
    """Steps whose ids are no letters; their tasks are ids made readable, or of a kind."""
    return [
        {"id": id, "needs": needs, "task": TASKS[kind] or f"task of {id!r}"}
        for id, needs, kind in parts
    ]


def plan(text: str) -> list[dict]:
    """Steps from a text such as "a:bc b1 c:b": the id, the kind of its task, and its needs."""
    made = []
    for word in text.split():
        head, _, needs = word.partition(":")
        made.append(step(head[0], needs, int(head[1:] or 0)))
    return made


NAMES = (
    ("a", "b", "c", "d", "e", "f"),
    ("f", "e", "d", "c", "b", "a"),
    ("10", "9", "B", "a", "8", "A"),
    ("c", "a", "e", "b", "f", "d"),
)


@exercise.inputs
def plans(draw: Draw) -> dict:
    count = draw.size(0, 6)
    names = draw.choice(*NAMES)[:count]
    made: dict[str, dict] = {}
    for i in range(count):  # a step needs some of those made before it
        needs = [name for name in names[:i] if draw.choice(False, False, True)]
        if i and draw.choice(False, False, False, True):
            needs += [names[0]] * 2
        one = step(names[i], "", draw.choice(0, 0, 0, *range(1, len(TASKS))))
        made[names[i]] = one | {"needs": needs}
    places = {name: (draw.size(0, 9), name) for name in names}
    return {"steps": [made[name] for name in sorted(names, key=places.__getitem__)]}


SAMPLE = [
    step("report", "draft sum"),
    {"id": "fetch", "needs": [], "task": "fetch"},
    {"id": "draft", "needs": ["fetch"], "task": "draft"},
    step("sum"),
]


@exercise.edges
def plans_that_separate() -> list[dict]:
    chosen = [
        "", "a", "a1", "a b", "a:b b", "a:b b c", "a:b b c:b", "a:c b c", "a:b b:c c", "a b:a c:a",
        # What becomes ready stands before what is ready already, or after it.
        "a:c b c d", "a:d b:a c d", "a:b b c d:b", "b:c c a:b d", "a:c b:d c d e", "c:a b a d:b",
        "a:b b c:a d", "d:a c:a b a", "e:bd d:c c b a:e",
        # Diamonds and needs that are listed twice.
        "a b:a c:a d:bc", "d:bc c:a b:a a", "a b:aa", "a:bb b", "a:bbc c b", "a b:aa c:bbaab",
        # Failures, and who is behind them.
        "a1 b:a", "a1 b:a c:b", "a1 b:a c:b d", "a:b b1", "a:b b:c c1 d", "a1 b1 c:ab",
        "b1 a1 c:ba", "a b1 c:ab", "a1 b:a c1 d:bc", "d:bc c1 b:a a1", "a1 b1 c:a d:b e:cd f",
        "a1 b:a c:ab", "a1 b:a c:b d:c e:d", "a1 b1:a c:b", "c1 b1 a1 d:abc e:d", "a b1:a c:a d:bc",
        "a1 b2 c:b d:ac e:b", "a4", "a6 b:a", "a9 b", "a4 b:a c", "a9 b:a c:b",
        # Results that are nothing much.
        "a2 b:a", "a3 b:a", "a8 b:a", "a10 b:a", "a:b b2 c", "a3 b:a c:ab", "a5 b:a", "a2 b3 c8 d:abc",
        # Equal tasks.
        "a7 b7 c:ab", "a7 b7:a c7:b", "b7 a7:b",
        # Texts of several lines and none, results that look like failures, an odd exception.
        "a11", "a11 b:a", "a b11:a", "a12", "a12 b:a", "a b12", "a13", "a13 b:a", "b:a a13 c:b",
        "a14 b", "a14 b:a c", "b a14:b c",
        # More than the needs would be too much.
        "a b:a c:b d:c", "a b c:a d:b", "b a c:a d:c",
    ]  # fmt: skip
    others = [
        named(("", [], 0), ("b", [""], 0)),
        named(("b", [""], 0), ("", [], 0)),
        named(("b", [""], 0), ("", [], 1), ("c", ["b"], 0)),
        named(("a", [], 1), ("a ", [], 0), (" a", ["a "], 0), ("b", ["a", " a"], 0)),
        [step("10", "", 1), step("9", "", 1), step("x", "9 10")],
        [step("b", "", 1), step("B", "", 1), step("a", "", 1), step("c", "abB")],
        [step("x", "9 10"), step("9", "", 1), step("10", "9 "), step("8", "", 1), step("y", "x 8")],
        SAMPLE,
        [one | {"task": {"raise": ["TimeoutError", "slow"]}} if one["id"] == "fetch" else one for one in SAMPLE],
    ]  # fmt: skip
    return [{"steps": steps} for steps in [*map(plan, chosen), *others]]


def told(inputs) -> str:
    """The inputs of a call in one line, whatever their order."""
    if not isinstance(inputs, dict):
        return repr(inputs)
    return repr(dict(sorted(inputs.items(), key=lambda pair: str(pair[0]))))


@exercise.scenario
def what_ran_and_what_became_of_it(solution, steps) -> dict:
    calls: list[str] = []

    def execute(task, inputs):
        calls.append(f"{task} with {told(inputs)}")
        return perform(task, inputs)

    became = solution(steps, execute)
    return {"calls of execute": calls, "result": became, "order of the result": [*became]}


@exercise.law(examples=12)
def each_step_runs_at_most_once_and_after_its_needs(solution, steps):
    """A step may write or send something: twice is once too often."""
    ran: list[str] = []

    def execute(task, inputs):
        ran.append(task)
        return task

    solution([one | {"task": one["id"]} for one in steps], execute)
    same(sorted(ran, key=str), sorted(one["id"] for one in steps), "What ran where nothing fails")
    needs = {one["id"]: set(one["needs"]) for one in steps}
    for at, id in enumerate(ran):
        missing = sorted(needs[id] - set(ran[:at]))
        holds(not missing, f"{id!r} ran before {missing}, which it needs.", got=ran)


@exercise.law(examples=12)
def each_call_gets_a_dict_of_its_own(solution, steps):
    """A step may keep its inputs, or use them up; no other step may notice."""

    def using_up(given):
        def execute(task, inputs):
            given.append((task, dict(inputs)))
            inputs.clear()
            inputs["left behind"] = task
            return perform(task, inputs)

        return execute

    got, want = [], []
    became, right = solution(steps, using_up(got)), run_plan(steps, using_up(want))
    same(got, want, "With an execute that empties its inputs, it was called with (task, inputs)")
    same(became, right, "With an execute that empties its inputs")
    keeping = Function(perform)
    solution(steps, keeping)
    changed = sorted(keeping.altered)
    says = f"The inputs of call {min(changed, default=0)} of execute (from 0) were changed later."
    holds(not changed, says, got=changed)


def bad_plans() -> list[dict]:
    chosen = [
        # Equal ids.
        "a a", "a b a", "b a:b b:c c", "a1 a1", "c a:c b a:c",
        # Unknown needs.
        "a:b", "a b:c", "b a:bx", "a1 b:ax", "a b:a c:d d:e",
        # Cycles.
        "a:a", "a b:b", "b:a c a:ca", "a:b b:a", "b a:cb c:a", "a b:ad c:b d:c", "a1 b:ac c:b",
        "e a:eb b:c c:a d:a", "a:b b:c c:d d:b", "a b:a c:a d:bce e:d",
        # Neither the first step nor the last leads to the cycle.
        "a b:b c", "a b:c c:b d:a", "a b:c c:d d:b e", "a c:ab b:c d:a",
    ]  # fmt: skip
    nameless = [
        named(("", [], 0), ("a", [], 0), ("", [], 0)),
        named(("a", [""], 0)),
        named(("a", [], 0), ("b", ["a", ""], 0)),
        named(("a", [], 0), ("", [""], 0)),
        named(("a", [" a"], 0)),
        named(("a", [], 0), ("b", ["A"], 0)),
    ]
    return [{"steps": steps} for steps in [*map(plan, chosen), *nameless]]


@exercise.law(edges=bad_plans, examples=30)
def a_bad_plan_raises_before_anything_runs(solution, steps):
    """Half a plan that was never going to work out may have sent half of the letters."""
    execute = Function(perform)
    must_raise(ValueError, solution, steps, execute)
    ran = [task for task, _ in execute.calls]
    holds(not ran, f"It raised ValueError, but by then it had run {ran}.", got=ran)


@exercise.rig
def run_a_chain(solution, length, fails):
    """A chain in list order, the step at `fails` raising: how often it ran, and what came last."""
    steps = [{"id": f"s{i}", "needs": [f"s{i - 1}"] if i else [], "task": i} for i in range(length)]
    ran = []

    def execute(task, inputs):
        ran.append(task)
        if task == fails:
            raise RuntimeError("broken")
        return sum(inputs.values()) + 1

    became = solution(steps, execute)
    return {"steps that ran": len(ran), "last": became[f"s{length - 1}"], "entries": len(became)}


def chains() -> list[dict]:
    lengths = [(1200, None), (1500, None), (2000, None), (2500, None), (1500, 0), (1500, 1499)]
    return [{"length": length, "fails": fails} for length, fails in lengths]


@exercise.law(edges=chains)
def a_long_chain_runs(solution, length, fails):
    """Python's stack holds some 1,000 calls, so recursion from step to step ends there."""
    last = {"status": "done", "result": length}
    if fails is not None:
        last = {"status": "skipped", "because": [f"s{fails}"]}
    if fails == length - 1:
        last = {"status": "failed", "error": "RuntimeError: broken"}
    ran = length if fails is None else fails + 1
    want = {"steps that ran": ran, "last": last, "entries": length}
    same(run_a_chain(solution, length, fails), want, f"A chain of {length} steps")


def interrupts() -> list[dict]:
    return [
        {"error": kind("stop"), "after": after}
        for kind in (KeyboardInterrupt, SystemExit)
        for after in (0, 1, 2)
    ]


@exercise.law(edges=interrupts)
def an_interrupt_passes_through(solution, error, after):
    """Whoever presses Ctrl-C means the whole plan."""
    answers = [*["fine"] * after, error, "went on", "went on"]
    result = outcome(solution, plan("a b:a c d"), Script(answers))
    same(result.get("raised", "nothing"), f"{type(error).__name__}: stop", "Raised")


exercise.mistake(
    "list_order_only",
    "You run the steps in the order of the list, so a step that needs a later one has no result to "
    "start from. Each time take the first step whose needs are all done.",
    swap={"    for step in order_of(steps):": "    order_of(steps)\n    for step in steps:"},
)
exercise.mistake(
    "in_waves",
    "You run all steps that are ready before you look again. After each step begin at the front of "
    "the list: one that stands there may be ready now.",
    swap={
        "    while ready:\n        i = heapq.heappop(ready)  # the first in the list\n": (
            "    waves = []\n"
            "    while ready or waves:\n"
            "        if not waves:\n"
            "            waves, ready = sorted(ready), []\n"
            "        i = waves.pop(0)\n"
        )
    },
)
exercise.mistake(
    "first_come_first_served",
    "You run the steps in the order in which they became ready. Of the ready ones the first in the "
    "list is next.",
    swap={
        "heapq.heappop(ready)": "ready.pop(0)",
        "heapq.heappush(ready, j)": "ready.append(j)",
    },
)
exercise.mistake(
    "last_come_first_served",
    "You run what became ready last before all others. Of the ready ones the first in the list is "
    "next.",
    swap={
        "heapq.heappop(ready)": "ready.pop()",
        "heapq.heappush(ready, j)": "ready.append(j)",
    },
)
exercise.mistake(
    "goes_on_down_the_list",
    "You go on down the list after a step has run. Begin at the front again: a step that stands "
    "before it may be ready now.",
    swap={
        "        i = heapq.heappop(ready)  # the first in the list\n": (
            "        at = order[-1] if order else -1\n"
            "        i = min((k for k in ready if k > at), default=min(ready))\n"
            "        ready.remove(i)\n"
        ),
        "        order.append(steps[i])": "        order.append(i)",
        "    return order\n": "    return [steps[i] for i in order]\n",
    },
)
exercise.mistake(
    "sorted_by_id",
    "You take the ready step whose id is the smallest. The order of the list decides.",
    swap={
        "        i = heapq.heappop(ready)  # the first in the list\n": (
            '        i = min(ready, key=lambda k: steps[k]["id"])\n        ready.remove(i)\n'
        ),
        "heapq.heappush(ready, j)": "ready.append(j)",
    },
)
exercise.mistake(
    "runs_before_cycle_check",
    "You notice a cycle only after the other steps have run. Check the whole plan before execute is "
    "called at all.",
    swap={
        '        raise ValueError("some steps need each other in a circle")': "        pass",
        "    return {step": (
            "    if len(became) < len(steps):\n"
            '        raise ValueError("what is left needs each other in a circle")\n'
            "    return {step"
        ),
    },
)
exercise.mistake(
    "cycles_are_left_out",
    "You return without the steps that stand on a cycle. Such a plan raises ValueError before "
    "anything runs.",
    swap={
        '        raise ValueError("some steps need each other in a circle")': "        pass",
        "for step in steps}\n": 'for step in steps if step["id"] in became}\n',
    },
)
exercise.mistake(
    "own_need_ignored",
    "You let a step need itself. That is a cycle of one: raise ValueError.",
    swap={
        'set(step["needs"]):': 'set(step["needs"]) - {step["id"]}:',
        'step["id"], step["needs"]\n': (
            'step["id"], [n for n in step["needs"] if n != step["id"]]\n'
        ),
    },
)
exercise.mistake(
    "cycle_beside_others_missed",
    "You see a cycle only where no step at all can start. One step that can run does not make the "
    "plan good: all must come up in the end.",
    swap={
        "    if len(order) < len(steps):": "    if len(order) < len(steps) and not order:",
        "for step in steps}\n": (
            'for step in steps if became.setdefault(step["id"], {"status": "skipped", "because": []})}\n'
        ),
    },
)
exercise.mistake(
    "shared_need_is_a_cycle",
    "You take a step that is reached on two ways for a cycle. Two steps may need the same third one; a "
    "cycle leads back to where it began.",
    swap={
        '        for need in set(step["needs"]):': (
            '        behind, seen = [step["id"]], set()\n'
            "        while behind:\n"
            "            id = behind.pop()\n"
            "            if id in seen:\n"
            '                raise ValueError("a cycle")\n'
            "            seen.add(id)\n"
            '            behind += set(steps[places[id]]["needs"]) & set(places)\n'
            '        for need in set(step["needs"]):'
        )
    },
)
exercise.mistake(
    "later_needs_refused",
    "You refuse a need that stands later in the list. The steps stand in any order: collect all ids "
    "first.",
    swap={"            if need not in places:": "            if places.get(need, i) >= i:"},
)
exercise.mistake(
    "no_check_of_ids",
    "You let two steps have the same id, and one of them is lost. Raise ValueError.",
    swap={"    if len(places) < len(steps):": "    if False:"},
)
exercise.mistake(
    "unknown_needs_ignored",
    "You ignore a need that is no step's id. Raise ValueError before anything runs.",
    swap={
        """                raise ValueError(f"{step['id']} needs {need}, and there is no such step")""": (
            "                continue"
        ),
        'step["id"], step["needs"]\n': (
            'step["id"], [n for n in step["needs"] if any(s["id"] == n for s in steps)]\n'
        ),
    },
)
exercise.mistake(
    "unknown_need_is_key_error",
    "An unknown need raises KeyError out of a lookup. Check the needs, and raise ValueError.",
    swap={"            if need not in places:": "            if False:"},
)
exercise.mistake(
    "failure_aborts_all",
    "The first exception ends your whole plan. Mark that step failed and go on with what does not "
    "need it.",
    swap={
        """            became[id] = {"status": "failed", "error": f"{type(error).__name__}: {error}"}""": (
            "            raise"
        )
    },
)
exercise.mistake(
    "skips_all_that_follows",
    "You skip every step after a failure. Only those that need the failed step are skipped.",
    swap={"*(failed[need] for need in needs)": "*(failed[need] for need in failed)"},
)
exercise.mistake(
    "runs_children_of_failed",
    "You run steps whose need has failed, with None for the missing result. Skip them.",
    swap={
        "        if failed[id]:": "        if False:",
        'became[need]["result"] for': 'became[need].get("result") for',
    },
)
exercise.mistake(
    "skips_only_direct_children",
    "You skip the steps that need a failed one directly, and run those behind them. Being skipped "
    "is handed on.",
    swap={
        "        if failed[id]:": (
            '        if any(became[n]["status"] == "failed" for n in needs):\n'
            '            failed[id] = {n for n in needs if became[n]["status"] == "failed"}'
        ),
        'became[need]["result"] for': 'became[need].get("result") for',
    },
)
exercise.mistake(
    "skips_only_if_all_needs_failed",
    "You skip a step only where none of its needs is done. One that is missing is enough.",
    swap={
        "        if failed[id]:": "        if needs and all(failed[need] for need in needs):",
        'became[need]["result"] for': 'became[need].get("result") for',
    },
)
exercise.mistake(
    "because_of_direct_needs_only",
    "Your `because` names only what a step needs directly. It is the failed steps, through however "
    "many others.",
    swap={
        '"because": sorted(failed[id])': (
            '"because": sorted({n for n in needs if became[n]["status"] == "failed"})'
        )
    },
)
exercise.mistake(
    "because_names_skipped_steps",
    "Your `because` names the needs that were skipped. It is the steps that failed.",
    swap={
        '"because": sorted(failed[id])': (
            '"because": sorted({n for n in needs if failed[n]} | failed[id])'
        )
    },
)
exercise.mistake(
    "because_of_the_first",
    "Your `because` names one failed step. It lists all of them.",
    swap={
        "            continue": (
            '            became[id]["because"] = became[id]["because"][:1]\n            continue'
        )
    },
)
exercise.mistake(
    "because_with_repeats",
    "Your `because` names a failed step once for each way that leads to it. Name it once.",
    swap={
        '"because": sorted(failed[id])': (
            '"because": sorted(f for n in needs for f in became[n].get("because", failed[n]))'
        )
    },
)
exercise.mistake(
    "because_not_sorted",
    "Your `because` is in the order of the needs or of the list. Sort it.",
    swap={
        '"because": sorted(failed[id])': (
            '"because": [s["id"] for s in steps if s["id"] in failed[id]]'
        )
    },
)
exercise.mistake(
    "passes_all_results",
    "You pass all results so far. The inputs of a step are exactly its needs.",
    swap={
        '{need: became[need]["result"] for need in needs}': (
            '{n: b["result"] for n, b in became.items() if "result" in b}'
        )
    },
)
exercise.mistake(
    "passes_a_list",
    "You pass the results as a list. The inputs are a dict from need to result.",
    swap={
        '{need: became[need]["result"] for need in needs}': (
            '[became[need]["result"] for need in needs]'
        )
    },
)
exercise.mistake(
    "one_dict_for_all_calls",
    "You hand the same dict to every call, so what an earlier step was given changes. Make a new one "
    "for each.",
    swap={
        "    became: dict[str, dict] = {}\n": "    became: dict[str, dict] = {}\n    inputs = {}\n",
        '            result = execute(step["task"], {need: became[need]["result"] for need in needs})': (
            "            inputs.clear()\n"
            '            inputs.update({need: became[need]["result"] for need in needs})\n'
            '            result = execute(step["task"], inputs)'
        ),
    },
)
exercise.mistake(
    "recursion",
    "You recurse from step to step, and a plan of a few thousand ends in RecursionError. Walk over "
    "the steps with a loop.",
    swap={
        "    order = []\n    while ready:\n        i =": (
            "    order = []\n"
            "\n"
            "    def depth(i):\n"
            '        return max((depth(places[n]) for n in steps[i]["needs"]), default=0) + 1\n'
            "\n"
            "    while ready:\n"
            "        i ="
        ),
        "    if len(order) < len(steps):\n"
        '        raise ValueError("some steps need each other in a circle")\n'
        "    return order": (
            "    if len(order) < len(steps):\n"
            '        raise ValueError("some steps need each other in a circle")\n'
            "    for i in reversed(range(len(steps))):\n"
            "        depth(i)\n"
            "    return order"
        ),
    },
)
exercise.mistake(
    "duplicate_needs_counted_twice",
    "You count a need that is listed twice as two, or refuse it. It means no more than listing it "
    "once: look at the different needs.",
    swap={
        "            needed_by[places[need]].append(i)\n            still_open[i] += 1\n": (
            "            needed_by[places[need]].append(i)\n"
            '        still_open[i] = len(step["needs"])\n'
        )
    },
)
exercise.mistake(
    "empty_results_are_missing",
    "You take a result that is None, 0 or empty for none at all. A step is done when execute "
    "returned, whatever it returned.",
    swap={
        '            became[id] = {"status": "done", "result": result}\n': (
            '            became[id] = {"status": "done", "result": result}\n'
            "            if not result:\n"
            "                failed[id] = {id}\n"
        )
    },
)
exercise.mistake(
    "error_without_its_type",
    "Your error is the exception's text alone. It is the type, a colon and the text.",
    swap={'f"{type(error).__name__}: {error}"': "str(error)"},
)
exercise.mistake(
    "error_as_repr",
    "Your error is the repr of the exception. It is the type, a colon and the text.",
    swap={'f"{type(error).__name__}: {error}"': "repr(error)"},
)
exercise.mistake(
    "catches_base_exception",
    "You catch KeyboardInterrupt and SystemExit as well, so nobody can stop the plan. Catch "
    "Exception.",
    swap={"        except Exception as error:": "        except BaseException as error:"},
)
exercise.mistake(
    "order_of_running",
    "Your dict is in the order in which the steps ran. Return it in the order of the list.",
    swap={'    return {step["id"]: became[step["id"]] for step in steps}': "    return became"},
)
exercise.mistake(
    "passes_the_id",
    "You pass the step's id to execute. It takes the task.",
    swap={'execute(step["task"],': "execute(id,"},
)
exercise.mistake(
    "tries_again",
    "You try a failed step once more. No step runs more than once; trying again is for execute to "
    "decide.",
    swap={
        """            became[id] = {"status": "failed", "error": f"{type(error).__name__}: {error}"}
            failed[id] = {id}
""": (
            """            became[id] = {"status": "failed", "error": f"{type(error).__name__}: {error}"}
            failed[id] = {id}
            try:
                inputs = {need: became[need]["result"] for need in needs}
                became[id] = {"status": "done", "result": execute(step["task"], inputs)}
                failed[id] = set()
            except Exception:
                pass
"""
        )
    },
)
exercise.mistake(
    "needs_of_the_first_step_first",
    "You take the first step, run what it needs, then it, and so on. That is another order: the next "
    "step is always the first in the list that is ready.",
    swap={
        "    for step in order_of(steps):": """    order_of(steps)
    by_id = {step["id"]: step for step in steps}
    line: dict[str, dict] = {}
    for first in steps:
        stack = [first]
        while stack:
            missing = [need for need in stack[-1]["needs"] if need not in line]
            if missing:
                stack.append(by_id[missing[0]])
            else:
                line.setdefault(stack[-1]["id"], stack[-1])
                stack.pop()
    for step in line.values():"""
    },
)

exercise.walkthrough(r"""
## Where it comes from

An agent that decides step by step asks the model after each result, and each time the model reads
everything once more. Often that is not needed: to compare three cities one has to look up three
cities, whatever the first lookup brings. ReWOO (Xu et al. 2023) lets the model write the whole plan
at the beginning, with names for results that do not exist yet; tools carry it out, and a last call
of the model reads what was found.

What runs the plan is an ordinary program, and its problem is an old one. Steps that need each
other's results form a graph; an order in which every step comes after its needs exists exactly if
there is no circle, and Kahn's paper of 1962 says how to find one in time proportional to steps and
needs. Two things are added here. The order is made unique, so that a run can be repeated: of the
steps that are ready, the first in the list is next. And steps fail: then the rest of the plan goes
on, and what cannot be done any more says whose fault it is.

## By hand

Six steps, in the order in which a model might write them, which is not one in which they can run:

| step | needs | ready when |
|---|---|---|
| memo | chart, draft | both are done |
| chart | data | data is done |
| draft | notes | notes are done |
| data | | at once |
| notes | | at once |
| title | | at once |

Begin at the front each time. The first that is ready is data. Then chart is, and stands before
notes and title, so it is next. After notes the turn is draft's, then memo's; title, ready since the
beginning, comes last of all.

```python
from grader.notebook import reference

run_plan = reference("agent/plan")
needs = {"memo": ["chart", "draft"], "chart": ["data"], "draft": ["notes"]}
needs |= {"data": [], "notes": [], "title": []}
steps = [{"id": id, "needs": wanted, "task": id} for id, wanted in needs.items()]


def ran(failing=None):
    # The order in which tasks ran, and what became of each step.
    order = []

    def execute(task, inputs):
        order.append(task)
        if task == failing:
            raise TimeoutError("slow")
        return f"{task} from {list(inputs)}"

    return order, run_plan(steps, execute)


order, became = ran()
order
```

If notes fails, draft and memo are skipped, and *both* name notes: draft was never tried, so it is
no reason for anything.

```python
ran(failing="notes")[1]
```

## A picture

The steps in the order of running, twice. On the left a dark square says that the row's step needs
the column's. All of them lie below the diagonal, since a step can need only what came before it;
that is what it means to sort a graph, and one with a circle has no such order. On the right a row
says what is skipped if its step fails, as six runs tell. Data reaches memo *through* chart, so that
row has more than the column of data on the left; title harms nobody.

```python
from grader.notebook import show

lost = {failing: ran(failing)[1] for failing in order}
show(
    {
        "the row needs the column": [[b in needs[a] for b in order] for a in order],
        "if the row fails, the column is skipped": [
            [lost[a][b]["status"] == "skipped" for b in order] for a in order
        ],
    },
    rows=order,
    columns=order,
)
```

## Traps

**Going on down the list.** A pass over the list that runs what is ready, repeated until nothing is
left, gives every step its inputs, and often the right order too. It differs where a step has made
one *before* it ready: the contract goes back at once, the pass only when it has reached the end.

{{trap: goes_on_down_the_list}}

**Blaming the messenger.** The steps that a skipped step needs are at hand, those that failed may be
far away. So `because` names the neighbour, which was itself skipped, and whoever reads it has to
search for the cause. In plans of two levels the two are the same.

{{trap: because_names_skipped_steps}}

**Finding the circle too late.** Running until nothing is ready any more and complaining then is
correct about the circle. But half of the mails have been sent.

{{trap: runs_before_cycle_check}}

## What it costs

Finding the order costs next to nothing. What is saved is reading. Take n lookups of 300 tokens each
and a memo at the end. Step by step, the model reads all results so far before each step, 300 · (1 +
2 + ... + n) tokens; with a plan it reads them once, 300 · n, as the inputs of the memo. For eight
lookups that is 10,800 against 2,400, for 32 it is 158,400 against 9,600.

The price is that nothing can be decided on the way: if the first lookup shows that the question was
wrong, the other 31 run all the same.
""")
