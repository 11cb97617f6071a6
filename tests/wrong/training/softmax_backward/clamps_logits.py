"""Clamps the logits to keep exp finite."""


def cross_entropy_backward(logits, targets):
    p = logits.clamp(-80, 80).softmax(1)
    p[range(len(targets)), targets] -= 1
    return p / len(targets)
