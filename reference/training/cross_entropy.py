"""Cross-entropy.

The loss that language models are trained with: how surprised is the model, on average, by the
token that really came?

Given one score per class (the logits) and the true class (the target) at every position, return
the mean of -log p[target] over the positions that count, where p is the softmax of the position's
logits over the V classes.

    logits: (..., V)     targets: (...) of dtype long     result: a tensor of shape ()

- Leading dimensions: zero or more, the same for both. All positions count alike: one mean over
  all of them, not a mean of means.
- A position whose target equals `ignore_index` (-100 unless given) does not count: it adds nothing
  to the sum, is not counted in the mean and gets zero gradient. `ignore_index` may be any whole
  number: negative, V or more, or the id of a real class.
- Every other target is a class, 0 to V - 1.
- If every target is ignored the result is 0, and `backward` works on it: all gradients are 0.
- Logits of any finite size, 1e30 too, give a finite and right loss and a finite gradient.
- The result has the dtype of logits, is as exact as it, and is differentiable in logits. Neither
  argument need be contiguous.

Example: logits [[0, 0], [0, 2], [5, 1]] and targets [0, 1, -100]. Row 0 has p = (1/2, 1/2) and a
loss of ln 2 = 0.6931, row 1 has a loss of ln(1 + e**-2) = 0.1269, row 2 does not count. The result
is their mean, 0.4100.

Not allowed here: torch's own loss (`F.cross_entropy`, `F.nll_loss`, `nn.CrossEntropyLoss`,
`nn.NLLLoss`). `log_softmax` and `logsumexp` are allowed.
"""

import math

import torch

from grader.words import Draw, Exercise, gradients, grid, holds, noise, same, shaped

exercise = Exercise(
    tier="A",
    level=1,
    minutes=12,
    banned=(
        "torch.nn.functional.cross_entropy",
        "torch.nn.functional.nll_loss",
        "torch.nn.CrossEntropyLoss",
        "torch.nn.NLLLoss",
    ),
    source="Goodfellow, Bengio and Courville 2016, Deep Learning, section 6.2.2.3, "
    "deeplearningbook.org",
    hints=(
        "Work with log-probabilities from the start: a probability that has become 0 cannot be "
        "brought back by a logarithm.",
        "Look up each target's log-probability with `gather`. What will it look up where the "
        "target is no class at all?",
        "Put class 0 in place of the ignored targets before looking up, set the losses at these "
        "places to zero afterwards, and divide the sum by the number of targets that count, or by "
        "1 if there is none.",
    ),
    ask=(
        (
            "Why not the mean squared error for classification?",
            "Through a softmax its gradient vanishes where the model is surely wrong; that of "
            "cross-entropy is p minus one-hot, largest exactly there. Cross-entropy is also the "
            "negative log-likelihood, so minimising it is maximum likelihood.",
        ),
        (
            "What does label smoothing change?",
            "The target becomes a mixture of one-hot and uniform, so the logits are no longer "
            "pushed apart without limit; calibration often gets better.",
        ),
        (
            "Mean per token or mean per sequence?",
            "Per token every token weighs the same and long sequences dominate; per sequence the "
            "tokens of short ones weigh more. Language models are trained per token.",
        ),
    ),
)


@exercise.solution
def cross_entropy(
    logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = -100
) -> torch.Tensor:
    """Mean negative log-likelihood of the targets that are not ignore_index; 0 if there is none.

    logits (..., V), targets (...) long -> a scalar tensor.
    """
    live = targets != ignore_index  # (...)
    # An ignored target need not be a class. Read class 0 there; that loss is dropped below.
    classes = targets.where(live, 0)  # (...)
    log_probs = logits.log_softmax(dim=-1)  # (..., V)
    losses = -log_probs.gather(-1, classes[..., None])[..., 0]  # (...)
    # With nothing live this is 0 / 1: zero, and still part of the graph.
    return losses.where(live, 0).sum() / live.sum().clamp(min=1)


