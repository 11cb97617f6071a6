# agent/stream_assemble · level 2 · 18 minutes · all assistance off
# Grade it: drill grade agent/stream_assemble   or   pytest exercises/agent/stream_assemble.py
"""Put a streamed reply together.

A model's reply can be streamed: it arrives as many small deltas, and a tool call comes in pieces
too, of which as a rule only the first tells its id. The index of a call holds its pieces together.
Make the one message that the deltas add up to.

Write `assemble(deltas)`. `deltas` is the list of `choices[0].delta` dicts of a stream in OpenAI's
format, in order of arrival. It is not changed. Each may have

- "content": the next piece of the text, a str;
- "tool_calls": a list of entries {"index": int, "id": str, "function": {"name": str, "arguments":
  str}}. The index is always there, everything else may be missing. A delta may hold entries of
  several calls, and several of the same.

None instead of a content, list, id, function, name or arguments counts as missing, and so does an
empty list. Other keys, such as "role" and "type", are ignored.

It returns {"role": "assistant", "content": ..., "tool_calls": [...]}, with exactly these keys:

- content: all pieces joined in order, or None where there was no piece. "" is a piece.
- tool_calls: for every index that came, in the order of the indexes (numbers, which may begin
  anywhere and have gaps, and may first come in any order), {"id": ..., "type": "function",
  "function": {"name": ..., "arguments": ...}}. Without any call the key is left out.
- id: the first id of that index that is not "". Later ones are ignored; two indexes may have the
  same.
- name and arguments: the pieces of that index, each joined in order. Without pieces the arguments
  are "". They are texts, kept as they came: not parsed, checked or trimmed.

The pieces of different calls, and those of the content, may alternate in any way, and an id or name
may come after arguments. An index that has no id that is not "", or no name, at the end raises
ValueError.

The time grows in proportion to the number of pieces: 300,000 of them, for a few calls, take well
under five seconds.

Example: the deltas

    {"role": "assistant", "content": None}
    {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": ""}}]}
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"a": 2'}}]}
    {"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]}

give {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function",
"function": {"name": "add", "arguments": '{"a": 2}'}}]}.
"""


def assemble(deltas: list[dict]) -> dict:
    """The assistant message that the deltas of a stream add up to."""
    raise NotImplementedError
