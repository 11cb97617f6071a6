"""One query at a time and products by elementwise multiplication."""

import torch


def flash_attention(q, k, v, block_size, causal=False):
    T, d = q.shape[-2:]
    rows = []
    for i in range(T):
        best = total = acc = None
        limit = i + 1 if causal else T
        for j in range(0, limit, block_size):
            stop = min(j + block_size, limit)
            s = q[..., i : i + 1, :].float() if q.dtype.itemsize < 4 else q[..., i : i + 1, :]
            s = (s * k[..., j:stop, :]).sum(-1) * d**-0.5
            top = s.amax(-1, keepdim=True)
            if best is None:
                best, total, acc = top, 0, 0
            new = torch.where(top > best, top, best)
            w = torch.exp(s - new)
            f = torch.exp(best - new)
            total = total * f + w.sum(-1, keepdim=True)
            acc = acc * f + (w.unsqueeze(-1) * v[..., j:stop, :]).sum(-2)
            best = new
        rows.append(acc / total)
    return torch.stack(rows, -2).to(q.dtype)
