"""Divides by the number of different targets."""


def cross_entropy_backward(logits, targets):
    p = logits.softmax(1)
    p[range(len(targets)), targets] -= 1
    return p / len(targets.unique())
