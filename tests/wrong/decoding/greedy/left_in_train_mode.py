"""own: left in train mode"""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    tokens = prompt.clone()
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for step in range(max_new_tokens):
        nxt = model(tokens)[:, -1].argmax(-1)
        if eos_id is not None:
            nxt = torch.where(done, torch.full_like(nxt, eos_id), nxt)
            done = done | (nxt == eos_id)
        tokens = torch.cat([tokens, nxt[:, None]], dim=1)
        if done.all():
            break
    if hasattr(model, "train"):
        model.train()
    return tokens
