"""By recursion, walking down the ranking of all ids."""

import torch


def constrained_generate(model, prompt, allowed, max_new_tokens, eos_id, new=()):
    text = torch.cat([prompt, torch.tensor(new, dtype=torch.long)])
    if len(new) == max_new_tokens or (new and new[-1] == eos_id):
        return text
    may = frozenset(allowed([*new]))
    if not may:
        return text
    logits = model(text.view(1, -1))[0][-1]
    ranking = torch.sort(logits, descending=True, stable=True).indices
    best = next(i for i in ranking.tolist() if i in may)
    return constrained_generate(model, prompt, allowed, max_new_tokens, eos_id, (*new, best))
