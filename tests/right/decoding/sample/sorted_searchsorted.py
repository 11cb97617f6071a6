"""Stays in sorted order to the end: inverse distribution function, then the ids."""

import torch


def sample_token(
    logits: torch.Tensor, temperature=1.0, top_k=None, top_p=None, generator=None
) -> torch.Tensor:
    if temperature < 0:
        raise ValueError("negative temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("top_p")
    if temperature == 0:
        return torch.argmax(logits, dim=1)
    B, V = logits.shape
    vals, ids = torch.sort(logits.double(), dim=1, descending=True)
    probs = torch.softmax(vals / temperature, dim=1)
    if top_k is not None and top_k < V:
        probs = probs * (vals >= vals[:, top_k - 1 : top_k])
        probs = probs / probs.sum(dim=1, keepdim=True)
    if top_p is not None and top_p < 1:
        n = (probs.cumsum(1) < top_p).sum(1, keepdim=True) + 1
        probs = probs * (torch.arange(V)[None] < n)
        probs = probs / probs.sum(dim=1, keepdim=True)
    cdf = probs.cumsum(1)
    u = torch.empty(B, 1, dtype=torch.float64).uniform_(generator=generator)
    place = torch.searchsorted(cdf, u * cdf[:, -1:], right=True).clamp(max=V - 1)
    return ids.gather(1, place).squeeze(1)
