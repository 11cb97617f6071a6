import torch


def lm_batch(tokens, batch_size, context, generator=None):
    """A permutation's head for each row: uniform, independent, wasteful."""
    if batch_size < 1:
        raise ValueError("batch_size")
    k = len(tokens) - context
    if k < 1:
        raise ValueError("context")
    s = torch.stack([torch.randperm(k, generator=generator)[0] for _ in range(batch_size)])
    j = torch.arange(context + 1)
    w = torch.gather(tokens.expand(batch_size, -1), 1, s.view(-1, 1) + j.view(1, -1))
    x, y = w.split([context, 1], 1)
    return x.contiguous(), torch.cat([x[:, 1:], y], 1)
