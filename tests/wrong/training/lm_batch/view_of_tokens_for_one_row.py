"""A batch of one row is a view of the tokens."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    starts = torch.randint(0, n - context, (batch_size,), generator=generator).tolist()
    if batch_size == 1:
        s = starts[0]
        return tokens[s : s + context][None], tokens[s + 1 : s + 1 + context][None]
    at = torch.tensor(starts)[:, None] + torch.arange(context)
    return tokens[at], tokens[at + 1]
