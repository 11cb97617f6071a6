import torch


def top_p_filter(logits, p):
    """Ascending, as in a well known library: drop the tail of mass at most 1 - p."""
    if p <= 0 or p > 1:
        raise ValueError(p)
    if p == 1.0:
        return logits.clone()
    wide = logits if logits.dtype == torch.float64 else logits.float()
    values, order = wide.sort(dim=-1, descending=False)
    tail = values.softmax(-1).cumsum(-1)
    remove = tail <= 1 - p
    remove[..., -1:] = False
    remove = remove.gather(-1, order.argsort(-1))
    return logits.masked_fill(remove, float("-inf"))
