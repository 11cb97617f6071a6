# agent/multi_agent · level 3 · 30 minutes · all assistance off
# Grade it: drill grade agent/multi_agent   or   pytest exercises/agent/multi_agent.py
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


def run_supervisor(model, workers: dict, task: str, max_steps: int = 12) -> dict:
    """Let the model hand parts of the task to workers, all within one budget of steps.

    Gives {"output": str | None, "stop": "final" | "max_steps", "steps": {"supervisor": int, and
    each worker's name: int}, "messages": the whole transcript}.
    """
    raise NotImplementedError
