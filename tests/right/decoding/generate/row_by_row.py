"""Each row and each token by itself, drawn by walking down the cumulative probability."""

import math

import torch


def pick(logits, temperature, k, p, generator):
    if temperature == 0:
        return max(range(len(logits)), key=lambda i: logits[i])
    top = max(logits)
    order = sorted(range(len(logits)), key=lambda i: -logits[i])
    if k is not None:
        least = logits[order[min(k, len(order)) - 1]]
        order = [i for i in order if logits[i] >= least]
    weights = [math.exp((logits[i] - top) / temperature) for i in order]
    if p is not None and p < 1:
        goal, total, kept = p * sum(weights), 0.0, 0
        while total < goal and kept < len(order):
            total += weights[kept]
            kept += 1
        order, weights = order[:kept], weights[:kept]
    point = torch.rand((), dtype=torch.float64, generator=generator).item() * sum(weights)
    for i, weight in zip(order, weights, strict=True):
        point -= weight
        if point < 0:
            return i
    return order[0]


def generate(
    model,
    prompt,
    max_new_tokens,
    temperature=1.0,
    top_k=None,
    top_p=None,
    eos_id=None,
    generator=None,
):
    if temperature < 0 or (top_k is not None and top_k < 1):
        raise ValueError("setting")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("top_p")
    rows = prompt.tolist()
    new = [[] for _ in rows]
    for _ in range(max_new_tokens):
        live = [i for i, n in enumerate(new) if eos_id is None or eos_id not in n]
        if not live:
            break
        logits = model(torch.tensor([rows[i] + new[i] for i in live]))[:, -1].tolist()
        for i, values in zip(live, logits, strict=True):
            new[i].append(pick(values, temperature, top_k, top_p, generator))
    longest = max(map(len, new))
    return torch.tensor(
        [r + n + [eos_id] * (longest - len(n)) for r, n in zip(rows, new, strict=True)]
    )
