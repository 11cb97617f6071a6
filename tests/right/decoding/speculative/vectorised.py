"""All acceptance tests at once, then a cumulative product."""

import torch


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    G = draft_tokens.shape[0]
    idx = draft_tokens.unsqueeze(-1)
    p = target_probs[:G].gather(-1, idx).squeeze(-1).double()
    q = draft_probs.gather(-1, idx).squeeze(-1).double()
    u = torch.rand(G, generator=generator, dtype=torch.float64)
    n = int((u < p / q).long().cumprod(0).sum())
    dist = torch.relu(target_probs[n] - draft_probs[n]) if n < G else target_probs[G]
    extra = torch.multinomial(dist.float(), num_samples=1, generator=generator)
    return torch.cat((draft_tokens[:n], extra), dim=0)
