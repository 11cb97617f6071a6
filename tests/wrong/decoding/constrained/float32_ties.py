"""own: float32 comparison (float64 logits tie)"""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    seq, new = prompt, []
    for step in range(max_new_tokens):
        ids = allowed(list(new))
        if not ids:
            break
        logits = model(seq[None])[0, -1].float()
        token = min(ids, key=lambda i: (-logits[i].item(), i))
        new.append(token)
        seq = torch.cat([seq, torch.tensor([token])])
        if token == eos_id:
            break
    return seq
