"""A plain maximum with a key, over Python numbers."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    new = []
    for _ in range(max_new_tokens):
        ids = allowed(new[:])
        if len(ids) == 0:
            break
        scores = model(torch.tensor([prompt.tolist() + new]))[0, -1].tolist()
        new = [*new, max(ids, key=lambda i: (scores[i], -i))]
        if new[-1] == eos_id:
            break
    return torch.tensor(prompt.tolist() + new)
