"""All windows as a view, rows picked by index, halves cloned; returns a list."""

import torch


def lm_batch(tokens: torch.Tensor, batch_size: int, context: int, generator=None):
    if batch_size <= 0:
        raise ValueError(batch_size)
    if tokens.numel() < context + 1:
        raise ValueError("tokens")
    windows = tokens.unfold(0, context + 1, 1)
    chosen = windows[torch.randint(len(windows), [batch_size], generator=generator)]
    return chosen[:, :-1].contiguous().clone(), chosen[:, 1:].clone()
