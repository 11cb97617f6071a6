"""residual_over_q"""
import torch


def draw(weights, generator):
    return torch.multinomial(weights.double(), 1, generator=generator)


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    G = len(draft_tokens)
    u = torch.rand(G, generator=generator, dtype=torch.float64)
    for i in range(G):
        x = draft_tokens[i]
        p, q = target_probs[i].double(), draft_probs[i].double()
        if u[i] >= p[x] / q[x]:
            rest = ((p - q) / (p + q).clamp(min=1e-12)).clamp(min=0)
            new = draw(rest, generator)
            return torch.cat([draft_tokens[:i], new])
    return torch.cat([draft_tokens, draw(target_probs[G], generator)])
