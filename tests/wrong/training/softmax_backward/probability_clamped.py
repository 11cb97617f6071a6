"""Keeps probabilities away from 0 and 1."""


def cross_entropy_backward(logits, targets):
    p = logits.softmax(1).clamp(1e-7, 1 - 1e-7)
    p[range(len(targets)), targets] -= 1
    return p / len(targets)
