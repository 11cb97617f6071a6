"""One start is drawn; the other rows follow it at a distance of one."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    s = torch.randint(0, n - context, (1,), generator=generator)
    starts = (s + torch.arange(batch_size)) % (n - context)
    at = starts[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
