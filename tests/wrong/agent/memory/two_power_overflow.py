import torch


def _key(text):
    return " ".join(text.split()).lower()


def _cos(a, b):
    na, nb = a.norm(), b.norm()
    if na == 0 or nb == 0:
        return 0.0
    return float(a @ b / (na * nb))


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if half_life <= 0:
            raise ValueError("half_life must be positive")
        self.embed = embed
        self.clock = clock
        self.half_life = half_life
        self.weights = weights
        self.items = {}
        self.by_key = {}
        self.next_id = 0

    def add(self, text, importance=0.5):
        if not 0 <= importance <= 1:
            raise ValueError("importance must be in 0..1")
        key = _key(text)
        now = self.clock()
        if key in self.by_key:
            id = self.by_key[key]
            item = self.items[id]
            item["time"] = now
            item["importance"] = max(item["importance"], importance)
            return id
        id = self.next_id
        self.items[id] = {
            "key": key,
            "vector": self.embed(text),
            "time": now,
            "importance": importance,
        }
        self.by_key[key] = id
        self.next_id += 1
        return id

    def recall(self, query, k):
        q = self.embed(query)
        now = self.clock()
        w0, w1, w2 = self.weights

        def score(id):
            item = self.items[id]
            recency = 1 / 2 ** ((now - item["time"]) / self.half_life)
            return w0 * _cos(q, item["vector"]) + w1 * recency + w2 * item["importance"]

        scores = {id: score(id) for id in self.items}
        best = sorted(scores, key=lambda id: (-scores[id], id))[:k]
        for id in best:
            self.items[id]["time"] = now
        return best

    def forget(self, id):
        item = self.items.pop(id)
        del self.by_key[item["key"]]
