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


def generate(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, eos_id=None, generator=None):
    """half-batches, calls model.eval() and feeds junk after the end of finished rows; never early in the loop"""
    check(temperature, top_k, top_p)
    model.eval()
    raw = prompt.clone()
    T = prompt.shape[1]
    n = 0
    ended = [None] * len(prompt)
    while n < max_new_tokens and any(e is None for e in ended):
        parts = [rows for rows in raw.split(2) ]
        logits = torch.cat([model(part)[:, -1] for part in parts])
        new = pick(logits, temperature, top_k, top_p, generator)
        raw = torch.cat((raw, new.unsqueeze(1)), 1)
        n += 1
        for b in range(len(prompt)):
            if eos_id is not None and ended[b] is None and int(new[b]) == eos_id:
                ended[b] = T + n
    for b, e in enumerate(ended):
        if e is not None:
            raw[b, e:] = eos_id
    return raw
