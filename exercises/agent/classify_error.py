# agent/classify_error · level 2 · 15 minutes · all assistance off
# Grade it: drill grade agent/classify_error   or   pytest exercises/agent/classify_error.py
"""What to do about an error.

Something in an agent's step failed. Trying the same again helps against a busy server, and never
against a wrong key; a broken tool call must be shown to the model, and a busy server must not. One
place should decide, and it is a table.

Write `decide(error, attempt, max_attempts)`. It returns a tuple `(category, action)`, two texts.

`error` is a dict `{"source": str, "status": int or None, "kind": str or None}`, always with these
three keys. What each source means, the first line that fits:

| source | status and kind | returns |
|---|---|---|
| "http" | status None (no answer came), 408, 425, 429, 500, 502, 503 or 504 | "transient", "retry" |
| "http" | status 401 or 403 | "auth", "escalate" |
| "http" | status 400 or 413, and kind "context_length" | "context", "shrink" |
| "http" | anything else | "logic", "abort" |
| "model" | kind "unknown_tool", "invalid_json" or "invalid_arguments" | "model", "repair" |
| "tool" | kind "timeout" or "unavailable" | "transient", "retry" |
| "tool" | any other kind, None too | "tool", "repair" |
| "policy" | any kind, None too | "policy", "escalate" |

- The list of statuses is exact: 501 and 529, for example, are "anything else", and so is 0, a
  number and not None. 400 and 413 with another kind are, too.
- The status is looked at only for the source "http". The kind of a "http" error is looked at only
  for the statuses 400 and 413.
- Texts are compared exactly: "HTTP" is no source of the table, and "context_length_exceeded" is
  another kind than "context_length".
- A source that is not in the table raises ValueError, at every attempt.
- `attempt` counts the tries that were made, the failed one included: it is 1 after the first. When
  attempt >= max_attempts, the actions "retry", "repair" and "shrink" become "give_up". The category
  stays. "escalate" and "abort" are the same at every attempt.

attempt and max_attempts are at least 1, and a "model" error has no other kinds than those three.
`error` is not changed.

Example: {"source": "http", "status": 503, "kind": None} gives ("transient", "retry") for attempt 1
and 2 of max_attempts 3, and ("transient", "give_up") for attempt 3 and 4. With status 403 it is
("auth", "escalate") every time.
"""


def decide(error: dict, attempt: int, max_attempts: int) -> tuple[str, str]:
    """(category, action) for an error after `attempt` tries of `max_attempts`."""
    raise NotImplementedError
