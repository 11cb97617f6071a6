"""Stops only when all rows write eos in the same step; then cleans up behind the first eos."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt
    for _ in range(max_new_tokens):
        nxt = model(out)[:, -1].argmax(-1)
        out = torch.cat([out, nxt[:, None]], 1)
        if eos_id is not None and (nxt == eos_id).all():
            break
    if eos_id is not None:
        for row in range(len(out)):
            hit = (out[row, prompt.shape[1] :] == eos_id).nonzero()
            if len(hit):
                out[row, prompt.shape[1] + int(hit[0]) :] = eos_id
    return out
