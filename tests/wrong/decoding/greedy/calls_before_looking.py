"""Calls the model before it asks whether there is anything left to choose."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt
    done = torch.zeros(len(prompt), dtype=torch.bool)
    n = 0
    while True:
        logits = model(out)[:, -1]
        if n == max_new_tokens or done.all():
            return out
        nxt = logits.argmax(-1)
        if eos_id is not None:
            nxt = nxt.masked_fill(done, eos_id)
            done = done | (nxt == eos_id)
        out = torch.cat([out, nxt[:, None]], 1)
        n += 1
