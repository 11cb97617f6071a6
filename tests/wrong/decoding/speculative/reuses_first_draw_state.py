"""reuses_first_draw_state"""
import torch


def draw(weights, generator):
    return torch.multinomial(weights.double(), 1, generator=generator)


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    G = len(draft_tokens)
    state = generator.get_state() if generator is not None else None
    u = torch.rand(G, generator=generator, dtype=torch.float64)
    for i in range(G):
        x = draft_tokens[i]
        p, q = target_probs[i].double(), draft_probs[i].double()
        if u[i] >= p[x] / q[x]:
            rest = (p - q).clamp(min=0)
            if state is not None:
                generator.set_state(state)
            new = draw(rest, generator)
            return torch.cat([draft_tokens[:i], new])
    return torch.cat([draft_tokens, draw(target_probs[G], generator)])
