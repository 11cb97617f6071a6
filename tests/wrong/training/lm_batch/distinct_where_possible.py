"""Draws without replacement as long as there are enough starts."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    if batch_size <= n - context:
        starts = torch.randperm(n - context, generator=generator)[:batch_size]
    else:
        starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
