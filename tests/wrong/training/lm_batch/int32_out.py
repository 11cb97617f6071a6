"""Returns int32."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    at = starts[:, None] + torch.arange(context)
    return tokens[at].int(), tokens[at + 1].int()
