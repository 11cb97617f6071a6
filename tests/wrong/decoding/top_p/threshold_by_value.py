"""Keeps all tokens as likely as the last one needed."""


def top_p_filter(logits, p):
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits
    probs = logits.softmax(-1)
    down = probs.sort(-1, descending=True).values
    needed = (down.cumsum(-1) < p).sum(-1, keepdim=True).clamp(max=logits.shape[-1] - 1)
    return logits.masked_fill(probs < down.gather(-1, needed), float("-inf"))
