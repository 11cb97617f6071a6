"""Marks each token with whether it is learnt, then goes through positions; returns a list."""

import torch


def sft_batch(prompts, responses, eos_id, pad_id, max_len, ignore_index=-100):
    if not len(prompts) == len(responses):
        raise ValueError(f"{len(prompts)} != {len(responses)}")
    if max_len < 1 or not prompts:
        raise ValueError("max_len or batch")
    marked = []
    for p, r in zip(prompts, responses):
        m = [(t, False) for t in p]
        m.extend((t, True) for t in r)
        m.append((eos_id, True))
        marked.append(m[0 : max_len + 1])
    longest = max(map(len, marked)) - 1
    X, Y, M = [], [], []
    for m in marked:
        x, y, k = [], [], []
        for j in range(longest):
            real = j < len(m) - 1
            x.append(m[j][0] if real else pad_id)
            y.append(m[j + 1][0] if real and m[j + 1][1] else ignore_index)
            k.append(real)
        X.append(x), Y.append(y), M.append(k)
    return [torch.tensor(X), torch.tensor(Y), torch.tensor(M)]
