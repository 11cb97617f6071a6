"""decoding/greedy against a search in plain Python, row by row, on numbers and lists."""

import torch

from tests.support import cases, module, reference


def decoded(table, prompt, max_new_tokens, eos_id):
    """Row by row: each token is the argmax of table[(sum + length of the row so far) mod R]."""
    logits, rows = table.tolist(), []
    for row in prompt.tolist():
        new = []
        while len(new) < max_new_tokens and eos_id not in new:
            state = logits[(sum(row + new) + len(row + new)) % len(logits)]
            new.append(state.index(max(state)))
        rows.append((row, new))
    longest = max(len(new) for _, new in rows)
    return torch.tensor([row + new + [eos_id] * (longest - len(new)) for row, new in rows])


def test_reference_agrees_with_plain_python():
    solve = reference("decoding/greedy")
    for case in cases("decoding/greedy"):
        model, rest = (
            module("decoding/greedy").toy(case["table"]),
            (case["prompt"], case["max_new_tokens"]),
        )
        want = decoded(case["table"], *rest, case["eos_id"])
        assert torch.equal(solve(model, *rest, eos_id=case["eos_id"]), want)


def test_reference_decodes_the_statement_s_example():
    solve = reference("decoding/greedy")
    widths = []

    def model(tokens):
        widths.append(tokens.shape[1])
        return torch.nn.functional.one_hot((tokens + 1) % 5, 5).double()

    prompt = torch.tensor([[1], [3]])
    assert solve(model, prompt, 9, eos_id=4).tolist() == [[1, 2, 3, 4], [3, 4, 4, 4]]
    assert widths == [1, 2, 3]
    assert solve(model, prompt, 2).tolist() == [[1, 2, 3], [3, 4, 0]]
    assert solve(model, prompt, 0).tolist() == prompt.tolist()


def test_cases_hold_rows_that_end_apart():
    """The pool must show what happens to a finished row while others go on."""
    apart = 0
    for case in cases("decoding/greedy"):
        ends = {
            decoded(case["table"], row[None], case["max_new_tokens"], case["eos_id"]).shape[1]
            for row in case["prompt"]
        }
        apart += case["eos_id"] is not None and len(ends) > 1
    assert apart >= 8
