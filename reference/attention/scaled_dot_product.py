"""Scaled dot-product attention.

Each query asks all keys how well they fit, and collects the values by how well they do. Everything
else in a transformer is built around this one function.

Given queries q, keys k and values v, return softmax(q kᵀ / √d_k) v: the scores of one query with
all keys, divided by √d_k, go through a softmax over the keys, and the weights that come out
average the rows of v.

    q: (..., Tq, d_k)     k: (..., Tk, d_k)     v: (..., Tk, d_v)     result: (..., Tq, d_v)

- Leading dimensions: zero or more. Those of q, k and v broadcast as `@` broadcasts them. All sizes
  are at least 1.
- `mask` (bool, or None for no mask) broadcasts to the scores' shape (..., Tq, Tk). True means the
  query MAY attend to the key. A masked key has weight 0; the other weights of the row sum to 1.
- A query whose keys are all masked gives a row of zeros, not NaN. No gradient through that row is
  NaN or inf: it passes zeros to q, k and v.
- Scores may be large (1e8 in float32 and float64), those of masked keys too; the result is finite.
- The result has the dtype of q, k and v (float64, float32, bfloat16 or float16), is as exact as
  that dtype, and is differentiable in all three. No argument is modified or need be contiguous.
- q, k and v hold finite numbers, also where they are masked.

Example: q = [[2, 0, 0, 0]] and k = [[ln 3, 0, 0, 0], [0, 0, 0, 0]] give the scores 2 ln 3 / √4 =
ln 3 and 0, so the weights 3/4 and 1/4. With v = [[4], [8]] the result is [[5]]; with the mask
[[False, True]] it is [[8]], and with [[False, False]] it is [[0]].

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
    holds,
    noise,
    same,
    shaped,
    skip,
)

exercise = Exercise(
    tier="A",
    level=1,
    minutes=12,
    banned=FUSED_ATTENTION,
    source="Vaswani et al. 2017, Attention Is All You Need, section 3.2.1, arXiv:1706.03762",
    hints=(
        "Two matrix products with a softmax between them. Which axis of the scores counts the "
        "keys?",
        "Mask the scores before the softmax, so that what is left still sums to 1. Then ask what "
        "softmax makes of a row in which nothing is left.",
        "Fill masked scores with minus infinity and take the softmax over the last axis. A row of "
        "minus infinities gives NaN there: set the weight of every masked key to zero afterwards, "
        "which also stops the gradient.",
    ),
    ask=(
        (
            "Why the square root of d_k, and not d_k?",
            "A sum of d_k products of independent unit-variance numbers has variance d_k, so its "
            "standard deviation is the square root of d_k; dividing by that keeps scores near 1, "
            "where softmax is neither flat nor saturated.",
        ),
        (
            "What does it cost in memory, and which tensor dominates?",
            "The scores and the weights, Tq x Tk for each head and batch row; for long inputs they "
            "dwarf q, k and v, which grow with T only.",
        ),
        (
            "What changes in bfloat16?",
            "It keeps 8 significant bits: scores and the softmax's sum should be kept in float32, "
            "and only the weights rounded for the second product.",
        ),
    ),
)


@exercise.solution
def scaled_dot_product_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """softmax(q kᵀ / √d_k) v over the keys that the mask allows (True); zeros where it allows none.

    q (..., Tq, d_k), k (..., Tk, d_k), v (..., Tk, d_v), mask to (..., Tq, Tk) -> (..., Tq, d_v).
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., Tq, Tk)
    if mask is None:
        return torch.softmax(scores, dim=-1) @ v  # (..., Tq, d_v)
    scores = scores.masked_fill(~mask, -math.inf)
    weights = torch.softmax(scores, dim=-1)  # (..., Tq, Tk); NaN in a row with no key left
    weights = weights.masked_fill(~mask, 0.0)  # changes nothing in any other row
    return weights @ v  # (..., Tq, d_v)


STYLES = ("whole", "halves", "normal", "rising", "falling", "large")


