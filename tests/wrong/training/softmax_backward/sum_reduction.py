"""The gradient of the sum, in float64 (named: no_mean)."""

import torch


def cross_entropy_backward(logits, targets):
    z = logits.double()
    p = torch.exp(z - torch.logsumexp(z, dim=1, keepdim=True))
    for n, t in enumerate(targets.tolist()):
        p[n, t] = p[n, t] - 1
    return p.to(logits.dtype)
