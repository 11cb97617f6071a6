"""Recursive over positions; the residual by torch.where, the draw by exponential races."""

import torch


def _race(weights, generator):
    noise = torch.empty(weights.shape, dtype=torch.float64).exponential_(generator=generator)
    return (weights.double() / noise).argmax().reshape(1)


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    if len(draft_tokens) == 0:
        return _race(target_probs[0], generator)
    p, q, x = target_probs[0], draft_probs[0], draft_tokens[0]
    coin = torch.bernoulli((p[x].double() / q[x].double()).clamp(0, 1), generator=generator)
    if coin == 1:
        rest = speculative_step(target_probs[1:], draft_probs[1:], draft_tokens[1:], generator)
        return torch.cat([x.reshape(1), rest])
    return _race(torch.where(p > q, p - q, torch.zeros_like(p)), generator)
