# rag/mmr · level 2 · 18 minutes · all assistance off
# Grade it: drill grade rag/mmr   or   pytest exercises/rag/mmr.py
"""Maximal marginal relevance.

The best hits of a search often say the same thing. Pick rows that are close to the query and far
from what has been picked already.

Write `mmr(query, candidates, k, lam=0.5)`. It returns a list of row numbers of `candidates`, plain
ints, in the order in which they were picked: min(k, N) different ones.

    query: (d,)     candidates: (N, d)

- Similarity is the cosine, a·b / (‖a‖ ‖b‖). The rows and the query have any length; a zero vector
  has similarity 0 with everything. Similarities may be negative, and count as they are.
- The first pick is the row most similar to the query, whatever `lam` is.
- Each next pick is, among the rows not picked yet, the one with the highest

      lam · cos(query, row) - (1 - lam) · (the largest cos(row, p) of all rows p picked so far)

- Equal scores: the smaller row number. Not more can be picked than there are rows: k > N gives N
  picks, and N = 0 gives [].
- k < 1, lam below 0 or above 1, and a query of another length than the rows raise ValueError, also
  where N = 0. lam = 0 and lam = 1 are allowed.
- query and candidates are floats of one dtype. The result is as exact as that dtype: with float64
  a difference of 1e-8 between two scores decides. Apart from exact zeros, norms are 1e-5 or more.
- Compare rows with the query and with picks only: a matrix of all N × N similarities is too large.
  With N = 12,000 rows and k = 2 a call takes moments and little memory.

Example: query [4, 3], rows 0: [1, 0], 1: [0, 2], 2: [3, 4], 3: [4, -3], k = 3, lam = 0.5. The
cosines with the query are 0.8, 0.6, 0.96 and 0.28, so row 2 is first. Its cosines with rows 0, 1
and 3 are 0.6, 0.8 and 0. Row 0 scores 0.4 - 0.3 = 0.1, row 1 0.3 - 0.4 = -0.1, and row 3
0.14 - 0 = 0.14: row 3 is next. Row 0 is closer to row 3 (0.8) than to row 2, and scores
0.4 - 0.4 = 0 now; row 1 keeps -0.1. The result is [2, 3, 0]. With lam = 0.75 it is [2, 0, 1].

Equal scores are judged only where no rounding can decide. Failing cases show each pick with how
its score came about.
"""

import torch


def mmr(query: torch.Tensor, candidates: torch.Tensor, k: int, lam: float = 0.5) -> list:
    """At most k row numbers of candidates (N, d) in the order picked, for a query (d,).

    ValueError if k < 1, lam is outside 0..1, or the widths differ.
    """
    raise NotImplementedError
