"""A batch for supervised fine-tuning.

A chat model is fine-tuned on pairs of a prompt and a response: it reads both, and is trained to say
the response only. Lay such pairs out as one batch.

`prompts` and `responses` are lists of equal length, of lists of int. For each pair:

- The sequence is prompt + response + [eos_id], always with this one eos_id added, cut to its FIRST
  max_len + 1 tokens. The cut may take the eos_id away, or the whole response.
- inputs = sequence without its last token, labels = sequence without its first token: the label at
  position j is the token after input j.
- Every label that is a token of the prompt, by its place and not by its value, is replaced by
  `ignore_index`. With an empty prompt the first token of the response is no label at all: nothing
  comes before it.
- Prompts and responses may be empty. A row may end up without any live label, and stays in the
  batch; with prompt and response both empty it is nothing but padding.

Then all rows are padded on the right to the longest row of inputs in the batch: inputs with
pad_id, labels with ignore_index. Return `(inputs, labels, mask)`: two LongTensors and a BoolTensor,
each (number of pairs, longest row), where mask is True on real inputs (prompt and response alike)
and False on padding.

- pad_id may equal eos_id, and tokens of a prompt or response may equal either: such tokens are
  real.
- Lists of different lengths, an empty batch and max_len < 1 raise ValueError.
- The given lists are not modified.

Example: prompts [[5, 6], [7]], responses [[8], [9, 4]], eos_id 2, pad_id 0, max_len 3. The
sequences are [5, 6, 8, 2] and [7, 9, 4, 2]; inputs [[5, 6, 8], [7, 9, 4]], labels
[[-100, 8, 2], [9, 4, 2]], mask all True. With max_len 2 the labels are [[-100, 8], [9, 4]].
"""

import torch

from grader.words import Draw, Exercise, holds, must_raise, same, skip

exercise = Exercise(
    tier="B",
    level=2,
    minutes=18,
    needs=("training/lm_batch", "training/cross_entropy"),
    source="Ouyang et al. 2022, Training language models to follow instructions with human "
    "feedback, section 3.5, arXiv:2203.02155",
    hints=(
        "Write one sequence down with its positions, and its inputs and labels below: which label "
        "is the first token of the response, and at which position does it stand?",
        "labels[j] is sequence[j + 1], so it belongs to the prompt while j + 1 < len(prompt). "
        "What does that give for an empty prompt, and for a prompt longer than the cut?",
        "Build plain lists: cut, split into inputs and labels, replace the first "
        "len(prompt) - 1 labels (not fewer than 0, not more than there are), pad all three by the "
        "same number, and only then make tensors. Build the mask from lengths, never from values.",
    ),
    ask=(
        (
            "Should the loss leave prompts out at all?",
            "With long prompts and short responses it matters, since the loss would mostly be "
            "about prompts; with short prompts a small weight on them can even help. Leaving them "
            "out is the usual choice.",
        ),
        (
            "What do labels look like for a conversation of several turns?",
            "Every turn of the assistant is live, with the token that ends it; the turns of the "
            "user and the system, and the template's headers, are ignored.",
        ),
        (
            "How does packing do without padding?",
            "Several examples share a row; attention is masked to blocks on the diagonal and "
            "positions start again at 0 for each, so that no example sees another.",
        ),
    ),
)


