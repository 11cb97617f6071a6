"""Draws from the global generator at temperature 0 and throws it away."""

import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature < 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p")
    if temperature == 0:
        torch.rand(1)
        return logits.argmax(-1)
    x = logits / temperature
    if top_k is not None:
        kth = x.topk(min(top_k, x.shape[-1])).values[:, -1:]
        x = x.masked_fill(x < kth, float("-inf"))
    if top_p is not None and top_p < 1:
        s, i = x.sort(descending=True)
        p = s.softmax(-1)
        drop = p.cumsum(-1) - p >= top_p
        s = s.masked_fill(drop, float("-inf"))
        x = torch.full_like(x, float("-inf")).scatter(1, i, s)
    return torch.multinomial(x.softmax(-1), 1, generator=generator).squeeze(1)
