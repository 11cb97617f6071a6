"""The slice of y starts where that of x does (named: unshifted_targets)."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    if len(tokens) <= context or batch_size < 1:
        raise ValueError("arguments")
    x = torch.stack([
        tokens[i : i + context]
        for i in torch.randint(len(tokens) - context, (batch_size,), generator=generator)
    ])
    return x, x.clone()
