"""own: float32 comparison"""

import torch


def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    tokens, feed, cache = prompt, prompt, None
    done = torch.zeros(len(prompt), dtype=torch.bool)
    
    for step in range(max_new_tokens):
        logits, cache = model(feed, cache)
        nxt = logits[:, -1].float().argmax(-1)
        if eos_id is not None:
            nxt = nxt.masked_fill(done, eos_id)
            done = done | (nxt == eos_id)
        tokens = torch.cat([tokens, nxt[:, None]], 1)
        feed = nxt[:, None]
        if done.all():
            break
    return tokens
