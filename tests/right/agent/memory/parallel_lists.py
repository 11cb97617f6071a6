"""Parallel lists with tombstones, one matrix product a recall."""

import torch


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if half_life <= 0:
            raise ValueError(f"half_life must be positive, got {half_life}")
        self.embed, self.clock, self.half_life = embed, clock, half_life
        self.w_relevance, self.w_recency, self.w_importance = weights
        self.keys, self.vectors, self.importances, self.accessed = [], [], [], []

    def add(self, text, importance=0.5):
        if not (0.0 <= importance <= 1.0):
            raise ValueError(importance)
        key = " ".join(text.split()).lower()
        if key in self.keys:
            i = self.keys.index(key)
            self.accessed[i] = self.clock()
            if importance > self.importances[i]:
                self.importances[i] = importance
            return i
        vector = self.embed(text).double()
        norm = vector.norm()
        self.keys.append(key)
        self.vectors.append(vector / norm if norm > 0 else vector)
        self.importances.append(importance)
        self.accessed.append(self.clock())
        return len(self.keys) - 1

    def recall(self, query, k):
        q = self.embed(query).double()
        q = q / q.norm() if q.any() else q
        alive = [i for i, key in enumerate(self.keys) if key is not None]
        if not alive:
            return []
        now = self.clock()
        age = torch.tensor([now - self.accessed[i] for i in alive], dtype=torch.float64)
        scores = self.w_relevance * (torch.stack([self.vectors[i] for i in alive]) @ q)
        scores = scores + self.w_recency * torch.pow(0.5, age / self.half_life)
        scores = scores + self.w_importance * torch.tensor(
            [self.importances[i] for i in alive], dtype=torch.float64
        )
        order = torch.sort(scores, descending=True, stable=True).indices[:k].tolist()
        best = [alive[j] for j in order]
        for i in best:
            self.accessed[i] = now
        return best

    def forget(self, id):
        if not 0 <= id < len(self.keys) or self.keys[id] is None:
            raise KeyError(id)
        self.keys[id] = self.vectors[id] = None
