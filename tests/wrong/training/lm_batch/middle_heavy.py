"""The mean of two draws: the middle is too likely."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    k = n - context
    two = torch.randint(0, k, (2, batch_size), generator=generator)
    starts = (two.sum(0) + torch.randint(0, 2, (batch_size,), generator=generator)).div(2, rounding_mode="floor").clamp(max=k - 1)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
