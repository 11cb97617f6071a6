import torch


def speculative_step(target_probs, draft_probs, draft_tokens, generator=None):
    """draws every possible replacement beforehand, log space"""
    G = draft_probs.shape[0]
    lp = target_probs[:G].double().log()
    lq = draft_probs.double().log()
    rest = (target_probs[:G].double() - draft_probs.double()).clamp_min(0)
    empty = rest.sum(-1, keepdim=True) == 0
    rest = torch.where(empty, torch.ones_like(rest), rest)
    rest = torch.cat([rest, target_probs[G:].double()])
    news = torch.multinomial(rest, 1, generator=generator)
    logu = torch.rand(G, dtype=torch.float64, generator=generator).log()
    k = 0
    while k < G and logu[k] < (lp[k, draft_tokens[k]] - lq[k, draft_tokens[k]]):
        k += 1
    result = torch.empty(k + 1, dtype=torch.long)
    result[:k] = draft_tokens[:k]
    result[k] = news[k, 0]
    return result
