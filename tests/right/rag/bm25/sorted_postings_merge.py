"""Sorted posting lists, merged with heapq.merge and grouped by document."""

import heapq
import math
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter


@dataclass(frozen=True)
class Posting:
    doc: int
    count: int


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if not k1 >= 0:
            raise ValueError("k1 is negative")
        if not (b >= 0 and b <= 1):
            raise ValueError("b is outside 0..1")
        self._k1, self._b = float(k1), float(b)
        self._length = tuple(map(len, docs))
        self._index = {}
        for number, doc in enumerate(docs):
            for term, run in groupby(sorted(doc)):
                self._index.setdefault(term, []).append(Posting(number, len(list(run))))

    def _part(self, term, posting):
        many, n_t = len(self._length), len(self._index[term])
        idf = math.log((many + 1) / (n_t + 0.5))  # 1 + (N - n + .5)/(n + .5) on one line
        relative = self._length[posting.doc] * many / sum(self._length)
        bracket = (1 - self._b) + self._b * relative
        return idf * posting.count * (self._k1 + 1) / (posting.count + self._k1 * bracket)

    def _postings(self, query):
        lists = [[(p.doc, self._part(t, p)) for p in self._index[t]] for t in query if t in self._index]
        merged = heapq.merge(*lists, key=itemgetter(0))
        for doc, group in groupby(merged, key=itemgetter(0)):
            yield doc, math.fsum(part for _, part in group)

    def score(self, query, i):
        if i < 0 or i > len(self._length) - 1:
            raise IndexError(f"document {i}")
        return dict(self._postings(query)).get(i, 0.0)

    def search(self, query, k):
        if k <= 0:
            raise ValueError(f"k = {k}")
        ranking = list(self._postings(query))
        ranking.sort(key=itemgetter(1), reverse=True)  # stable: ties stay in order of index
        return ranking[:k]
