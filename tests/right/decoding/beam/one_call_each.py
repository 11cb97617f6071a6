"""Plain lists and tuples; the model is called for one hypothesis at a time."""

import torch


class Hyp:
    def __init__(self, ids, lp, over):
        self.ids, self.lp, self.over = ids, lp, over


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    n0 = len(prompt)
    hyps = [Hyp(prompt.tolist(), 0.0, False)]
    for _ in range(max_new_tokens):
        pool = []
        for h in hyps:
            if h.over:
                pool.append(h)
                continue
            lp = torch.log_softmax(model(torch.tensor([h.ids]))[0, len(h.ids) - 1], 0).tolist()
            for v in range(len(lp)):
                pool.append(Hyp([*h.ids, v], h.lp + lp[v], eos_id is not None and v == eos_id))
        hyps = sorted(pool, key=lambda h: -h.lp)[:beam_width]
    best = max(hyps, key=lambda h: h.lp)
    assert best.ids[:n0] == prompt.tolist()
    return torch.tensor(best.ids, dtype=torch.long), best.lp
