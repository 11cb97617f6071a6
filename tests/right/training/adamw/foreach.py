"""All parameters at once with torch's foreach functions, in a small class for each one's state."""

import torch


class Slot:
    def __init__(self, parameter):
        self.parameter = parameter
        self.t = 0
        self.m = torch.zeros_like(parameter, requires_grad=False)
        self.v = torch.zeros_like(parameter, requires_grad=False)


class AdamW(object):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.slots = list(map(Slot, params))
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def zero_grad(self):
        for slot in self.slots:
            slot.parameter.grad = torch.zeros_like(slot.parameter)

    @torch.no_grad()
    def step(self):
        live = [s for s in self.slots if s.parameter.grad is not None]
        if not live:
            return None
        beta1, beta2 = self.betas
        params, grads = [s.parameter for s in live], [s.parameter.grad for s in live]
        ms, vs = [s.m for s in live], [s.v for s in live]
        for s in live:
            s.t += 1
        torch._foreach_mul_(params, 1 - self.lr * self.weight_decay)
        torch._foreach_lerp_(ms, grads, 1 - beta1)
        torch._foreach_mul_(vs, beta2)
        torch._foreach_addcmul_(vs, grads, grads, 1 - beta2)
        roots = torch._foreach_sqrt(vs)
        torch._foreach_div_(roots, [(1 - beta2**s.t) ** 0.5 for s in live])
        torch._foreach_add_(roots, self.eps)
        torch._foreach_addcdiv_(params, ms, roots, [-self.lr / (1 - beta1**s.t) for s in live])
