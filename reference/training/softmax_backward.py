"""The gradient of cross-entropy.

Every training step of a language model begins with one gradient: that of the loss with respect to
the logits. It has a short formula, which one should be able to derive and to write down.

Given logits and the true classes, return the gradient of the mean cross-entropy, that is, of

    loss = mean over the N rows of -log softmax(logits[n])[targets[n]]

with respect to the logits. Compute it by formula; no autograd.

    logits: (N, V)     targets: (N,) of dtype long, 0 to V - 1     result: (N, V)

- N >= 1, V >= 1. Several rows may have the same target. No target is ignored.
- Logits may be large (1e4 and more, of either sign, and different from row to row): the result
  stays finite and right.
- The result has the dtype of logits and is as exact as it. Neither argument need be contiguous,
  and neither is modified.

Example: logits [[0, 0], [0, ln 3]] have the softmax [[1/2, 1/2], [1/4, 3/4]]. With targets [1, 0]
and N = 2 the gradient is [[1/4, -1/4], [-3/8, 3/8]].

Not allowed here: automatic differentiation (`backward`, `torch.autograd`, `torch.func`).
"""

import torch

from grader.words import AUTOGRAD, Draw, Exercise, grid, noise, same, shaped

exercise = Exercise(
    tier="B",
    level=2,
    minutes=12,
    needs=("training/cross_entropy",),
    banned=AUTOGRAD,
    source="Bridle 1990, Probabilistic Interpretation of Feedforward Classification Network "
    "Outputs, Neurocomputing, NATO ASI Series 68",
    hints=(
        "Write one row's loss as logsumexp(z) - z[target] and differentiate each part.",
        "The derivative of logsumexp is the softmax; that of z[target] is a one-hot row. What does "
        "the mean over rows add?",
        "Take the softmax of each row in the stable way, subtract 1 at each row's own target, "
        "then divide everything by the number of rows.",
    ),
    ask=(
        (
            "Derive it.",
            "loss = logsumexp(z) - z[t], so d loss / d z[j] = exp(z[j]) / sum exp(z) - [j = t] = "
            "p[j] - [j = t]; the mean over N rows divides it by N.",
        ),
        (
            "Why are softmax and cross-entropy one fused operation in every library?",
            "Alone, the logarithm of an underflowed softmax is minus infinity and its gradient is "
            "0 times infinity; together the terms cancel to p minus one-hot, which never exceeds "
            "1, and the V by V Jacobian is never built.",
        ),
        (
            "What is the Hessian of one row's loss?",
            "diag(p) - p pᵀ: the covariance of a draw from p, positive semidefinite, with the "
            "vector of ones in its null space; so the loss is convex in the logits.",
        ),
    ),
)


