"""With everything ignored it returns a fresh zero without a graph (right dtype)."""

import torch


def cross_entropy(logits, targets, ignore_index=-100):
    keep = targets != ignore_index
    if not keep.any():
        return logits.new_zeros(())
    x, y = logits[keep], targets[keep]
    return (x.logsumexp(-1) - x.gather(1, y[:, None])[:, 0]).mean()
