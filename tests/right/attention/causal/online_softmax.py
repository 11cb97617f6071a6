"""Key by key with a running maximum; a query takes part from the key it may see."""

import torch


def causal_attention(q, k, v):
    tq, tk = q.shape[-2], k.shape[-2]
    if tq > tk:
        raise ValueError(f"{tq=} {tk=}")
    work = torch.promote_types(q.dtype, torch.float32)
    x, y, z = q.to(work), k.to(work), v.to(work)
    m = (x * y[..., :1, :]).sum(-1, keepdim=True) / q.shape[-1] ** 0.5
    total, acc = torch.ones_like(m), z[..., :1, :] + torch.zeros_like(m)
    for j in range(1, tk):
        s = (x * y[..., j : j + 1, :]).sum(-1, keepdim=True) / q.shape[-1] ** 0.5
        sees = (torch.arange(tk - tq, tk) >= j).unsqueeze(-1)
        new = torch.where(sees, torch.maximum(m, s), m)
        w = torch.where(sees, s - new, torch.zeros_like(s)).exp() * sees
        total = total * (m - new).exp() + w
        acc = acc * (m - new).exp() + w * z[..., j : j + 1, :]
        m = new
    return (acc / total).to(v.dtype)
