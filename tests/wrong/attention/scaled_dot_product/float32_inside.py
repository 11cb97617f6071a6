"""Casts to float32 inside, so a float64 input loses half of its digits."""


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q.float() @ k.float().transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is None:
        w = s.softmax(-1)
    else:
        w = s.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0)
    return (w @ v.float()).to(q.dtype)
