"""One query at a time; the visible keys are picked out by index."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    tq, tk = q.size(-2), k.size(-2)
    lead = torch.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    q = q.expand(*lead, *q.shape[-2:]).reshape(-1, tq, q.size(-1))
    k = k.expand(*lead, *k.shape[-2:]).reshape(-1, tk, k.size(-1))
    v = v.expand(*lead, *v.shape[-2:]).reshape(-1, tk, v.size(-1))
    if mask is None:
        mask = torch.ones(tq, tk, dtype=torch.bool)
    mask = mask.expand(*lead, tq, tk).reshape(-1, tq, tk)
    out = []
    for b in range(q.size(0)):
        for i in range(tq):
            seen = mask[b, i].nonzero()[:, 0]
            if len(seen) == 0:
                out.append(v.new_zeros(v.size(-1)))
                continue
            s = (k[b, seen] * q[b, i]).sum(-1) / q.size(-1) ** 0.5
            w = (s - s.max()).exp()
            out.append((w / w.sum()) @ v[b, seen])
    return torch.stack(out).reshape(*lead, tq, v.size(-1))
