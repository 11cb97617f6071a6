"""Grouped-query attention.

Decoding reads the keys and values of the whole past for every token. Letting several query heads
share one head of keys and values makes that cache smaller, and hardly hurts the model.

Given queries q with Hq heads, and keys k and values v with Hkv heads, let r = Hq // Hkv. Query
head h attends to key and value head h // r: the first r query heads to head 0, the next r to head
1, and so on. Each head computes softmax(q kᵀ / √d) v.

    q: (B, Hq, T, d)     k, v: (B, Hkv, T, d)     result: (B, Hq, T, d)

- Hkv must divide Hq; if it does not, raise ValueError (so also where Hkv > Hq). Hkv = Hq is plain
  multi-head attention, Hkv = 1 is multi-query attention. All sizes are at least 1.
- `causal=False`: every query sees all T keys. `causal=True`: query i sees the keys 0 .. i only.
- The result has the dtype of q, k and v (float64, float32, bfloat16 or float16), is as exact as
  that dtype, and is differentiable in all three: a key's gradient is the sum over its group.
- Scores may be large (1e6 in float64): the result stays right. No argument is modified or need be
  contiguous. How you share the heads, by copies or by broadcasting, is free.

Example: with T = 1 each query has one key to see, so that its result is that key's value. For
Hq = 4, Hkv = 2, d = 1 and the values 10 (head 0) and 20 (head 1), the four query heads give 10, 10,
20, 20.

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
    needs=("attention/multi_head",),
    banned=FUSED_ATTENTION,
    source="Ainslie et al. 2023, GQA: Training Generalized Multi-Query Transformer Models, "
    "section 2.2, arXiv:2305.13245",
    hints=(
        "Write down for Hq = 6 and Hkv = 2 which of the two heads each query head uses. Neighbours "
        "share.",
        "Either give every query head a copy of its keys and values, each head repeated r times in "
        "a row, or split the query heads into groups and let broadcasting share.",
        "View q as (B, Hkv, r, T, d): then axis 1 is the group. Keys and values get an axis of "
        "size 1 at the same place, and the result is flattened back to Hq heads.",
    ),
    ask=(
        (
            "What is saved: FLOPs, weights, or bytes of the cache?",
            "The cache, and the time to read it, shrink by r; the projections of keys and values "
            "too. The FLOPs of the attention itself stay the same.",
        ),
        (
            "How do you turn a multi-head checkpoint into a grouped one?",
            "Average the key (and value) projections of the r heads of a group, then train on for "
            "a small part of the original steps.",
        ),
    ),
)


@exercise.solution
def grouped_query_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, causal: bool = False
) -> torch.Tensor:
    """Attention in which query head h uses key and value head h // (Hq // Hkv).

    q (B, Hq, T, d), k and v (B, Hkv, T, d) -> (B, Hq, T, d); ValueError unless Hkv divides Hq.
    """
    h_q, h_kv, t, d = q.shape[1], k.shape[1], q.shape[2], q.shape[3]
    if h_q % h_kv != 0:
        raise ValueError(f"{h_kv} key heads do not divide {h_q} query heads")
    grouped = q.unflatten(1, (h_kv, -1))  # (B, Hkv, r, T, d): neighbours form a group
    k, v = k.unsqueeze(2), v.unsqueeze(2)  # (B, Hkv, 1, T, d): shared by the group, not copied
    scores = grouped @ k.transpose(-2, -1) / math.sqrt(d)  # (B, Hkv, r, T, T)
    if causal:
        later = torch.ones(t, t, dtype=torch.bool, device=q.device).triu(1)
        scores = scores.masked_fill(later, -math.inf)
    result = torch.softmax(scores, dim=-1) @ v  # (B, Hkv, r, T, d)
    return result.flatten(1, 2)  # (B, Hq, T, d)


@exercise.inputs
def heads_in_groups(draw: Draw) -> dict:
    h_kv, r = draw.choice((2, 2), (1, 3), (2, 3), (3, 2), (3, 1), (1, 1), (2, 4))
    batch, t, d = draw.size(1, 3), draw.size(1, 5), draw.size(1, 4)
    dtype, styles = draw.dtype(), ("whole", "halves", "normal", "rising", "falling")
    return {
        "q": draw.floats(batch, h_kv * r, t, d, styles=styles, dtype=dtype),
        "k": draw.floats(batch, h_kv, t, d, styles=styles, dtype=dtype),
        "v": draw.floats(batch, h_kv, t, d, dtype=dtype),
        "causal": draw.flag(),
    }


def heads(h_q, h_kv, t, d, batch=1, causal=False, make=grid, **dtype) -> dict:
    q = make(batch, h_q, t, d, seed=1, **dtype)
    k, v = (make(batch, h_kv, t, d, seed=seed, **dtype) for seed in (2, 3))
    return {"q": q, "k": k, "v": v, "causal": causal}


@exercise.edges
def sizes_that_separate() -> list[dict]:
    sizes = [(4, 2, 1, 1), (6, 2, 1, 1), (6, 3, 1, 2), (4, 2, 2, 1), (6, 3, 2, 2), (6, 2, 3, 4)]
    sizes += [(3, 1, 2, 2), (5, 1, 3, 2), (4, 1, 4, 3), (2, 2, 3, 4), (1, 1, 2, 3), (8, 2, 3, 2)]
    cases = [heads(*size, causal=causal) for size in sizes for causal in (False, True)]
    # With more than one row in the batch, a wrong reshape also mixes the rows.
    rows = [(2, 1, 2, 1), (3, 1, 3, 2), (6, 3, 4, 5)]
    cases += [heads(*size, 2, causal, noise) for size in rows for causal in (False, True)]
    for dtype in (torch.bfloat16, torch.float16):
        cases.append(heads(6, 2, 4, 3, 2, True, noise, dtype=dtype))
    # Every visible score is far below any modest number one might hide the others with.
    far = [
        heads(h_q, h_kv, t, 2, causal=True) for h_q, h_kv, t in ((2, 1, 2), (4, 2, 3), (6, 2, 4))
    ]
    for case in far:
        case["q"], case["k"] = 1e3 * (1 + case["q"] ** 2), -1e3 * (1 + case["k"] ** 2)
    return cases + far + layouts(heads(6, 2, 3, 4, 2, True, noise))


def layouts(case) -> list[dict]:
    """The same numbers lying in memory in other ways: as (B, T, H, d), as (B, H, d, T), repeated."""
    cases = []
    for lay in (
        lambda x: x.transpose(1, 2).contiguous().transpose(1, 2),
        lambda x: shaped(x, "transposed"),
        lambda x: shaped(x, "expanded"),
    ):
        cases.append({name: case[name] if name == "causal" else lay(case[name]) for name in case})
    return cases


@exercise.scenario
def output_and_gradients(solution, q, k, v, causal) -> dict:
    """Where scores are huge or rounding is coarse, right gradients differ: values alone."""
    given = {"q": q, "k": k, "v": v} | ({"causal": True} if causal else {})
    if q.element_size() < 4 or q.abs().max() * k.abs().max() > 1e3:
        return {"result": solution(**given)}
    return gradients(solution, ("q", "k", "v"), **given)


@exercise.law(examples=12)
def each_head_alone_gives_the_same(solution, q, k, v, causal, dice):
    """Heads do not meet: a query head with its own key and value head is the whole story."""
    if q.element_size() < 4:
        skip()
    h = dice.randrange(q.shape[1])
    g = h // (q.shape[1] // k.shape[1])
    alone = solution(q[:, h : h + 1], k[:, g : g + 1], v[:, g : g + 1], causal)
    whole = solution(q, k, v, causal)
    same(whole[:, h : h + 1], alone, f"Query head {h} (with key head {g}), among the others")


@exercise.law(examples=12)
def changing_a_key_head_touches_its_group_only(solution, q, k, v, causal, dice):
    """A cache that is shared by the wrong heads gives a model that has to be trained again."""
    g, r = dice.randrange(k.shape[1]), q.shape[1] // k.shape[1]
    if k.shape[1] == 1 or q.element_size() < 4:
        skip()
    k2, v2 = k.clone(), v.clone()
    k2[:, g] += 3
    v2[:, g] -= 50
    moved = (solution(q, k2, v2, causal) - solution(q, k, v, causal)).abs().flatten(2).amax((0, 2))
    touched = [h for h, change in enumerate(moved.tolist()) if change > 1e-3]
    same(touched, list(range(g * r, g * r + r)), f"Query heads touched by key head {g}")


@exercise.law(examples=8)
def a_causal_query_sees_no_later_key(solution, q, k, v):
    """Under causal=True a prefix of the sequence gives a prefix of the outputs, in every head."""
    n = (q.shape[2] + 1) // 2
    if n == q.shape[2] or q.element_size() < 4:
        skip()
    got = solution(q, k, v, True)[:, :, :n]
    same(got, solution(q[:, :, :n], k[:, :, :n], v[:, :, :n], True), f"The first {n} outputs")


def heads_that_do_not_fit() -> list[dict]:
    return [heads(*sizes, 2, 3) for sizes in ((3, 2), (4, 3), (5, 2), (2, 4), (1, 2), (6, 4))]


@exercise.law(edges=heads_that_do_not_fit)
def key_heads_that_do_not_divide_query_heads_raise_value_error(solution, q, k, v):
    """Groups would be of different sizes, or empty: the caller has made a mistake."""
    must_raise(ValueError, solution, q, k, v)


exercise.mistake(
    "tiled_kv",
    "You tile the key and value heads, so query head h uses head h mod Hkv; neighbours share: it "
    "must be h // (Hq // Hkv).",
    swap={
        "q.unflatten(1, (h_kv, -1))": "q.unflatten(1, (-1, h_kv)).transpose(1, 2)",
        "result.flatten(1, 2)": "result.transpose(1, 2).flatten(1, 2)",
    },
)
exercise.mistake(
    "heads_out_of_order",
    "The query heads come out in another order than they went in.",
    swap={"result.flatten(1, 2)": "result.transpose(1, 2).flatten(1, 2)"},
)
exercise.mistake(
    "only_values_tiled",
    "Keys are shared by neighbours as they should, but values are tiled: both need the same map "
    "h // (Hq // Hkv).",
    swap={
        "result = torch.softmax(scores, dim=-1) @ v": (
            "result = torch.softmax(scores, dim=-1) @ (\n"
            "        v.repeat(1, 1, h_q // h_kv, 1, 1).transpose(1, 2).reshape(*grouped.shape)\n"
            "    )"
        )
    },
)
exercise.mistake(
    "only_the_first_key_head",
    "All query heads use key and value head 0; each group has its own.",
    swap={"k.unsqueeze(2), v.unsqueeze(2)": "k[:, :1].unsqueeze(2), v[:, :1].unsqueeze(2)"},
)
exercise.mistake(
    "mean_of_groups",
    "You average the query heads of a group; they share keys and values but stay apart.",
    swap={
        "grouped = q.unflatten(1, (h_kv, -1))": (
            "grouped = q.unflatten(1, (h_kv, -1))\n"
            "    grouped = grouped.mean(2, keepdim=True).expand_as(grouped)"
        )
    },
)
exercise.mistake(
    "keys_averaged_over_heads",
    "You average the key and value heads into one; each group has its own.",
    swap={
        "k.unsqueeze(2), v.unsqueeze(2)": (
            "k.mean(1, keepdim=True).unsqueeze(2), v.mean(1, keepdim=True).unsqueeze(2)"
        )
    },
)
exercise.mistake(
    "scale_with_group",
    "The result is divided by the size of the group; sharing keys changes no scale.",
    swap={"return result.": "return h_kv / h_q * result."},
)
exercise.mistake(
    "scale_of_a_group",
    "The scores are divided by the square root of a whole group's width, d * Hq // Hkv; it is d, the "
    "width of one head.",
    swap={"math.sqrt(d)": "math.sqrt(d * h_q // h_kv)"},
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
    "causal_ignored",
    "causal=True changes nothing: queries still see later keys.",
    swap={"if causal:": "if False:"},
)
exercise.mistake(
    "causal_by_default",
    "It is causal when nobody asks for it: the default is causal=False.",
    swap={"causal: bool = False": "causal: bool = True"},
)
exercise.mistake(
    "strict_triangle",
    "Your mask hides the diagonal: a query must see the key of its own position.",
    swap={".triu(1)": ".triu(0)"},
)
exercise.mistake(
    "softmax_over_queries",
    "Your softmax runs over the queries; the weights of one query over all keys sum to 1.",
    swap={"dim=-1)": "dim=-2)"},
)
exercise.mistake(
    "fill_that_scores_reach",
    "You hide later keys with a number that large scores reach; minus infinity is below all.",
    swap={"-math.inf": "-1e4"},
)
exercise.mistake(
    "no_check",
    "Key heads that do not divide the query heads get no ValueError; check that first.",
    swap={"if h_q % h_kv != 0:": "if False:"},
)


@exercise.mistake(
    "uneven_groups",
    "Key heads that do not divide the query heads are shared out unevenly; raise ValueError first.",
)
def _uneven(q, k, v, causal=False):
    of = [h * k.shape[1] // q.shape[1] for h in range(q.shape[1])]
    return grouped_query_attention(q, k[:, of], v[:, of], causal)


@exercise.mistake(
    "repeats_time_axis",
    "You repeat the positions (axis 2) and not the heads (axis 1) of keys and values, or put the "
    "new axis behind the positions, so that the reshape to Hq heads mixes both.",
)
def _repeats_time(q, k, v, causal=False):
    r = q.shape[1] // k.shape[1]
    k, v = (x.repeat_interleave(r, dim=2).reshape(q.shape) for x in (k, v))
    return grouped_query_attention(q, k, v, causal)


exercise.walkthrough(r"""
## Where it comes from

