"""Style of its own for a named mistake: eos 0 is taken for no eos."""

import torch


def greedy_decode(model, prompt, max_new_tokens, eos_id=None):
    eos = eos_id or -1
    ids = [list(map(int, r)) for r in prompt]
    ended = set()
    for _ in range(max_new_tokens):
        logits = model(torch.tensor(ids))
        for i, r in enumerate(ids):
            t = eos if i in ended else int(torch.argmax(logits[i][-1]))
            if t == eos:
                ended.add(i)
            r.append(t)
        if len(ended) == len(ids):
            break
    return torch.tensor(ids)
