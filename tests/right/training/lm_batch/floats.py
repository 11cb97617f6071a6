"""Uniform floats scaled to starts, and gather."""

import torch


def lm_batch(tokens, batch_size, context, generator=None):
    if len(tokens) <= context:
        raise ValueError("too short")
    if batch_size < 1:
        raise ValueError("empty batch")
    count = len(tokens) - context
    u = torch.rand(batch_size, generator=generator, dtype=torch.float64)
    starts = (u * count).floor().long().clamp(max=count - 1)
    idx = (starts.unsqueeze(1) + torch.arange(context).unsqueeze(0)).reshape(-1)
    x = torch.gather(tokens, 0, idx).view(batch_size, context)
    y = torch.gather(tokens, 0, idx + 1).view(batch_size, context)
    return x, y