@exercise.inputs
def logits_and_targets(draw: Draw) -> dict:
    batch, classes = draw.batch(ranks=3), draw.size(2, 5)
    styles = ("whole", "halves", "normal", "rising", "falling", "large")
    logits = draw.floats(*batch, classes, styles=styles, dtype=draw.dtype())
    ignore_index = draw.choice(None, -100, -1, 0, 2, 255)
    targets = draw.whole(*batch, high=classes - 1)
    ignored = draw.booleans(*batch, share=draw.choice(0.0, 0.3, 0.6))
    targets[ignored] = -100 if ignore_index is None else ignore_index
    targets = shaped(targets, draw.choice("contiguous", "transposed", "strided", "expanded"))
    return case(logits, targets, ignore_index)


def case(logits, targets, ignore_index=None) -> dict:
    """A case; without `ignore_index` where the default is to be used."""
    chosen = {"logits": logits, "targets": torch.as_tensor(targets)}
    return chosen if ignore_index is None else {**chosen, "ignore_index": ignore_index}


@exercise.edges
def chosen_cases() -> list[dict]:
    no = -100
    three = torch.tensor([[0.0, 0.0], [0.0, 2.0], [5.0, 1.0]]).double()
    apart = torch.tensor([[1.0, 0.0, -1.0], [-1.0, 0.0, 1.0]]).double()
    level = torch.tensor([[0.0, 1.0, 3.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).double()
    far = level + torch.tensor([[0.0], [3000.0], [-10000.0]])
    return [
        case(three, [0, 1, no]),
        case(grid(4), 2), case(noise(1), 0), case(noise(3, 1), [0, 0, 0]),
        # Nothing is live.
        case(grid(1, 2).float(), [no]), case(grid(3).float(), no),
        case(grid(2, 3).float(), [no, no]), case(grid(2, 2, 3).float(), [[-1, -1]] * 2, -1),
        case(noise(2, 3), [1, 1], 1), case(noise(2, 4), [no, no]),
        # An ignored index that is a class, or beyond all of them.
        case(grid(4, 3, seed=1), [0, 1, 0, 2], 0), case(grid(4, 3, seed=2), [0, 1, 2, 2], 2),
        case(noise(5, 4), [1, 3, 3, 0, 1], 1), case(grid(3, 3, seed=3), [255, 1, 0], 255),
        case(grid(2, 3, seed=4), [1, 3], 3), case(grid(3, 4, seed=5), [-1, 3, 0], -1),
        case(grid(3, 4, seed=6), [2, -1, 3], -1), case(grid(3, 4, seed=7), [1, 1, no]),
        # Far from zero, and far from each other.
        case(1e4 * apart, [1, 0]), case(1e4 * apart, [0, 1]), case(1e4 * apart, [2, 2]),
        case(1e30 * apart, [1, 2]), case(1e30 * apart.float(), [2, 0]),
        case(1e30 * apart, [0, no]), case(1e300 * apart, [2, 1]),
        case(level + 1e4, [2, 0, 1]), case(level - 1e4, [1, 0, 2]), case(level + 1e4, [0, no, 1]),
        case(far, [0, 1, 2]), case(far, [2, 2, 0]), case(far, [no, 1, 1]), case(far, [1, 0, no]),
        case(40 * apart, [2, 1]), case(25 * apart, [1, 1]), case(25 * apart, [2, no]),
        # Sequences in which different numbers of targets count, and other dtypes.
        case(noise(2, 3, 4), [[1, no, no], [0, 3, 2]]), case(noise(3, 2, 5), [[4, no], [0, 1], [no, no]]),
        case(grid(2, 4, 3), [[0, no, 1, 2], [no, no, no, 1]]), case(noise(2, 1, 2, 130), [[[129, no]], [[3, 70]]]),
        case(noise(3, 4).bfloat16(), [0, no, 2]), case(noise(2, 2, 3).half(), [[0, 1], [no, 2]]),
        case(noise(40, 7, seed=1), torch.arange(40) % 7, 3),
    ]  # fmt: skip


@exercise.scenario
def loss_and_gradient(solution, **arguments) -> dict:
    seen = gradients(solution, ("logits",), **arguments)
    result = seen["result"]
    if isinstance(result, torch.Tensor) and not bool(result.isfinite().all()):
        # Nothing can be learnt from the gradient of a loss that is not a number.
        seen["gradient of logits"] = "not looked at, since the loss is not finite"
    return seen


@exercise.law(examples=6)
def positions_that_are_ignored_may_hold_anything(solution, logits, targets, ignore_index=-100):
    """Padding is ignored so that it has no say: neither in the sum nor in the count."""
    ignored = targets == ignore_index
    other = torch.where(ignored[..., None], 7 - 3 * logits, logits)
    want = solution(logits, targets, ignore_index)
    same(solution(other, targets, ignore_index), want, "With other logits where it is ignored")


def uniform_rows() -> list[dict]:
    return [
        {"classes": v, "level": c, "count": n}
        for v, c, n in ((2, 0.0, 1), (3, 0.0, 4), (5, -2.0, 3), (10, 1e4, 2), (1, 3.0, 2))
    ]


@exercise.law(edges=uniform_rows)
def equal_logits_cost_the_logarithm_of_v(solution, classes, level, count):
    """A model that knows nothing pays ln V a token: the first number to check in any training."""
    logits = torch.full((count, classes), level, dtype=torch.float64)
    want = torch.tensor(math.log(classes), dtype=torch.float64)
    same(solution(logits, torch.arange(count) % classes), want, f"With V = {classes}")


@exercise.law(examples=6)
def adding_a_number_to_a_row_changes_nothing(solution, logits, targets, ignore_index=-100):
    """Softmax sees differences only, so a row may be shifted, each by its own number."""
    shift = torch.arange(targets.numel()).reshape(targets.shape)[..., None] - 2.0
    want = solution(logits, targets, ignore_index)
    got = solution(logits.double() + shift, targets, ignore_index)
    same(got.to(logits.dtype), want, "After adding another number to each row")


@exercise.law(examples=6)
def renaming_the_classes_changes_nothing(solution, logits, targets, ignore_index=-100):
    """No class is special; only which of them is the target counts."""
    live = targets != ignore_index
    new = torch.where(live, logits.shape[-1] - 1 - targets, -7)
    want = solution(logits, targets, ignore_index)
    same(solution(logits.flip(-1), new, -7), want, "With the classes in reverse order")


@exercise.law(examples=6)
def gradients_of_a_row_sum_to_zero(solution, logits, targets, ignore_index=-100):
    """What the target's logit gains the others lose; an ignored row neither gains nor loses."""
    found = gradients(
        solution, ("logits",), logits=logits, targets=targets, ignore_index=ignore_index
    )
    gradient = found["gradient of logits"]
    holds(gradient is not None, "The result has no graph, so there is no gradient at all.")
    rows = gradient.sum(-1)
    same(rows, torch.zeros_like(rows), "The sums of the gradient over the classes")


exercise.mistake(
    "mean_over_all_positions",
    "You divide by the number of all positions; ignored ones must not be counted.",
    swap={"live.sum().clamp(min=1)": "live.numel()"},
)
exercise.mistake(
    "sum_not_mean",
    "You return the sum of the losses; divide it by the number of targets that count.",
    swap={" / live.sum().clamp(min=1)": ""},
)
exercise.mistake(
    "mean_of_sequence_means",
    "You average within each row and then over the rows, so tokens of short rows weigh more; take "
    "one mean over all targets that count.",
    swap={
        "losses.where(live, 0).sum() / live.sum().clamp(min=1)": (
            "(losses.where(live, 0).sum(-1) / live.sum(-1).clamp(min=1)).mean()"
        )
    },
)
exercise.mistake(
    "nan_when_all_ignored",
    "With every target ignored you divide zero by zero; return 0 that still has a graph.",
    swap={"live.sum().clamp(min=1)": "live.sum()"},
)
exercise.mistake(
    "sign_flipped",
    "The sign is wrong: the loss is MINUS the log-probability.",
    swap={"losses = -log_probs": "losses = log_probs"},
)
exercise.mistake(
    "log_of_softmax",
    "You take the logarithm of a softmax that has rounded to 0; compute log-probabilities "
    "directly (logits minus their logsumexp).",
    swap={
        "logits.log_softmax(dim=-1)": "logits.softmax(dim=-1)",
        "-log_probs.gather(-1, classes[..., None])[..., 0]": (
            "-log_probs.gather(-1, classes[..., None])[..., 0].where(live, 1).log()"
        ),
    },
)
exercise.mistake(
    "log_of_all_probabilities",
    "You take the logarithm of a softmax that has rounded to 0, so the loss or its gradient is not "
    "finite; compute log-probabilities directly (logits minus their logsumexp).",
    swap={"logits.log_softmax(dim=-1)": "logits.softmax(dim=-1).log()"},
)
exercise.mistake(
    "eps_clamp",
    "You add a small number inside the logarithm: surprising targets then cost too little. "
    "Compute log-probabilities directly.",
    swap={"logits.log_softmax(dim=-1)": "(logits.softmax(dim=-1) + 1e-9).log()"},
)
exercise.mistake(
    "eps_clamp_1e_12",
    "You add 1e-12 inside the logarithm: surprising targets then cost too little. Compute "
    "log-probabilities directly.",
    swap={"logits.log_softmax(dim=-1)": "(logits.softmax(dim=-1) + 1e-12).log()"},
)
exercise.mistake(
    "probability_clamped",
    "You keep probabilities from going below 1e-9: surprising targets then cost too little, and "
    "have no gradient. Compute log-probabilities directly.",
    swap={"logits.log_softmax(dim=-1)": "logits.softmax(dim=-1).clamp(min=1e-9).log()"},
)
exercise.mistake(
    "probability_clamped_at_1e_12",
    "You keep probabilities from going below 1e-12: surprising targets then cost too little, and "
    "have no gradient. Compute log-probabilities directly.",
    swap={"logits.log_softmax(dim=-1)": "logits.softmax(dim=-1).clamp(min=1e-12).log()"},
)
exercise.mistake(
    "exp_without_shift",
    "You exponentiate the logits as they are, which overflows; subtract each row's maximum first.",
    swap={
        "logits.log_softmax(dim=-1)": "logits - logits.exp().sum(-1, keepdim=True).log()",
    },
)
exercise.mistake(
    "softmax_by_plain_exp",
    "You divide plain exponentials, which overflow or vanish; subtract each row's maximum first "
    "and stay with logarithms.",
    swap={
        "logits.log_softmax(dim=-1)": "(logits.exp() / logits.exp().sum(-1, keepdim=True)).log()",
    },
)
exercise.mistake(
    "one_maximum_for_all_rows",
    "You subtract the largest of ALL logits, so rows far below it vanish; each row needs its own "
    "maximum.",
    swap={
        "log_probs = logits.log_softmax(dim=-1)": (
            "logits = logits - logits.max()\n    "
            "log_probs = logits - logits.exp().sum(-1, keepdim=True).log()"
        ),
    },
)
exercise.mistake(
    "softmax_over_time",
    "Your softmax runs over the positions; it must run over the classes, the last dimension.",
    swap={"logits.log_softmax(dim=-1)": "logits.log_softmax(dim=-2)"},
)
exercise.mistake(
    "softmax_over_dimension_0",
    "Your softmax runs over dimension 0; it must run over the classes, the last dimension.",
    swap={"logits.log_softmax(dim=-1)": "logits.log_softmax(dim=0)"},
)
exercise.mistake(
    "softmax_over_dimension_1",
    "Your softmax runs over dimension 1, which holds the classes only for logits (N, V); use the "
    "last dimension.",
    swap={"logits.log_softmax(dim=-1)": "logits.log_softmax(dim=min(1, logits.ndim - 1))"},
)
exercise.mistake(
    "double_softmax",
    "You apply softmax twice: what goes into the log-softmax must be the logits.",
    swap={"logits.log_softmax(dim=-1)": "logits.softmax(dim=-1).log_softmax(dim=-1)"},
)
exercise.mistake(
    "ignore_index_fixed",
    "You compare with -100 whatever `ignore_index` is.",
    swap={"targets != ignore_index": "targets != -100"},
)
exercise.mistake(
    "ignored_by_sign",
    "You drop negative targets instead of those equal to `ignore_index`, which may be any number.",
    swap={"targets != ignore_index": "targets >= 0"},
)
exercise.mistake(
    "ignored_target_looked_up",
    "You look up the ignored targets as if they were classes; put a real class in their place "
    "first and drop their loss.",
    swap={"classes = targets.where(live, 0)": "classes = targets"},
)
exercise.mistake(
    "ignored_losses_added",
    "You read another class at the ignored positions, which is fine, but their losses stay in the "
    "sum; set them to 0.",
    swap={"losses.where(live, 0).sum()": "losses.sum()"},
)
exercise.mistake(
    "ignored_targets_wrapped_round",
    "You bring the ignored targets into range (-100 becomes -100 modulo V) and count the loss of "
    "that class; an ignored position adds nothing.",
    swap={
        "targets.where(live, 0)": "targets % logits.shape[-1]",
        "losses.where(live, 0).sum()": "losses.sum()",
    },
)
exercise.mistake(
    "writes_into_targets",
    "You replace the ignored targets in the caller's own tensor, so the next call no longer knows "
    "which they were; work on a copy.",
    swap={"classes = targets.where(live, 0)": "targets[~live] = 0\n    classes = targets"},
)
exercise.mistake(
    "detached",
    "Your result has no graph, so nothing can be trained with it; do not detach the logits.",
    swap={"logits.log_softmax(dim=-1)": "logits.detach().log_softmax(dim=-1)"},
)
exercise.mistake(
    "computed_in_float32",
    "Your result is float32 whatever the logits are; it must have their dtype and precision.",
    swap={"logits.log_softmax(dim=-1)": "logits.float().log_softmax(dim=-1)"},
)
exercise.mistake(
    "rounded_through_float32",
    "You compute in float32 and cast back: float64 logits lose half their digits, and large ones "
    "overflow. Stay in their dtype, or go wider.",
    swap={"logits.log_softmax(dim=-1)": "logits.float().log_softmax(dim=-1).to(logits.dtype)"},
)


@exercise.mistake(
    "ignore_index_gathered",
    "You index with the ignored targets as if they were classes: a negative one wraps round to a "
    "real class, another is out of range. Pick out the targets that count first.",
)
def _gathered(logits, targets, ignore_index=-100):
    flat, rows = logits.flatten(0, -2) if logits.ndim > 1 else logits[None], targets.flatten()
    losses = -flat.log_softmax(-1)[torch.arange(len(rows)), rows]
    live = rows != ignore_index
    return losses.where(live, 0).sum() / live.sum().clamp(min=1)


@exercise.mistake(
    "zero_without_graph",
    "With every target ignored you return a constant: `backward` fails on it. Return a zero that "
    "depends on the logits.",
)
def _constant(logits, targets, ignore_index=-100):
    if (targets == ignore_index).all():
        return torch.zeros((), dtype=logits.dtype)
    return cross_entropy(logits, targets, ignore_index)


exercise.walkthrough(r"""
## Where it comes from

A language model gives every token of its vocabulary a probability, and then one token comes. How badly
did it guess? Take the surprise, −ln p of the token that came: 0 for a token it was certain of, ln 2 for
the toss of a coin, without limit as p goes to 0. The probability of a text is the product of its tokens'
probabilities, so their surprises add. To make their sum small is to make the text as probable as the
model can, which is maximum likelihood.

What a model computes are logits, any real numbers, and softmax makes probabilities of them. *Deep
Learning*, section 6.2.2.3, says why this loss and softmax belong together: the logarithm of the one undoes
the exponential of the other. So a model that is surely wrong still gets a strong gradient, and nothing has
to overflow, as long as the two functions are not taken one after the other.

Practice adds a third matter. Batches have holes: padding, prompts that are not to be learnt. Such a
position has the target −100, which is no class, and must leave no trace, neither in the sum of the losses
nor in the number that it is divided by.

## By hand

Three positions, three classes. The logits are logarithms, so exponentiating gives whole numbers.

| position | logits | exponentials | target | p of the target | loss |
|---|---|---|---|---|---|
| 0 | ln 1, ln 1, ln 2 | 1, 1, 2 | 2 | 2/4 | ln 2 |
| 1 | ln 1, ln 3, ln 4 | 1, 3, 4 | 0 | 1/8 | ln 8 |
| 2 | ln 5, ln 1, ln 1 | 5, 1, 1 | −100 | | does not count |

The mean over the two that count is (ln 2 + ln 8) / 2 = ln 4 = 1.3863, as if the model had hesitated
between four equally likely tokens each time. Divided by three it would be 0.9242.

```python
import torch

from grader.notebook import reference

loss = reference("training/cross_entropy")
logits = torch.tensor([[1.0, 1.0, 2.0], [1.0, 3.0, 4.0], [5.0, 1.0, 1.0]]).log()
loss(logits, torch.tensor([2, 0, -100]))
```

## A picture

Two classes. The axis says how far the logit of the right class is ahead of the other one, or behind it
where it is negative. Beside the cross-entropy stands the squared error of the same probabilities.

```python
from grader.notebook import curve

ahead = torch.linspace(-8, 8, 81)
pairs = torch.stack([ahead, torch.zeros(81)], dim=1)
first = torch.tensor(0)  # the right class
p = pairs.softmax(dim=1)
curve(
    {
        "cross-entropy": [loss(pair, first) for pair in pairs],
        "squared error": ((p - torch.tensor([1.0, 0.0])) ** 2).sum(dim=1),
    },
    x=ahead,
    title="What a guess costs",
    across="how far the right class is ahead",
    up="loss",
)
```

On the left the model is surely wrong. Cross-entropy is almost a straight line of slope −1 there, the
strongest pull it ever has. The squared error is flat: a model trained with it learns least where it is
most wrong. On the right both are near 0.

## Traps

**Counting the holes.** Dividing by the number of all positions is right as long as nothing is ignored.
With padding the loss comes out too small, and the more padding the smaller. Nobody complains of a small
loss.

{{trap: mean_over_all_positions}}

**Keeping probabilities above a small number.** Softmax first, logarithm second: once a probability has been
rounded to 0 its loss is infinite. A floor under the probabilities makes that go away, and with it every
difference between bad and worse. It goes unnoticed while the logits stay close to each other.

{{trap: probability_clamped}}

```python
behind = torch.linspace(0, 60, 61)
pairs = torch.stack([-behind, torch.zeros(61)], dim=1)
floor = pairs.softmax(dim=1).clamp(min=1e-9)
curve(
    {"right": [loss(pair, first) for pair in pairs], "with a floor of 1e-9": -floor[:, 0].log()},
    x=behind,
    title="The same target, with and without a floor",
    across="how far the right class is behind",
    up="loss",
)
```

From −ln 1e-9 = 20.7 on, nothing costs more, and a flat line has no gradient to learn from.

**Nothing left.** A micro-batch whose targets are all ignored gives 0/0. It is rare, so a run goes well for
hours; then one NaN reaches every weight through the gradient.

{{trap: nan_when_all_ignored}}

## What it costs

The result is one number, but on the way every position has a number for every class. With 8 texts of 1024
tokens and the 50,257 classes of GPT-2 that is 412 million numbers, 1.65 GB in float32, for the logits
alone; their gradient is as large again. In a small model no other tensor comes near, so there are
implementations that go over the positions in pieces and never hold it all.
""")
