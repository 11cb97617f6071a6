"""Top-k filtering.

Sampling from a whole vocabulary now and then picks a token that makes no sense. Top-k filtering
leaves a sampler the k most likely tokens of each row and takes all others away.

Given logits (..., V) and k, return logits of the same shape and dtype: those that are at least as
large as the k-th largest of their own row are kept as they are, all others become minus infinity,
so that a softmax gives them probability zero.

- The k-th largest counts equal logits one by one: in [3, 3, 1] the 2nd largest is 3.
- Every logit equal to the k-th largest is kept, so a row may keep more than k.
- k >= V keeps all. k < 1 raises ValueError.
- Leading dimensions: zero or more. Each row along the last one is filtered by itself.
- Logits may be of any float dtype (compared as exactly as it allows), in any memory layout, and
  some may be minus infinity already. The input is not modified.

Example: with k = 2, [1, 4, 3, 0] becomes [-inf, 4, 3, -inf], and [5, 2, 2, 1] becomes
[5, 2, 2, -inf]: the 2nd largest is 2, and both twos are kept.
"""

import math

import torch

from grader.words import Draw, Exercise, grid, must_raise, noise, same

exercise = Exercise(
    tier="A",
    level=1,
    minutes=8,
    source="Fan et al. 2018, Hierarchical Neural Story Generation, arXiv:1805.04833",
    hints=(
        "You need one number a row, the smallest logit that stays. All the rest is a comparison.",
        "`torch.topk` gives the k largest of each row in falling order. What if k is more than V?",
        "Check k, cut it down to V, take the last of the k largest along the last axis with that "
        "axis kept, and fill with minus infinity where a logit is below it.",
    ),
    ask=(
        (
            "Why minus infinity and not 0?",
            "A logit of 0 still has weight exp(0) = 1 in the softmax, often more than the kept "
            "ones; exp(-inf) is 0, and the softmax then renormalises what is left.",
        ),
        (
            "What does topk cost, compared with a sort?",
            "A sort is V log V; selecting the k largest is about V, plus k log k to order them.",
        ),
        (
            "When is top-k worse than top-p?",
            "k is the same for every step: where the model is sure, k tokens let nonsense in; where "
            "many tokens are good, k cuts off good ones. Top-p follows the shape of the row.",
        ),
    ),
)


