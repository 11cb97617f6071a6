"""One dict for each fact; selection of the best one at a time."""

import torch


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if half_life <= 0.0:
            raise ValueError("half_life <= 0")
        self.embed = embed
        self.clock = clock
        self.half_life = half_life
        self.weights = list(weights)
        self.born = 0
        self.by_text = {}
        self.text, self.unit, self.weight, self.time = {}, {}, {}, {}

    def _unit(self, text):
        v = self.embed(text)
        return v / (v.norm() if v.norm() != 0 else 1)

    def add(self, text, importance=0.5):
        if min(max(importance, 0), 1) != importance:
            raise ValueError("importance")
        form = " ".join(word.lower() for word in text.split())
        id = self.by_text.get(form)
        if id is None:
            unit = self._unit(text)
            id = self.born
            self.born += 1
            self.by_text[form] = id
            self.text[id], self.unit[id], self.weight[id] = form, unit, importance
        self.weight[id] = max(self.weight[id], importance)
        self.time[id] = self.clock()
        return id

    def recall(self, query, k):
        now = self.clock()
        q = self._unit(query)
        w = self.weights
        left = {}
        for id in self.text:
            halvings = (now - self.time[id]) / self.half_life
            left[id] = w[0] * torch.dot(self.unit[id], q).item() + w[1] * 0.5**halvings + w[2] * self.weight[id]
        found = []
        while left and len(found) < k:
            best = max(sorted(left), key=left.get)
            found.append(best)
            del left[best]
        self.time.update(dict.fromkeys(found, now))
        return found

    def forget(self, id):
        form = self.text.pop(id)
        for table in (self.unit, self.weight, self.time):
            del table[id]
        self.by_text.pop(form)
