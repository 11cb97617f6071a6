"""The extra token is drawn from the global generator."""

import torch


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    G = len(draft_tokens)
    out = []
    for i in range(G):
        x = int(draft_tokens[i])
        p, q = target_probs[i].double(), draft_probs[i].double()
        u = torch.rand(1, generator=generator).item()
        if u < float(p[x] / q[x]):
            out.append(x)
            continue
        r = (p - q).clamp(min=0)
        out.append(int(torch.multinomial(r, 1, generator=generator)))
        break
    else:
        out.append(int(torch.multinomial(target_probs[G], 1)))
    return torch.tensor(out)
