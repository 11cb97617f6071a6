"""Recursive over rounds, heapq, numbers in a tuple."""

import heapq

import torch


def _round(model, beam, width, left, eos):
    if left == 0 or all(done for _, _, done in beam):
        return beam
    children = []
    for score, text, done in beam:
        if done:
            children.append((score, text, True))
        else:
            out = model(torch.tensor(text)[None, :])[0, -1].double().softmax(-1).log()
            children.extend((score + x, (*text, v), v == eos) for v, x in enumerate(out.tolist()))
    return _round(model, heapq.nlargest(width, children), width, left - 1, eos)


def beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None):
    start = [(0.0, tuple(prompt.tolist()), False)]
    best = max(_round(model, start, beam_width, max_new_tokens, eos_id))
    return prompt.new_tensor(best[1]), best[0]
