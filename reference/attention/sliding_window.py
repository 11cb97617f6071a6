"""Sliding-window attention.

Let each position look back a fixed distance only. The work and the cache of a layer then stop
growing with the text, and many layers on top of each other still reach far back.

Given q, k and v of one length T, return causal attention in which query i sees the last `window`
keys up to its own: the keys max(0, i - window + 1), ..., i and no other. Over these keys it is
softmax(q kᵀ / √d) v.

    q, k, v: (..., T, d)     window: an int     result: (..., T, d)

- A window of 1 is the position itself, so the result is v. A window of T or more is plain causal
  attention.
- window < 1 raises ValueError.
- Leading dimensions: zero or more, the same for q, k and v. All sizes are at least 1.
- The result has the dtype of q, k and v (float64, float32, bfloat16 or float16), is as exact as
  that dtype, and is differentiable in all three.
- Scores may be large (1e6 in float64), those of hidden keys too: the result stays right. No
  argument is modified or need be contiguous. How much work you do for hidden keys is not judged.

Example: with q and k all zeros every visible key has the same weight, so for window = 2 and
v = [[2], [4], [8], [10]] the result is [[2], [3], [6], [9]]: query 0 sees key 0 only, query 1 the
keys 0 and 1, query 2 the keys 1 and 2, query 3 the keys 2 and 3.

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import math

import torch

from grader.words import (
    FUSED_ATTENTION,
    Draw,
    Exercise,
    gradients,
    grid,
    must_raise,
    noise,
    same,
    shaped,
    skip,
)

exercise = Exercise(
    tier="B",
    level=2,
    minutes=15,
    needs=("attention/causal",),
    banned=FUSED_ATTENTION,
    source="Beltagy et al. 2020, Longformer: The Long-Document Transformer, section 3.1, "
    "arXiv:2004.05150",
    hints=(
        "Start from causal attention. Which of the keys that it shows must go as well?",
        "A key is hidden for one of two reasons: it comes later, or it is too far back. Write both "
        "as comparisons of positions.",
        "With i - j the distance of key j behind query i, the visible ones are those with a "
        "distance from 0 to window - 1. Fill all other scores with minus infinity before the "
        "softmax.",
    ),
    ask=(
        (
            "How big is the cache of a layer, and how is it kept?",
            "The keys and values of `window` tokens. A ring buffer does it: token t is written "
            "over place t mod window.",
        ),
        (
            "What are attention sinks, and why keep the first tokens?",
            "Softmax must put its weight somewhere; trained models park the spare weight on the "
            "first tokens. When a window drops them the weights shift and the text falls apart, so "
            "a few first tokens are kept visible.",
        ),
        (
            "How far back can the last of L layers see?",
            "Each layer adds window - 1 positions, so L (window - 1) + 1 positions in all.",
        ),
    ),
)


@exercise.solution
def sliding_window_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int
) -> torch.Tensor:
    """Attention in which query i sees the keys max(0, i - window + 1) .. i.

    q, k, v (..., T, d) -> (..., T, d); ValueError if window < 1.
    """
    if window < 1:
        raise ValueError(f"a window of {window} leaves nothing to see")
    t, d = q.shape[-2:]
    scores = q @ k.transpose(-2, -1) / math.sqrt(d)  # (..., T, T)
    position = torch.arange(t, device=q.device)
    behind = position[:, None] - position  # (T, T): how far key j lies behind query i
    visible = (behind >= 0) & (behind < window)
    scores = scores.masked_fill(~visible, -math.inf)
    return torch.softmax(scores, dim=-1) @ v  # (..., T, d)


@exercise.inputs
def sequences_and_windows(draw: Draw) -> dict:
    t, d, batch, dtype = draw.size(1, 7), draw.size(1, 4), draw.batch(), draw.dtype()
    styles = ("whole", "halves", "normal", "rising", "falling")
    return {
        "q": draw.floats(*batch, t, d, styles=styles, dtype=dtype),
        "k": draw.floats(*batch, t, d, styles=styles, dtype=dtype),
        "v": draw.floats(*batch, t, d, dtype=dtype),
        "window": draw.size(1, t + 1),
    }


def sequence(t, d, window, *batch, make=grid, **dtype) -> dict:
    q, k, v = (make(*batch, t, d, seed=seed, **dtype) for seed in (1, 2, 3))
    return {"q": q, "k": k, "v": v, "window": window}


@exercise.edges
def windows_that_separate() -> list[dict]:
    sizes = [(1, 2, 1), (3, 1, 2), (4, 2, 1), (4, 2, 2), (4, 3, 3), (4, 2, 4), (4, 2, 5), (5, 3, 2)]
    sizes += [(6, 2, 3), (6, 2, 5), (7, 4, 2), (7, 2, 4), (8, 3, 3), (3, 2, 60), (9, 2, 4)]
    zeros = [sequence(t, 1, w) for t, w in ((4, 2), (5, 3), (6, 2), (7, 3))]
    for case in zeros:
        case["q"], case["k"] = torch.zeros_like(case["q"]), torch.zeros_like(case["k"])
        case["v"] = torch.arange(1.0, case["v"].numel() + 1).double().square().reshape(-1, 1)
    many = [sequence(5, 3, w, *lead, make=noise) for w, *lead in ((2, 3), (3, 2, 4), (2, 1, 2))]
    half = [
        sequence(6, 3, 3, 2, make=noise, dtype=dtype) for dtype in (torch.bfloat16, torch.float16)
    ]
    long = [sequence(70, 3, w, make=noise) for w in (2, 33, 64)]
    # Every visible score is far below any modest number one might hide the others with.
    far = [sequence(t, 2, w) for t, w in ((2, 2), (3, 2), (4, 2), (4, 3))]
    for case in far:
        case["q"], case["k"] = 1e3 * (1 + case["q"] ** 2), -1e3 * (1 + case["k"] ** 2)
    # A key with a huge score leaves the window: its neighbours' weights must not underflow.
    loud = [sequence(t, 2, w) for t, w in ((4, 2), (6, 3))]
    for case in loud:
        case["q"], case["k"] = 1 + case["q"] ** 2, 1 + case["k"] ** 2
        case["k"][1] *= 1e4
    return zeros + [sequence(*size) for size in sizes] + many + half + long + far + loud + layouts()


def layouts() -> list[dict]:
    """Numbers lying in memory in other ways: as (B, T, H, d), as (B, H, d, T), repeated."""
    case, cases = sequence(4, 3, 2, 2, 5, make=noise), []
    for lay in (
        lambda x: x.transpose(1, 2).contiguous().transpose(1, 2),
        lambda x: shaped(x, "transposed"),
        lambda x: shaped(x, "expanded"),
    ):
        cases.append({name: lay(case[name]) for name in "qkv"} | {"window": 2})
    return cases


@exercise.scenario
def output_and_gradients(solution, q, k, v, window) -> dict:
    """Where scores are huge or rounding is coarse, right gradients differ: values alone."""
    given = {"q": q, "k": k, "v": v, "window": window}
    if q.element_size() < 4 or q.abs().max() * k.abs().max() > 1e3:
        return {"result": solution(**given)}
    return gradients(solution, ("q", "k", "v"), **given)


@exercise.law(examples=12)
def a_key_touches_the_next_window_outputs_only(solution, q, k, v, window, dice):
    """A query that sees one key too many, or one of the future, cannot be served from the cache."""
    if q.element_size() < 4 or q.abs().max() * k.abs().max() > 100:
        skip()
    j = dice.randrange(q.shape[-2])
    k2, v2 = k.clone(), v.clone()
    k2[..., j, :] += 1
    v2[..., j, :] -= 50
    change = (solution(q, k2, v2, window) - solution(q, k, v, window)).abs().amax(-1)
    touched = (change.reshape(-1, q.shape[-2]).amax(0) > 1e-3).nonzero().flatten().tolist()
    allowed = range(j, min(j + window, q.shape[-2]))
    extra = [i for i in touched if i not in allowed]
    same(extra, [], f"Outputs beyond {allowed.start} .. {allowed.stop - 1} that key {j} changes")


@exercise.law(examples=12)
def the_last_window_is_all_that_the_last_query_needs(solution, q, k, v, window):
    """A decoder keeps `window` keys and values and no more."""
    if q.element_size() < 4:
        skip()
    want = solution(q, k, v, window)[..., -1:, :]
    cut = [x[..., -window:, :] for x in (q, k, v)]
    same(solution(*cut, window)[..., -1:, :], want, f"Given only the last {window} positions")


@exercise.law(examples=12)
def a_window_of_one_returns_v(solution, q, k, v):
    """The smallest window holds the position itself, whatever the scores."""
    same(solution(q, k, v, 1), v, "With a window of 1")


@exercise.law(examples=12)
def a_window_as_long_as_the_text_is_causal_attention(solution, q, k, v):
    """A window hides nothing that is nearer than its width, so that no longer one differs."""
    t = q.shape[-2]
    want = solution(q, k, v, t)
    same(solution(q, k, v, t + 3), want, f"With a window of {t + 3} instead of {t}")


def stacks() -> list[dict]:
    sizes = [(9, 3, 2), (9, 2, 3), (10, 4, 2), (7, 1, 3)]
    return [{"x": noise(t, 2), "window": window, "layers": layers} for t, window, layers in sizes]


@exercise.law(edges=stacks)
def layers_reach_back_by_window_minus_one_each(solution, x, window, layers):
    """Information hops one window a layer: this is how a narrow window serves a long text."""
    reach = layers * (window - 1)
    want = list(range(len(x) - 1 - reach, len(x)))
    same(positions_felt(solution, x, window, layers), want, "Positions that the last output feels")


@exercise.rig
def positions_felt(solution, x, window, layers):
    """The positions of x with a gradient of the last output, through some layers."""
    x = x.detach().requires_grad_()
    y = x
    for _ in range(layers):
        y = solution(y, y, y, window)
    if not y.requires_grad:
        return []
    felt = torch.autograd.grad(y[-1].sum(), x)[0]
    return (felt != 0).any(-1).nonzero().flatten().tolist()


def empty_windows() -> list[dict]:
    return [
        sequence(t, 2, window)
        for window in (0, -1, -2)
        for t in ((1, 3, 4, 5) if not window else (1, 3))
    ]


@exercise.law(edges=empty_windows)
def a_window_below_one_raises_value_error(solution, q, k, v, window):
    """Softmax over no keys is NaN, which would come to light far from here."""
    must_raise(ValueError, solution, q, k, v, window)


VISIBLE = "(behind >= 0) & (behind < window)"

exercise.mistake(
    "off_by_one_wide",
    "Your window is one key too wide: query i sees `window` keys with its own, from i - window + 1.",
    swap={"behind < window": "behind <= window"},
)
exercise.mistake(
    "off_by_one_narrow",
    "Your window is one key too narrow: query i sees `window` keys with its own, from i - window "
    "+ 1.",
    swap={"behind < window": "behind < max(window - 1, 1)"},
)
exercise.mistake(
    "own_key_not_counted",
    "Your window leaves out the query's own key: it is the last of the `window` visible ones.",
    swap={VISIBLE: "(behind > 0) & (behind <= window) | (position[:, None] + position == 0)"},
)
exercise.mistake(
    "symmetric_window",
    "Your window reaches into the future as well; query i sees no key after i.",
    swap={VISIBLE: "behind.abs() < window"},
)
exercise.mistake(
    "window_only",
    "You hide what is too far back, but nothing that comes later; it must be causal too.",
    swap={VISIBLE: "behind < window"},
)
exercise.mistake(
    "window_ahead",
    "Your window is the wrong way round: it shows the next keys instead of the last ones.",
    swap={VISIBLE: "(behind <= 0) & (-behind < window)"},
)
exercise.mistake(
    "causal_only",
    "The window is not used: query i still sees keys before i - window + 1.",
    swap={VISIBLE: "behind >= 0"},
)
exercise.mistake(
    "window_from_the_start",
    "Your window stands still at the first keys; it must move along with the query.",
    swap={VISIBLE: "(behind >= 0) & (position < window)"},
)
exercise.mistake(
    "block_diagonal",
    "You cut the text into blocks of `window`; the window must slide: query i sees back to "
    "i - window + 1 across such borders.",
    swap={VISIBLE: "(behind >= 0) & (position[:, None] // window == position // window)"},
)
exercise.mistake(
    "mask_after_softmax",
    "You mask the weights after the softmax, so a row's weights no longer sum to 1; mask the "
    "scores before it.",
    swap={
        "    scores = scores.masked_fill(~visible, -math.inf)\n": "",
        "torch.softmax(scores, dim=-1) @": "torch.softmax(scores, dim=-1).masked_fill(~visible, 0) @",
    },
)
exercise.mistake(
    "no_scale",
    "The scores are not divided by the square root of d.",
    swap={" / math.sqrt(d)": ""},
)
exercise.mistake(
    "scale_by_d",
    "You divide the scores by d itself; it must be the square root of d.",
    swap={"math.sqrt(d)": "d"},
)
exercise.mistake(
    "fill_that_scores_reach",
    "You hide keys with a number that large scores reach; minus infinity is below all of them.",
    swap={"-math.inf": "-1e4"},
)
exercise.mistake(
    "no_check",
    "A window below 1 goes through without a ValueError; check that first.",
    swap={"if window < 1:": "if False:"},
)
exercise.mistake(
    "zero_allowed",
    "A window of 0 goes through: it shows no key at all, so it is an error like -1.",
    swap={"if window < 1:": "if window < 0:"},
)

exercise.walkthrough(r"""
## Where it comes from