@exercise.solution
def top_k_filter(logits: torch.Tensor, k: int) -> torch.Tensor:
    """logits (..., V) -> the same, with -inf where a logit is below the k-th largest of its row.

    Ties with the k-th largest are kept; k >= V keeps all; ValueError if k < 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1: {k}")
    k = min(k, logits.shape[-1])  # there are no more than V to keep
    kth = logits.topk(k, dim=-1).values[..., -1:]  # (..., 1): the smallest that stays
    # Compare values, not places: equal logits are kept or dropped together.
    return logits.masked_fill(logits < kth, -math.inf)  # (..., V)


@exercise.inputs
def logits_and_k(draw: Draw) -> dict:
    vocabulary, dtype = draw.size(2, 7), draw.dtype()
    styles = ("whole", "halves", "normal", "ties", "large", "tiny")
    logits = draw.floats(*draw.batch(ranks=3), vocabulary, styles=styles, dtype=dtype)
    return {"logits": logits, "k": draw.size(1, vocabulary + 1)}


def row(*numbers: float, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.tensor(numbers, dtype=dtype)


@exercise.edges
def rows_that_separate() -> list[dict]:
    """Ties in every place, too large a k, rows of different height, -inf, every dtype."""
    rising, none = row(0, 1, 2, 3, 4), -math.inf
    ties = [(row(5, 2, 2, 1), 2), (row(3, 3, 1, 0), 2), (row(3, 3, 1, 0), 3), (row(1, 1, 1), 1)]
    ties += [(row(4, 2, 4, 2, 1, 2), 3), (row(2, 2, 3, 3, 1, 1), 5), (row(0, 2, 2, 2, 1), 1)]
    far = [(rising, k) for k in (1, 2, 4, 5, 6, 100)] + [(row(2), 1), (row(-1), 3)]
    far += [(grid(2, 3), 3), (grid(2, 3), 4), (grid(2, 2, 4, seed=1), 50)]
    heights = [(torch.stack([rising, rising + 10, -rising]), k) for k in (1, 3)]
    heights += [(torch.stack([10 * rising, rising - 7]).reshape(2, 1, 5), 2)]
    heights += [(noise(2, 3, 5) + 9 * noise(2, 3, 1), 2), (noise(5, 4, 5) - 20, 2)]
    gone = [(row(1, none, 0, none), k) for k in (1, 2, 3)] + [(row(none, none), 1)]
    # Neighbours that are different numbers in float64, and equal when rounded or nearly compared.
    near = [(1 + 1e-12 * row(0, 3, 1, 2), k) for k in (1, 2, 3)] + [(1e-12 * row(3, 1, 2), 2)]
    halves = [(half(noise(3, 9, seed=3)), k) for half in HALVES for k in (2, 12)]
    halves += [(half(grid(2, 6)), 3) for half in HALVES] + [(noise(2, 5).float(), 3)]
    long = [(1e4 * noise(2, 1000), 50), (noise(2, 1000).bfloat16(), 50)]
    pairs = [*ties, *far, *heights, *gone, *near, *halves, *long]
    return [{"logits": logits, "k": k} for logits, k in pairs]


HALVES = (torch.Tensor.bfloat16, torch.Tensor.half)


@exercise.law(examples=6)
def filtering_twice_changes_nothing_more(solution, logits, k):
    """What is left are the k largest, so a second pass has nothing to take away."""
    once = solution(logits, k)
    same(solution(once, k), once, "Filtered a second time")


@exercise.law(examples=8)
def each_row_is_filtered_as_if_alone(solution, logits, k):
    """Requests share a batch by chance; what one may say must not depend on the others."""
    whole, last = solution(logits, k), logits.reshape(-1, logits.shape[-1])[-1]
    same(solution(last, k), whole.reshape(-1, logits.shape[-1])[-1], "The last row filtered alone")


@exercise.law(examples=8)
def the_order_of_the_vocabulary_does_not_matter(solution, logits, k):
    """Token ids are names: which tokens stay depends on their logits alone."""
    want = solution(logits, k).flip(-1)
    same(solution(logits.flip(-1), k), want, "With the vocabulary in reverse order")


def too_small() -> list[dict]:
    return [{"logits": grid(2, 3, seed=s), "k": k} for s, k in enumerate((0, -1, 0, -3, 0, -100))]


@exercise.law(edges=too_small)
def a_k_below_one_raises_value_error(solution, logits, k):
    """With no token left there is nothing to draw; the caller has made a mistake."""
    must_raise(ValueError, solution, logits, k)


exercise.mistake(
    "ties_dropped",
    "You keep exactly k places, so of tokens equal to the k-th largest some stay and some go; "
    "compare with its value instead.",
    swap={
        "return logits.masked_fill(logits < kth, -math.inf)": (
            "kept = torch.zeros_like(logits, dtype=torch.bool)\n"
            "    kept = kept.scatter(-1, logits.topk(k, dim=-1).indices, True)\n"
            "    return logits.masked_fill(~kept, -math.inf)"
        )
    },
)
exercise.mistake(
    "strict_greater",
    "You keep what is larger than the k-th largest; the k-th itself must stay too.",
    swap={"logits < kth": "logits <= kth"},
)
exercise.mistake(
    "above_the_next",
    "You keep what is larger than the next one, the (k+1)-th; where that ties with the k-th, both "
    "are lost.",
    swap={
        "return logits.masked_fill(logits < kth,": (
            "if k == logits.shape[-1]:\n"
            "        return logits.clone()\n"
            "    following = logits.topk(k + 1, dim=-1).values[..., -1:]\n"
            "    return logits.masked_fill(logits <= following,"
        )
    },
)
exercise.mistake(
    "counts_different_values",
    "You count equal logits as one; the k-th largest counts each of them: in [3, 3, 1] the 2nd "
    "largest is 3.",
    swap={
        "kth = logits.topk(k, dim=-1).values[..., -1:]": (
            "rows = [r.unique() for r in logits.reshape(-1, logits.shape[-1])]\n"
            "    kth = torch.stack([r[-min(k, len(r))] for r in rows])\n"
            "    kth = kth.reshape(*logits.shape[:-1], 1)"
        )
    },
)
exercise.mistake(
    "zero_fill",
    "You fill with 0; a logit of 0 still has weight in the softmax, minus infinity has none.",
    swap={"logits < kth, -math.inf": "logits < kth, 0.0"},
)
exercise.mistake(
    "finite_fill",
    "You fill with a very negative number; it must be minus infinity, which no logit reaches.",
    swap={"logits < kth, -math.inf": "logits < kth, torch.finfo(logits.dtype).min"},
)
exercise.mistake(
    "global_topk",
    "You take the k largest of the whole batch; each row has its own.",
    swap={"logits.topk(k, dim=-1).values[..., -1:]": "logits.flatten().topk(k).values[-1]"},
)
exercise.mistake(
    "keeps_smallest",
    "You keep the k smallest logits instead of the k largest.",
    swap={"k, dim=-1)": "k, dim=-1, largest=False)", "logits < kth": "logits > kth"},
)
exercise.mistake(
    "one_too_many",
    "You keep k + 1 tokens a row: the k-th in falling order has index k - 1.",
    swap={"min(k, logits.shape[-1])": "min(k + 1, logits.shape[-1])"},
)
exercise.mistake(
    "k_over_v_crash",
    "A k larger than the vocabulary is allowed and keeps all; cut k down to V before you use it.",
    swap={"min(k, logits.shape[-1])": "k"},
)
exercise.mistake(
    "returns_probs",
    "You return probabilities; return the filtered logits, the softmax comes later.",
    swap={"-math.inf)": "-math.inf).softmax(dim=-1)"},
)
exercise.mistake(
    "returns_log_probs",
    "You return log-probabilities; the logits that stay must come back as they are.",
    swap={"-math.inf)": "-math.inf).log_softmax(dim=-1)"},
)
exercise.mistake(
    "no_check",
    "A k below 1 goes through as if it were 1; raise ValueError first.",
    swap={"if k < 1:": "if False:", "min(k,": "min(max(k, 1),"},
)
exercise.mistake(
    "zero_k_passes",
    "Only a negative k is refused; k = 0 leaves no token and must raise ValueError too.",
    swap={"if k < 1:": "if k < 0:", "min(k,": "min(max(k, 1),"},
)
exercise.mistake(
    "strict_unless_all",
    "You keep what is larger than the k-th largest; the k-th itself must stay too.",
    swap={"logits < kth": "(logits <= kth) & (k < logits.shape[-1])"},
)
exercise.mistake(
    "global_topk_of_any_k",
    "You take the k largest of the whole batch; each row has its own.",
    swap={
        "logits.topk(k, dim=-1).values[..., -1:]": "logits.flatten().topk(k).values[-1]",
        "min(k, logits.shape[-1])": "min(k, logits.numel())",
    },
)
exercise.mistake(
    "compares_in_float32",
    "You compare in float32, where different float64 logits may tie; compare in the logits' dtype.",
    swap={
        "logits.topk(k, dim=-1)": "logits.float().topk(k, dim=-1)",
        "logits < kth": "logits.float() < kth",
    },
)

exercise.walkthrough(r"""
## Where it comes from

