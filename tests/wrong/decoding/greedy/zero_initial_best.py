"""Looks for the best token starting from a best logit of 0: all negative logits give token 0."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    rows = prompt.tolist()
    ended = [False] * len(rows)
    for _ in range(max_new_tokens):
        logits = model(torch.tensor(rows))[:, -1].tolist()
        for i, row in enumerate(rows):
            best, arg = 0.0, 0
            for j, value in enumerate(logits[i]):
                if value > best:
                    best, arg = value, j
            row.append(eos_id if ended[i] else arg)
            ended[i] = ended[i] or row[-1] == eos_id
        if all(ended):
            break
    return torch.tensor(rows)
