import math
from collections import Counter, defaultdict


class BM25:
    """Okapi BM25 over documents that are already split into terms."""

    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0:
            raise ValueError("k1 must be >= 0")
        if not 0 <= b <= 1:
            raise ValueError("b must be in [0, 1]")
        self.k1 = k1
        self.b = b
        self.n_docs = len(docs)
        self.lengths = [len(doc) for doc in docs]
        self.avgdl = sum(self.lengths) / self.n_docs if self.n_docs else 0.0
        self.postings = defaultdict(dict)
        for i, doc in enumerate(docs):
            for term, f in Counter(doc).items():
                self.postings[term][i] = f
        self.idf = {
            term: math.log(1 + (self.n_docs - len(p) + 0.5) / (len(p) + 0.5))
            for term, p in self.postings.items()
        }

    def _weight(self, term, i, f):
        norm = 1 - self.b + self.b * self.lengths[i] / self.avgdl
        return self.idf[term] * f * (self.k1 + 1) / (f + self.k1 * norm)

    def score(self, query, i):
        if not 0 <= i < self.n_docs:
            raise IndexError(f"no document {i}")
        total = 0.0
        for term in query:
            f = self.postings.get(term, {}).get(i, 0)
            if f:
                total += self._weight(term, i, f)
        return total

    def search(self, query, k):
        if k < 1:
            raise ValueError("k must be >= 1")
        scores = [None] * self.n_docs
        for term in query:
            for i, f in self.postings.get(term, {}).items():
                scores[i] = (scores[i] or 0.0) + self._weight(term, i, f)
        ranked = sorted(((i, s) for i, s in enumerate(scores) if s is not None), key=lambda item: -item[1])
        return ranked[:k]