A softmax gives no token the probability 0. If 50 000 senseless ones have 2 · 10⁻⁶ each, then they have
0.1 together: drawing from the whole row, one word in ten comes from a list of words that nobody would
write there. And the model reads what it wrote; after one such word it goes on from nonsense.

Fan, Lewis and Dauphin had a model write stories. Searching for likely ones gave them common phrases
that repeat themselves, so they drew at random, but at each step from the 10 likeliest words alone, and
found that much better. The idea is told in a sentence. What it leaves open is what "the k likeliest"
are where some are equally likely, and where there are fewer than k; that is most of this exercise.

The filter works on logits, before the softmax: what goes becomes minus infinity, and exp(−∞) = 0. The
softmax that follows then shares out among the kept what the others held; no code is needed for that.

## By hand

Five tokens with logits ln 8, ln 4, ln 2, ln 1 and ln 1, so that the exponentials are 8, 4, 2, 1 and 1.

| k | the k-th largest | kept | probabilities afterwards |
|---|---|---|---|
| 1 | ln 8 | 8 | 1 |
| 2 | ln 4 | 8, 4 | 2/3, 1/3 |
| 3 | ln 2 | 8, 4, 2 | 4/7, 2/7, 1/7 |
| 4 | ln 1 | 8, 4, 2, 1, 1 | 1/2, 1/4, 1/8, 1/16, 1/16 |
| 9 | there is none | all | the same |

