"""Query terms with other characters than letters and digits are left out."""

import heapq
import math


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0 or b < 0 or b > 1:
            raise ValueError("k1 must be non-negative and b between 0 and 1")
        self.k1, self.b = k1, b
        self.N = len(docs)
        self.doc_len = []
        self.tf = []
        self.df = {}
        self.index = {}
        for i, doc in enumerate(docs):
            counts = {}
            for term in doc:
                counts[term] = counts.get(term, 0) + 1
            for term in counts:
                self.df[term] = self.df.get(term, 0) + 1
                self.index.setdefault(term, []).append(i)
            self.tf.append(counts)
            self.doc_len.append(len(doc))
        self.avgdl = sum(self.doc_len) / max(self.N, 1)

    def idf(self, term):
        n = self.df.get(term, 0)
        return math.log(1 + (self.N - n + 0.5) / (n + 0.5))

    def score(self, query, i):
        if i < 0 or i >= self.N:
            raise IndexError(i)
        s = 0.0
        query = [t for t in query if t.isalnum()]
        for term in query:
            f = self.tf[i].get(term, 0)
            if f == 0:
                continue
            length = 1 - self.b + self.b * self.doc_len[i] / self.avgdl
            s += self.idf(term) * f * (self.k1 + 1) / (f + self.k1 * length)
        return s

    def search(self, query, k):
        if k < 1:
            raise ValueError("k")
        query = [t for t in query if t.isalnum()]
        candidates = set()
        for term in query:
            candidates.update(self.index.get(term, ()))
        scored = [(i, self.score(query, i)) for i in candidates]
        return heapq.nsmallest(k, scored, key=lambda pair: (-pair[1], pair[0]))
