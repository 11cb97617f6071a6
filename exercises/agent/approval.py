# agent/approval · level 2 · 20 minutes · all assistance off
# Grade it: drill grade agent/approval   or   pytest exercises/agent/approval.py
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


def execute_with_approval(tool_calls: list, tools: dict, approve, validate) -> list:
    """Run the calls that may run; gives one tool message for each, in the order of the calls."""
    raise NotImplementedError
