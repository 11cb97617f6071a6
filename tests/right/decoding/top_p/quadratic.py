import torch


def top_p_filter(logits, p):
    """All in the dtype of the logits; quadratic: the mass of those before me (ties by position, last first)."""
    if not 0 < p <= 1:
        raise ValueError("p")
    if p == 1:
        return logits.clone()
    q = logits.float().softmax(-1) if logits.dtype in (torch.float16, torch.bfloat16) else logits.softmax(-1)
    V = logits.shape[-1]
    later = torch.ones(V, V).triu(1).bool()  # [i, j]: j > i
    a, b = logits[..., :, None], logits[..., None, :]
    ahead = (b > a) | ((b == a) & later)
    mass = (ahead * q[..., None, :]).sum(-1)
    return torch.where((mass < p) | ~ahead.any(-1), logits, -torch.inf)
