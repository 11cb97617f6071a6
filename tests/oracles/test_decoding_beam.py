"""decoding/beam against a search over plain tuples, and against going through all texts."""

import itertools
import math

import torch

from grader.words import prefix_model
from tests.support import cases, reference


def step(table, text):
    row = table[sum(text) % len(table)].double().tolist()
    top = max(row)
    z = top + math.log(sum(math.exp(x - top) for x in row))
    return [x - z for x in row]


def by_hand(table, prompt, width, new, eos):
    """Scores by text, the best `width` kept; done are those whose last new token is eos."""
    prompt = tuple(prompt.tolist())
    pool = {prompt: 0.0}
    for _ in range(new):
        following = {}
        for text, score in pool.items():
            if len(text) > len(prompt) and text[-1] == eos:
                following[text] = score
                continue
            for token, log_prob in enumerate(step(table, text)):
                following[(*text, token)] = score + log_prob
        kept = sorted(following, key=following.get)[-width:]
        pool = {text: following[text] for text in kept}
    best = max(pool, key=pool.get)
    return list(best), pool[best]


def solved(table, prompt, width, new, eos):
    solve = reference("decoding/beam")
    tokens, score = solve(prefix_model(table), prompt, width, new, eos)
    assert type(score) is float
    return tokens.tolist(), score


def test_reference_agrees_with_tuples():
    generator = torch.Generator().manual_seed(0)
    pool = [tuple(case.values()) for case in cases("decoding/beam")]
    for i in range(150):
        table = torch.randn(4, 3, generator=generator).double()
        pool.append((table, torch.tensor([i % 3, 1]), 1 + i % 4, i % 6, (None, 0, 1, 2)[i % 4]))
    assert len(pool) > 190
    for case in pool:
        got, want = solved(*case), by_hand(*case)
        assert got[0] == want[0]
        assert abs(got[1] - want[1]) < 1e-4


def test_a_wide_beam_is_exhaustive():
    generator = torch.Generator().manual_seed(1)
    for new in (1, 2, 3):
        table = torch.randn(5, 3, generator=generator).double()
        scores = []
        for text in itertools.product(range(3), repeat=new):
            seen, score = [2], 0.0
            for token in text:
                score += step(table, seen)[token]
                seen.append(token)
            scores.append(score)
        assert abs(solved(table, torch.tensor([2]), 3**new, new, None)[1] - max(scores)) < 1e-9