Full attention lets each token look at all the others, so twice the text costs four times the work. Yet
most of what a token needs stands near it. A window keeps that: each query sees a fixed number of
neighbours, and the cost grows with the length only. Longformer (Beltagy et al. 2020, section 3.1) does
so for reading, with half of the window on each side; a model that writes looks to the left only.

What stands further back is not lost. Layers are stacked, and what a token has collected in one layer is
there for its successors to collect in the next. Mistral 7B (Jiang et al. 2023) has 32 layers and windows
of 4096: some 130 thousand tokens in the last layer.

## By hand

Four tokens of width 1 and a window of 2. All queries are 1, the keys are ln 1, ln 2, ln 1, ln 3, so
exponentiated scores are 1, 2, 1, 3 in each row. The values are 6, 3, 9, 1.

| query | sees keys | weights | result |
|---|---|---|---|
| 0 | 0 | 1 | 6 |
| 1 | 0, 1 | 1/3, 2/3 | 2 + 2 = 4 |
| 2 | 1, 2 | 2/3, 1/3 | 2 + 3 = 5 |
| 3 | 2, 3 | 1/4, 3/4 | 9/4 + 3/4 = 3 |

```python
import torch

from grader.notebook import reference

attend = reference("attention/sliding_window")
k = torch.tensor([[1.0], [2], [1], [3]]).log()
v = torch.tensor([[6.0], [3], [9], [1]])
attend(torch.ones(4, 1), k, v, 2)
```

