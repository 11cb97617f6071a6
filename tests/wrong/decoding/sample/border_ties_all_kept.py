"""nucleus_all_ties"""
import torch


def check(temperature, top_k, top_p):
    if temperature < 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p")


def keep_k(x, k):
    if k is None or k >= x.shape[-1]:
        return x
    kth = x.topk(k, dim=-1).values[:, -1:]
    return x.masked_fill(x < kth, float("-inf"))


def keep_p(x, p):
    if p is None or p == 1:
        return x
    probs, order = x.softmax(-1).sort(dim=-1, descending=True)
    before = probs.cumsum(-1) - probs
    n = (before < p).sum(-1, keepdim=True).clamp(min=1)
    least = probs.gather(-1, n - 1)
    return x.masked_fill(x.softmax(-1) < least, float("-inf"))


def draw(x, generator):
    return torch.multinomial(x.softmax(-1), 1, generator=generator)[:, 0]


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    check(temperature, top_k, top_p)
    if temperature == 0:
        return logits.argmax(-1)
    x = logits.double() / temperature
    x = keep_k(x, top_k)
    x = keep_p(x, top_p)
    return draw(x, generator)
