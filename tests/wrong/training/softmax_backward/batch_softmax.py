"""Softmax along the batch (named: softmax_over_rows)."""

import torch


def cross_entropy_backward(logits, targets):
    hot = torch.zeros_like(logits)
    hot.scatter_(1, targets[:, None], 1)
    return torch.softmax(logits, 0).sub(hot).mul(1 / len(logits))
