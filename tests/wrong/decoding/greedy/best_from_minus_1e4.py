"""own: best starts at -1e4, token 0 if all logits are below"""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    tokens = prompt.clone()
    done = [False] * len(prompt)
    for _ in range(max_new_tokens):
        logits = model(tokens)[:, -1]
        col = []
        for b in range(len(prompt)):
            best, where = -1e4, 0
            for v, x in enumerate(logits[b].tolist()):
                if x > best:
                    best, where = x, v
            if done[b]:
                where = eos_id
            done[b] = done[b] or where == eos_id
            col.append([where])
        tokens = torch.cat([tokens, torch.tensor(col)], 1)
        if all(done):
            break
    return tokens
