"""A fresh generator stands in for the global one."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    generator = generator or torch.Generator().manual_seed(torch.seed() % 1000)
    starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
