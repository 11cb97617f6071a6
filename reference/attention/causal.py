"""Causal attention.

Each position may look at itself and at what came before it, never at what comes after.

Given queries q, keys k and values v, return softmax(q kᵀ / √d) v, where the queries are the LAST
Tq positions of the Tk keys: query i sees the keys 0, 1, ..., Tk - Tq + i and no other. This is
what decoding with a cache needs, where a few new queries meet all the keys so far.

    q: (..., Tq, d)     k: (..., Tk, d)     v: (..., Tk, d_v)     result: (..., Tq, d_v)

- Leading dimensions: zero or more, the same for q, k and v.
- Tq <= Tk. With more queries than keys, raise ValueError.
- The result has v's dtype, is differentiable, and depends on no argument being contiguous.
- Scores may be large (1e4): the result stays finite.

Example: with q and k all zeros every visible key has the same weight, so for Tq = 2 and Tk = 3 and
v = [[3], [6], [9]] the result is [[4.5], [6]]: query 0 sees keys 0 and 1, query 1 sees all three.

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
    must_raise,
    noise,
    same,
    skip,
)

exercise = Exercise(
    tier="A",
    level=1,
    minutes=10,
    needs=("attention/scaled_dot_product",),
    banned=FUSED_ATTENTION,
    source="Vaswani et al. 2017, Attention Is All You Need, section 3.2.3, arXiv:1706.03762",
    hints=(
        "Write plain attention first. Then ask, for one query, which scores it must not use.",
        "A score that must not count has to be gone before the softmax: what number has "
        "exponential zero?",
        "Query i stands at position Tk - Tq + i of the keys. Compare a column of those positions "
        "with a row of key positions to get the mask, and fill the scores with minus infinity "
        "where the key comes later.",
    ),
    ask=(
        (
            "Why does decoding need the queries aligned with the last keys?",
            "A new token's query comes after every cached key, so it must see all of them; aligned "
            "with the first keys it would see only key 0.",
        ),
        (
            "How do you build the mask without a T by T tensor?",
            "Compare two position ranges by broadcasting, per tile of keys: a tile is fully "
            "visible, fully hidden, or crossed by the diagonal, and only the last kind needs one.",
        ),
    ),
)


@exercise.solution
def causal_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Attention in which query i, the (Tk - Tq + i)-th position, sees no later key.

    q (..., Tq, d), k (..., Tk, d), v (..., Tk, d_v) -> (..., Tq, d_v); ValueError if Tq > Tk.
    """
    tq, tk, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if tq > tk:
        raise ValueError(f"more queries than keys: {tq} > {tk}")
    scores = q @ k.transpose(-2, -1) / math.sqrt(d)  # (..., Tq, Tk)
    # Compare positions rather than indices: the queries are the last tq of the tk positions.
    query_position = torch.arange(tk - tq, tk, device=q.device)[:, None]  # (Tq, 1)
    key_position = torch.arange(tk, device=q.device)  # (Tk,)
    scores = scores.masked_fill(key_position > query_position, -math.inf)
    return torch.softmax(scores, dim=-1) @ v  # (..., Tq, d_v)


@exercise.inputs
def queries_keys_values(draw: Draw) -> dict:
    tq, later = draw.size(1, 4), draw.size(0, 3)
    d, d_v, batch = draw.size(1, 4), draw.size(1, 3), draw.batch()
    styles = ("whole", "halves", "normal", "rising", "falling", "large")
    dtype = draw.dtype()
    return {
        "q": draw.floats(*batch, tq, d, styles=styles, dtype=dtype),
        "k": draw.floats(*batch, tq + later, d, styles=styles, dtype=dtype),
        "v": draw.floats(*batch, tq + later, d_v, dtype=dtype),
    }


