"""Feeds the last 64 tokens only, as if the model had a block size."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for _ in range(max_new_tokens):
        nxt = model(out[:, -64:])[:, -1].argmax(-1)
        if eos_id is not None:
            nxt = torch.where(done, torch.full_like(nxt, eos_id), nxt)
            done |= nxt == eos_id
        out = torch.cat([out, nxt.unsqueeze(1)], 1)
        if done.all():
            break
    return out
