"""Rows without a live label are left out."""

import torch


def sft_batch(prompts, responses, eos_id, pad_id, max_len, ignore_index=-100):
    if len(prompts) != len(responses) or len(prompts) == 0 or max_len < 1:
        raise ValueError("bad arguments")
    seqs = [torch.tensor((p + r + [eos_id])[: max_len + 1]) for p, r in zip(prompts, responses)]
    B, L = len(seqs), max(len(s) for s in seqs) - 1
    inputs = torch.full((B, L), pad_id)
    labels = torch.full((B, L), ignore_index)
    mask = torch.zeros(B, L).bool()
    for i, s in enumerate(seqs):
        n = len(s) - 1
        inputs[i, :n] = s[:-1]
        labels[i, :n] = s[1:]
        labels[i, : max(0, len(prompts[i]) - 1)] = ignore_index
        mask[i, :n] = 1
    keep = (labels != ignore_index).any(1)
    return inputs[keep], labels[keep], mask[keep]
