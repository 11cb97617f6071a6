"""Starts from the first gradient's own memory, which the next backward writes over."""

import torch


class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.params = list(params)
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.past = {p: [] for p in self.params}

    def step(self):
        b1, b2 = self.betas
        with torch.no_grad():
            for p, past in self.past.items():
                if p.grad is None:
                    continue
                past.append(p.grad)
                t, m, v = len(past), 0, 0
                for g in past:
                    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
                p -= self.lr * self.weight_decay * p
                p -= self.lr * m / (1 - b1**t) / ((v / (1 - b2**t)).sqrt() + self.eps)

    def zero_grad(self):
        for p in self.params:
            p.grad = None
