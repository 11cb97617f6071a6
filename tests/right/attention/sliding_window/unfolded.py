"""Only `window` scores a query: keys and values padded in front and unfolded along time."""

import torch
import torch.nn.functional as F


def sliding_window_attention(q, k, v, window):
    if not window >= 1:
        raise ValueError(window)
    t, d = q.shape[-2:]
    w = min(window, t)
    k = F.pad(k, (0, 0, w - 1, 0)).unfold(-2, w, 1)  # (..., T, d, w)
    v = F.pad(v, (0, 0, w - 1, 0)).unfold(-2, w, 1)
    s = torch.einsum("...td,...tdw->...tw", q, k) * d**-0.5
    real = torch.arange(t)[:, None] - (w - 1) + torch.arange(w) >= 0
    p = torch.where(real, s, -torch.inf).softmax(-1)
    return torch.einsum("...tw,...tdw->...td", p, v)
