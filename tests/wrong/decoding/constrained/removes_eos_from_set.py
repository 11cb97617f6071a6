"""Takes eos_id out of the caller's set and puts it back in a copy."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    new = []
    for _ in range(max_new_tokens):
        ids = allowed(new.copy())
        has_eos = eos_id in ids
        ids.discard(eos_id)
        ids = sorted([*ids, eos_id] if has_eos else ids)
        if not ids:
            break
        text = torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
        logits = model(text.unsqueeze(0))[0, -1]
        best = ids[int(logits[ids].argmax())]
        new.append(best)
        if best == eos_id:
            break
    return torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
