"""Masks by adding minus infinity: a named mistake in another style."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    new = []
    for _ in range(max_new_tokens):
        ids = sorted(allowed(new.copy()))
        if not ids:
            break
        text = torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
        logits = model(text.unsqueeze(0))[0, -1]
        mask = torch.full(logits.shape, -torch.inf, dtype=logits.dtype)
        for i in ids:
            mask[i] = 0
        best = int(torch.argmax(logits + mask))
        new.append(best)
        if best == eos_id:
            break
    return torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
