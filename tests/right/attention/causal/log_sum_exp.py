"""Weights as exp(score - logsumexp), with the hidden part written by a triangle of indices."""

import torch


def causal_attention(q, k, v):
    d, tq, tk = q.shape[-1], q.shape[-2], k.shape[-2]
    if tq > tk:
        raise ValueError("q is longer than k")
    s = torch.matmul(q, k.transpose(-1, -2)) / d**0.5
    i, j = torch.triu_indices(tq, tk, offset=tk - tq + 1)
    hidden = torch.zeros(tq, tk, dtype=torch.bool)
    hidden[i, j] = True
    s = s.masked_fill(hidden, float("-inf"))
    return torch.exp(s - torch.logsumexp(s, dim=-1, keepdim=True)) @ v
