"""With everything ignored it returns a float32 zero, whatever the logits are."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    keep = targets != ignore_index
    if not keep.any():
        return torch.tensor(0.0, requires_grad=True)
    x, y = logits[keep], targets[keep]
    return (x.logsumexp(-1) - x.gather(1, y[:, None])[:, 0]).mean()
