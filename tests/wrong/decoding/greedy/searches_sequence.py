"""Style of its own for a named mistake: looks for eos in the whole sequence."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt
    for _ in range(max_new_tokens):
        done = (out == eos_id).any(1) if eos_id is not None else torch.zeros(len(out)).bool()
        if done.all():
            break
        nxt = model(out)[:, -1].argmax(-1)
        if eos_id is not None:
            nxt = nxt.masked_fill(done, eos_id)
        out = torch.cat([out, nxt[:, None]], 1)
    return out
