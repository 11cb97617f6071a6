import torch


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if half_life <= 0:
            raise ValueError(f"half_life {half_life}")
        self.embed, self.clock, self.half_life = embed, clock, float(half_life)
        self.w = weights
        self.ids, self.texts, self.vectors, self.times, self.marks = [], [], [], [], []
        self.given = 0

    @staticmethod
    def _norm(text):
        return " ".join(text.lower().split())

    def add(self, text, importance=0.5):
        if not (0.0 <= importance <= 1.0):
            raise ValueError(f"importance {importance}")
        t = self._norm(text)
        if t in self.texts:
            row = self.texts.index(t)
            self.times[row] = self.clock()
            if importance > self.marks[row]:
                self.marks[row] = importance
            return self.ids[row]
        v = self.embed(text).detach().to(torch.float64)
        n = torch.linalg.vector_norm(v)
        self.vectors.append(v / n if n > 0 else torch.zeros_like(v))
        self.texts.append(t)
        self.times.append(self.clock())
        self.marks.append(importance)
        self.ids.append(self.given)
        self.given += 1
        return self.given - 1

    def recall(self, query, k):
        q = self.embed(query).detach().to(torch.float64)
        if not self.ids or k == 0:
            return []
        now = self.clock()
        n = torch.linalg.vector_norm(q)
        q = q / n if n > 0 else torch.zeros_like(q)
        age = now - torch.tensor(self.times, dtype=torch.float64)
        score = (
            self.w[0] * (torch.stack(self.vectors) @ q)
            + self.w[1] * torch.pow(torch.tensor(0.5, dtype=torch.float64), age / self.half_life)
            + self.w[2] * torch.tensor(self.marks, dtype=torch.float64)
        )
        rows = torch.sort(score, descending=True, stable=True).indices[:k].tolist()
        for row in rows:
            self.times[row] = now
        return [self.ids[row] for row in rows]

    def forget(self, id):
        try:
            row = self.ids.index(id)
        except ValueError:
            raise KeyError(id) from None
        for column in (self.ids, self.texts, self.vectors, self.times, self.marks):
            del column[row]
