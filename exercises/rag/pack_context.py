# rag/pack_context · level 2 · 18 minutes · all assistance off
# Grade it: drill grade rag/pack_context   or   pytest exercises/rag/pack_context.py
"""Pack sources into a token budget.

A retriever gives more text than a prompt has room for. Choose which sources go in: best first,
each whole or not at all, and never more tokens than the budget.

Write `pack_context(sources, budget, count_tokens, separator="\n\n")`. It returns the list of the
sources taken.

- `sources`: a list of dicts with at least `"id"` (str) and `"text"` (str), best first. The texts
  decide; ids play no part, and two sources may have the same one.
- `budget`: an int, the most tokens that the packed text may have.
- `count_tokens(text)`: the number of tokens of a text, an int; at least 1 for a text that is not
  empty. The count of a joined text is not the sum of the counts of its parts: tokens may span a
  seam, and the separator has tokens too.

Walk through the sources once, in their order. For each:

1. A text that is empty or whitespace only is skipped.
2. A text that was taken already is skipped. Two texts are the same when they are equal after every
   run of whitespace is turned into one space and the ends are stripped; nothing else is made
   alike, so upper and lower case differ. Only sources that were taken count: one that did not fit
   is no reason to skip a later one. Whitespace is what `str.split()` splits at.
3. Otherwise join the texts taken so far and this one, as they are, with `separator` between them.
   The source is taken if `count_tokens` of that joined text is at most `budget`. If not, it is
   skipped and the walk goes on: a later, shorter text may still fit. Texts are never cut.

Rules:

- The result holds the dicts themselves, no copies and nothing changed, in the order of `sources`.
  [] where nothing is taken, so also for no sources and for a budget of 0.
- Counting is slow: at most one call of `count_tokens` for each source, none besides. Calls that are
  not needed may be left out.
- budget < 0 raises ValueError before anything is counted, also when there are no sources.

Example: `count_tokens` is `len`, the separator the default (2 characters), the budget 8:

    a "tea"     taken: "tea" has 3 characters
    b " tea\n"  skipped: the same text as a
    c "coffee"  skipped: "tea\n\ncoffee" has 11
    d "mug"     taken: "tea\n\nmug" has exactly 8

and the result is [a, d].

Failing cases name what `count_tokens` counts: "characters", "words" (pieces between whitespace),
"words and newlines", "quarters" (the number of characters // 4, but at least 1), or "runs" (a
character repeated on end is one: "coffee" has 4). A case that shows no `separator` was called
without one.
"""


def pack_context(sources: list, budget: int, count_tokens, separator: str = "\n\n") -> list:
    """The sources that go into the prompt, as they are and in their order.

    count_tokens(separator.join(their texts)) is at most `budget`. ValueError if budget < 0.
    """
    raise NotImplementedError
