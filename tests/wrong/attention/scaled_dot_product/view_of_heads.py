"""view folds the leading dims, which fails where they do not lie one after the other in memory."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    if q.shape[:-2] == k.shape[:-2] == v.shape[:-2] and q.ndim > 2:
        q, k, v = (t.view(-1, *t.shape[-2:]) for t in (q, k, v))
        if mask is not None:
            mask = mask.expand(*lead, q.shape[-2], k.shape[-2]).flatten(0, -3)
    s = q @ k.mT / q.shape[-1] ** 0.5
    if mask is None:
        w = s.softmax(-1)
    else:
        w = s.masked_fill(~mask, float("-inf")).softmax(-1).masked_fill(~mask, 0.0)
    out = w @ v
    return out.reshape(*lead, *out.shape[-2:])
