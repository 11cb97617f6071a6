"""One-hot targets times log-probabilities, in float64 inside."""

import torch
import torch.nn.functional as F


def cross_entropy(logits, targets, ignore_index=-100):
    kind = logits.dtype
    V = logits.size(-1)
    valid = (targets != ignore_index).to(torch.float64)
    safe = torch.where(targets == ignore_index, torch.zeros_like(targets), targets)
    hot = F.one_hot(safe, V).to(torch.float64)
    logp = F.log_softmax(logits.to(torch.float64), dim=-1)
    nll = -torch.einsum("...v,...v->...", hot, logp) * valid
    n = valid.sum()
    loss = nll.sum() / torch.maximum(n, torch.ones_like(n))
    return loss.to(kind)
