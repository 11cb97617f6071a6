"""Numbers the terms and walks over all documents in every search."""

from collections import Counter
from math import log


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0 or b < 0 or b > 1:
            raise ValueError("parameters")
        self.ids = {}
        self.docs = [Counter(self.ids.setdefault(t, len(self.ids)) for t in d) for d in docs]
        self.df = Counter(t for d in self.docs for t in d)
        self.k1, self.b = k1, b
        self.lengths = [len(d) for d in docs]
        self.avgdl = sum(self.lengths) / len(docs) if docs else 0

    def score(self, query, i):
        if i < 0 or i >= len(self.docs):
            raise IndexError(i)
        return self._score([self.ids.get(t, -1) for t in query], i)

    def _score(self, numbers, i):
        s, d = 0.0, self.docs[i]
        for t in numbers:
            if d[t]:
                idf = log(1 + (len(self.docs) - self.df[t] + 0.5) / (self.df[t] + 0.5))
                s += idf * d[t] * (self.k1 + 1) / (d[t] + self.k1 * (1 - self.b + self.b * self.lengths[i] / self.avgdl))
        return s

    def search(self, query, k):
        if k < 1:
            raise ValueError("k")
        numbers = [self.ids.get(t, -1) for t in query]
        scored = [(i, self._score(numbers, i)) for i in range(len(self.docs))]
        return sorted([p for p in scored if p[1] > 0], key=lambda p: (-p[1], p[0]))[:k]
