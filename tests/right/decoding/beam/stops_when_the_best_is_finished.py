import torch
import heapq


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    """one row a call, native dtype log_softmax, heapq, stops early as soon as the best one is finished"""
    beam = [(0.0, tuple(prompt.tolist()), False)]
    for _ in range(max_new_tokens):
        if max(beam)[2]:
            break
        cands = []
        for score, text, done in beam:
            if done:
                cands.append((score, text, True))
                continue
            lp = model(torch.tensor(text).unsqueeze(0))[0, -1].log_softmax(-1)
            k = min(beam_width, len(lp))
            vals, ids = lp.topk(k)
            for v, t in zip(vals.tolist(), ids.tolist()):
                cands.append((score + v, text + (t,), eos_id is not None and t == eos_id))
        beam = heapq.nlargest(beam_width, cands)
    score, text, _ = max(beam)
    return torch.tensor(text, dtype=torch.long), score
