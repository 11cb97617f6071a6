"""Calls the model twice a column, once for the argmax and once for nothing."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for _ in range(max_new_tokens):
        vocab = model(out).shape[-1]
        nxt = model(out)[:, -1, :vocab].argmax(-1)
        if eos_id is not None:
            nxt = nxt.masked_fill(done, eos_id)
            done = done | (nxt == eos_id)
        out = torch.cat([out, nxt[:, None]], 1)
        if done.all():
            break
    return out
