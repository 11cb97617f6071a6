"""Lets finished rows run on and cleans up behind each row's first new eos_id at the end."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    out = prompt.clone()
    start = prompt.size(1)
    for step in range(max_new_tokens):
        if eos_id is not None and step > 0 and (out[:, start:] == eos_id).any(dim=1).all():
            break
        probs = torch.log_softmax(model(out)[:, -1, :].double(), dim=-1)
        out = torch.hstack([out, probs.max(dim=-1, keepdim=True).indices])
    if eos_id is not None:
        new = out[:, start:]
        hits = (new == eos_id).long()
        after = hits.cumsum(1) - hits > 0
        out = torch.cat([out[:, :start], torch.where(after, eos_id, new)], dim=1)
    return out
