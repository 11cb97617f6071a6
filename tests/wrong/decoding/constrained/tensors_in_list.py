"""The list holds tensors of no axis instead of ints."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    new = []
    for _ in range(max_new_tokens):
        ids = sorted(allowed(new.copy()))
        if not ids:
            break
        text = torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
        logits = model(text.unsqueeze(0))[0, -1]
        best = torch.tensor(ids)[logits[ids].argmax()]
        new.append(best)
        if best == eos_id:
            break
    return torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
