"""torch.where instead of filling, weights as exp(s - logsumexp) in float64."""

import torch


def padded_attention(q, k, v, lengths, causal=False):
    B, H, T, d = q.shape
    if B and (int(lengths.min()) < 0 or int(lengths.max()) > T):
        raise ValueError(f"lengths {lengths} outside 0..{T}")
    real = torch.arange(T).unsqueeze(0) < lengths.unsqueeze(1)
    column = real.view(B, 1, T, 1)
    zero = torch.zeros((), dtype=torch.float64)
    Q, K, V = [torch.where(column, x.double(), zero) for x in (q, k, v)]
    mask = real.view(B, 1, 1, T).expand(B, H, T, T)
    if causal:
        mask = mask & torch.ones(T, T, dtype=torch.bool).tril()
    s = torch.matmul(Q, K.mT) / d**0.5
    s = torch.where(mask, s, torch.full_like(s, -1e300))
    w = torch.exp(s - torch.logsumexp(s, -1, keepdim=True))
    w = torch.where(mask & column, w, zero)
    return torch.matmul(w, V).to(q.dtype)
