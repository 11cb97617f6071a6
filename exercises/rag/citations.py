# rag/citations · level 2 · 20 minutes · all assistance off
# Grade it: drill grade rag/citations   or   pytest exercises/rag/citations.py
"""Checking citations.

The model was shown numbered sources and told to cite them as [1]. Before its answer is shown to
anyone, find out which sources it cites, which numbers it has made up, and which sentences it gives
no source for.

Write `check_citations(answer, n_sources, refusal="I don't know.")`. It returns the dict
`{"cited": [...], "invalid": [...], "uncited": [...]}`.

Citations:

- A group of citations is `[`, a number, any more numbers each after a comma and any number of
  spaces (or none), and `]`: [1], [12], [1,3], [1, 3, 4]. A number is one or more of the digits 0
  to 9; [01] is the number 1.
- Nothing else cites: not [a], [1a], [1 2], [ 1 ], [1 ,2], [1,], [1-3], [1, a], [-1], (1), [1
  without its bracket, nor digits of other scripts or a line break inside. Of "[see [1]" the part
  [1] is a group.
- A number is valid if it is one of 1, 2, ..., n_sources.
- "cited" are the valid numbers found, "invalid" the others, both as ints, sorted by size, each
  number once.

Sentences:

- Strip the answer, then split it at whitespace (any run of spaces, tabs and line breaks) that
  follows `.`, `!` or `?` directly. That is the only rule: "3.14" is not split, "e.g. this" is, a
  line break after a comma or a word splits nothing, and neither does whitespace after `."`, `.]`,
  `:` or `…`.
- The sentences are the pieces, unchanged: with their end marks, and with the whitespace inside.
- So a citation behind the full stop belongs to the sentence that follows, or is one of its own.
- "uncited" are the sentences without a valid citation, in order; equal ones are all listed.

Nothing to cite:

- If the answer is empty or only whitespace, all three lists are empty. So they are if the stripped
  answer is exactly `refusal`, whatever that holds; a refusal with other text before or after it is
  an answer like any other.
- n_sources < 0 raises ValueError, with such answers too. 0 is allowed: then no number is valid.

Example: "Tea is hot [2]. It costs 3.50 [1, 7]! Buy it. [1] Now [9]" with 3 sources has the four
sentences "Tea is hot [2].", "It costs 3.50 [1, 7]!", "Buy it." and "[1] Now [9]". cited is
[1, 2], invalid is [7, 9], and uncited is ["Buy it."], for its [1] stands behind the full stop.
"""


def check_citations(answer: str, n_sources: int, refusal: str = "I don't know.") -> dict:
    """Valid numbers, other numbers, and the sentences without a valid one.

    Gives {"cited": [int], "invalid": [int], "uncited": [str]}. ValueError if n_sources < 0.
    """
    raise NotImplementedError
