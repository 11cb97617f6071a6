"""Feeds the newest tokens as (B,) with an axis in the wrong place: (1, B)."""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    out, cache, new = prompt, None, prompt
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        best = logits[:, -1].argmax(-1)
        if eos_id is not None:
            best = torch.where(done, eos_id, best)
            done = done | (best == eos_id)
        out = torch.cat([out, best.unsqueeze(1)], 1)
        new = best.unsqueeze(0)
        if done.all():
            break
    return out
