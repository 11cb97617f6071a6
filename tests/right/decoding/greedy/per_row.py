"""Row by row in plain Python lists, then padded to the longest."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    rows = []
    for row in prompt.tolist():
        new = []
        while len(new) < max_new_tokens and not (new and new[-1] == eos_id):
            scores = model(torch.tensor([row + new]))[0, -1].tolist()
            new.append(max(range(len(scores)), key=scores.__getitem__))
        rows.append(new)
    n = max(map(len, rows))
    full = [new + [eos_id] * (n - len(new)) for new in rows]
    return torch.cat([prompt, torch.tensor(full, dtype=torch.long).reshape(len(rows), n)], dim=1)
