import torch


def sample_token(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    """exponential race; nucleus by pairwise comparison (quadratic)"""
    if not temperature >= 0:
        raise ValueError("temperature must be >= 0")
    if top_k is not None and not top_k >= 1:
        raise ValueError("top_k must be >= 1")
    if top_p is not None and not (top_p > 0 and top_p <= 1):
        raise ValueError("top_p must be in (0, 1]")
    if temperature == 0:
        return logits.argmax(dim=-1)
    x = logits.double()
    x = (x - x.amax(-1, keepdim=True)) / temperature
    V = x.shape[-1]
    if top_k is not None:
        bigger = (x[:, None, :] > x[:, :, None]).sum(-1)  # how many are strictly bigger
        x = x.masked_fill(bigger >= top_k, -torch.inf)
    p = x.exp() / x.exp().sum(-1, keepdim=True)
    if top_p is not None and top_p != 1:
        i = torch.arange(V)
        ahead = (p[:, None, :] > p[:, :, None]) | ((p[:, None, :] == p[:, :, None]) & (i[None, :] > i[:, None]))
        mass_ahead = (p[:, None, :] * ahead).sum(-1)
        p = p.masked_fill(mass_ahead >= top_p, 0.0)
    race = torch.rand(p.shape, generator=generator, dtype=torch.float64)
    return (p / -torch.log1p(-race)).argmax(-1)
