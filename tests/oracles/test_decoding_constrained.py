"""decoding/constrained against a search in plain Python, on numbers and lists."""

import torch

from tests.support import cases, reference


def decoded(table, prompt, sets, max_new_tokens, eos_id):
    """Step by step: the first id, counted from 0, that no other permitted id beats."""
    logits, row, new = table.tolist(), prompt.tolist(), []
    while len(new) < max_new_tokens and new[-1:] != [eos_id]:
        permitted = sets[(len(new) + sum(new)) % len(sets)]
        given = logits[(sum(row + new) + len(row + new)) % len(logits)]
        winners = (i for i in range(len(given)) if i in permitted)
        best = next((i for i in winners if all(given[i] >= given[j] for j in permitted)), None)
        if best is None:
            break
        new.append(best)
    return row + new


def test_reference_agrees_with_plain_python():
    solve = reference("decoding/constrained")
    for case in cases("decoding/constrained"):
        sets = case["sets"]

        def allowed(generated, sets=sets):
            return sets[(len(generated) + sum(generated)) % len(sets)]

        def model(tokens, table=case["table"]):
            return table[(tokens + 1).cumsum(dim=1) % len(table)]

        rest = (case["max_new_tokens"], case["eos_id"])
        got = solve(model, case["prompt"], allowed, *rest)
        assert got.dtype == torch.int64
        assert got.tolist() == decoded(case["table"], case["prompt"], sets, *rest)


def test_reference_decodes_the_statement_s_example():
    def model(tokens):
        return torch.tensor([0.5, -1, -2, 3]).expand(*tokens.shape, 4)

    rule = {(): {1, 2}, (1,): {0, 2}}
    got = reference("decoding/constrained")(
        model, torch.tensor([7]), lambda new: rule[tuple(new)], 9, 0
    )
    assert got.tolist() == [7, 1, 0]
