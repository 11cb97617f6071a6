"""expm1 of the log-probability at the target, exp elsewhere, in float64."""

import torch


def cross_entropy_backward(logits, targets):
    x = logits.to(torch.float64)
    lp = x - torch.logsumexp(x, dim=1).unsqueeze(1)
    g = torch.where(
        torch.nn.functional.one_hot(targets, x.shape[1]).bool(), torch.expm1(lp), torch.exp(lp)
    )
    return g.div(x.shape[0]).to(logits.dtype)