@exercise.edges
def sizes_that_separate() -> list[dict]:
    sizes = [(1, 1, 2, 1), (2, 2, 2, 1), (1, 3, 2, 3), (2, 5, 3, 2), (4, 4, 3, 5), (3, 4, 4, 2)]
    small = [
        {"q": grid(tq, d, seed=1), "k": grid(tk, d, seed=2), "v": grid(tk, d_v, seed=3)}
        for tq, tk, d, d_v in sizes
    ]
    shapes = {"q": (2, 3, 4), "k": (2, 5, 4), "v": (2, 5, 3)}
    low = [
        {name: noise(*shape, seed=i, dtype=dtype) for i, (name, shape) in enumerate(shapes.items())}
        for dtype in (torch.bfloat16, torch.float16)
    ]
    # Every visible score is below -1e4: numbers one might hide the others with are no longer low.
    far = [
        {"q": 100 + grid(t, 2), "k": -100 - grid(t, 2, seed=1), "v": grid(t, 2, seed=2)}
        for t in (2, 3, 4)
    ]
    # Heads are split by a transposition, so leading dimensions cannot be joined by a view.
    heads = {name: grid(2, 4, 3, 5, seed=i).transpose(1, 2) for i, name in enumerate("qkv")}
    return [*small, *low, *far, heads]


@exercise.scenario
def output_and_gradients(solution, q, k, v) -> dict:
    return gradients(solution, ("q", "k", "v"), q=q, k=k, v=v)


@exercise.law
def changing_a_later_key_changes_no_earlier_output(solution, q, k, v, dice):
    """A query that sees a later key cheats in training and has nothing to see in decoding."""
    tq, tk = q.shape[-2], k.shape[-2]
    i = dice.randrange(max(1, tq - 1))
    after = tk - tq + i + 1  # the first key that query i must not see
    if after == tk:
        skip()
    k2, v2 = k.clone(), v.clone()
    k2[..., after:, :] += 5
    v2[..., after:, :] -= 7
    want = solution(q, k, v)[..., : i + 1, :]
    same(solution(q, k2, v2)[..., : i + 1, :], want, f"After a change of the keys from {after} on")


@exercise.law(examples=8)
def the_last_queries_alone_give_the_last_outputs(solution, q, k, v):
    """Decoding feeds the last queries only, and must get what a full pass gives."""
    want = solution(q, k, v)[..., -1:, :]
    same(solution(q[..., -1:, :], k, v), want, "With only the last query")


@exercise.law(examples=8)
def the_first_of_equally_many_sees_only_itself(solution, k, v):
    """With as many queries as keys, the first query has one key to see: its output is v[0]."""
    same(solution(k, k, v)[..., :1, :], v[..., :1, :], "The first output")


def scores_of_ten_thousand() -> list[dict]:
    return [
        {name: 30 * grid(t, 2, seed=10 * t + i, dtype=dtype) for i, name in enumerate("qkv")}
        for t in (2, 3, 5)
        for dtype in (torch.float64, torch.float32)
    ]


@exercise.law(edges=scores_of_ten_thousand)
def huge_scores_stay_finite(solution, q, k, v):
    """Softmax subtracts the largest score, so a large one is no reason for NaN."""
    result = solution(q, k, v)
    holds(result.isfinite().all(), "With scores of about 1e4 it is not finite.", got=result)


def too_many_queries() -> list[dict]:
    sizes = [(2, 1), (3, 2), (4, 1), (5, 3)]
    return [{"q": grid(tq, 2), "k": grid(tk, 2), "v": grid(tk, 3)} for tq, tk in sizes]


@exercise.law(edges=too_many_queries)
def more_queries_than_keys_raise_value_error(solution, q, k, v):
    """Which keys the first queries would see is undefined, so the caller has made a mistake."""
    must_raise(ValueError, solution, q, k, v)


