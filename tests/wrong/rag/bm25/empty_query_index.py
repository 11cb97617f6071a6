"""An empty query scores 0 before the index is looked at."""

from collections import Counter, defaultdict
from heapq import nsmallest
from math import log


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0:
            raise ValueError("k1")
        if b < 0 or b > 1:
            raise ValueError("b")
        self.k1, self.b = k1, b
        self.tf = [Counter(doc) for doc in docs]
        self.lengths = [sum(c.values()) for c in self.tf]
        self.where = defaultdict(set)
        for i, counter in enumerate(self.tf):
            for term in counter:
                self.where[term].add(i)
        self.avgdl = sum(self.lengths) / len(docs) if docs else 0.0

    def idf(self, term):
        n = len(self.where.get(term, ()))
        return log(1 + (len(self.tf) - n + 0.5) / (n + 0.5))

    def score(self, query, i):
        if not query:
            return 0.0
        if not 0 <= i < len(self.tf):
            raise IndexError("no such document")
        total = 0.0
        for term, times in Counter(query).items():
            f = self.tf[i][term]
            if f == 0:
                continue
            length = 1 - self.b + self.b * self.lengths[i] / self.avgdl
            total += times * self.idf(term) * (f * (self.k1 + 1)) / (f + self.k1 * length)
        return total

    def search(self, query, k):
        if k < 1:
            raise ValueError("k must be positive")
        candidates = set()
        for term in query:
            candidates |= self.where.get(term, set())
        scored = ((self.score(query, i), i) for i in candidates)
        return [(i, s) for s, i in nsmallest(k, scored, key=lambda p: (-p[0], p[1]))]
