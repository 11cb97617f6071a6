"""topk finds the k-th score; what is above it, then the first of what equals it, is kept."""

import torch


class Searcher:
    def __init__(self, index):
        length = torch.linalg.vector_norm(index, dim=1, keepdim=True)
        length[length == 0] = 1
        self.unit = index / length

    def scores(self, query):
        length = torch.linalg.vector_norm(query)
        return self.unit.mv(query / length) if length > 0 else torch.zeros_like(self.unit[:, 0])

    def search(self, query, k):
        s = self.scores(query)
        k = min(k, s.numel())
        if k == 0:
            return s, s.long()
        kth = s.topk(k).values[-1]
        above = (s > kth).nonzero().flatten()
        level = (s == kth).nonzero().flatten()[: k - len(above)]
        rows = torch.cat([above, level])
        order = torch.sort(s[rows], descending=True, stable=True).indices
        return s[rows][order], rows[order]


def dense_search(query, index, k):
    if k < 1 or query.shape[-1] != index.shape[-1]:
        raise ValueError("wrong arguments")
    searcher = Searcher(index)
    if query.ndim == 1:
        return searcher.search(query, k)
    found = [searcher.search(q, k) for q in query]
    return tuple(map(torch.stack, zip(*found)))
