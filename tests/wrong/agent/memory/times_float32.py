import torch


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if half_life <= 0:
            raise ValueError("half_life")
        self.embed, self.clock, self.half_life, self.weights = embed, clock, half_life, weights
        self.rows = []
        self.count = 0

    def add(self, text, importance=0.5):
        if not 0 <= importance <= 1:
            raise ValueError("importance")
        key = " ".join(text.lower().split())
        for row in self.rows:
            if row["key"] == key:
                row["at"] = self.clock()
                row["importance"] = max(row["importance"], importance)
                return row["id"]
        self.rows.append(
            {
                "id": self.count,
                "key": key,
                "v": self.embed(text),
                "at": self.clock(),
                "importance": importance,
            }
        )
        self.count += 1
        return self.count - 1

    def recall(self, query, k):
        if not self.rows:
            return []
        q, now = self.embed(query), self.clock()
        v = torch.stack([r["v"] for r in self.rows])
        cos = torch.nn.functional.cosine_similarity(v, q[None], dim=1)
        at = torch.tensor([r["at"] for r in self.rows])
        imp = torch.tensor([r["importance"] for r in self.rows])
        w = self.weights
        score = w[0] * cos + w[1] * 0.5 ** ((now - at) / self.half_life) + w[2] * imp
        order = torch.argsort(score, descending=True, stable=True)[:k].tolist()
        for i in order:
            self.rows[i]["at"] = now
        return [self.rows[i]["id"] for i in order]

    def forget(self, id):
        for i, row in enumerate(self.rows):
            if row["id"] == id:
                del self.rows[i]
                return
        raise KeyError(id)
