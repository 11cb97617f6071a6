"""One start too many, in a loop of slices (named: overrun_short_row)."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    if batch_size < 1 or len(tokens) <= context:
        raise ValueError("arguments")
    xs, ys = [], []
    for start in torch.randint(len(tokens) - context + 1, (batch_size,), generator=generator).tolist():
        xs.append(tokens[start : start + context])
        ys.append(tokens[start + 1 : start + context + 1])
    return torch.stack(xs), torch.stack(ys)
