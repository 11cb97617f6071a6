"""The model gets the prompt only in the first step, then the new tokens alone."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    new = []
    for _ in range(max_new_tokens):
        ids = sorted(allowed(new.copy()))
        if not ids:
            break
        text = torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
        logits = model(text.unsqueeze(0) if not new else text[len(prompt) :].unsqueeze(0))[0, -1]
        best = ids[int(logits[ids].argmax())]
        new.append(best)
        if best == eos_id:
            break
    return torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
