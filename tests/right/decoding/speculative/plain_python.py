"""Plain Python numbers, inverse distribution function."""

import torch


def uniform(generator):
    return torch.rand(1, generator=generator, dtype=torch.float64).item()


def pick(weights, generator):
    left = uniform(generator) * sum(weights)
    best = max(range(len(weights)), key=lambda i: weights[i])
    for i, w in enumerate(weights):
        left -= w
        if left < 0:
            return i
    return best


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    target, draft = target_probs.tolist(), draft_probs.tolist()
    out = []
    for i, x in enumerate(draft_tokens.tolist()):
        ratio = min(1.0, target[i][x] / draft[i][x])
        if ratio >= 1 or uniform(generator) < ratio:
            out.append(x)
        else:
            out.append(
                pick([max(0.0, a - b) for a, b in zip(target[i], draft[i], strict=True)], generator)
            )
            return torch.tensor(out)
    out.append(pick(target[-1], generator))
    return torch.tensor(out, dtype=torch.int64)