To write one token, a decoder reads the keys and values of the whole past, in every layer. It does
little arithmetic with each number that it reads, so the time goes into the reading. Shazeer (2019,
*multi-query attention*) let all query heads share a single head of keys and values: much less to read,
and in some models a loss of quality. Grouped queries (Ainslie et al. 2023, section 2.2) are the middle:
r neighbouring query heads share one head of keys and values, and r is for you to choose.

The same paper (section 2.1) turns a finished model into a grouped one: it averages the key and value
projections of a group and trains on for a twentieth of the original steps.

## By hand

Four query heads, two heads of keys and values, two tokens, width 1. Query heads 0 and 2 ask nothing
(their queries are 0), heads 1 and 3 ask with a 1. Nothing is hidden, so both tokens get the same.

| | keys | values |
|---|---|---|
| head 0 | ln 1, ln 3 | 4, 8 |
| head 1 | ln 3, ln 1 | 40, 80 |

| query head | reads | weights | result |
|---|---|---|---|
| 0 | head 0 | 1/2, 1/2 | 6 |
| 1 | head 0 | 1/4, 3/4 | 7 |
| 2 | head 1 | 1/2, 1/2 | 60 |
| 3 | head 1 | 3/4, 1/4 | 50 |

```python
import torch

from grader.notebook import reference

attend = reference("attention/grouped_query")
q = torch.tensor([0.0, 1, 0, 1]).reshape(1, 4, 1, 1).repeat(1, 1, 2, 1)
k = torch.tensor([[1.0, 3], [3, 1]]).log().reshape(1, 2, 2, 1)
v = torch.tensor([[4.0, 8], [40, 80]]).reshape(1, 2, 2, 1)
attend(q, k, v).squeeze()
```

