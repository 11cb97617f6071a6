"""p[:, targets] subtracts in every row (named: one_at_all_targets)."""

import torch


def cross_entropy_backward(logits, targets):
    p = torch.nn.functional.softmax(logits, dim=1)
    p[:, targets] -= 1
    return p / logits.size(0)
