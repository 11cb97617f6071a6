"""Squeezes, so a single row comes back with shape (V,)."""


def cross_entropy_backward(logits, targets):
    p = logits.softmax(1)
    p[range(len(targets)), targets] -= 1
    return (p / len(targets)).squeeze()
