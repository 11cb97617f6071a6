"""A loop that draws one start after the other and stacks slices."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    N = tokens.shape[0]
    if N <= context or batch_size < 1:
        raise ValueError("too few tokens or rows")
    xs, ys = [], []
    for _ in range(batch_size):
        s = int(torch.randint(0, N - context, (1,), generator=generator))
        xs.append(tokens[s : s + context])
        ys.append(tokens[s + 1 : s + context + 1])
    return torch.stack(xs), torch.stack(ys)
