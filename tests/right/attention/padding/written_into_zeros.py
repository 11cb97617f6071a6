import torch


def padded_attention(q, k, v, lengths, causal=False):
    """float64 inside, one query at a time, written into zeros"""
    B, H, T, d = q.shape
    if any(n < 0 or n > T for n in lengths.tolist()):
        raise ValueError
    out = torch.zeros_like(q) + 0 * (q[:, :, :0].sum() + k[:, :, :0].sum() + v[:, :, :0].sum())
    for b in range(B):
        n = int(lengths[b])
        for i in range(n):
            m = i + 1 if causal else n
            s = (q[b, :, i, None].double() * k[b, :, :m].double()).sum(-1) / d**0.5
            out[b, :, i] = (s.softmax(-1)[..., None] * v[b, :, :m].double()).sum(-2).to(q.dtype)
    return out