@exercise.solution
def sft_batch(
    prompts: list[list[int]],
    responses: list[list[int]],
    eos_id: int,
    pad_id: int,
    max_len: int,
    ignore_index: int = -100,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs, labels and mask, each (B, longest row), for training on the responses alone."""
    if len(prompts) != len(responses):
        raise ValueError(f"{len(prompts)} prompts but {len(responses)} responses")
    if len(prompts) == 0:
        raise ValueError("an empty batch")
    if max_len < 1:
        raise ValueError(f"max_len must be at least 1: {max_len}")
    inputs, labels = [], []
    for prompt, response in zip(prompts, responses, strict=True):
        # One token more than max_len, since the last token is a label only.
        sequence = [*prompt, *response, eos_id][: max_len + 1]
        target = sequence[1:]
        # target[j] is sequence[j + 1]: the prompt's own tokens fill one place less than the prompt.
        hidden = min(max(len(prompt) - 1, 0), len(target))
        inputs.append(sequence[:-1])
        labels.append([ignore_index] * hidden + target[hidden:])
    # Real or padding is told by length: a token's value may equal pad_id.
    width = max(len(row) for row in inputs)
    mask = [[j < len(row) for j in range(width)] for row in inputs]
    return (
        torch.tensor([row + [pad_id] * (width - len(row)) for row in inputs], dtype=torch.long),
        torch.tensor(
            [row + [ignore_index] * (width - len(row)) for row in labels], dtype=torch.long
        ),
        torch.tensor(mask, dtype=torch.bool),
    )


def case(prompts, responses, max_len=20, eos_id=2, pad_id=0, ignore_index=None) -> dict:
    """A case; without `ignore_index` where the default is to be used."""
    chosen = {"prompts": prompts, "responses": responses, "eos_id": eos_id, "pad_id": pad_id}
    chosen["max_len"] = max_len
    return chosen if ignore_index is None else {**chosen, "ignore_index": ignore_index}


@exercise.inputs
def conversations(draw: Draw) -> dict:
    eos_id = draw.choice(2, 9, 0)
    pairs = draw.size(1, 3)
    # Few different tokens, so that some equal pad_id, eos_id or a token of the other list.
    texts = [draw.whole(draw.size(0, 4), low=0, high=6).tolist() for _ in range(2 * pairs)]
    if not any(texts):
        texts[0] = [5]
    pad_id, ignore_index = draw.choice(0, eos_id, 7), draw.choice(None, -100, -1, 777)
    max_len = draw.choice(20, 3, 5, 1, 2, 4, 8)
    return case(texts[:pairs], texts[pairs:], max_len, eos_id, pad_id, ignore_index)


@exercise.edges
def chosen_cases() -> list[dict]:
    two, answers = [[5, 6], [7]], [[8], [9, 4]]
    long, replies = [[3, 4, 5], [6]], [[7, 8], [9, 10, 11]]
    one = [[3, 4]]
    return [
        case(two, answers, 3), case(two, answers, 2), case(one, [[5, 6]]), case(long, replies),
        # Cut: after the response, inside it, at its start, inside the prompt.
        case(one, [[5, 6]], 4), case(one, [[5, 6]], 3), case(one, [[5, 6]], 2),
        case(one, [[5, 6]], 1), case([[3, 4, 5, 6]], [[7]], 2), case([[3, 4, 5, 6]], [[7]], 3),
        case(long, replies, 3), case(long, replies, 2), case(long, replies, 1),
        case([[3, 4, 5, 6, 7], [8]], [[9], [10]], 3), case([[3, 4, 5], [6, 7, 8, 9]], [[5], [5]], 2),
        # Empty prompts and responses.
        case([[]], [[5, 6, 7]]), case([[], [3]], [[4, 5], [6]]), case([[], []], [[4, 5, 6], [7]], 2),
        case([[], [3, 4]], [[5, 6, 7], []]), case([[3]], [[]]), case([[3, 4], [5]], [[], [6]]),
        case([[], [3]], [[], [4, 5]]), case([[3, 4], []], [[5], []]), case([[], [7]], [[6], [8]]),
        # pad_id is eos_id, and tokens that equal one of them.
        case(two, answers, eos_id=2, pad_id=2), case(long, replies, eos_id=0, pad_id=0),
        case(one, [[5]], eos_id=3, pad_id=3), case([[3], [4, 5, 6]], [[7], [8]], pad_id=2),
        case([[0, 4], [5]], [[0, 6], [7, 0]]), case([[3, 0, 0]], [[0]]), case([[0]], [[0, 5, 0]]),
        case([[2, 4], [5, 2]], [[6, 2, 7], [8]]), case([[2]], [[2, 2]], pad_id=2), case([[7]], [[2, 8]]), case(one, [[5, 2, 6]]),
        case(one, [[5, 2]]), case([[3], [4]], [[2], [5, 6, 2]]), case([[3]], [[2]], 9),
        # The response says what the prompt said.
        case([[3, 4]], [[3, 4]]), case([[5, 5, 5]], [[5, 5]]), case([[3], [4, 6]], [[3, 3], [6, 4, 5]]),
        # Another ignore_index.
        case(two, answers, ignore_index=-1), case(long, replies, 4, ignore_index=-7),
        case([[3, 4], [5]], [[6], [7, 8]], ignore_index=0), case(one, [[5]], ignore_index=-1),
        case([list(range(10, 40)), [7]], [list(range(50, 90)), [8]], 64),
    ]  # fmt: skip


@exercise.scenario
def three_tensors(solution, **arguments) -> dict:
    inputs, labels, mask = solution(**arguments)
    return {"inputs": inputs, "labels": labels, "mask": mask}


@exercise.law(examples=10)
def the_last_prompt_position_has_the_first_response_token_as_label(
    solution, prompts, responses, eos_id, pad_id
):
    """There the model stops reading and starts to speak; one place off, and it never learns to
    begin.
    """
    _, labels, _ = solution(prompts, responses, eos_id, pad_id, 100)
    pairs = [(i, len(p) - 1) for i, p in enumerate(prompts) if p]
    if not pairs:
        skip()
    got = {f"row {i}, position {j}": labels[i, j].item() for i, j in pairs}
    want = [([*responses[i], eos_id])[0] for i, _ in pairs]
    same(got, dict(zip(got, want, strict=True)), "The labels")


@exercise.law(examples=10)
def live_labels_are_the_response_and_the_eos(solution, prompts, responses, eos_id, pad_id):
    """Nothing else is to be learnt: not the prompt, not the padding, but when to stop, yes."""
    _, labels, _ = solution(prompts, responses, eos_id, pad_id, 100, -5)
    live = [[t for t in row if t != -5] for row in labels.tolist()]
    both = zip(prompts, responses, strict=True)
    want = [[*r, eos_id] if p else [*r, eos_id][1:] for p, r in both]
    same(live, want, "The labels other than ignore_index, row by row, uncut")


@exercise.law(examples=10)
def padding_is_told_by_place_and_never_by_value(
    solution, prompts, responses, eos_id, max_len, ignore_index=-100
):
    """Many tokenisers pad with eos; whoever then compares values loses every real eos."""
    arguments = (prompts, responses, eos_id)
    _, labels, mask = solution(*arguments, 12345, max_len, ignore_index)
    for pad_id in (eos_id, 3):
        got = solution(*arguments, pad_id, max_len, ignore_index)
        same(got[1], labels, f"Labels with pad_id={pad_id}, against those with pad_id=12345")
        same(got[2], mask, f"The mask with pad_id={pad_id}, against that with pad_id=12345")


@exercise.law(examples=10)
def other_rows_add_nothing_but_padding(
    solution, prompts, responses, eos_id, pad_id, max_len, ignore_index=-100
):
    """An example has the same loss whichever batch it is in."""
    rest = (eos_id, pad_id, max_len, ignore_index)
    alone = solution([[3, 4]], [[5]], *rest)
    among = solution([*prompts, [3, 4]], [*responses, [5]], *rest)
    width = alone[0].shape[1]
    for name, one, many in zip(("inputs", "labels", "mask"), alone, among, strict=True):
        same(many[-1:, :width], one, f"The {name} of prompt [3, 4], response [5], in a batch")
    holds(not bool(among[2][-1, width:].any()), "The mask is True behind the end of the row.")


def unequal_lists() -> list[dict]:
    lists = [([[3]], []), ([], [[3]]), ([[3], [4]], [[5]]), ([[3]], [[4], [5]]), ([[], []], [[]])]
    return [{"prompts": p, "responses": r} for p, r in lists]


@exercise.law(edges=unequal_lists)
def lists_of_different_lengths_raise_value_error(solution, prompts, responses):
    """Pairs that do not match are a bug in the data, and would train on the wrong answers."""
    must_raise(ValueError, solution, prompts, responses, 2, 0, 8)


def empty_batches() -> list[dict]:
    return [{"max_len": n} for n in (1, 4, 8)]


@exercise.law(edges=empty_batches)
def an_empty_batch_raises_value_error(solution, max_len):
    """A batch of nothing has no loss; the caller should hear of it here."""
    must_raise(ValueError, solution, [], [], 2, 0, max_len)


def short_limits() -> list[dict]:
    pairs = ([[3, 4]], [[5]]), ([[3], [4, 5]], [[6], [7]])
    return [{"prompts": p, "responses": r, "max_len": n} for p, r in pairs for n in (0, -1, -2, -9)]


@exercise.law(edges=short_limits)
def max_len_below_1_raises_value_error(solution, prompts, responses, max_len):
    """Rows of no token have nothing to learn from; a negative limit would cut from the wrong end."""
    must_raise(ValueError, solution, prompts, responses, 2, 0, max_len)


exercise.mistake(
    "masks_one_too_many",
    "You also ignore the label at the last prompt position, which is the first response token; "
    "only len(prompt) - 1 labels belong to the prompt.",
    swap={"max(len(prompt) - 1, 0)": "len(prompt)"},
)
exercise.mistake(
    "masks_one_too_few",
    "You train on the last prompt token: labels are moved by one, so len(prompt) - 1 of them "
    "belong to the prompt.",
    swap={"max(len(prompt) - 1, 0)": "max(len(prompt) - 2, 0)"},
)
exercise.mistake(
    "prompt_not_masked",
    "The prompt's tokens are live labels; replace them by ignore_index.",
    swap={"hidden = min(max(len(prompt) - 1, 0), len(target))": "hidden = 0"},
)
exercise.mistake(
    "prompt_masked_by_value",
    "You ignore every label that occurs in the prompt; a response may repeat the prompt's tokens. "
    "Go by place.",
    swap={
        "labels.append([ignore_index] * hidden + target[hidden:])": (
            "labels.append([ignore_index if t in prompt else t for t in target])"
        )
    },
)
exercise.mistake(
    "empty_prompt_from_the_end",
    "With an empty prompt len(prompt) - 1 is -1, and a slice up to -1 takes nearly all labels; it "
    "must take none.",
    swap={"min(max(len(prompt) - 1, 0), len(target))": ("len(target[: len(prompt) - 1])")},
)
exercise.mistake(
    "empty_prompt_hides_a_label",
    "With an empty prompt you ignore the first label; it is the second response token, and live.",
    swap={"max(len(prompt) - 1, 0)": "(max(len(prompt) - 1, 0) if prompt else 1)"},
)
exercise.mistake(
    "hides_more_than_there_is",
    "Where the cut falls inside the prompt you put more ignored labels than there are inputs.",
    swap={"min(max(len(prompt) - 1, 0), len(target))": "max(len(prompt) - 1, 0)"},
)
exercise.mistake(
    "no_shift",
    "Your labels are the inputs themselves; the label at j is the token after input j.",
    swap={
        "target = sequence[1:]": "target = sequence[:-1]",
        "max(len(prompt) - 1, 0)": "len(prompt)",
    },
)
exercise.mistake(
    "no_eos",
    "The eos_id is missing at the end of the sequence, so the model never learns to stop.",
    swap={"[*prompt, *response, eos_id]": "[*prompt, *response]"},
)
exercise.mistake(
    "eos_only_if_missing",
    "You leave the eos_id out where the response ends with it; it is always added.",
    swap={
        "sequence = [*prompt, *response, eos_id]": (
            "sequence = ([*prompt, *response] + ([] if response[-1:] == [eos_id] else [eos_id]))"
        )
    },
)
exercise.mistake(
    "stops_at_first_eos",
    "You drop what the response says behind an eos_id of its own; all its tokens are real, and one "
    "eos_id is added at the end.",
    swap={
        "[*prompt, *response, eos_id]": (
            "[*prompt, *response[: [*response, eos_id].index(eos_id)], eos_id]"
        )
    },
)
exercise.mistake(
    "eos_kept_when_cut",
    "You put the eos_id at the end of a row that was cut; a cut row just ends.",
    swap={"target = sequence[1:]": ("sequence[-1] = eos_id\n        target = sequence[1:]")},
)
exercise.mistake(
    "cut_one_too_short",
    "You cut the sequence to max_len tokens; it is max_len + 1, since inputs and labels each lack "
    "one.",
    swap={"[: max_len + 1]": "[: max_len]"},
)
exercise.mistake(
    "truncates_from_left",
    "You keep the LAST max_len + 1 tokens; keep the first.",
    swap={"[: max_len + 1]": "[-max_len - 1 :]"},
)
exercise.mistake(
    "prompt_kept_whole",
    "You cut the response only; a prompt longer than max_len + 1 is cut as well.",
    swap={
        "[*prompt, *response, eos_id][: max_len + 1]": (
            "[*prompt, *[*response, eos_id][: max(max_len + 1 - len(prompt), 0)]]"
        )
    },
)
exercise.mistake(
    "not_cut",
    "You do not cut the sequence to max_len + 1 tokens.",
    swap={"[: max_len + 1]": ""},
)
exercise.mistake(
    "left_pad",
    "You pad on the left; the padding goes to the right of each row.",
    swap={
        "row + [pad_id] * (width - len(row))": "[pad_id] * (width - len(row)) + row",
        "row + [ignore_index] * (width - len(row))": "[ignore_index] * (width - len(row)) + row",
        "j < len(row)": "j >= width - len(row)",
    },
)
exercise.mistake(
    "pad_trained",
    "You pad the labels with pad_id, so the model is trained to say padding; pad them with "
    "ignore_index.",
    swap={"row + [ignore_index] * (width - len(row))": "row + [pad_id] * (width - len(row))"},
)
exercise.mistake(
    "eos_masked_as_pad",
    "You ignore every label that equals pad_id: real tokens with that value, the eos above all, "
    "are lost. Go by place.",
    swap={"target[hidden:])": ("[ignore_index if t == pad_id else t for t in target[hidden:]])")},
)
exercise.mistake(
    "mask_by_value",
    "Your mask is inputs != pad_id; a real token may equal pad_id, so build the mask from lengths.",
    swap={
        "j < len(row) for j in range(width)": (
            "t != pad_id for t in row + [pad_id] * (width - len(row))"
        )
    },
)
exercise.mistake(
    "mask_of_live_labels",
    "Your mask tells which labels are live; it must be True on every real input, the prompt too.",
    swap={
        "[[j < len(row) for j in range(width)] for row in inputs]": (
            "[[t != ignore_index for t in row] + [False] * (width - len(row)) for row in labels]"
        )
    },
)
exercise.mistake(
    "pads_to_max_len",
    "You pad to max_len; pad to the longest row of this batch only.",
    swap={"width = max(len(row) for row in inputs)": "width = max_len"},
)
exercise.mistake(
    "ignore_index_fixed",
    "You write -100 whatever `ignore_index` is.",
    swap={"inputs, labels = [], []": "inputs, labels, ignore_index = [], [], -100"},
)
exercise.mistake(
    "no_pairing_check",
    "Lists of different lengths go through, and pairs are dropped in silence; raise ValueError.",
    swap={
        "if len(prompts) != len(responses):": "if False:",
        "strict=True": "strict=False",
        "width = max(len(row) for row in inputs)": "width = max((len(r) for r in inputs), default=0)",
    },
)
exercise.mistake(
    "no_empty_check",
    "An empty batch goes through; raise ValueError.",
    swap={
        "if len(prompts) == 0:": "if False:",
        "width = max(len(row) for row in inputs)": "width = max((len(r) for r in inputs), default=0)",
    },
)
exercise.mistake(
    "no_max_len_check",
    "A max_len below 1 goes through; raise ValueError.",
    swap={"if max_len < 1:": "if False:"},
)

exercise.walkthrough(r"""
## Where it comes from

A language model that has only read goes on writing in the manner of what it has read: after a question it
may well write another question. To make it answer, one shows it pairs of a prompt and a good response and
trains it further, with the same loss as before. Ouyang et al. (section 3.5) begin in this way: their first
model is fine-tuned on demonstrations that people wrote.

The prompt is there to be read. It is a condition of the response, not something to be imitated, and where
prompts are long most of the loss would be about them. So it is usual to take the loss on the response alone;
the paper on Llama 2 (section 3.1) says so in as many words. Nothing is taken out of the input for that. Only
the labels of the prompt are replaced by −100, the target that `training/cross_entropy` leaves out.

The rest is bookkeeping at two borders. The label at a position is the *next* token, so the first token of
the response is the label of the prompt's last position. And the response needs an end: without a token that
says so among the labels, the model never learns to stop.

## By hand

Prompt 3, 4, 5, response 6, 7, and 2 to end it. Inputs are the sequence without its last token, labels the
sequence without its first:

| position | 0 | 1 | 2 | 3 | 4 |
|---|---|---|---|---|---|
| input | 3 | 4 | 5 | 6 | 7 |
| next token | 4 | 5 | 6 | 7 | 2 |
| belongs to | prompt | prompt | response | response | end |
| label | −100 | −100 | 6 | 7 | 2 |

Three tokens of prompt hide two labels only: the last of them has to say 6.

```python
from grader.notebook import reference

sft_batch = reference("training/sft_labels")
sft_batch([[3, 4, 5]], [[6, 7]], eos_id=2, pad_id=0, max_len=10)
```

With max_len = 3 the sequence is cut to 3, 4, 5, 6: one live label is left, and no end is learnt.

```python
sft_batch([[3, 4, 5]], [[6, 7]], eos_id=2, pad_id=0, max_len=3)
```

## A picture

A batch of characters, ⏎ for the end. White is padding. Light positions are only read; at the dark ones the
label counts.

```python
from grader.notebook import show

pairs = [("2+2=", "4"), ("Capital of Peru?", "Lima"), ("Say hi.", "Hi there")]
prompts, responses = ([[ord(c) for c in text] for text in side] for side in zip(*pairs))
inputs, labels, mask = sft_batch(prompts, responses, ord("⏎"), ord("·"), 40)
live = labels != -100
picture = show(
    {"inputs": mask.int() + live, "labels": mask.int() + live}, rows="pair", columns="position"
)
for axes, tokens in zip(picture.figure.axes, (inputs, labels)):
    for row, column in mask.nonzero().tolist():
        token = int(tokens[row, column])
        dark = "white" if live[row, column] else "black"
        if token != -100:
            axes.text(column, row, chr(token), ha="center", va="center", color=dark, fontsize=8)
picture
```

The dark stretch begins at the last character of the prompt, where "4", "L" and "H" have to be said, and it
ends with the label ⏎, which is never an input.

## Traps

**One label too many hidden.** As many labels as the prompt has tokens: it looks natural, and the loss goes
down as it should, for all tokens of the responses but the first are learnt. How to begin an answer is not.

{{trap: masks_one_too_many}}

**Padding recognised by its value.** Many tokenisers have no token for padding, and one takes the one that
ends a text. Who then ignores every label that equals it loses all real ends as well. The loss is fine, and
the model talks until it is cut off.

{{trap: eos_masked_as_pad}}

**Moved once, or twice, or not at all.** Some libraries expect labels that stand at the same places as the
inputs, and move them by one themselves. Here they are to be moved already. With the wrong one of the two the
model learns to repeat its input, or to skip a token.

{{trap: no_shift}}

## What it costs

Padding is computed like anything else. How much of a batch is padding depends on which rows meet in it: here
512 pairs of very different lengths, in batches of 16, as they come and sorted by length.

```python
import torch

from grader.notebook import bars

torch.manual_seed(0)
lengths = (20 * torch.randn(512).exp()).long().clamp(2, 200).tolist()


def positions(lengths):
    kinds = torch.zeros(3, dtype=torch.long)
    for i in range(0, 512, 16):
        pairs = [([5] * (n // 2), [6] * (n - n // 2)) for n in lengths[i : i + 16]]
        _, labels, mask = sft_batch(*zip(*pairs), 2, 0, 200)
        kinds += torch.bincount((mask.int() + (labels != -100)).flatten(), minlength=3)
    return dict(zip(("padding", "read only", "label counts"), kinds.tolist()))


plans = {"as they come": positions(lengths), "sorted by length": positions(sorted(lengths))}
bars(plans, title="32 batches of 16 rows", up="positions")
```

Sorted, almost all of the padding is gone, at the price of batches that are all short or all long. In practice
one sorts within large random portions, or lays several pairs into one row.
""")
