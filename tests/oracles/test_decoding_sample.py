"""decoding/sample: the page's exact distribution against plain Python, the draws against it."""

import math

import torch

from tests.support import cases, module, reference

LAW = "draws_follow_the_filtered_distribution"


def by_hand(row, temperature, top_k, top_p):
    """A dict from token to probability."""
    logits = {i: x / temperature for i, x in enumerate(row.double().tolist())}
    ordered = sorted(logits, key=lambda i: -logits[i])
    if top_k is not None:
        border = logits[ordered[min(top_k, len(row)) - 1]]
        logits = {i: x for i, x in logits.items() if x >= border}
    top = max(logits.values())
    weights = {i: math.exp(x - top) for i, x in logits.items()}
    if top_p is not None and top_p < 1:
        total, chosen = sum(weights.values()), {}
        for i in ordered:
            if i in weights and sum(chosen.values()) < top_p * total:
                chosen[i] = weights[i]
        weights = chosen
    return {i: w / sum(weights.values()) for i, w in weights.items()}


def test_the_exact_distribution():
    for case in cases("decoding/sample", LAW):
        got = module("decoding/sample").distribution(*case.values())
        want = by_hand(**case)
        for i in range(len(got)):
            assert abs(float(got[i]) - want.get(i, 0.0)) < 1e-9, case


def test_the_reference_draws_as_often():
    solve = reference("decoding/sample")
    for case in cases("decoding/sample", LAW):
        generator = torch.Generator().manual_seed(5)
        settings = {k: v for k, v in case.items() if k != "row"}
        draws = solve(case["row"].repeat(20_000, 1), generator=generator, **settings)
        for i, share in by_hand(**case).items():
            assert abs(float((draws == i).double().mean()) - share) < 0.02
        assert set(draws.tolist()) <= set(by_hand(**case))


def test_no_border_of_top_p_within_rounding():
    for case in cases("decoding/sample", LAW):
        if case["top_p"] is None or case["top_p"] == 1:
            continue
        left = by_hand(case["row"], case["temperature"], case["top_k"], None)
        total = torch.tensor(sorted(left.values(), reverse=True)).cumsum(0)
        assert float((total - case["top_p"]).abs().min()) > 2e-3, case
