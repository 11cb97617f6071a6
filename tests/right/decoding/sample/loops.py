"""Row by row in plain Python, one uniform number a row."""

import math

import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature < 0:
        raise ValueError("temperature")
    if top_k is not None and top_k <= 0:
        raise ValueError("top_k")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("top_p")
    out = []
    for row in logits.tolist():
        ids = sorted(range(len(row)), key=lambda i: -row[i])
        if temperature == 0:
            out.append(ids[0])
            continue
        if top_k is not None:
            border = row[ids[min(top_k, len(ids)) - 1]]
            ids = [i for i in ids if row[i] >= border]
        best = row[ids[0]]
        w = [math.exp((row[i] - best) / temperature) for i in ids]
        if top_p is not None and top_p != 1:
            total, goal, n = 0.0, top_p * sum(w), 0
            while total < goal and n < len(w):
                total += w[n]
                n += 1
            ids, w = ids[:n], w[:n]
        u = torch.rand((), generator=generator, dtype=torch.float64).item() * sum(w)
        n = 0
        while n < len(w) - 1 and u >= w[n]:
            u -= w[n]
            n += 1
        out.append(ids[n])
    return torch.tensor(out, dtype=torch.long)
