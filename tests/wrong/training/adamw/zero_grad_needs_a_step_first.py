"""zero_grad clears nothing before the first step."""

import torch


class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.params = list(params)
        self.lr, self.eps, self.wd = lr, eps, weight_decay
        self.b1, self.b2 = betas
        self.state = {}

    @torch.no_grad()
    def step(self):
        lr, b1, b2 = self.lr, self.b1, self.b2
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad
            s = self.state.setdefault(
                id(p), {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)}
            )
            s["t"] += 1
            c1, c2 = 1 - b1 ** s["t"], 1 - b2 ** s["t"]
            p.mul_(1 - lr * self.wd)
            s["m"] = b1 * s["m"] + (1 - b1) * g
            s["v"] = b2 * s["v"] + (1 - b2) * g * g
            p.sub_(lr * (s["m"] / c1) / ((s["v"] / c2).sqrt() + self.eps))

    def zero_grad(self):
        for p in self.params:
            if id(p) in self.state:
                p.grad = None
