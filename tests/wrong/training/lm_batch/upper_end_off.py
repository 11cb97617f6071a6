"""randint up to N - context - 1 exclusive, in a loop (named: last_start_excluded)."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    if len(tokens) <= context or batch_size < 1:
        raise ValueError("arguments")
    last = len(tokens) - context - 1
    starts = [torch.randint(0, last, (1,), generator=generator).item() for _ in range(batch_size)]
    x = torch.stack([tokens[i : i + context] for i in starts])
    y = torch.stack([tokens[i + 1 : i + context + 1] for i in starts])
    return x, y
