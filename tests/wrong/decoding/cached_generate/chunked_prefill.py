"""Feeds long prompts in chunks of 512."""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    out, cache, new = prompt, None, prompt
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for _ in range(max_new_tokens):
        for part in new.split(512, 1):
            logits, cache = model(part, cache)
        best = logits[:, -1].argmax(-1)
        if eos_id is not None:
            best = torch.where(done, eos_id, best)
            done = done | (best == eos_id)
        new = best.unsqueeze(1)
        out = torch.cat([out, new], 1)
        if done.all():
            break
    return out
