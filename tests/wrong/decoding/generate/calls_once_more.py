"""zero_calls_model"""
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
    drop = before >= p
    drop[:, 0] = False
    return x.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), float("-inf"))


def draw(x, generator):
    return torch.multinomial(x.softmax(-1), 1, generator=generator)[:, 0]


def pick(logits, temperature, top_k, top_p, generator):
    if temperature == 0:
        return logits.argmax(-1)
    x = logits.double() / temperature
    x = keep_k(x, top_k)
    x = keep_p(x, top_p)
    return draw(x, generator)


@torch.no_grad()
def generate(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, eos_id=None, generator=None):
    check(temperature, top_k, top_p)
    first = model(prompt)
    tokens = prompt
    done = torch.zeros(prompt.shape[0], dtype=torch.bool)
    for _ in range(max_new_tokens):
        logits = model(tokens)[:, -1]
        new = pick(logits, temperature, top_k, top_p, generator)
        if eos_id is not None:
            new = torch.where(done, eos_id, new)
            done = done | (new == eos_id)
        tokens = torch.cat([tokens, new[:, None]], dim=1)
        if done.all():
            break
    return tokens