## A picture

Who reads from whom? Give each head of keys and values a value that says its number: head g the g-th row
of the identity. With a single token there is one key, it has weight 1, and each query head returns the
mark of the head that it read.

```python
from grader.notebook import show


def readers(key_heads):
    # Eight query heads by key heads: 1 where the one reads the other.
    marks = torch.eye(key_heads).reshape(1, key_heads, 1, key_heads)
    nothing = torch.zeros(1, 8, 1, key_heads)
    return attend(nothing, torch.zeros_like(marks), marks)[0, :, 0]


show(
    {"multi-head": readers(8), "grouped, r = 2": readers(4), "multi-query": readers(1)},
    rows="query head",
    columns="key and value head",
)
```

That neighbours share is a convention, and weights are exchanged in it. Another assignment would make as
good a model, but a different one.

## Traps

**Tiling instead of repeating.** `repeat` lays copies of the whole one after the other, 0 1 0 1,
where each head should come r times in a row, 0 0 1 1. The shapes agree, a model trained from
scratch adapts, and with one key head, or as many as query heads, both are the same.

{{trap: tiled_kv}}

**Repeating along time.** Once the heads are in front of the tokens, it is easy to be off by one axis.
With a single token the numbers still fall into place, and the check that one makes first passes.

{{trap: repeats_time_axis}}

**The groups come out in another order.** To attend group by group one moves axes around, and on the way
back the two parts of the head axis end up swapped. Each head's result is right but stands in another
head's place. With one group, or groups of one, the order is the same either way.

{{trap: heads_out_of_order}}

## What it costs

A cache holds, for each token and layer, a key and a value for each head of them. Take 32 layers, 32
query heads of width 128 and numbers of 2 bytes: with 32 heads of keys and values that is 512 KiB for a
single token. Llama 3 of 8 billion parameters has these sizes and 8 heads. For 8192 tokens:

```python
from grader.notebook import bars

one_head = 32 * 128 * 8192 * 2 / 2**30  # layers, width, tokens, bytes, in GiB
bars(
    {str(n): {"keys": n * one_head, "values": n * one_head} for n in (32, 8, 4, 1)},
    title="Cache of 8192 tokens, by heads of keys and values",
    up="GiB",
)
```

The arithmetic of attention does not shrink, for every query head still meets every key. What gets
cheaper is holding and reading: with a quarter of the heads, four times as many texts fit beside the
model's weights.
""")
