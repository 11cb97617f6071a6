"""Adds a head axis to three-dimensional masks, as if they were (B, Tq, Tk)."""


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is None:
        return s.softmax(-1) @ v
    if mask.ndim == 3 and s.ndim == 4:
        mask = mask.unsqueeze(1)
    w = s.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0)
    return w @ v