With k = 4 five tokens stay, since the fourth and the fifth are equal and no reason prefers one.

```python
import torch

from grader.notebook import reference

keep = reference("decoding/top_k")
logits = torch.tensor([8.0, 4.0, 2.0, 1.0, 1.0]).log()
torch.stack([keep(logits, k).softmax(dim=0) for k in (1, 2, 3, 4, 9)])
```

## A picture

The same k meets very different rows. Two made-up ones, in per cent and in falling order: after *Paris
is the capital of* the model is sure; after *For dinner we had* much would do. With k = 3:

```python
from grader.notebook import bars

sure = {"France": 92, "the": 4, "art": 2, "Europe": 1, "a": 0.6, "love": 0.4}
open_ = {
    "fish": 14, "pasta": 13, "soup": 12, "rice": 11, "a": 10, "pizza": 9,
    "some": 9, "the": 8, "chicken": 7, "two": 4, "stones": 2, "of": 1,
}


def cut(weights, k):
    row = torch.tensor(list(weights.values()))
    stays = keep(row.log(), k) > -torch.inf
    title = f"k = {k} keeps {row[stays].sum():.0f} per cent"
    return bars(weights, title, "per cent", kept=int(stays.sum()))


cut(sure, 3)
```

```python
cut(open_, 3)
```

In the first row 3 is two too many, in the second it throws away most of the dinners. To keep those
takes k = 10, which in the first row cuts nothing at all. No k is right for both; that is what
`decoding/top_p` was made for.

## Traps

**Keeping places instead of values.** `topk` returns indices too, and it is tempting to keep just those.
Which of several equal tokens it lists is not defined, so a token's fate hangs on its id, or on the
machine. With logits that are all different nothing shows; after rounding to 8 bits of precision, as in
bfloat16, equal logits are common.

{{trap: ties_dropped}}

**Filling with 0.** A logit of 0 is no small one: its exponential is 1. Where the kept logits are large,
say 20, the tail keeps so little weight that no text looks wrong. Where they are negative, the tail
wins.

{{trap: zero_fill}}

**Trusting k.** The tests have V = 50 000 and k = 50; then someone decodes over ten digits or a small
vocabulary in a test of the service, and the server answers with an error.

{{trap: k_over_v_crash}}

## What it costs

Sorting the row and cutting it off would do, but whoever wants 50 tokens of 50 000 need not put the
others in order. Selecting takes a time that grows with V, sorting one that grows with V log V.

```python
from grader.notebook import curve, seconds

torch.manual_seed(0)
sizes = [1000, 4000, 16_000, 64_000, 256_000]
rows = [torch.randn(size) for size in sizes]
lines = {
    "top-k filtering": [1e3 * seconds(keep, row, 50) for row in rows],
    "sorting alone": [1e3 * seconds(torch.sort, row) for row in rows],
}
title = "One row of logits, k = 50, measured here"
curve(lines, sizes, title, "size V of the vocabulary", "milliseconds", log=True)
```

In small rows the fixed cost of a few calls hides the difference. With the vocabularies of today, 30 000
to 260 000 tokens, it is there in every step of every text.
""")
