# agent/plan · level 2 · 25 minutes · all assistance off
# Grade it: drill grade agent/plan   or   pytest exercises/agent/plan.py
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


def run_plan(steps: list, execute) -> dict:
    """What became of each step, by id, in the order of the list; see the three kinds above.

    ValueError before anything runs for equal ids, unknown needs and cycles.
    """
    raise NotImplementedError
