"""decoding/cached_generate against a search in plain Python, row by row, without any cache."""

import torch

from grader.words import Opaque
from tests.oracles.test_decoding_greedy import decoded
from tests.support import cases, reference


def test_reference_agrees_with_plain_python():
    solve = reference("decoding/cached_generate")
    for case in cases("decoding/cached_generate"):
        table, widths = case["table"], []

        def model(tokens, cache, table=table, widths=widths):
            """The cache is the list of all tokens so far."""
            past = [[] for _ in tokens] if cache is None else cache
            past = [old + new for old, new in zip(past, tokens.tolist(), strict=True)]
            widths.append(tokens.shape[1])
            states = [(sum(row) + len(row)) % len(table) for row in past]
            return table[torch.tensor(states)][:, None], past

        rest = (case["prompt"], case["max_new_tokens"], case["eos_id"])
        want = decoded(table, *rest)
        assert torch.equal(solve(model, *rest), want)
        new = want.shape[1] - case["prompt"].shape[1]
        assert widths == [case["prompt"].shape[1], *[1] * (new - 1)][:new]


def test_reference_decodes_the_statement_s_example():
    solve = reference("decoding/cached_generate")
    log = []

    def model(tokens, cache):
        log.append((tokens.tolist(), cache and cache.content))
        return torch.nn.functional.one_hot((tokens + 1) % 5, 5).double(), Opaque(len(log))

    got = solve(model, torch.tensor([[0, 1], [2, 3]]), 9, eos_id=4)
    assert got.tolist() == [[0, 1, 2, 3, 4], [2, 3, 4, 4, 4]]
    assert log == [([[0, 1], [2, 3]], None), ([[2], [4]], 1), ([[3], [4]], 2)]
