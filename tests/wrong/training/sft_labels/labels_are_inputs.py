"""Labels not moved: the model library would move them (named: no_shift)."""

import torch


def sft_batch(prompts, responses, eos_id, pad_id, max_len, ignore_index=-100):
    if len(prompts) != len(responses) or not prompts or max_len < 1:
        raise ValueError("arguments")
    xs = [(p + r + [eos_id])[: max_len + 1][:-1] for p, r in zip(prompts, responses)]
    ys = [[ignore_index if j < len(p) else t for j, t in enumerate(x)] for x, p in zip(xs, prompts)]
    n = max(map(len, xs))
    inputs = torch.tensor([x + [pad_id] * (n - len(x)) for x in xs])
    labels = torch.tensor([y + [ignore_index] * (n - len(y)) for y in ys])
    mask = torch.arange(n) < torch.tensor([[len(x)] for x in xs])
    return inputs, labels, mask
