"""Keeps tuples of the documents and counts on the fly; a term-to-documents map finds candidates."""

from math import log


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        self._check(k1 >= 0, "k1")
        self._check(0 <= b <= 1, "b")
        self.docs = tuple(tuple(d) for d in docs)
        self.k1 = k1
        self.b = b
        self.mean_length = sum(map(len, self.docs)) / len(self.docs) if self.docs else 0
        self.holders = {}
        for i, d in enumerate(self.docs):
            for t in set(d):
                self.holders.setdefault(t, []).append(i)

    @staticmethod
    def _check(ok, name):
        if not ok:
            raise ValueError(name)

    def score(self, query, i):
        if not isinstance(i, int) or i < 0 or i >= len(self.docs):
            raise IndexError(i)
        d = self.docs[i]
        s = 0
        for t in query:
            f = d.count(t)
            if not f:
                continue
            n = len(self.holders[t])
            idf = log(1 + (len(self.docs) - n + 0.5) / (n + 0.5))
            s += idf * (f * (self.k1 + 1) / (f + self.k1 * (1 - self.b + self.b * len(d) / self.mean_length)))
        return float(s)

    def search(self, query, k):
        self._check(k >= 1, "k")
        found = sorted({i for t in query for i in self.holders.get(t, [])})
        return sorted([(i, self.score(query, i)) for i in found], key=lambda x: x[1], reverse=True)[:k]
