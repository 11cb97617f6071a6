"""Asserts instead of raising ValueError."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    assert len(tokens) > context, "too short"
    if batch_size < 1:
        raise ValueError("batch_size")
    at = torch.randint(len(tokens) - context, (batch_size, 1), generator=generator) + torch.arange(context)
    return tokens[at], tokens[at + 1]
