# rag/bm25 · level 2 · 25 minutes · all assistance off
# Grade it: drill grade rag/bm25   or   pytest exercises/rag/bm25.py
"""BM25.

Rank documents by the terms that they share with a query: a rare term counts for more than a common
one, a repeated term counts more but less and less so, and long documents are held down. It needs no
model, and finds names, codes and rare words that embeddings blur.

Write `class BM25` with

- `__init__(self, docs, k1=1.2, b=0.75)`: docs is a list of documents, each a list of terms (str).
- `score(self, query, i) -> float`: the score of document i for query, a list of terms.
- `search(self, query, k) -> list[tuple[int, float]]`: the at most k best documents as pairs (index,
  score), best first, among those that hold at least one query term.

The score of document d is the sum, over the terms t of the query, of

    idf(t) * f * (k1 + 1) / (f + k1 * (1 - b + b * |d| / avgdl))

    idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))

- f is how often t stands in d, and |d| how many terms d has, repeated ones counted. avgdl is the
  mean of |d| over all documents, empty ones included; N is their number, and n_t the number of
  documents that hold t.
- A term that stands twice in the query is added twice.
- A term that d lacks adds nothing (there is nothing to divide, even where k1 is 0). So score gives
  0.0 for a document without a query term, and search leaves it out.
- Terms are compared as they are: "The" is not "the". No term is left out for being common.
- An empty corpus, empty documents, an empty query and unknown terms are fine: search gives [].
- Equal scores go to the smaller index. You may add up in any order: where documents hold several
  query terms, scores that differ by less than 1e-9 may come in either order, but documents that are
  equal keep theirs.
- Indices are ints and scores floats, plain Python ones. Scores are as exact as a
  Python float (64 bits) and not rounded.

Errors, also where there is nothing to search: k1 < 0 and b outside 0..1 (both ends are allowed)
raise ValueError in the constructor, k < 1 raises ValueError in search, and an i that is not one of
0, 1, ..., N - 1 raises IndexError in score: negative ones do too. k may be larger than N.

The constructor builds an index, and the object needs `docs` no more:

- Later changes to the list or to its documents have no effect. Neither docs nor query is modified.
- search goes from the query's terms straight to the documents that hold them, and does not look
  into any other document. (An array of N zeros to add up in is fine.) Counted are look-ups and
  comparisons of terms during a search, and lines of Python that run: not terms times documents.
- Questions change nothing: each is answered as if it were the first.

Example: docs [["cat", "sat"], ["cat", "cat"], ["dog", "ran"]]. avgdl is 2, so the bracket is 1 for
every document. idf("cat") = ln(1 + 1.5 / 2.5) = 0.470, as two of three documents hold it. Document
0 scores 0.470 * 1 * 2.2 / (1 + 1.2) = 0.470 and document 1 scores 0.470 * 2 * 2.2 / (2 + 1.2) =
0.646, so search(["cat"], 5) is [(1, 0.646), (0, 0.470)].
"""


class BM25:
    """An index over documents that scores them by the terms of a query."""

    def __init__(self, docs: list[list[str]], k1: float = 1.2, b: float = 0.75) -> None:
        """Index docs, lists of terms; ValueError if k1 < 0 or b is outside 0..1."""
        raise NotImplementedError

    def score(self, query: list[str], i: int) -> float:
        """The score of document i; IndexError unless 0 <= i < N."""
        raise NotImplementedError

    def search(self, query: list[str], k: int) -> list[tuple[int, float]]:
        """At most k pairs (index, score), best first; ValueError if k < 1."""
        raise NotImplementedError
