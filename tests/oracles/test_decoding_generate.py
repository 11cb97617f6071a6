"""decoding/generate: without chance against plain Python; with chance against exact fractions."""

import itertools
import math

import pytest
import torch

from tests.oracles.test_decoding_greedy import decoded
from tests.support import cases, module, reference


def model_of(table):
    return lambda tokens: table[(tokens + 1).cumsum(dim=1) % len(table)]


@pytest.mark.parametrize("settings", [{"temperature": 0}, {"top_k": 1}, {"top_p": 1e-8}])
def test_without_chance_it_agrees_with_plain_python(settings):
    solve = reference("decoding/generate")
    for case in cases("decoding/generate"):
        rest = (case["prompt"], case["max_new_tokens"])
        got = solve(model_of(case["table"]), *rest, eos_id=case["eos_id"], **settings)
        assert torch.equal(got, decoded(case["table"], *rest, case["eos_id"]))


def kept(logits, temperature=1.0, top_k=None, top_p=None):
    """Probabilities by trying every set of tokens: the smallest that reaches top_p, the best."""
    weight = [math.exp((x - max(logits)) / temperature) for x in logits]
    ids = range(len(logits))
    if top_k is not None:
        ids = [i for i in ids if sum(logits[j] > logits[i] for j in ids) < top_k]
    total = sum(weight[i] for i in ids)
    if top_p is not None and top_p < 1:
        for size in range(1, len(logits) + 1):
            best = max(itertools.combinations(ids, size), key=lambda s: sum(weight[i] for i in s))
            if sum(weight[i] for i in best) / total >= top_p:
                ids = best
                break
    total = sum(weight[i] for i in ids)
    return [weight[i] / total if i in ids else 0.0 for i in range(len(logits))]


every_case = pytest.mark.parametrize("index", range(27))
LAW = "texts_follow_the_chain_rule"


@every_case
def test_the_law_s_probabilities_are_products_of_conditionals(index):
    case = cases("decoding/generate", LAW)[index]
    table, n, eos_id = case["table"], case["max_new_tokens"], case["eos_id"]
    vocabulary = range(table.shape[1])
    for prompt in ([1, 0], [0, 0]):
        want = []
        for text in itertools.product(vocabulary, repeat=n):
            chance, row = 1.0, list(prompt)
            for at, token in enumerate(text):
                if eos_id in text[:at]:
                    chance *= token == eos_id
                else:
                    logits = table[(sum(row) + len(row)) % len(table)].tolist()
                    chance *= kept(logits, **case["settings"])[token]
                row.append(token)
            want.append(chance)
        got = module("decoding/generate").chances(table, prompt, n, eos_id, case["settings"])
        torch.testing.assert_close(got, torch.tensor(want).double(), atol=1e-9, rtol=1e-6)


@every_case
def test_no_nucleus_of_the_law_hangs_on_rounding_or_on_a_tie(index):
    case = cases("decoding/generate", LAW)[index]
    top_p = case["settings"].get("top_p", 1.0)
    rest = {name: value for name, value in case["settings"].items() if name != "top_p"}
    for row in case["table"].tolist():
        probs = sorted(kept(row, **rest), reverse=True)
        totals = list(itertools.accumulate(probs))
        assert top_p == 1 or all(abs(total - top_p) > 1e-2 for total in totals)
        crossing = next((i for i, total in enumerate(totals) if total >= top_p - 1e-9), -1)
        assert top_p == 1 or crossing in (-1, len(row) - 1) or probs[crossing] > probs[crossing + 1]


def test_reference_draws_the_statement_s_example():
    solve, rng = reference("decoding/generate"), torch.Generator().manual_seed(0)
    model = model_of(torch.tensor([[0.0, math.log(3)]]))
    rows = 1200
    prompt = torch.zeros(16 * rows, 1, dtype=torch.long)
    for eos_id, want in ((None, [1, 3, 3, 9]), (0, [4, 0, 3, 9])):
        new = solve(model, prompt, 2, eos_id=eos_id, generator=rng)[:, 1:]
        counts = torch.bincount(new @ torch.tensor([2, 1]), minlength=4) / rows
        torch.testing.assert_close(counts, torch.tensor(want).float(), atol=0.25, rtol=0)
    for settings in ({"temperature": 0}, {"top_k": 1}, {"top_p": 0.7}):
        assert solve(model, prompt[:2], 2, **settings).tolist() == [[0, 1, 1]] * 2