A window of 4 is causal attention: the last row becomes (6 + 6 + 9 + 3)/7 = 24/7 = 3.43.

```python
attend(torch.ones(4, 1), k, v, 4)
```

## A picture

With the identity as values, the result is the weights. Queries and keys are zeros here, so that all
visible keys weigh the same and only the shape speaks. On the left, one layer with a window of 3. For
the other two, its output goes in as values once and twice more, as in a stack of layers: the last token
has something of 3, then of 5, then of 7 tokens, 2 more for each layer.

```python
from grader.notebook import show

zeros = torch.zeros(10, 10)
layers, reached = {}, torch.eye(10)
for depth in ("one layer", "two layers", "three layers"):
    reached = attend(zeros, zeros, reached, 3)
    layers[depth] = reached
show(layers, rows="token", columns="has something of token")
```

The numbers show the price of so wide a reach: what comes from its far end has a weight of 1/27 in
the third picture, where one layer gave each token that it sees 1/3. (The last token's own share has
fallen to 1/27 as well. In a real model a residual path carries it past each attention.)

## Traps

**One too many.** "Within a distance of `window`" counts the query's own key on top, so that window + 1
keys are seen. On random inputs the results differ little, and a cache that keeps `window` tokens then
lacks the oldest one that training has used.

{{trap: off_by_one_wide}}

