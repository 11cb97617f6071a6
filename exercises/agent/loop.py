# agent/loop · level 3 · 35 minutes · all assistance off
# Grade it: drill grade agent/loop   or   pytest exercises/agent/loop.py
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


def run_agent(
    model, tools: dict, messages: list, max_steps: int = 8, max_bad_steps: int | None = None
) -> dict:
    """Let the model call tools until it answers.

    Gives {"output": str | None, "stop": "final" | "max_steps" | "too_many_errors", "steps": int,
    "messages": the whole transcript}.
    """
    raise NotImplementedError
