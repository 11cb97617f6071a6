"""A class with state; topk of one; a small constant of 1e-12 added to the norms."""

import torch


class _Reranker:
    def __init__(self, query, candidates, lam):
        self.vectors = candidates / (candidates.pow(2).sum(-1, keepdim=True).sqrt() + 1e-12)
        self.near = self.vectors.mv(query / (query.pow(2).sum().sqrt() + 1e-12))
        self.most = None
        self.taken = []
        self.lam = lam

    def step(self):
        values = self.near.clone()
        if self.most is not None:
            values = torch.sub(self.lam * self.near, self.most, alpha=1 - self.lam)
        values[self.taken] = float("-inf")
        row = (values == values.max()).nonzero()[0].item()
        seen = self.vectors.mv(self.vectors[row])
        self.most = seen if self.most is None else torch.stack([self.most, seen]).max(0).values
        self.taken.append(row)


def mmr(query, candidates, k, lam=0.5):
    if k < 1 or not 0 <= lam <= 1 or query.shape[0] != candidates.shape[1]:
        raise ValueError("wrong arguments")
    machine = _Reranker(query, candidates, lam)
    for _ in range(min(k, candidates.shape[0])):
        machine.step()
    return machine.taken
