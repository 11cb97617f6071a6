from dataclasses import dataclass, field

import torch


@dataclass
class Picker:
    unit: torch.Tensor
    relevance: torch.Tensor
    lam: float
    picked: list = field(default_factory=list)
    worst: dict = field(default_factory=dict)

    def value(self, i):
        if not self.picked:
            return self.relevance[i].item()
        return self.lam * self.relevance[i].item() - (1 - self.lam) * self.worst[i]

    def take(self):
        rest = [i for i in range(len(self.unit)) if i not in self.picked]
        best = rest[0]
        for i in rest[1:]:
            if self.value(i) > self.value(best):
                best = i
        self.picked.append(best)
        sims = (self.unit @ self.unit[best]).tolist()
        for i, s in enumerate(sims):
            self.worst[i] = max(self.worst.get(i, s), s)


def mmr(query, candidates, k, lam=0.5):
    if k < 1:
        raise ValueError("k")
    if not (lam >= 0 and lam <= 1):
        raise ValueError("lam")
    if candidates.shape[1] != query.numel():
        raise ValueError("dim")

    def unit(x):
        length = x.square().sum(-1, keepdim=True).sqrt()
        return x / length.masked_fill(length == 0, 1.0)

    u = unit(candidates)
    p = Picker(u, u @ unit(query), lam)
    for _ in range(min(k, len(candidates))):
        p.take()
    return p.picked
