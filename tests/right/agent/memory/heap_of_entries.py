import heapq
import itertools
import math
import re
from dataclasses import dataclass

import torch


@dataclass
class Entry:
    id: int
    text: str
    vector: torch.Tensor
    last_access: float
    importance: float


def normalise(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip()).lower()


def cosine(x: torch.Tensor, y: torch.Tensor) -> float:
    length = x.double().norm().item() * y.double().norm().item()
    return torch.dot(x.double(), y.double()).item() / length if length > 0 else 0.0


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if not half_life > 0:
            raise ValueError("half_life must be above 0")
        self._embed, self._clock = embed, clock
        self._half_life, self._weights = half_life, tuple(weights)
        self._entries = {}
        self._ids = itertools.count()

    def add(self, text, importance=0.5):
        if importance < 0 or importance > 1:
            raise ValueError("importance")
        now = self._clock()
        wanted = normalise(text)
        for entry in self._entries.values():
            if entry.text == wanted:
                entry.last_access = now
                entry.importance = max(importance, entry.importance)
                return entry.id
        entry = Entry(next(self._ids), wanted, self._embed(text), now, importance)
        self._entries[entry.id] = entry
        return entry.id

    def _score(self, entry, query, now):
        similarity, recency, importance = self._weights
        return (
            similarity * cosine(query, entry.vector)
            + recency * math.pow(0.5, (now - entry.last_access) / self._half_life)
            + importance * entry.importance
        )

    def recall(self, query, k):
        vector, now = self._embed(query), self._clock()
        entries = self._entries.values()
        best = heapq.nsmallest(k, entries, key=lambda e: (-self._score(e, vector, now), e.id))
        for entry in best:
            entry.last_access = now
        return [entry.id for entry in best]

    def forget(self, id):
        if id not in self._entries:
            raise KeyError(id)
        del self._entries[id]
