"""torch's pad_sequence and a comparison of positions with lengths."""

import torch
from torch.nn.utils.rnn import pad_sequence


def sft_batch(prompts, responses, eos_id, pad_id, max_len, ignore_index=-100):
    n = len(prompts)
    if n != len(responses):
        raise ValueError("lengths differ")
    if n == 0:
        raise ValueError("nothing given")
    if max_len <= 0:
        raise ValueError("max_len")
    rows = [
        torch.tensor(list(p) + list(r) + [eos_id], dtype=torch.int64)[: max_len + 1]
        for p, r in zip(prompts, responses)
    ]
    inputs = pad_sequence([r[:-1] for r in rows], batch_first=True, padding_value=pad_id)
    labels = pad_sequence([r[1:] for r in rows], batch_first=True, padding_value=ignore_index)
    pos = torch.arange(inputs.shape[1])[None]
    lengths = torch.tensor([len(r) - 1 for r in rows])[:, None]
    asked = torch.tensor([len(p) for p in prompts])[:, None]
    labels = labels.masked_fill(pos + 1 < asked, ignore_index)
    return inputs, labels, pos < lengths
