import math

import torch


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0:
            raise ValueError("k1 must not be negative")
        if b < 0 or b > 1:
            raise ValueError("b must be between 0 and 1")
        self.size = len(docs)
        total = sum(len(d) for d in docs)
        self.matrix = {}
        for i, d in enumerate(docs):
            for t in set(d):
                f = sum(1 for u in d if u == t)
                k = k1 * (1 - b + b * len(d) * self.size / total)
                self.matrix.setdefault(t, []).append((i, f * (k1 + 1) / (f + k)))
        for t, row in self.matrix.items():
            idf = math.log(1 + (self.size - len(row) + 0.5) / (len(row) + 0.5))
            self.matrix[t] = [(i, idf * w) for i, w in row]

    def _collect(self, query):
        rows = [pair for t in query for pair in self.matrix.get(t, [])]
        ids = sorted({i for i, _ in rows})
        place = {i: n for n, i in enumerate(ids)}
        totals = torch.zeros(len(ids), dtype=torch.float64)
        for i, w in rows:
            totals[place[i]] += w
        return ids, totals

    def score(self, query, i):
        if i < 0 or i > self.size - 1:
            raise IndexError(f"document {i} of {self.size}")
        ids, totals = self._collect(query)
        return totals[ids.index(i)].item() if i in ids else 0.0

    def search(self, query, k):
        if k < 1:
            raise ValueError("k must be at least 1")
        ids, totals = self._collect(query)
        order = torch.sort(totals, descending=True, stable=True).indices.tolist()
        return [(ids[n], totals[n].item()) for n in order][:k]
