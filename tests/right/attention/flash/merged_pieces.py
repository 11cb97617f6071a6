"""Each tile's own softmax and its log-sum-exp, merged two by two in log space."""

import torch


def merge(a, b):
    (x, lx), (y, ly) = a, b
    both = torch.logaddexp(lx, ly)
    return x * torch.exp(lx - both) + y * torch.exp(ly - both), both


def piece(q, k, v, first_query, first_key, causal):
    s = torch.matmul(q, k.transpose(-1, -2)).div(q.shape[-1] ** 0.5)
    if causal and first_key + k.shape[-2] > first_query:
        i = torch.arange(first_query, first_query + q.shape[-2])
        j = torch.arange(first_key, first_key + k.shape[-2])
        s = torch.where(j <= i.unsqueeze(1), s, torch.tensor(torch.finfo(s.dtype).min).to(s))
    return torch.softmax(s, -1) @ v, torch.logsumexp(s, -1, keepdim=True)


def flash_attention(q, k, v, block_size, causal=False):
    T = q.shape[-2]
    x, y, z = (t.to(torch.promote_types(t.dtype, torch.float32)) for t in (q, k, v))
    result = []
    for a in range(0, T, block_size):
        pieces = [
            piece(
                x[..., a : a + block_size, :],
                y[..., b : b + block_size, :],
                z[..., b : b + block_size, :],
                a,
                b,
                causal,
            )
            for b in range(0, a + 1 if causal else T, block_size)
        ]
        while len(pieces) > 1:
            pieces = [merge(pieces[0], pieces[1]), *pieces[2:]]
        result.append(pieces[0][0])
    return torch.cat(result, -2).to(q.dtype)
