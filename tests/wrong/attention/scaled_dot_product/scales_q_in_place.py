"""Divides the caller's q in place when no gradient is asked for."""


def scaled_dot_product_attention(q, k, v, mask=None):
    if q.requires_grad:
        q = q / q.shape[-1] ** 0.5
    else:
        q = q.contiguous() if q.stride(0) == 0 else q
        q /= q.shape[-1] ** 0.5
    s = q @ k.transpose(-2, -1)
    if mask is None:
        return s.softmax(-1) @ v
    w = s.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0)
    return w @ v
