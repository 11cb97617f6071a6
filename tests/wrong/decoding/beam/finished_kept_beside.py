"""Finished hypotheses are kept in a list of their own, outside the beam."""

import torch


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    ended = []
    beams = [(prompt.tolist(), 0.0, False)]
    for _ in range(max_new_tokens):
        candidates = []
        for tokens, score, done in beams:
            if done:
                candidates.append((tokens, score, True))
                continue
            logp = torch.log_softmax(model(torch.tensor([tokens]))[0, -1].double(), -1).tolist()
            for v, lp in enumerate(logp):
                candidates.append(([*tokens, v], score + lp, v == eos_id))
        candidates.sort(key=lambda c: c[1], reverse=True)
        ended += [c for c in candidates if c[2]]
        beams = [c for c in candidates if not c[2]][:beam_width]
        if not beams:
            break
    tokens, score, _ = max(beams + ended, key=lambda c: c[1])
    return torch.tensor(tokens), score
