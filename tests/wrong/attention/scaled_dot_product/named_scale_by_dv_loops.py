"""Divides by the square root of the values' width, in loops (the page's scale_by_dv)."""

import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    rows = []
    for i in range(q.shape[-2]):
        s = torch.einsum("...d,...kd->...k", q[..., i, :], k) / v.shape[-1] ** 0.5
        if mask is not None:
            m = mask if mask.ndim == 1 else mask[..., i if mask.shape[-2] > 1 else 0, :]
            s = torch.where(m, s, -torch.inf)
        w = torch.nan_to_num(torch.softmax(s, -1))
        rows.append(torch.einsum("...k,...kd->...d", w, v))
    return torch.stack(rows, -2)
