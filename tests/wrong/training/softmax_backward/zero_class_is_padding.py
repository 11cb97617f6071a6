"""Treats class 0 as padding that gets no gradient."""


def cross_entropy_backward(logits, targets):
    p = logits.softmax(1)
    p[range(len(targets)), targets] -= 1
    p[targets == 0] = 0
    return p / len(targets)
