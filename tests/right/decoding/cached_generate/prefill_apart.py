"""Prefill and decoding as two phases, the columns in a list."""

import torch


@torch.no_grad()
def cached_greedy(model, prompt, max_new_tokens, eos_id=None):
    model.eval()
    if max_new_tokens == 0:
        return prompt.clone()
    logits, past = model(prompt, cache=None)
    done = [False] * prompt.size(0)
    columns = []
    while True:
        column = []
        for i, row in enumerate(logits[:, -1].tolist()):
            token = eos_id if done[i] else row.index(max(row))
            done[i] = done[i] or (eos_id is not None and token == eos_id)
            column.append([token])
        columns.append(torch.tensor(column))
        if len(columns) == max_new_tokens or all(done):
            return torch.cat([prompt, *columns], dim=1)
        logits, past = model(columns[-1], cache=past)
