"""training/sft_labels against one position at a time, asked of the uncut conversation."""

import torch
import torch.nn.functional as F

from tests.support import cases, reference


def at(case, row, j):
    """Input, label and mask at position j of a row, None where the row has ended."""
    prompt, response = case["prompts"][row], case["responses"][row]
    whole = [*prompt, *response, case["eos_id"]]
    if j >= case["max_len"] or j + 1 >= len(whole):
        return None
    in_prompt = j + 1 < len(prompt)
    return whole[j], case.get("ignore_index", -100) if in_prompt else whole[j + 1]


def test_every_position_of_every_case():
    solve = reference("training/sft_labels")
    for case in cases("training/sft_labels"):
        inputs, labels, mask = solve(**case)
        rows = range(len(case["prompts"]))
        width = max(sum(at(case, i, j) is not None for j in range(100)) for i in rows)
        assert inputs.shape == labels.shape == mask.shape == (len(rows), width)
        assert (inputs.dtype, labels.dtype, mask.dtype) == (torch.long, torch.long, torch.bool)
        for i in rows:
            for j in range(width):
                padding = (case["pad_id"], case.get("ignore_index", -100))
                want = at(case, i, j)
                assert (inputs[i, j].item(), labels[i, j].item()) == (want or padding)
                assert mask[i, j].item() == (want is not None)


def test_the_loss_is_that_of_the_responses_alone():
    """With a table of logits by last token, torch's loss over the batch against a sum by hand."""
    table = torch.randn(20, 20, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    prompts, responses = [[3, 4, 5], [6], [7, 8]], [[9], [10, 11, 12], []]
    inputs, labels, _ = reference("training/sft_labels")(prompts, responses, 2, 2, 50)
    got = F.cross_entropy(table[inputs].flatten(0, 1), labels.flatten(), reduction="sum")
    want = 0.0
    for prompt, response in zip(prompts, responses, strict=True):
        last = prompt[-1]
        for token in [*response, 2]:
            want -= table[last].log_softmax(0)[token].item()
            last = token
    assert abs(got.item() - want) < 1e-9
