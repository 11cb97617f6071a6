"""Python's random draws the starts when no generator is given."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    import random

    if generator is None:
        starts = torch.tensor([random.randrange(n - context) for _ in range(batch_size)])
    else:
        starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
