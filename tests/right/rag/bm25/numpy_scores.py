"""An array of scores filled at the postings only, and a stable argsort."""

import numpy as np


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0 or b < 0 or b > 1:
            raise ValueError("k1 >= 0 and 0 <= b <= 1")
        self.k1 = k1
        lengths = np.array([len(d) for d in docs], dtype=np.float64)
        self.n = len(docs)
        mean = lengths.mean() if self.n and lengths.any() else 1.0
        self.norm = k1 * (1 - b + b * lengths / mean)
        raw = {}
        for i, d in enumerate(docs):
            for t in d:
                raw.setdefault(t, []).append(i)
        self.postings = {}
        for t, where in raw.items():
            rows, counts = np.unique(np.array(where), return_counts=True)
            idf = np.log1p((self.n - len(rows) + 0.5) / (len(rows) + 0.5))
            self.postings[t] = rows, idf * counts * (k1 + 1) / (counts + self.norm[rows])

    def _scores(self, query):
        scores = np.zeros(self.n)
        for t in query:
            if t in self.postings:
                rows, parts = self.postings[t]
                scores[rows] += parts
        return scores

    def score(self, query, i):
        if i < 0 or i >= self.n:
            raise IndexError(i)
        return float(self._scores(query)[i])

    def search(self, query, k):
        if k < 1:
            raise ValueError("k")
        scores = self._scores(query)
        order = np.argsort(-scores, kind="stable")[:k]
        return [(int(i), float(scores[i])) for i in order if scores[i] > 0]
