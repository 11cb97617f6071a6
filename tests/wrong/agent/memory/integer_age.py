"""Ages are whole numbers."""

import heapq
import itertools
import math
import re
from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass
class Entry:
    id: int
    key: str
    vector: torch.Tensor
    importance: float
    last_access: float


class Memory:
    def __init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0)):
        if not half_life > 0:
            raise ValueError("half_life")
        self._embed = embed
        self._clock = clock
        self._rate = math.log(2) / half_life
        self._w = weights
        self._ids = itertools.count()
        self._entries = {}

    @staticmethod
    def _key(text):
        return re.sub(r"\s+", " ", text).lower()

    def add(self, text, importance=0.5):
        if importance < 0 or importance > 1:
            raise ValueError("importance")
        key = self._key(text)
        for entry in self._entries.values():
            if entry.key == key:
                entry.last_access = self._clock()
                entry.importance = max(entry.importance, importance)
                return entry.id
        id = next(self._ids)
        self._entries[id] = Entry(id, key, self._embed(text).clone(), importance, self._clock())
        return id

    def _score(self, entry, query, now):
        relevance = F.cosine_similarity(query, entry.vector, dim=0).item()
        recency = math.exp(-self._rate * int(now - entry.last_access))
        return self._w[0] * relevance + self._w[1] * recency + self._w[2] * entry.importance

    def recall(self, query, k):
        if k == 0 or not self._entries:
            return []
        q, now = self._embed(query), self._clock()
        keyed = [(self._score(e, q, now), -e.id) for e in self._entries.values()]
        found = [-i for _, i in heapq.nlargest(k, keyed)]
        for i in found:
            self._entries[i].last_access = self._clock()
        return found

    def forget(self, id):
        if id not in self._entries:
            raise KeyError(id)
        return self._entries.pop(id).key
