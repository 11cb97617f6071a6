"""Named tuples replaced as a whole; vectors as lists of floats."""

from collections import namedtuple
from math import sqrt

Record = namedtuple("Record", "text numbers importance seen")


def cos(a, b):
    dot, aa, bb = (sum(x * y for x, y in zip(p, q)) for p, q in ((a, b), (a, a), (b, b)))
    return 0.0 if 0.0 in (aa, bb) else dot / sqrt(aa) / sqrt(bb)


def normal(text):
    return " ".join(text.casefold().split()) if text.isascii() else " ".join(text.lower().split())


class Memory(dict):
    """A dict from id to record."""

    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        super().__init__()
        if half_life <= 0:
            raise ValueError("half_life must be positive")
        self.numbers_of = lambda text: embed(text).tolist()
        self.clock, self.half_life, self.weights = clock, half_life, weights
        self.count = 0

    def add(self, text, importance=0.5):
        if importance > 1 or importance < 0:
            raise ValueError("importance is outside 0..1")
        text, now = normal(text), self.clock()
        known = next((id for id, r in self.items() if r.text == text), None)
        if known is not None:
            old = self[known]
            self[known] = old._replace(importance=max(importance, old.importance), seen=now)
            return known
        self[self.count] = Record(text, self.numbers_of(text), importance, now)
        self.count += 1
        return self.count - 1

    def recall(self, query, k):
        numbers, now, (a, b, c) = self.numbers_of(query), self.clock(), self.weights

        def score(r):
            return a * cos(numbers, r.numbers) + b * 2 ** (-(now - r.seen) / self.half_life) + c * r.importance

        scored = [(id, score(r)) for id, r in self.items()]
        scored.sort(key=lambda pair: pair[1], reverse=True)
        best = [id for id, _ in scored[:k]]
        self.update({id: self[id]._replace(seen=now) for id in best})
        return best

    def forget(self, id):
        del self[id]