@exercise.inputs
def queries_keys_values_and_mask(draw: Draw) -> dict:
    tq, tk, d_k, d_v = draw.size(1, 4), draw.size(1, 5), draw.size(1, 5), draw.size(1, 3)
    batch, dtype = draw.batch(), draw.dtype()
    case = {
        "q": draw.floats(*batch, tq, d_k, styles=STYLES, dtype=dtype),
        "k": draw.floats(*_some(draw, batch), tk, d_k, styles=STYLES, dtype=dtype),
        "v": draw.floats(*_some(draw, batch), tk, d_v, dtype=dtype),
    }
    if draw.flag():
        return case | {"mask": None}
    shape = _some(draw, (*batch, tq))
    return case | {"mask": draw.booleans(*shape, tk, share=draw.choice(0.8, 0.5))}


def _some(draw: Draw, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Sizes that broadcast to these: the same, some of them 1, or the first ones left out."""
    how = draw.choice("same", "same", "ones", "fewer")
    if how == "ones":
        return tuple(draw.choice(n, 1) for n in sizes)
    return sizes[draw.size(0, len(sizes)) :] if how == "fewer" else sizes


def visible(tq: int, tk: int, *batch: int, share: float = 0.6, seed: int = 0) -> torch.Tensor:
    """A random mask in which every query sees a key at least."""
    mask = noise(*batch, tq, tk, seed=seed).sigmoid() < share
    mask[..., torch.arange(tq), torch.arange(tq) % tk] = True
    return mask


def wholes(tq, tk, d_k, d_v, mask=None) -> dict:
    tensors = {"q": grid(tq, d_k, seed=1), "k": grid(tk, d_k, seed=2), "v": grid(tk, d_v, seed=3)}
    return tensors | {"mask": mask}


@exercise.edges
def cases_that_separate() -> list[dict]:
    sizes = [(2, 3, 4, 1), (3, 2, 3, 2), (3, 5, 4, 2), (4, 3, 2, 5), (1, 4, 3, 2)]
    plain = [wholes(*size) for size in sizes]
    masked = [wholes(*size, visible(*size[:2], seed=i)) for i, size in enumerate(sizes[1:])]
    return plain + masked + shapes_of_masks() + rows_without_a_key() + extremes()


def shapes_of_masks() -> list[dict]:
    """Masks that broadcast in every way; some stand for all queries, some for all heads."""
    plain = wholes(3, 4, 2, 5)
    heads = {"q": noise(2, 5, 3, 4), "k": noise(2, 5, 6, 4, seed=1), "v": noise(2, 5, 6, 2, seed=2)}
    full = visible(3, 6, 2, 5)
    shared = {"q": noise(4, 1, 3, 2), "k": noise(5, 6, 2, seed=1), "v": noise(6, 3, seed=2)}
    late = {"q": noise(3, 4), "k": noise(6, 4, seed=1), "v": noise(2, 6, 3, seed=2)}
    masks = (full, full[:, :1], full[0], full[0, :1], full[1, 2], full[:, :1, :1], full[0, 0, 0])
    return (
        [plain | {"mask": torch.tensor([True, False, True, True])}]
        + [plain | {"mask": torch.tensor([[False, True, False, True]])}]
        + [heads | {"mask": mask} for mask in masks]
        + [shared | {"mask": mask} for mask in (None, full[0])]
        + [late | {"mask": mask} for mask in (None, full[0, 0])]
        + [
            {name: shaped(tensor, layout) for name, tensor in heads.items()} | {"mask": full}
            for layout in ("transposed", "expanded")
        ]
        + [
            {
                name: tensor.transpose(1, 2).contiguous().transpose(1, 2)
                for name, tensor in heads.items()
            }
            | {"mask": full}
        ]
        + [
            {name: tensor.to(dtype) for name, tensor in heads.items()} | {"mask": mask}
            for dtype, mask in ((torch.bfloat16, None), (torch.float16, full))
        ]
    )


def rows_without_a_key() -> list[dict]:
    """Some queries see nothing; whole numbers, so that the mean of v is easy to recognise."""
    few = torch.tensor([[True, False], [False, False]])
    column = torch.tensor([[True], [False], [True]])
    many = visible(3, 4, 2)
    many[0, 1] = many[1, 0] = many[1, 2] = False
    batched = {"q": noise(2, 3, 2), "k": noise(2, 4, 2, seed=1), "v": noise(2, 4, 3, seed=2)}
    half = {name: tensor.half() for name, tensor in batched.items()}
    return [
        wholes(2, 2, 2, 1, few),
        wholes(2, 2, 3, 2, ~few),
        wholes(2, 2, 4, 3, few.flip(0)),
        wholes(3, 4, 2, 2, column),
        wholes(3, 5, 1, 2, ~column),
        batched | {"mask": many},
        half | {"mask": many},
    ]


def extremes() -> list[dict]:
    """Scores of 1e2 to 1e8, all of them, in one row only, or of a masked key only."""
    high = [wholes(2, 3, 2, 2), wholes(3, 4, 2, 1), wholes(3, 4, 3, 2, visible(3, 4))]
    high = [case | {"q": 1e3 * case["q"], "k": 1e4 * case["k"]} for case in high]
    low, hidden = [], []
    for t in (2, 3, 4):
        q, k, v = 1 + grid(t, 2) ** 2, 1 + grid(t, 2, seed=1) ** 2, grid(t, 2, seed=2)
        mask = torch.eye(t, dtype=torch.bool).roll(1, 0)
        low.append({"q": 1e3 * q, "k": -1e3 * k, "v": v, "mask": mask})
        loud = torch.ones(t, 1, dtype=torch.float64).index_fill(0, torch.tensor([t - 1]), 1e4)
        hidden.append({"q": q, "k": k * loud, "v": v, "mask": torch.arange(t) < t - 1})
        low.append({"q": q / loud, "k": 300 * k, "v": v, "mask": None})
    return high + low + hidden


@exercise.scenario
def output_and_gradients(solution, q, k, v, mask) -> dict:
    """Values and gradients; where a row has no key a law looks at these, and where scores are huge
    right formulas differ in the last digits of the score, so that they need only be finite.
    """
    given = {"q": q, "k": k, "v": v} | ({} if mask is None else {"mask": mask})
    if mask is not None and not mask.any(-1).all():
        return {"result": solution(**given)}
    found = gradients(solution, ("q", "k", "v"), **given)
    if q.abs().max() * k.abs().max() < 1e3:
        return found
    finite = [bool(found[f"gradient of {x}"].isfinite().all()) for x in "qkv"]
    return {"result": found["result"], "gradients of q, k and v are finite": finite}


def masks_with_empty_rows() -> list[dict]:
    return [
        *rows_without_a_key(),
        wholes(2, 3, 2, 2, torch.zeros(2, 3, dtype=torch.bool)),
        wholes(3, 2, 3, 1, torch.zeros(2, dtype=torch.bool)),
        wholes(1, 3, 2, 2, torch.zeros(1, 1, dtype=torch.bool)),
    ]


@exercise.law(edges=masks_with_empty_rows)
def a_row_without_keys_gives_zeros_and_no_gradient(solution, q, k, v, mask):
    """Padding makes such rows; one NaN in the output or a gradient ruins a whole training run."""
    mask = mask.expand(*q.shape[:-1], k.shape[-2])
    empty, unseen = ~mask.any(-1), ~mask.any(-2)
    found = gradients(solution, ("q", "k", "v"), q=q, k=k, v=v, mask=mask)
    found = {name: tensor for name, tensor in found.items() if tensor is not None}
    rows = found["result"][empty]
    holds(bool((rows == 0).all()), "The rows without keys are not exactly zero.", got=rows)
    finite = {name: bool(tensor.isfinite().all()) for name, tensor in found.items()}
    same(finite, dict.fromkeys(finite, True), "Whether all is finite")
    for name, gone in (("q", empty), ("k", unseen), ("v", unseen)):
        if f"gradient of {name}" in found:
            got = found[f"gradient of {name}"][gone]
            where = "rows without keys" if name == "q" else "keys that no query may see"
            same(got, torch.zeros_like(got), f"The gradient of {name} at {where}")


@exercise.law(examples=10)
def weights_sum_to_one(solution, q, k, v, mask):
    """The result is an average of values, so where all values are 1 it is 1."""
    if mask is not None and not mask.any(-1).all():
        skip()
    got = solution(q, k, torch.ones_like(v), mask)
    same(got, torch.ones_like(got), "With v all ones, the result")


@exercise.law(examples=10)
def the_order_of_the_keys_does_not_matter(solution, q, k, v, mask, dice):
    """Attention sees a set of keys: positions come in elsewhere."""
    order = dice.sample(range(k.shape[-2]), k.shape[-2])
    moved = mask if mask is None or mask.shape[-1] == 1 else mask[..., order]
    got = solution(q, k[..., order, :], v[..., order, :], moved)
    same(got, solution(q, k, v, mask), f"With keys, values and mask in the order {order}")


def one_masked_key() -> list[dict]:
    sizes = [(1, 2, 2, 1), (2, 3, 2, 2), (3, 4, 2, 1), (2, 4, 3, 2)]
    return [wholes(*size, torch.arange(size[1]) > 0) for size in sizes]


@exercise.law(edges=one_masked_key)
def what_a_masked_key_holds_does_not_matter(solution, q, k, v, mask):
    """A masked position must not be felt at all, however large the numbers in it."""
    k2, v2 = k.clone(), v.clone()
    k2[..., 0, :] = 1000 * (1 + q[..., 0, :])
    v2[..., 0, :] = -500
    want = solution(q, k, v, mask)
    same(solution(q, k2, v2, mask), want, "With other numbers in the masked key 0")


exercise.mistake(
    "no_scale",
    "The scores are not divided by the square root of d_k, the width of a query.",
    swap={" / math.sqrt(q.shape[-1])": ""},
)
exercise.mistake(
    "scale_by_d",
    "You divide the scores by d_k itself; it must be the square root of d_k.",
    swap={"math.sqrt(q.shape[-1])": "q.shape[-1]"},
)
exercise.mistake(
    "scale_by_dv",
    "You divide the scores by the square root of the values' width; the queries' width counts.",
    swap={"math.sqrt(q.shape[-1])": "math.sqrt(v.shape[-1])"},
)
exercise.mistake(
    "scale_by_number_of_keys",
    "You divide the scores by the square root of the number of keys; the width d_k counts.",
    swap={"math.sqrt(q.shape[-1])": "math.sqrt(k.shape[-2])"},
)
exercise.mistake(
    "mask_inverted",
    "You hide the keys whose mask is True; here True means that the query may attend.",
    swap={
        "scores = scores.masked_fill(~mask": "mask = ~mask\n    scores = scores.masked_fill(~mask"
    },
)
exercise.mistake(
    "mask_after_softmax",
    "You mask the weights after the softmax, so a row's weights no longer sum to 1; mask the "
    "scores before it.",
    swap={"scores.masked_fill(~mask, -math.inf)": "scores"},
)
exercise.mistake(
    "softmax_over_queries",
    "Your softmax runs over the queries; the weights of one query over all keys sum to 1.",
    swap={
        "torch.softmax(scores, dim=-1) @ v": "torch.softmax(scores, dim=-2) @ v",
        "weights = torch.softmax(scores, dim=-1)": "weights = torch.softmax(scores, dim=-2)",
        "masked_fill(~mask, 0.0)": "nan_to_num(0.0)",
    },
)
exercise.mistake(
    "masked_row_nan",
    "Where a query may see no key, softmax of nothing but minus infinity is NaN; such a row must "
    "give zeros.",
    swap={"weights.masked_fill(~mask, 0.0)": "weights"},
)
exercise.mistake(
    "masked_row_uniform",
    "A finite fill makes a row with no visible key an average of all values; it must give zeros.",
    swap={
        "-math.inf": "torch.finfo(scores.dtype).min",
        "weights.masked_fill(~mask, 0.0)": "weights",
    },
)
exercise.mistake(
    "mask_added_as_float",
    "You add the bool mask to the scores, which only adds 1 to visible ones; masked ones must go "
    "to minus infinity.",
    swap={
        "scores.masked_fill(~mask, -math.inf)": "scores + mask",
        "weights.masked_fill(~mask, 0.0)": (
            "weights.masked_fill(~mask.any(-1, keepdim=True), 0.0)"
        ),
    },
)
exercise.mistake(
    "masked_scores_set_to_zero",
    "You set masked scores to zero; zero is a score like any other, and its weight is not zero.",
    swap={
        "~mask, -math.inf": "~mask, 0.0",
        "weights.masked_fill(~mask, 0.0)": "weights",
    },
)
exercise.mistake(
    "mask_ignored",
    "The mask is not used.",
    swap={"if mask is None:": "if True:"},
)
exercise.mistake(
    "fill_that_scores_reach",
    "You hide keys with a number that large scores reach; minus infinity is below all of them.",
    swap={"-math.inf": "-1e4", "weights.masked_fill(~mask, 0.0)": (
        "weights.masked_fill(~mask.any(-1, keepdim=True), 0.0)"
    )},
)  # fmt: skip


@exercise.mistake(
    "no_maximum_subtracted",
    "Your softmax takes exponentials of the scores themselves, which overflow; subtract the row's "
    "largest visible score first.",
)
def _overflows(q, k, v, mask=None):
    weights = torch.exp(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]))
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    total = weights.sum(-1, keepdim=True)
    return (weights / total.masked_fill(total == 0, 1.0)) @ v


@exercise.mistake(
    "nan_repaired_after_the_fact",
    "You replace NaN in the result, but the gradient through that row is NaN all the same; keep "
    "the NaN from arising in the graph.",
)
def _repairs(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + torch.zeros_like(mask, dtype=q.dtype).masked_fill(~mask, -math.inf)
    return (torch.softmax(scores, dim=-1) @ v).nan_to_num(0.0)


@exercise.mistake(
    "nan_repaired_in_the_weights",
    "You replace NaN in the weights, but the gradient of softmax is NaN in that row all the same; "
    "keep the NaN from arising in the graph.",
)
def _repairs_weights(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores + torch.zeros_like(mask, dtype=q.dtype).masked_fill(~mask, -math.inf)
    return torch.softmax(scores, dim=-1).nan_to_num(0.0) @ v


@exercise.mistake(
    "empty_row_keeps_its_gradient",
    "Rows without keys are zero, but you put the zeros there past autograd, so v still gets a "
    "gradient through them; use where or masked_fill.",
)
def _past_autograd(q, k, v, mask=None):
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is None:
        return torch.softmax(scores, dim=-1) @ v
    scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    out = torch.softmax(scores, dim=-1) @ v
    return torch.where(mask.any(-1, keepdim=True), out, out - out.detach())


exercise.walkthrough(r"""
## Where it comes from

The first networks that translated squeezed the whole source sentence into one vector and wrote the
translation from that. Long sentences suffered. Attention (Bahdanau et al. 2014) lets the writer go
back: at each step it compares what it needs now, a *query*, with a *key* for each source word, and
collects a mixture of what stands there, the *values*. There a small network did the comparing. A dot
product does it too, and one matrix product serves all pairs at once; but it has a flaw that shows
when keys are wide.

Take the components of a query and a key as independent, with mean 0 and variance 1. Each of the d_k
products then has variance 1, and their sum has variance d_k. At d_k = 256 scores have a spread of
16, a softmax puts nearly all the weight on one key, and its gradient is almost 0: there is little
left to learn from. Dividing by √d_k brings the spread back to 1. That is the *scaled* in the name
(section 3.2.1 of the paper; the variance is a footnote there).

## By hand

Two queries, three keys, d_k = 4, so the scores are divided by 2. Each query has a single 2 in it,
which cancels that: query 0 reads the first number of each key, query 1 the second. The keys hold
logarithms, so that exponentiating gives whole numbers.

| scores | key 0 | key 1 | key 2 | weights |
|---|---|---|---|---|
| query 0 | ln 1 | ln 2 | ln 3 | 1/6, 2/6, 3/6 |
| query 1 | ln 2 | ln 1 | ln 1 | 2/4, 1/4, 1/4 |

With the values [6, 0], [0, 12] and [2, 4], query 0 collects [1 + 0 + 1, 0 + 4 + 2] = [2, 6], and
query 1 collects [3 + 0 + 0.5, 0 + 3 + 1] = [3.5, 4].

```python
import torch

from grader.notebook import reference

attend = reference("attention/scaled_dot_product")
q = torch.tensor([[2.0, 0, 0, 0], [0, 2.0, 0, 0]])
k = torch.tensor([[1.0, 2, 1, 1], [2, 1, 1, 1], [3, 1, 1, 1]]).log()
v = torch.tensor([[6.0, 0], [0, 12], [2, 4]])
attend(q, k, v)
```

Now hide key 2 from query 0, and every key from query 1. The weights of query 0 become 1/3 and 2/3, and
its result [2, 8]. Query 1 has nothing to collect from, and gets zeros.

```python
attend(q, k, v, torch.tensor([[True, True, False], [False, False, False]]))
```

## A picture

Hand it the identity matrix as values, and row i of the result is the row of weights of query i. Queries
and keys are random here and 256 wide. On the right the queries were first multiplied by √256 = 16,
which undoes the division: five of the six queries choose a single key.

```python
from grader.notebook import show

torch.manual_seed(0)
q, k = torch.randn(6, 256), torch.randn(6, 256)
show({"divided by √d": attend(q, k, torch.eye(6)), "not divided": attend(16 * q, k, torch.eye(6))})
```

The same for other widths: the largest weight that a query gives to one of 16 keys, averaged over 200
queries. With the division it hardly depends on the width. Without it a mixture turns into a choice.

```python
from grader.notebook import curve

widths = [1, 4, 16, 64, 256, 1024]
scaled, plain = [], []
for d in widths:
    q, k = torch.randn(200, d), torch.randn(16, d)
    scaled.append(attend(q, k, torch.eye(16)).amax(-1).mean())
    plain.append(attend(d**0.5 * q, k, torch.eye(16)).amax(-1).mean())
picture = curve(
    {"not divided": plain, "divided by √d": scaled},
    x=widths,
    title="The largest of 16 weights (an even mixture: 0.06)",
    across="width d of queries and keys",
    up="largest weight",
)
picture.axes.set_xscale("log", base=2)
picture.axes.set_xticks(widths, [str(d) for d in widths])
picture.axes.set_ylim(0, 1)
picture
```

## Traps

**The other axis.** With as many queries as keys, a softmax over either axis gives a matrix of the same
shape with numbers between 0 and 1. Nothing fails; only the sums of the rows tell.

{{trap: softmax_over_queries}}

**The other meaning of True.** In `F.scaled_dot_product_attention` a True in a boolean mask lets the
query see the key; in `nn.MultiheadAttention` it forbids it. The mask here is of the first kind, and
those used to the second invert it. Every test without a mask passes.

{{trap: mask_inverted}}

**Repairing NaN at the end.** A row without keys is a softmax over nothing but minus infinity: 0/0.
Replacing the NaN in the result makes the output right, and all tests of outputs pass. The way back
still runs through that softmax, and one NaN in a gradient spoils every weight that the next step of
training touches.

{{trap: nan_repaired_after_the_fact}}

## What it costs

For each head and each row of a batch there are Tq × Tk scores. Here is the largest tensor that a call
makes, for queries and keys of width 64, beside the size of the queries themselves.

```python
from grader.notebook import largest_tensor

lengths = [16, 32, 64, 128, 256, 512, 1024]
inputs = [[torch.randn(t, 64) for _ in "qkv"] for t in lengths]
curve(
    {
        "largest tensor made": [largest_tensor(attend, *given) for given in inputs],
        "q itself": [given[0].numel() for given in inputs],
    },
    x=lengths,
    title="Memory of plain attention, d = 64",
    across="tokens T (as many queries as keys)",
    up="numbers",
    log=True,
)
```

From T = d = 64 on it is the scores, and each doubling of the text makes them four times as large.
`attention/flash` computes the same result without ever holding them all.
""")
