"""A structured log of numpy vectors, lexsort for the order."""

import numpy as np


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if half_life <= 0:
            raise ValueError(half_life)
        self.embed, self.clock, self.half_life = embed, clock, half_life
        self.weights = np.array(weights, dtype=float)
        self.rows = []  # [id, key, vector, importance, last access]
        self.issued = 0

    def _find(self, column, value):
        return next((row for row in self.rows if row[column] == value), None)

    def add(self, text, importance=0.5):
        if not 0 <= importance <= 1:
            raise ValueError(importance)
        key = tuple(text.lower().split())
        row = self._find(1, key)
        if row is None:
            vector = self.embed(text).detach().numpy().astype(np.float64)
            row = [self.issued, key, vector, importance, None]
            self.issued += 1
            self.rows.append(row)
        row[3:] = [max(row[3], importance), self.clock()]
        return row[0]

    def recall(self, query, k):
        q = self.embed(query).detach().numpy().astype(np.float64)
        if not self.rows or k == 0:
            return []
        ids, _, vectors, importance, last = zip(*self.rows)
        vectors = np.stack(vectors)
        norms = np.linalg.norm(vectors, axis=1) * np.linalg.norm(q)
        cosines = np.divide(vectors @ q, norms, out=np.zeros(len(ids)), where=norms > 0)
        recency = np.exp2(-(self.clock() - np.array(last)) / self.half_life)
        scores = self.weights @ np.stack([cosines, recency, np.array(importance, dtype=float)])
        best = [ids[i] for i in np.lexsort((ids, -scores))[:k]]
        now = self.clock()
        for row in self.rows:
            if row[0] in best:
                row[4] = now
        return best

    def forget(self, id):
        row = self._find(0, id)
        if row is None:
            raise KeyError(f"no memory {id}")
        self.rows = [r for r in self.rows if r is not row]
