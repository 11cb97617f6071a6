"""decoding/speculative against the exact law of its output, by going through all draft tokens."""

import itertools

import torch

from tests.support import cases, reference

LAW = "each_token_has_the_targets_distribution"


def outcomes(target, draft, i=0):
    """A dict from result to probability, for draft tokens drawn from the draft."""
    if i == len(draft):
        return {(v,): float(p) for v, p in enumerate(target[i]) if p > 0}
    found = {}
    p, q = target[i].tolist(), draft[i].tolist()
    missing = [max(0.0, a - b) for a, b in zip(p, q, strict=True)]
    for x, qx in enumerate(q):
        accept = min(1.0, p[x] / qx) if qx > 0 else 0.0
        for rest, share in outcomes(target, draft, i + 1).items() if accept > 0 else ():
            found[(x, *rest)] = found.get((x, *rest), 0) + qx * accept * share
        for v, m in enumerate(missing):
            if m > 0 and accept < 1:
                share = qx * (1 - accept) * m / sum(missing)
                found[(v,)] = found.get((v,), 0) + share
    return found


def test_joint_law_of_the_reference():
    solve = reference("decoding/speculative")
    for case in cases("decoding/speculative", LAW):
        target, draft = case["target_probs"], case["draft_probs"]
        exact = outcomes(target, draft)
        assert abs(sum(exact.values()) - 1) < 1e-9
        generator = torch.Generator().manual_seed(2)
        times, counts = 6000, {}
        drafts = torch.multinomial(draft, times, replacement=True, generator=generator).T
        for tokens in drafts:
            result = tuple(solve(target, draft, tokens, generator).tolist())
            counts[result] = counts.get(result, 0) + 1
        assert set(counts) <= set(exact)
        for result, share in exact.items():
            seen = counts.get(result, 0) / times
            assert abs(seen - share) < 5 * (share * (1 - share) / times) ** 0.5 + 1e-3


def test_the_exact_law_is_the_targets():
    for case in cases("decoding/speculative", LAW):
        exact = outcomes(case["target_probs"], case["draft_probs"])
        for v, p in enumerate(case["target_probs"][0].tolist()):
            assert abs(sum(s for r, s in exact.items() if r[0] == v) - p) < 1e-9


def test_cases_without_chance_have_one_outcome():
    solve = reference("decoding/speculative")
    for case in cases("decoding/speculative"):
        target, draft, tokens = case.values()
        want = []
        for i, x in enumerate(tokens.tolist()):
            p, q = target[i].double(), draft[i].double()
            if p[x] >= q[x]:
                want.append(x)
                continue
            assert p[x] == 0
            want += (p > q).nonzero().flatten().tolist()
            break
        else:
            want += target[-1].nonzero().flatten().tolist()
        assert len(want) <= len(tokens) + 1
        for seed in range(5):
            generator = torch.Generator().manual_seed(seed)
            assert solve(*case.values(), generator).tolist() == want


def test_the_number_of_accepted_tokens_takes_every_value():
    solve, seen = reference("decoding/speculative"), set()
    for case in cases("decoding/speculative"):
        seen.add((len(case["draft_tokens"]), len(solve(**case))))
    for gamma, length in itertools.product((1, 2, 3), (1, 2, 3, 4)):
        assert length > gamma + 1 or (gamma, length) in seen
