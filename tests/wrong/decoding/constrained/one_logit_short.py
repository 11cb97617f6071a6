"""Softmax over permitted logits, which is NaN where all are minus infinity."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    new = []
    for _ in range(max_new_tokens):
        ids = sorted(allowed(new.copy()))
        if not ids:
            break
        text = torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
        logits = model(text.unsqueeze(0))[0, -1]
        p = logits[ids].double().softmax(0)
        best = max(ids, key=lambda i: float(p[ids.index(i)]))
        if p.isnan().any():
            break
        new.append(best)
        if best == eos_id:
            break
    return torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