exercise.mistake(
    "top_left_aligned",
    "Your mask counts from the first key, but the queries are the LAST Tq positions: query i is "
    "position Tk - Tq + i.",
    swap={"torch.arange(tk - tq, tk,": "torch.arange(0, tq,"},
)
exercise.mistake(
    "strict_triangle",
    "Your mask hides the diagonal: a position must see itself.",
    swap={"key_position > query_position": "key_position >= query_position"},
)
exercise.mistake(
    "strict_triangle_zeroed",
    "Your mask hides the diagonal, and a row with nothing to see is turned into zeros: a position "
    "must see itself, so that no row is empty.",
    swap={
        "key_position > query_position": "key_position >= query_position",
        "torch.softmax(scores, dim=-1) @ v": "torch.softmax(scores, dim=-1).nan_to_num() @ v",
    },
)
exercise.mistake(
    "anti_causal",
    "Your mask is the wrong way round: it hides the past and shows the future.",
    swap={"key_position > query_position": "key_position < query_position"},
)
exercise.mistake(
    "mask_after_softmax",
    "You mask the weights after the softmax, so a row's weights no longer sum to 1; mask the "
    "scores before it.",
    swap={
        "scores = scores.masked_fill(key_position > query_position, -math.inf)": (
            "hidden = key_position > query_position"
        ),
        "torch.softmax(scores, dim=-1) @ v": (
            "torch.softmax(scores, dim=-1).masked_fill(hidden, 0.0) @ v"
        ),
    },
)
exercise.mistake(
    "no_mask",
    "There is no mask: every query sees every key, the future too.",
    swap={"scores.masked_fill(key_position > query_position, -math.inf)": "scores"},
)
exercise.mistake(
    "not_scaled",
    "The scores are not divided by the square root of d, the width of a query.",
    swap={" / math.sqrt(d)": ""},
)
exercise.mistake(
    "scaled_by_d",
    "The scores are divided by d itself; it must be the square root of d.",
    swap={"math.sqrt(d)": "d"},
)
exercise.mistake(
    "small_finite_fill",
    "You hide scores with a number that large scores reach; minus infinity is below all of them.",
    swap={"-math.inf": "-1e4"},
)
exercise.mistake(
    "mask_is_square_from_tk",
    "Your mask is Tk by Tk; with fewer queries than keys it must be its last Tq rows.",
    swap={"torch.arange(tk - tq, tk,": "torch.arange(tk,"},
)
exercise.mistake(
    "sees_one_later",
    "Your mask lets each query see one key too many; key Tk - Tq + i is its last one.",
    swap={"key_position > query_position": "key_position > query_position + 1"},
)
exercise.mistake(
    "scores_times_mask",
    "You multiply scores by the mask: a hidden score becomes 0 and still gets weight. It must be "
    "minus infinity.",
    swap={"scores.masked_fill(key_position > query_position, -math.inf)": (
        "scores * (key_position <= query_position)"
    )},
)  # fmt: skip
exercise.mistake(
    "softmax_over_queries",
    "Your softmax runs along the queries; each query's weights over the keys must sum to 1.",
    swap={"softmax(scores, dim=-1)": "softmax(scores, dim=-2)"},
)
exercise.mistake(
    "scaled_by_value_width",
    "The scores are divided by the square root of v's width; d is the width of q and k.",
    swap={"math.sqrt(d)": "math.sqrt(v.shape[-1])"},
)
exercise.mistake(
    "no_maximum",
    "You exponentiate the scores as they are, and large ones overflow; subtract each row's largest "
    "one first, or use softmax.",
    swap={"torch.softmax(scores, dim=-1)": "(scores.exp() / scores.exp().sum(-1, keepdim=True))"},
)
exercise.mistake(
    "weights_detached",
    "The weights are cut from the graph, so no gradient reaches q and k.",
    swap={"torch.softmax(scores, dim=-1)": "torch.softmax(scores, dim=-1).detach()"},
)
exercise.mistake(
    "no_check",
    "More queries than keys go through without an error; raise ValueError first.",
    swap={"if tq > tk:": "if False:"},
)

