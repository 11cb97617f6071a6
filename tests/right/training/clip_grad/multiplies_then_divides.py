import torch


def clip_grad_norm(parameters, max_norm):
    """p.grad.data, augmented division."""
    parameters = tuple(parameters)
    sq = sum(
        (p.grad.data.float() if p.grad.dtype == torch.bfloat16 else p.grad.data).pow(2).sum()
        for p in parameters
        if p.grad is not None
    )
    if isinstance(sq, int):
        return torch.tensor(0.0)
    norm = sq**0.5
    if norm > max_norm:
        for p in parameters:
            if p.grad is not None:
                p.grad.data.mul_(max_norm).div_(norm + 1e-6)
    first = next(p.grad for p in parameters if p.grad is not None)
    return norm.to(first.dtype)
