"""Another style of a named mistake: every step uses the cache of the prefill."""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    if max_new_tokens < 1:
        return prompt
    logits, prefill = model(prompt, None)
    ids = [r.tolist() for r in prompt]
    over = [False] * len(ids)
    for step in range(max_new_tokens):
        if step:
            logits, _ = model(torch.tensor([[r[-1]] for r in ids]), prefill)
        for i, r in enumerate(ids):
            r.append(eos_id if over[i] else int(logits[i, -1].argmax()))
            over[i] |= r[-1] == eos_id
        if all(over):
            break
    return torch.tensor(ids)
