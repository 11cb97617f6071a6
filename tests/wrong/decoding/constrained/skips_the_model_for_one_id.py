"""own: a set with one id is taken without asking the model (fewer calls)"""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id):
    seq, new = prompt, []
    for step in range(max_new_tokens):
        ids = allowed(list(new))
        if not ids:
            break
        if len(ids) > 1:
            logits = model(seq[None])[0, -1]
        else:
            logits = {next(iter(ids)): torch.zeros(())}
        token = min(ids, key=lambda i: (-logits[i].item(), i))
        new.append(token)
        seq = torch.cat([seq, torch.tensor([token])])
        if token == eos_id:
            break
    return seq
