# rag/rrf · level 1 · 12 minutes · all assistance off
# Grade it: drill grade rag/rrf   or   pytest exercises/rag/rrf.py
"""Reciprocal rank fusion.

Several retrievers (keywords, embeddings, one for each rewritten question) each rank documents, and
their scores cannot be compared with each other. Reciprocal rank fusion merges the rankings by
places alone: each ranking gives a document one over its place, damped by a constant k.

Write `reciprocal_rank_fusion(rankings, k=60, weights=None, top_n=None)`. It returns a list of
tuples (id, score), best first; scores are floats and are not rounded.

- `rankings` is a list of lists of ids, each list best first. An id is anything hashable: a str,
  an int (0 too), a tuple, None; ids of several kinds may be mixed.
- The score of a document d is the sum, over the rankings that hold d, of

      weight of the ranking / (k + place of d in the ranking),   places counted from 1.

  A ranking that does not hold d adds nothing.
- An id that comes more than once in one ranking counts once there, at its first place. The places
  of the other ids do not move up.
- Every id of any ranking is in the result, also with score 0.
- Highest score first. Equal scores come in the order of first appearance: ranking 0 read from its
  top to its end, then ranking 1, and so on. Scores less than 1e-12 apart count as equal, for
  rounding alone may part them; no case turns on that.
- `weights` are numbers, one for each ranking, 0 or more, used as they are; None means 1 for each.
- `k` is an int, 0 or more.
- `top_n`: only the first top_n of the result, all of it where that is shorter, or with None.
- No rankings, or empty ones only, give [].
- Wrong arguments raise ValueError, also where there are no rankings: k < 0, top_n < 1, another
  number of weights than of rankings, or a negative weight.

The arguments are not modified.

Example: rankings [["a", "b", "c"], ["c", "a"]] with k = 1. a has 1/(1+1) + 1/(1+2) = 5/6, b has
1/(1+2) = 1/3, c has 1/(1+3) + 1/(1+1) = 3/4. The result is [("a", 5/6), ("c", 3/4), ("b", 1/3)],
in floats. With weights [1, 3] c has 1/4 + 3/2 = 7/4, a has 1/2 + 3/3 = 3/2, and c comes first.
In [["x", "x", "y"], ["y"]] x has place 1, and y has places 3 and 1.
"""


def reciprocal_rank_fusion(
    rankings: list, k: int = 60, weights: list | None = None, top_n: int | None = None
) -> list[tuple]:
    """Fuse lists of ids, best first, into one list of (id, score), best first.

    ValueError if k < 0, top_n < 1, a weight is negative or their number is not that of rankings.
    """
    raise NotImplementedError
