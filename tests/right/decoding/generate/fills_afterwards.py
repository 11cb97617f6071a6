"""Lets finished rows run on, counts the rows that are over, and cleans up at the end."""

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
    for bad in (
        temperature < 0,
        top_k is not None and top_k < 1,
        top_p is not None and not 0 < top_p <= 1,
    ):
        if bad:
            raise ValueError("out of range")
    start, seq = prompt.shape[1], prompt.clone()
    over = torch.zeros(len(prompt)).bool()
    for _ in range(max_new_tokens):
        if over.all():
            break
        last = model(seq)[:, -1, :].float()
        if temperature == 0:
            nxt = last.max(-1).indices
        else:
            probs = torch.softmax(last / temperature, -1)
            if top_k is not None:
                kth = torch.topk(last, min(top_k, last.size(-1))).values[:, [-1]]
                probs = probs * (last >= kth)
                probs = probs / probs.sum(-1, keepdim=True)
            if top_p is not None:
                p, idx = probs.sort(-1, descending=True)
                keep = torch.cat([torch.zeros(len(p), 1), p.cumsum(-1)[:, :-1]], -1) < top_p
                probs = torch.zeros_like(p).scatter(-1, idx, p * (keep | (top_p == 1)))
            nxt = torch.multinomial(probs, 1, generator=generator).view(-1)
        seq = torch.cat([seq, nxt[:, None]], -1)
        if eos_id is not None:
            over |= nxt == eos_id
    if eos_id is not None:
        for row in seq:
            hits = (row[start:] == eos_id).nonzero()
            if len(hits):
                row[start + hits[0, 0] :] = eos_id
    return seq