@exercise.solution
def cross_entropy_backward(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Gradient (N, V) of the mean cross-entropy of logits (N, V) with targets (N,), by formula."""
    n, v = logits.shape
    # Subtracting a row's maximum leaves its softmax as it is and keeps exp from overflowing.
    shifted = logits - logits.amax(dim=1, keepdim=True)  # (N, V)
    weights = shifted.exp()  # (N, V)
    probs = weights / weights.sum(dim=1, keepdim=True)  # (N, V)
    one_hot = targets[:, None] == torch.arange(v, device=logits.device)  # (N, V)
    # -log p[target] = logsumexp(z) - z[target]: softmax from the first term, one-hot from the other.
    return (probs - one_hot.to(probs.dtype)) / n


@exercise.inputs
def logits_and_targets(draw: Draw) -> dict:
    n, classes = draw.size(1, 5), draw.size(2, 5)
    styles = ("whole", "halves", "normal", "rising", "falling", "large")
    targets = shaped(draw.whole(n, high=classes - 1), draw.choice("contiguous", "strided"))
    return {
        "logits": draw.floats(n, classes, styles=styles, dtype=draw.dtype()),
        "targets": targets,
    }


@exercise.edges
def chosen_cases() -> list[dict]:
    halves = torch.tensor([[0.0, 0.0], [0.0, 3.0]]).double()
    apart = torch.tensor([[1.0, 0.0, -1.0], [-1.0, 0.0, 1.0]]).double()
    level = torch.tensor([[0.0, 1.0, 3.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]).double()
    far = level + torch.tensor([[0.0], [3000.0], [-10000.0]])
    equal = torch.zeros(3, 4).double()
    chosen = [
        (halves, [1, 0]), (grid(1, 3), [2]), (noise(1, 1), [0]), (noise(4, 1), [0] * 4),
        (equal, [2, 2, 2]), (equal, [0, 1, 1]), (grid(4, 3), [1, 1, 1, 1]), (grid(3, 3), [0, 1, 2]),
        (grid(5, 2), [0, 1, 0, 0, 1]), (grid(2, 6), [1, 0]), (grid(3, 6), [2, 0, 2]),
        # Far from zero, and far from each other; the right class nearly certain.
        (1e4 * apart, [1, 0]), (1e4 * apart, [0, 2]), (1e30 * apart, [2, 2]),
        (1e30 * apart.float(), [1, 2]), (level + 1e4, [2, 0, 1]), (level - 1e4, [1, 1, 0]),
        (level - 1e4, [0, 0, 2]), (far, [0, 1, 2]), (far, [2, 2, 0]), (far, [1, 1, 1]),
        (20 * apart, [0, 2]), (20 * apart, [2, 1]),
        (noise(3, 4).bfloat16(), [0, 3, 3]), (noise(2, 3).half(), [1, 0]),
        (noise(4, 3, seed=1).half(), [1, 2, 0, 1]), (noise(300, 7), [i % 6 for i in range(300)]),
        (noise(6, 260, seed=2), [259, 0, 7, 7, 100, 130]),
    ]  # fmt: skip
    return [{"logits": z, "targets": torch.tensor(t)} for z, t in chosen]


def central_differences(logits, targets):
    """The gradient of the loss by moving each logit a little up and down."""

    def loss(z):
        return -z.log_softmax(1)[torch.arange(len(targets)), targets].mean()

    step, found = 1e-4, torch.zeros_like(logits)
    for place in range(logits.numel()):
        moved = torch.zeros(logits.numel(), dtype=logits.dtype)
        moved[place] = step
        moved = moved.reshape(logits.shape)
        found.view(-1)[place] = (loss(logits + moved) - loss(logits - moved)) / (2 * step)
    return found


def small_cases(draw: Draw) -> dict:
    n, classes = draw.size(1, 3), draw.size(2, 4)
    return {
        "logits": draw.floats(n, classes, styles=("whole", "normal"), layouts=("contiguous",)),
        "targets": draw.whole(n, high=classes - 1),
    }


@exercise.law(inputs=small_cases, examples=6)
def it_is_how_much_the_loss_moves(solution, logits, targets):
    """A gradient says how the loss changes when one logit moves a little; this check needs no
    calculus.
    """
    want = central_differences(logits, targets).float()
    same(solution(logits, targets).float(), want, "Against (loss(z + h) - loss(z - h)) / 2h")


@exercise.law(examples=6)
def rows_sum_to_zero(solution, logits, targets):
    """Moving all logits of a row together changes no probability, so the gradient has no part in
    that direction.
    """
    got = solution(logits, targets)
    same(got.sum(1), torch.zeros_like(got[:, 0]), "The sums of the rows")


@exercise.law(examples=6)
def only_the_target_pulls_upwards(solution, logits, targets):
    """Descent raises the target's logit (gradient at most 0) and lowers all others."""
    got = solution(logits, targets)
    is_target = torch.nn.functional.one_hot(targets, logits.shape[1]).bool()
    holds_down = torch.where(is_target, got.clamp(max=0), got.clamp(min=0))
    same(got, holds_down, "With the wrong signs set to 0")


@exercise.law(examples=6)
def adding_a_number_to_a_row_changes_nothing(solution, logits, targets):
    """The loss sees differences of logits only, and so does its gradient."""
    shift = 1000.0 * torch.arange(len(targets))[:, None] - 500.0
    want = solution(logits, targets).double()
    got = solution(logits.double() + shift, targets)
    same(got.to(logits.dtype), want.to(logits.dtype), "After adding another number to each row")


@exercise.law(examples=6)
def each_row_depends_on_itself_alone(solution, logits, targets):
    """Rows meet only in the mean: alone, a row has N times the gradient."""
    n = len(targets)
    want = solution(logits[:1], targets[:1]) / n
    same(solution(logits, targets)[:1], want, f"Row 0 of {n}, against row 0 alone divided by {n}")


exercise.mistake(
    "no_mean",
    "You return the gradient of the sum; that of the mean is divided by N.",
    swap={") / n": ")"},
)
exercise.mistake(
    "only_the_softmax_divided",
    "You divide the softmax by N but not the one-hot part; the mean divides both.",
    swap={"(probs - one_hot.to(probs.dtype)) / n": "probs / n - one_hot.to(probs.dtype)"},
)
exercise.mistake(
    "only_the_one_hot_divided",
    "You divide the one-hot part by N but not the softmax; the mean divides both.",
    swap={"(probs - one_hot.to(probs.dtype)) / n": "probs - one_hot.to(probs.dtype) / n"},
)
exercise.mistake(
    "divides_by_nv",
    "You divide by all N x V entries; the mean is over the N rows.",
    swap={") / n": ") / (n * v)"},
)
exercise.mistake(
    "divides_by_v",
    "You divide by V, the number of classes; the mean is over the N rows.",
    swap={") / n": ") / v"},
)
exercise.mistake(
    "one_hot_minus_p",
    "The sign is wrong: you return the direction of descent. The gradient is p minus one-hot.",
    swap={"(probs - one_hot.to(probs.dtype))": "(one_hot.to(probs.dtype) - probs)"},
)
exercise.mistake(
    "softmax_over_rows",
    "Your softmax runs over the rows (dimension 0); each row has a softmax over its V classes.",
    swap={
        "logits.amax(dim=1, keepdim=True)": "logits.amax(dim=0, keepdim=True)",
        "weights.sum(dim=1, keepdim=True)": "weights.sum(dim=0, keepdim=True)",
    },
)
exercise.mistake(
    "no_softmax",
    "You subtract the one-hot rows from the logits themselves; take their softmax first.",
    swap={"(probs - one_hot.to(probs.dtype))": "(logits - one_hot.to(probs.dtype))"},
)
exercise.mistake(
    "one_hot_missing",
    "You return the softmax without subtracting 1 at the targets: that is the gradient of "
    "logsumexp alone.",
    swap={"(probs - one_hot.to(probs.dtype))": "probs"},
)
exercise.mistake(
    "one_at_all_targets",
    "You subtract 1 in every row at ALL targets (`p[:, targets]`); row n loses it at targets[n] "
    "only.",
    swap={
        "one_hot = targets[:, None] == torch.arange(v, device=logits.device)": (
            "one_hot = torch.isin(torch.arange(v), targets).expand(n, v)"
        )
    },
)
exercise.mistake(
    "target_entry_only",
    "You fill in the targets' entries only; the other classes have the gradient p / N.",
    swap={"(probs - one_hot.to(probs.dtype))": "(probs - 1) * one_hot"},
)
exercise.mistake(
    "full_jacobian_only",
    "This is the target's row of the softmax Jacobian, the gradient of p[target]; the loss is "
    "-log p[target], so divide by -p[target] as well.",
    swap={
        "(probs - one_hot.to(probs.dtype))": (
            "probs.gather(1, targets[:, None]) * (one_hot.to(probs.dtype) - probs)"
        )
    },
)
exercise.mistake(
    "p_times_one_minus_p",
    "p (1 - p) is the diagonal of the softmax Jacobian alone; with the logarithm the whole "
    "gradient becomes p minus one-hot.",
    swap={"(probs - one_hot.to(probs.dtype))": "(probs * (1 - probs))"},
)
exercise.mistake(
    "gradient_of_minus_p",
    "This is the gradient of -p[target]; the loss has a logarithm, so divide by p[target] as well.",
    swap={
        "(probs - one_hot.to(probs.dtype))": (
            "probs.gather(1, targets[:, None]) * (probs - one_hot.to(probs.dtype))"
        )
    },
)
exercise.mistake(
    "softmax_derived_twice",
    "p minus one-hot already is the gradient with respect to the logits; you send it through the "
    "Jacobian of the softmax once more.",
    swap={
        "(probs - one_hot.to(probs.dtype))": (
            "(g := probs - one_hot.to(probs.dtype), probs * (g - (probs * g).sum(1, True)))[1]"
        )
    },
)
exercise.mistake(
    "diagonal_on_top",
    "p minus one-hot already is the gradient with respect to the logits; do not multiply it by "
    "p (1 - p).",
    swap={
        "(probs - one_hot.to(probs.dtype))": (
            "((probs - one_hot.to(probs.dtype)) * probs * (1 - probs))"
        )
    },
)
exercise.mistake(
    "log_softmax_for_softmax",
    "You subtract the one-hot rows from LOG-probabilities; the derivative of logsumexp is the "
    "softmax itself.",
    swap={"(probs - one_hot.to(probs.dtype))": "(probs.log() - one_hot.to(probs.dtype))"},
)
exercise.mistake(
    "exp_without_shift",
    "You exponentiate the logits as they are, which overflows or vanishes; subtract each row's "
    "maximum first.",
    swap={"logits - logits.amax(dim=1, keepdim=True)": "logits"},
)
exercise.mistake(
    "one_maximum_for_all_rows",
    "You subtract the largest of ALL logits, so rows far below it vanish; each row needs its own "
    "maximum.",
    swap={"logits.amax(dim=1, keepdim=True)": "logits.max()"},
)
exercise.mistake(
    "computed_in_float32",
    "Your result is float32 whatever the logits are; it must have their dtype and precision.",
    swap={"shifted = logits - ": "shifted = logits.float() - "},
)
exercise.mistake(
    "rounded_through_float32",
    "You compute in float32 and cast back, so float64 logits lose half their digits; stay in their "
    "dtype, or go wider.",
    swap={
        "shifted = logits - ": "shifted = logits.float() - ",
        "(probs - one_hot.to(probs.dtype)) / n": (
            "((probs - one_hot.to(probs.dtype)) / n).to(logits.dtype)"
        ),
    },
)

exercise.walkthrough(r"""
## Where it comes from

Backpropagation needs a beginning: how does the loss change when one logit changes? Everything that a
model learns, in every layer, is this first gradient carried further back.

Bridle, to whom the name softmax goes back, proposed two things together in 1990: to score a
classifier by the probability of the right class instead of a squared error, and to get the
probabilities by normalised exponentials. Together the two have a gradient far simpler than softmax
has alone. Its formula is so short that libraries have loss and softmax as one operation, and that
an interviewer may ask for it on a whiteboard. It is worth deriving once: one row's loss is a
difference of two terms, and each has a derivative that you know.

Before you derive it you can measure it. A derivative is what the loss does when its argument moves a
little, and for that you need no calculus, only a loss to call.

## By hand

One row with the logits 0 and ln 3, so its probabilities are 1/4 and 3/4; the target is class 0, and the
loss is −ln 1/4 = 1.38629. Move one logit at a time by 0.1, for which a pocket calculator will do:

| moved up by 0.1 | p of the target | loss | change of the loss, divided by 0.1 |
|---|---|---|---|
| logit 0 | 1.1052 / 4.1052 = 0.26921 | 1.31225 | −0.740 |
| logit 1 | 1 / 4.3155 = 0.23172 | 1.46222 | +0.759 |

With smaller moves both come nearer to 0.75 in size. The first is negative: more of the target's logit
lowers the loss. The two cancel, since moving both logits together changes no probability at all.

```python
import torch

from grader.notebook import reference

gradient = reference("training/softmax_backward")
row = torch.tensor([[1.0, 3.0]]).log()
gradient(row, torch.tensor([0]))
```

With a second row the loss is a mean of two, and each row counts half.

```python
gradient(torch.tensor([[1.0, 3.0], [1.0, 1.0]]).log(), torch.tensor([0, 0]))
```

## A picture

Four guesses among five classes, each a batch of its own; the target is class 2 every time. A step of
descent raises the logits in blue, where the gradient is negative, and lowers those in red.

```python
from grader.notebook import show

names = ["sure and right", "no idea", "between two", "sure and wrong"]
logits = torch.tensor([[0, 0, 5, 0, 0], [0, 0, 0, 0, 0], [0, 4, 4, 0, 0], [7, 0, 0, 0, 0]])
target = torch.tensor([2])
rows = torch.cat([gradient(row[None].double(), target) for row in logits])
picture = show(rows, "Gradient of the loss", rows=names, columns="class")
picture.axes.images[0].set(cmap="coolwarm", clim=(-1.5, 1.5))
picture
```

Each row adds up to 0. Only the target is pulled up, as strongly as all the others together are pushed
down, and the class that had most of the probability is pushed most. The size says how wrong the guess was:
almost 0 in the first row, and in the last almost 1, beyond which it never goes.

## Traps

**Gradient of the sum.** The rows look right, each taken alone, and a test with a single row passes. In
training it acts as a learning rate N times as large; under Adam, which divides by the gradient's size, not
even that shows.

{{trap: no_mean}}

**Gradient of the wrong function.** Who differentiates the probability and forgets the logarithm gets the
same signs and rows that sum to 0, so it looks plausible. But it carries a factor p of the target: where the
model is surely wrong, p is almost 0, and nothing is learnt.

{{trap: gradient_of_minus_p}}

**Plain exponentials.** e to the 89 is too large for float32, and e to the 710 for float64. Logits of a
fresh model are small, so this one waits until the training goes astray, when one least wants another NaN.

{{trap: exp_without_shift}}

## How to check a gradient

Never trust a formula that you have not measured. Move a logit up by h and down by h, and divide the
difference of the losses by 2h. How small should h be?

```python
from grader.notebook import curve

loss, target = reference("training/cross_entropy"), torch.tensor([1])
steps = [10.0**-k for k in range(1, 12)]


def error(dtype, h):
    z = torch.randn(1, 4, generator=torch.Generator().manual_seed(0)).to(dtype)
    move = torch.tensor([[h, 0, 0, 0]], dtype=dtype)
    measured = (loss(z + move, target) - loss(z - move, target)) / (2 * h)
    return abs(float(measured - gradient(z.double(), target)[0, 0]))


types = {"float64": torch.float64, "float32": torch.float32}
lines = {name: [error(dtype, h) for h in steps] for name, dtype in types.items()}
curve(lines, x=steps, title="Measured against formula", across="h", up="difference", log=True)
```

From the right, h ten times smaller makes the error a hundred times smaller, until rounding takes over: of
a difference between two almost equal losses few digits are left. In float64 h = 1e-5 is about best, with
an error near 1e-11. In float32 no h comes anywhere near that, so check gradients in float64.
""")
