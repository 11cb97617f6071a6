"""Recursive adding up, query weights from a dict of counts, rankings from pairs (-score, index)."""

import bisect
import math


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        for name, value, ok in (("k1", k1, k1 >= 0), ("b", b, 0 <= b <= 1)):
            if not ok:
                raise ValueError(f"{name}={value}")
        n = self.n = len(docs)
        terms = sum(len(d) for d in docs)

        def saturated(f, length):
            return f * (k1 + 1) / (f + k1 * (1 - b + b * length * n / terms))

        table = {}
        for i in range(n):
            counts = {}
            for t in docs[i]:
                counts[t] = counts.get(t, 0) + 1
            for t in counts:
                table.setdefault(t, []).append((i, saturated(counts[t], len(docs[i]))))
        self.table = {
            t: (math.log(1 + (n - len(p) + 0.5) / (len(p) + 0.5)), p) for t, p in table.items()
        }

    def _collect(self, query):
        if not query:
            return {}
        head, *tail = query
        totals = self._collect(tail)
        idf, postings = self.table.get(head, (0.0, []))
        return totals | {i: totals.get(i, 0.0) + idf * part for i, part in postings}

    def score(self, query, i):
        if 0 <= i < self.n:
            return self._collect(query).get(i, 0.0)
        raise IndexError("document index out of range")

    def search(self, query, k):
        if k < 1:
            raise ValueError("k < 1")
        kept = []
        for i, s in self._collect(query).items():
            bisect.insort(kept, (-s, i))
            del kept[k:]
        return [(i, -s) for s, i in kept]
