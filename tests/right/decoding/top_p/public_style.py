"""The shift-right style of public samplers, in the dtype of the logits."""

import torch
import torch.nn.functional as F


def top_p_filter(logits: torch.Tensor, p: float) -> torch.Tensor:
    if not (0.0 < p <= 1.0):
        raise ValueError(f"top_p {p}")
    if p >= 1.0:
        return logits
    sorted_logits, sorted_indices = torch.sort(logits, descending=True, dim=-1)
    cumulative_probs = torch.cumsum(F.softmax(sorted_logits, dim=-1), dim=-1)
    remove = cumulative_probs >= p
    remove[..., 1:] = remove[..., :-1].clone()
    remove[..., 0] = False
    sorted_logits = sorted_logits.masked_fill(remove, float("-inf"))
    return torch.empty_like(logits).scatter_(-1, sorted_indices, sorted_logits)
