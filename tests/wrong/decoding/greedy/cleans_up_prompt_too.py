"""Fills behind the first eos of the whole row, so an eos in the prompt overwrites the prompt."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt.clone()
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for _ in range(max_new_tokens):
        nxt = model(out)[:, -1].argmax(-1)
        out = torch.cat([out, nxt[:, None]], 1)
        if eos_id is not None:
            done |= nxt == eos_id
            if done.all():
                break
    if eos_id is not None:
        hits = (out == eos_id).long().cumsum(1)
        out[hits > 0] = eos_id
    return out
