"""The gradient of -p[target]: the logarithm forgotten."""

import torch


def cross_entropy_backward(logits, targets):
    p = logits.softmax(-1)
    pt = p.gather(1, targets[:, None])
    g = -p * pt
    g = g.scatter_add(1, targets[:, None], pt)
    return -g / len(logits)
