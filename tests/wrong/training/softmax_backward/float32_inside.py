"""Computes in float32 and casts back."""


def cross_entropy_backward(logits, targets):
    p = logits.float().softmax(1)
    p[range(len(targets)), targets] -= 1
    return (p / len(targets)).to(logits.dtype)
