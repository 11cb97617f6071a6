"""Starts by multinomial with replacement, tensors filled row by row."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = tokens.size(0)
    if n - context < 1:
        raise ValueError(f"need more than {context} tokens")
    if not batch_size >= 1:
        raise ValueError("batch_size")
    weights = torch.ones(n - context)
    starts = torch.multinomial(weights, batch_size, replacement=True, generator=generator)
    x = torch.empty(batch_size, context, dtype=tokens.dtype)
    y = torch.empty_like(x)
    for row, s in enumerate(starts.tolist()):
        x[row] = tokens[s : s + context]
        y[row] = tokens[s + 1 : s + 1 + context]
    return x, y
