"""Draws everything it could need before looking at anything."""

import torch


def speculative_step(
    target_probs: torch.Tensor,
    draft_probs: torch.Tensor,
    draft_tokens: torch.Tensor,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    G, V = draft_probs.shape
    coins = torch.rand(G, generator=generator)
    padded = torch.cat([draft_probs, draft_probs.new_zeros(1, V)])
    residual = torch.clamp_min(target_probs - padded, 0)
    dead = residual.sum(-1, keepdim=True) <= 0
    residual = torch.where(dead, target_probs, residual)
    extras = torch.multinomial(residual, 1, generator=generator)[:, 0]
    result = []
    for g in range(G):
        t = draft_tokens[g]
        if coins[g] * draft_probs[g, t] >= target_probs[g, t]:
            break
        result.append(t)
    result.append(extras[len(result)])
    return torch.stack(result)
