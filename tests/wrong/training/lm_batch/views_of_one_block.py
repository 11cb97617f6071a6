"""x and y overlap in memory."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    n = len(tokens)
    if n <= context or batch_size < 1:
        raise ValueError("arguments")
    starts = torch.randint(0, n - context, (batch_size,), generator=generator)
    block = torch.stack([tokens[s : s + context + 1] for s in starts])
    return block[:, :context], block[:, 1:]
