"""Keeps every gradient and works out the weighted means anew at each step."""

import torch


class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.seen = [(p, []) for p in params]
        self.lr, self.eps, self.wd = lr, eps, weight_decay
        self.b1, self.b2 = betas

    def _mean(self, numbers, beta):
        weights = [beta**k for k in range(len(numbers))][::-1]
        return sum(w * n for w, n in zip(weights, numbers)) / sum(weights)

    def step(self):
        with torch.no_grad():
            for p, past in self.seen:
                if p.grad is None:
                    continue
                past.append(p.grad.clone())
                mean = self._mean(past, self.b1)
                square = self._mean([g.abs() ** 2 for g in past], self.b2)
                new = p - self.lr * (self.wd * p + mean / (torch.sqrt(square) + self.eps))
                p.copy_(new)

    def zero_grad(self, set_to_none=True):
        for p, _ in self.seen:
            p.grad = None if set_to_none else torch.zeros_like(p)
