"""A named mistake in another style: a fresh generator a step, all with one seed."""

import torch


def generate(
    model,
    prompt,
    max_new_tokens,
    temperature=1.0,
    top_k=None,
    top_p=None,
    eos_id=None,
    generator=None,
):
    if temperature < 0:
        raise ValueError("temperature")
    if top_k is not None and top_k < 1:
        raise ValueError("top_k")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError("top_p")
    out = prompt
    done = torch.zeros(len(prompt), dtype=torch.bool)
    for _ in range(max_new_tokens):
        z = model(out)[:, -1]
        if temperature == 0:
            new = z.argmax(-1)
        else:
            z = z / temperature
            if top_k is not None and top_k < z.shape[-1]:
                z = z.masked_fill(z < z.topk(top_k).values[:, -1:], -torch.inf)
            if top_p is not None and top_p < 1:
                p, order = z.softmax(-1).sort(-1, descending=True)
                gone = p.cumsum(-1) - p >= top_p
                z = z.masked_fill(torch.zeros_like(gone).scatter(-1, order, gone), -torch.inf)
            rng = (
                None
                if generator is None
                else torch.Generator().manual_seed(generator.initial_seed())
            )
            new = z.softmax(-1).multinomial(1, generator=rng).flatten()
        if eos_id is not None:
            new = torch.where(done, eos_id, new)
            done = done | (new == eos_id)
        out = torch.cat([out, new[:, None]], 1)
        if done.all():
            break
    return out
