"""In the dtype of the logits throughout, a loop over the batch with torch.multinomial."""

import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature < 0:
        raise ValueError(f"{temperature=}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"{top_k=}")
    if top_p is not None and not (0 < top_p <= 1):
        raise ValueError(f"{top_p=}")
    if temperature == 0:
        return logits.argmax(-1)
    logits = logits / temperature
    if top_k is not None:
        k = min(top_k, logits.size(-1))
        logits = logits.masked_fill(logits < torch.topk(logits, k)[0][..., -1, None], -float("inf"))
    if top_p is not None and top_p < 1.0:
        s, i = torch.sort(logits, descending=True)
        remove = torch.softmax(s, -1).cumsum(-1) >= top_p
        remove[:, 1:] = remove[:, :-1].clone()
        remove[:, 0] = False
        logits = logits.masked_fill(remove.scatter(1, i, remove), -float("inf"))
    probs = torch.softmax(logits, dim=-1)
    return torch.cat([torch.multinomial(p, 1, generator=generator) for p in probs])
