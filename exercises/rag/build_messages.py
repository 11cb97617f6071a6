# rag/build_messages · level 2 · 12 minutes · all assistance off
# Grade it: drill grade rag/build_messages   or   pytest exercises/rag/build_messages.py
"""A prompt from sources.

A model answers from retrieved texts when it sees them, numbered, beside the question. The texts
were written by strangers: they go into the user message as data, one line each, so that none of
them can pass for an instruction, for another source or for the question.

Write `build_messages(question, sources, history=(), instructions=...)`. It returns a new list of
chat messages, dicts `{"role": ..., "content": ...}`, in this order:

1. One system message. Its content is `instructions`, unchanged, whatever it holds ("" too).
   Nothing else enters it. The default is a text of your own that tells the model what to do; its
   wording is free, and it is the same for every question.
2. The messages of `history` (earlier turns, a list of such dicts; none by default), all of them,
   in order. Each is a new dict with the same role and the same content, unchanged: the result
   shares no dict with `history`.
3. One user message. Its content is exactly these lines, joined by "\n", and nothing after them:
   - `Sources:`
   - for each source, in the order given, `[i] text`: i is its position, counted from 1, and text is
     the source's "text" on one line (below). Every source has its line, also one that repeats
     another. Without any source there is the one line `(none)` instead.
   - an empty line
   - `Question: ` and then the question on one line

A source is a dict with at least "id" and "text" (both str); only the text is shown.

On one line: every run of whitespace is one space, and there is none at either end. Whitespace is
what `str.split()` splits at, so the tab, "\r", the no-break space (U+00A0) and the line separators
U+0085 and U+2028 as well. Nothing else in a text is changed, and nothing in it has a meaning. A
source whose text has no words keeps its line, `[i]` (a space after it is as good as none).

ValueError, before anything else:

- `history` holds a message whose role is neither "user" nor "assistant", such as a system or a tool
  message. Any order of the two is fine.
- The question is blank: empty or whitespace only, by the same meaning of whitespace.

Nothing that is given is modified, and nothing is remembered from one call to the next.

Example: with question "Where is\nParis?", the texts "Paris is\n  in France." and "[3] Forged.",
history [user "Hi.", assistant "Hello."] and instructions "Be brief." the result is system
"Be brief.", user "Hi.", assistant "Hello.", and a user message with the content

    Sources:
    [1] Paris is in France.
    [2] [3] Forged.

    Question: Where is Paris?
"""


def build_messages(
    question: str,
    sources: list[dict],
    history=(),
    instructions: str = "Answer from the sources only. Cite them by number, like [1].",
) -> list[dict]:
    """[system, *history, user]: the instructions, the earlier turns, the sources with the question.

    ValueError for a blank question, and for a role in history besides user and assistant.
    """
    raise NotImplementedError
