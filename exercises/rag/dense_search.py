# rag/dense_search · level 1 · 12 minutes · all assistance off
# Grade it: drill grade rag/dense_search   or   pytest exercises/rag/dense_search.py
"""Dense search.

Texts embedded as vectors are compared by the angle between them. Find the rows of an index that
point most nearly where the query points: exact search, the baseline that every approximate index is
measured against.

Write `dense_search(query, index, k)`. It returns a pair `(scores, rows)`: the cosine similarities
of the best rows and their row numbers, best first.

- query is (d,) or (B, d), index is (N, d); B and d are at least 1, N may be 0. Both are float
  tensors of one dtype, float32 or float64. Vectors are not normalised: cosine similarity is their
  dot product divided by both lengths.
- With k' = min(k, N), scores and rows are (k',) for a query (d,), and (B, k') for a batch, each of
  its queries searched on its own. N = 0 gives empty tensors of width 0: (0,) or (B, 0).
- scores has the dtype of the input and is as exact as it; rows is a LongTensor (int64).
- A zero vector has similarity 0 with everything, as query or as row, and gives no NaN. A row of
  zeros ranks like any other: before rows with negative similarity.
- Lengths that are not 0 lie between 1e-10 and 1e10. So no constant may be added to them: with 1e-6
  added, a vector of length 1e-8 would come out a hundred times too short.
- Equal scores go to the smaller row. (Where they are equal on paper only, rounding may decide.)
- A query and an index of different widths raise ValueError, whatever their widths are: 1 does not
  stretch. k < 1 raises ValueError. Both do so where N is 0, too.
- Nothing is looped over the N rows in Python: one product of matrices compares them all, so that
  20,000 rows take a moment. The operators and the lines of Python that run are counted. A loop over
  the B queries is fine.
- query and index are not modified.

Example: query [3, 4] and index [[5, 0], [6, 8], [0, 0], [10, 0]]. The lengths are 5, and 5, 10, 0
and 10. The similarities are 15 / (5 * 5) = 0.6, 50 / (5 * 10) = 1, 0, and 30 / (5 * 10) = 0.6. With
k = 3 the scores are [1, 0.6, 0.6] and the rows [1, 0, 3]: rows 0 and 3 tie, the smaller is first.
"""

import torch


def dense_search(
    query: torch.Tensor, index: torch.Tensor, k: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The k best rows of index (N, d) for query (d,) or (B, d) by cosine similarity.

    Gives (scores, rows), each (k',) or (B, k') with k' = min(k, N), best first.
    """
    raise NotImplementedError
