"""One long vector, cut up again afterwards."""

import torch


def gradients_of(parameters):
    for p in parameters:
        if p.grad is not None:
            yield p.grad


def clip_grad_norm(parameters, max_norm):
    grads = list(gradients_of(parameters))
    if not grads:
        return 0
    vector = torch.cat([g.reshape(-1) for g in grads])
    norm = (vector @ vector).sqrt()
    if norm.item() <= max_norm:
        return norm
    vector = vector * max_norm / (norm + 1e-6)
    for g, part in zip(grads, vector.split([g.numel() for g in grads])):
        g[...] = part.view(g.shape)
    return norm
