"""Subtracts the maximum in place, in the caller's tensor."""


def cross_entropy_backward(logits, targets):
    logits -= logits.amax(1, keepdim=True)
    p = logits.softmax(1)
    p[range(len(targets)), targets] -= 1
    return p / len(targets)
