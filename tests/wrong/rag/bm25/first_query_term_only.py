"""Candidates come from the rarest query term only."""

from collections import Counter
from math import log


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0 or b < 0 or b > 1:
            raise ValueError("parameters")
        self.k1 = k1
        self.tf = [dict(Counter(d)) for d in docs]
        n = len(docs)
        total = sum(len(d) for d in docs)
        self.norm = [1 - b + b * len(d) * n / total if d else 1 for d in docs]
        self.post = {}
        for i, tf in enumerate(self.tf):
            for t in tf:
                self.post.setdefault(t, []).append(i)
        self.idf = {t: log(1 + (n - len(p) + 0.5) / (len(p) + 0.5)) for t, p in self.post.items()}

    def score(self, query, i):
        if i < 0:
            raise IndexError(i)
        tf = self.tf[i]
        return float(sum(
            self.idf[t] * tf[t] * (self.k1 + 1) / (tf[t] + self.k1 * self.norm[i]) for t in query if t in tf
        ))

    def search(self, query, k):
        if k < 1:
            raise ValueError("k")
        known = [t for t in query if t in self.post]
        if not known:
            return []
        rarest = min(known, key=lambda t: len(self.post[t]))
        pairs = [(i, self.score(query, i)) for i in self.post[rarest]]
        return sorted(pairs, key=lambda p: (-p[1], p[0]))[:k]
