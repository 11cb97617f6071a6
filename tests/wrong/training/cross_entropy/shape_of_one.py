"""The result has shape (1,) instead of ()."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    mask = (targets != ignore_index).reshape(-1)
    lp = torch.log_softmax(logits.reshape(-1, logits.shape[-1]), -1)
    nll = -lp.gather(-1, targets.reshape(-1).where(mask, 0)[:, None])
    return (nll * mask[:, None]).sum(0) / mask.sum().clamp(min=1)
