"""A full sort and torch.where; the input itself where nothing is to be done."""

import torch


def top_k_filter(logits: torch.Tensor, k: int) -> torch.Tensor:
    if k <= 0:
        raise ValueError(f"bad k {k}")
    V = logits.size(-1)
    if k >= V:
        return logits
    ordered, _ = torch.sort(logits, dim=-1)
    threshold = ordered[..., V - k].unsqueeze(-1)
    return torch.where(logits >= threshold, logits, float("-inf"))
