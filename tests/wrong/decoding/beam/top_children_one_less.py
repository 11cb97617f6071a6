"""Looks at beam_width - 1 children of each parent only."""

import torch


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    beams = [(prompt.tolist(), 0.0, False)]
    for _ in range(max_new_tokens):
        if all(done for _, _, done in beams):
            break
        candidates = []
        for tokens, score, done in beams:
            if done:
                candidates.append((tokens, score, True))
                continue
            logp = torch.log_softmax(model(torch.tensor([tokens]))[0, -1].double(), -1).tolist()
            few = max(1, beam_width - 1)
            for v in sorted(range(len(logp)), key=lambda v: -logp[v])[:few]:
                lp = logp[v]
                candidates.append(([*tokens, v], score + lp, v == eos_id))
        candidates.sort(key=lambda c: c[1], reverse=True)
        beams = candidates[:beam_width]
    tokens, score, _ = beams[0]
    return torch.tensor(tokens), score
