"""Feeds the whole buffer, with padding behind the running sequence."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    b, t = prompt.shape
    buf = torch.zeros(b, t + max_new_tokens, dtype=torch.long)
    buf[:, :t] = prompt
    done = torch.zeros(b, dtype=torch.bool)
    for i in range(t, t + max_new_tokens):
        nxt = model(buf)[:, i - 1].argmax(-1)
        if eos_id is not None:
            nxt = nxt.masked_fill(done, eos_id)
            done = done | (nxt == eos_id)
        buf[:, i] = nxt
        if done.all():
            return buf[:, : i + 1]
    return buf
