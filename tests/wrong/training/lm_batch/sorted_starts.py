"""Sorts the starts, so rows depend on each other."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    if len(tokens) <= context or batch_size < 1:
        raise ValueError
    s = torch.randint(len(tokens) - context, (batch_size,), generator=generator).sort().values
    j = s[:, None] + torch.arange(context)
    return tokens[j], tokens[j + 1]