exercise.walkthrough(r"""
## Where it comes from

A language model learns to guess the next token. One pass over a text of T tokens gives T such guesses
to learn from, one after each token, but only if the guess at position t is made from tokens 0 to t
alone. If position t could look at t + 1, it would copy the answer: the loss in training would fall to
almost nothing, and in use, where there is no t + 1 yet, the model would be worthless.

The paper that gave us the transformer (section 3.2.3, its decoder) forbids the looking ahead inside
attention: a score that must not count is set to minus infinity *before* the softmax. Since
exp(−∞) = 0, that key gets weight 0, and the weights of the others still sum to 1.

The second half of the contract, that the queries are the *last* Tq of the Tk positions, comes from
using the model. When keys and values of earlier tokens are kept in a cache, a new token brings one
query, and this query must meet all the keys so far.

## By hand

Three tokens, queries and keys of width d = 1. All queries are 1; the keys are ln 1, ln 2 and ln 3, so
that each row of scores is [ln 1, ln 2, ln 3] and exponentiating gives 1, 2 and 3. The values are 6, 3
and 2.

| query | sees | weights | output |
|---|---|---|---|
| 0 | key 0 | 1 | 6 |
| 1 | keys 0, 1 | 1/3, 2/3 | 6/3 + 3·2/3 = 4 |
| 2 | all three | 1/6, 2/6, 3/6 | 6/6 + 3·2/6 + 2·3/6 = 3 |

Without a mask all three outputs would be 3. Check it, with the reference as a black box:

```python
import torch

from grader.notebook import reference

attend = reference("attention/causal")
k = torch.tensor([[1.0], [2.0], [3.0]]).log()
v = torch.tensor([[6.0], [3.0], [2.0]])
attend(torch.ones(3, 1), k, v)
```

Now as in decoding: only the last query, all three keys. The answer is the last row from above.

```python
attend(torch.ones(1, 1), k, v)
```

## A picture

Any attention shows its weights if you ask it for them: hand it the identity matrix as values, and
row i of the output is the row of weights of query i. On the left, six queries meet six keys. On the
right, only the last two of the queries come, with the same keys. The right picture is the bottom of
the left one.

```python
from grader.notebook import show

torch.manual_seed(0)
q, k = torch.randn(6, 4), torch.randn(6, 4)
every_value = torch.eye(6)
show(
    {
        "6 queries, 6 keys": attend(q, k, every_value),
        "the last 2 queries": attend(q[-2:], k, every_value),
    },
)
```

Row 0 is always a single 1, whatever the numbers: with one key to see, softmax has no choice. The
triangle says nothing on *how* the weights are shared within it; that is for q and k to learn.

## Traps

**Counting from the wrong end.** With as many queries as keys, as in training, the corner of the mask
from which you count makes no difference, so this one passes every test on square inputs. It breaks on
the first cached token.

{{trap: top_left_aligned}}

**Off by one.** Comparing with ≥ where > is meant hides the diagonal too. Row 0 then has nothing left,
and a softmax over nothing but minus infinity is 0/0.

{{trap: strict_triangle}}

**Masking too late.** Zeroing weights after the softmax hides the later values, but the later *scores*
have already taken their share: the weights that are left sum to less than 1, so what comes next still
leaks into the result.

{{trap: mask_after_softmax}}

## What it costs

The mask forbids almost half of the T × T scores, and this way of writing it computes them all the
same: a whole text costs time and memory that grow with T². The last query alone needs one row of
scores, so what a decoding step with a cache costs grows with T only. Both axes below are logarithmic, so
the slope of a line tells the power of T.

```python
from grader.notebook import curve, seconds

lengths = [64, 128, 256, 512, 1024]
inputs = [[torch.randn(t, 64) for _ in "qkv"] for t in lengths]
whole = [1e3 * seconds(attend, q, k, v) for q, k, v in inputs]
last = [1e3 * seconds(attend, q[-1:], k, v) for q, k, v in inputs]
curve(
    {"a whole text": whole, "the last query alone": last},
    x=lengths,
    title="Causal attention, d = 64, measured here",
    across="tokens T",
    up="milliseconds",
    log=True,
)
```

The lower line hardly rises: with so little arithmetic, the fixed cost of calling torch a few times is
most of it. Skipping the forbidden half is what tiled attention does, a whole block at a time; see
`attention/flash`.
""")
