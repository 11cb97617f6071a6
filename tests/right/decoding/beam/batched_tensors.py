"""Tensors of fixed width throughout: padded sequences, finished rows with one free continuation."""

import torch
import torch.nn.functional as F


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    T = prompt.shape[0]
    seqs = prompt.unsqueeze(0)
    scores = torch.zeros(1, dtype=torch.float64)
    done = torch.zeros(1, dtype=torch.bool)
    lengths = torch.tensor([T])
    with torch.no_grad():
        for _ in range(max_new_tokens):
            if done.all():
                break
            logp = F.log_softmax(model(seqs)[:, -1, :].double(), dim=-1)
            V = logp.shape[-1]
            pad = 0 if eos_id is None else eos_id
            free = torch.full((V,), float("-inf"), dtype=torch.float64)
            free[pad] = 0.0
            logp = torch.where(done[:, None], free, logp)
            total = (scores[:, None] + logp).reshape(-1)
            scores, flat = total.topk(min(beam_width, total.numel()))
            real = scores > float("-inf")
            scores, flat = scores[real], flat[real]
            parent, token = flat // V, flat % V
            seqs = torch.cat([seqs[parent], token[:, None]], dim=1)
            lengths = lengths[parent] + (~done[parent]).long()
            done = done[parent]
            if eos_id is not None:
                done = done | (token == eos_id)
    best = int(scores.argmax())
    return seqs[best, : int(lengths[best])], float(scores[best])
