"""torch's softmax, a clone, and minus one scattered in."""

import torch
import torch.nn.functional as F


def cross_entropy_backward(logits, targets):
    N = logits.size(0)
    grad = F.softmax(logits, dim=-1)
    grad[torch.arange(N), targets] -= 1.0
    grad /= N
    return grad
