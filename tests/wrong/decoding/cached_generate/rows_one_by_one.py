"""Decodes each row alone, with calls of one row."""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    rows = []
    for row in prompt:
        new, cache, feed = [], None, row[None]
        while len(new) < max_new_tokens and eos_id not in new:
            logits, cache = model(feed, cache)
            new.append(int(logits[0, -1].argmax()))
            feed = torch.tensor([[new[-1]]])
        rows.append(row.tolist() + new)
    longest = max(map(len, rows))
    return torch.tensor([r + [eos_id] * (longest - len(r)) for r in rows])
