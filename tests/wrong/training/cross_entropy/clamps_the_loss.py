"""Log-probabilities are cut off at -100, as binary cross-entropy does."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    mask = targets != ignore_index
    lp = torch.log_softmax(logits, -1).clamp(min=-100)
    nll = -lp.gather(-1, targets.where(mask, 0).unsqueeze(-1)).squeeze(-1)
    return (nll * mask).sum() / mask.sum().clamp(min=1)
