"""Zeroes rows in which any key is masked, not all."""


def scaled_dot_product_attention(q, k, v, mask=None):
    s = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
    if mask is None:
        return s.softmax(-1) @ v
    out = s.masked_fill(~mask, -1e9 if s.element_size() > 2 else -1e4).softmax(-1) @ v
    return out.masked_fill(~mask.all(-1, keepdim=True), 0.0)
