# agent/execute_calls · level 2 · 25 minutes · all assistance off
# Grade it: drill grade agent/execute_calls   or   pytest exercises/agent/execute_calls.py
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


def execute_calls(tool_calls: list, tools: dict, validate=None, max_workers: int = 1) -> list:
    """Run the calls; gives one tool message for each, in the order of the calls.

    ValueError if max_workers < 1.
    """
    raise NotImplementedError
