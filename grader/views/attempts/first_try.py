"""A first try at causal attention, with a typical error."""

import math

import torch


def causal_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    if q.shape[-2] > k.shape[-2]:
        raise ValueError("more queries than keys")
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    scores = scores.masked_fill(later, -math.inf)
    return torch.softmax(scores, dim=-1) @ v
