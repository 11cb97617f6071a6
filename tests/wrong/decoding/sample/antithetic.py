"""The second half of the rows uses 1 - u of the first half."""

import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature < 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p")
    if temperature == 0:
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
    half = torch.rand((len(x) + 1) // 2, generator=generator)
    u = torch.cat([half, 1 - half])[: len(x)]
    c = x.double().softmax(-1).cumsum(-1)
    return (c < u[:, None]).sum(-1).clamp(max=x.shape[-1] - 1)
