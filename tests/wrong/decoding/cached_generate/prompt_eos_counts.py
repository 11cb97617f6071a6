"""Counts an eos at the end of the prompt."""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    out, cache, new = prompt, None, prompt
    done = prompt[:, -1] == (-1 if eos_id is None else eos_id)
    for _ in range(max_new_tokens):
        logits, cache = model(new, cache)
        best = logits[:, -1].argmax(-1)
        if eos_id is not None:
            best = torch.where(done, eos_id, best)
            done = done | (best == eos_id)
        new = best.unsqueeze(1)
        out = torch.cat([out, new], 1)
        if done.all():
            break
    return out
