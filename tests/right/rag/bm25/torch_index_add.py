"""Postings as tensors, added up with index_add."""

import torch


class BM25:
    def __init__(self, docs, k1=1.2, b=0.75):
        if k1 < 0 or not (0.0 <= b <= 1.0):
            raise ValueError((k1, b))
        vocabulary, rows = {}, []
        for i, doc in enumerate(docs):
            for term in doc:
                rows.append((vocabulary.setdefault(term, len(vocabulary)), i))
        self.vocabulary, self.n = vocabulary, len(docs)
        pairs = torch.tensor(rows, dtype=torch.long).reshape(-1, 2)
        unique, f = pairs.unique(dim=0, return_counts=True)
        f = f.double()
        df = torch.bincount(unique[:, 0], minlength=len(vocabulary)).double()
        length = torch.bincount(pairs[:, 1], minlength=self.n).double()
        idf = torch.log(1 + (self.n - df + 0.5) / (df + 0.5))
        norm = 1 - b + b * length / length.mean() if len(rows) else torch.ones(self.n)
        part = idf[unique[:, 0]] * f * (k1 + 1) / (f + k1 * norm[unique[:, 1]])
        sizes = torch.bincount(unique[:, 0], minlength=len(vocabulary)).tolist()
        self.docs = unique[:, 1].split(sizes) if rows else ()
        self.parts = part.split(sizes) if rows else ()

    def _add(self, query):
        total = torch.zeros(self.n, dtype=torch.float64)
        for term in query:
            at = self.vocabulary.get(term)
            if at is not None:
                total.index_add_(0, self.docs[at], self.parts[at])
        return total

    def score(self, query, i):
        if i not in range(self.n):
            raise IndexError(i)
        return self._add(query)[i].item()

    def search(self, query, k):
        if k < 1:
            raise ValueError(k)
        total = self._add(query)
        values, order = torch.sort(total, descending=True, stable=True)
        keep = values > 0
        return list(zip(order[keep][:k].tolist(), values[keep][:k].tolist()))
