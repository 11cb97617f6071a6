"""Counts terms in the joined text of a document, so parts of words count too."""

from math import log


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0 or not 0 <= b <= 1:
            raise ValueError
        self.texts = [" ".join(d) for d in docs]
        self.lengths = [len(d) for d in docs]
        self.k1, self.b = k1, b
        self.avgdl = sum(self.lengths) / len(docs) if docs else 0

    def score(self, query, i):
        if not 0 <= i < len(self.texts):
            raise IndexError(i)
        total = 0.0
        for t in query:
            n = sum(t in text for text in self.texts)
            f = self.texts[i].count(t)
            if f:
                idf = log(1 + (len(self.texts) - n + 0.5) / (n + 0.5))
                total += idf * f * (self.k1 + 1) / (f + self.k1 * (1 - self.b + self.b * self.lengths[i] / self.avgdl))
        return total

    def search(self, query, k):
        if k < 1:
            raise ValueError
        pairs = [(i, self.score(query, i)) for i in range(len(self.texts))]
        return sorted([p for p in pairs if p[1] > 0], key=lambda p: (-p[1], p[0]))[:k]
