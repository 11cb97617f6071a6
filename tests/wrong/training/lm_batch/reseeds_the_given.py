"""Seeds the given generator at each call."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    if generator is not None:
        generator.manual_seed(generator.initial_seed())
    starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
