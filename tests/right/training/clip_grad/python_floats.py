import math
import torch


def clip_grad_norm(parameters, max_norm):
    """python floats, exact sum, cast back."""
    ps = list(parameters)
    s = 0.0
    dtype = torch.get_default_dtype()
    for p in ps:
        if p.grad is None:
            continue
        dtype = p.grad.dtype
        s += (p.grad.double() ** 2).sum().item()
    n = math.sqrt(s)
    if n > max_norm:
        f = max_norm / (n + 1e-6)
        for p in ps:
            if p.grad is not None:
                p.grad *= f
    return torch.tensor(n, dtype=dtype)
