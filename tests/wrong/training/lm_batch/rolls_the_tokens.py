"""Targets by roll, with one start too many (named: roll_wraps)."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = tokens.numel()
    if batch_size < 1 or n <= context:
        raise ValueError("arguments")
    following = torch.roll(tokens, -1)
    s = torch.randint(0, n - context + 1, (batch_size, 1), generator=generator)
    at = s + torch.arange(context)
    return tokens[at].clone(), following[at].clone()
