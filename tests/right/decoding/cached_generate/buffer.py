"""A preallocated buffer and two pointers into it."""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    batch, start = prompt.shape
    out = torch.empty(batch, start + max_new_tokens, dtype=torch.int64)
    out[:, :start] = prompt
    read, write, cache = 0, start, None
    alive = torch.ones(batch, dtype=torch.bool)
    while write < out.shape[1] and bool(alive.any()):
        result = model(out[:, read:write], cache)
        cache = result[1]
        choice = result[0][:, -1, :].float().topk(1).indices[:, 0]
        if eos_id is not None:
            choice = torch.where(alive, choice, eos_id)
            alive &= choice != eos_id
        out[:, write] = choice
        read, write = write, write + 1
    return out[:, :write]