**Both sides.** The picture in the paper is a band around the diagonal, as suits a model that reads a
finished text. Taken over for a model that writes, it shows each token the next ones, and the loss falls
to values that are too good to be true.

{{trap: symmetric_window}}

**Blocks.** Cutting the text into pieces of `window` is simple and fast, and the first piece is even
right. But the first token of each later piece has no past at all, and stacking layers does not help:
nothing ever crosses a border.

{{trap: block_diagonal}}

## What it costs

The mask alone saves nothing: written like causal attention, all T² scores are computed and most are
hidden. What a good kernel *can* skip is what the picture shows as white. Here is the number of weights
that are not zero, counted.

```python
from grader.notebook import curve


def visible(tokens, window):
    # How many weights are not zero.
    zeros = torch.zeros(tokens, tokens)
    return int((attend(zeros, zeros, torch.eye(tokens), window) > 0).sum())


lengths = [8, 16, 32, 64, 128, 256]
windows = {"causal": 256, "window of 32": 32, "window of 8": 8}
curve(
    {name: [visible(t, window) for t in lengths] for name, window in windows.items()},
    x=lengths,
    title="Scores that count",
    across="tokens T",
    up="visible pairs",
    log=True,
)
```

Where the window is longer than the text the lines agree. Beyond, a doubling of the text doubles the
work instead of multiplying it by four, and the cache stays at `window` tokens for good.
""")
