"""Starts are multiples of the context (blocks)."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    blocks = max(1, (n - 1) // context)
    starts = context * torch.randint(0, blocks, (batch_size,), generator=generator)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
