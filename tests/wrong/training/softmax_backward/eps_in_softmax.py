"""A small number in the denominator of the softmax."""


def cross_entropy_backward(logits, targets):
    e = (logits - logits.max(1, keepdim=True).values).exp()
    p = e / (e.sum(1, keepdim=True) + 1e-5)
    p[range(len(targets)), targets] -= 1
    return p / len(targets)
