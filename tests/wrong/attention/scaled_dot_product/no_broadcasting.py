"""Flattens the batch by q's leading dims; k and v with fewer do not broadcast."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    lead = q.shape[:-2]
    q3, k3, v3 = (t.reshape(-1, *t.shape[-2:]) for t in (q, k, v))
    s = torch.bmm(q3, k3.transpose(1, 2)).reshape(*lead, q.shape[-2], -1) / q.shape[-1] ** 0.5
    if mask is not None:
        s = s.masked_fill(~mask, float("-inf"))
    w = s.softmax(-1)
    if mask is not None:
        w = w.masked_fill(~mask, 0.0)
    return torch.bmm(w.reshape(-1, *w.shape[-2:]), v3).reshape(*lead, q.shape[-2], -1)
