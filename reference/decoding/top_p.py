"""Top-p (nucleus) filtering.

Leave a sampler the likely tokens, as many as this step needs: one where the model is sure, many
where it is not.

Given logits (..., V) and p, return logits of the same shape and dtype. Of each row keep the
smallest set of most likely tokens whose total probability, under the softmax of the row, is at
least p. Kept logits come back as they are, all others become minus infinity.

- The token with which the total reaches p is kept. So at least one token, the likeliest, is always
  kept, however small p is.
- p = 1 keeps every token, also those so unlikely that a sum of probabilities reaches 1 without
  them.
- Where several tokens tie at the border any smallest set is right: as many of them as are needed
  to reach p, no matter which.
- p must lie in 0 < p <= 1, else raise ValueError.
- Leading dimensions: zero or more. Each row along the last one is filtered by itself.
- Logits may be of any float dtype, in any memory layout, large (1e4), and some may be minus
  infinity already. The result is as exact as the dtype allows: float64 logits are summed in
  float64. The input is not modified.

Example: the logits [log 0.3, log 0.5, log 0.2] have the probabilities 0.3, 0.5, 0.2. With p = 0.6,
0.5 alone is too little and 0.5 + 0.3 = 0.8 is enough: the result is [log 0.3, log 0.5, -inf]. With
p = 0.4 token 1 alone is kept.
"""

import math

import torch

from grader.words import Draw, Exercise, grid, must_raise, noise, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=12,
    needs=("decoding/top_k",),
    source="Holtzman et al. 2020, The Curious Case of Neural Text Degeneration, arXiv:1904.09751",
    hints=(
        "Line the tokens up from the likeliest to the least likely. Which ones would you take?",
        "A token stays when the likelier ones before it do not reach p yet. The first has nothing "
        "before it, so it always stays.",
        "Sort the probabilities downwards and take the running total without the token itself. "
        "Compare with p, carry the answer back through the sorting order with a scatter, and fill. "
        "Treat p = 1 apart: rounding lets a running total reach 1 too early.",
    ),
    ask=(
        (
            "How does min-p differ from top-p?",
            "Min-p keeps each token with at least a share min_p of the largest probability. It "
            "needs no sort, and a long flat tail does not add up to anything.",
        ),
        (
            "What does a temperature before or after top-p do?",
            "Before, it changes the set: a high temperature flattens the row and lets more tokens "
            "in. After, the set is the untempered one and only the weights inside it change.",
        ),
        (
            "How would you filter with a different p for each row?",
            "Make p a tensor of shape (B, 1); the comparison with the running total broadcasts.",
        ),
    ),
)


@exercise.solution
def top_p_filter(logits: torch.Tensor, p: float) -> torch.Tensor:
    """logits (..., V) -> the same, with -inf outside the smallest set that holds probability p.

    The token that reaches p is kept; p = 1 keeps all; ValueError unless 0 < p <= 1.
    """
    if not 0 < p <= 1:
        raise ValueError(f"p must be in (0, 1]: {p}")
    if p == 1:
        return logits.clone()  # a running total may round to 1 before the tail is in
    # In float64, so that neither p nor a long running total is rounded to a few digits.
    probs, order = logits.double().softmax(dim=-1).sort(dim=-1, descending=True)  # (..., V) each
    before = probs.cumsum(dim=-1) - probs  # (..., V): the total of the likelier tokens
    drop = before >= p  # not needed any more; the token that reaches p is still kept
    drop = torch.zeros_like(drop).scatter(-1, order, drop)  # back in the order of the vocabulary
    return logits.masked_fill(drop, -math.inf)


def kept(logits, p):
    """How many tokens of each row are needed to reach p, and how far p is from any other answer."""
    probs = logits.double().softmax(-1).sort(dim=-1, descending=True).values
    total = probs.cumsum(-1)
    count = 1 + (total < p).sum(-1).clamp(max=probs.shape[-1] - 1)
    return count, float((total - p).abs().min())


def clear(logits, p):
    """Whether one set alone is right, whatever the rounding: p on no total, no tie at the border."""
    count, distance = kept(logits, p)
    margin = {torch.float64: 1e-6, torch.float32: 1e-3}.get(logits.dtype, 3e-2)
    ordered = logits.double().sort(dim=-1, descending=True).values
    last = ordered.gather(-1, count[..., None] - 1)
    following = ordered.gather(-1, count[..., None].clamp(max=logits.shape[-1] - 1))
    tied = (last - following < margin) & (count[..., None] < logits.shape[-1])
    return distance > margin and not bool(tied.any())


@exercise.inputs
def logits_and_p(draw: Draw) -> dict:
    styles = ("whole", "halves", "normal", "large")
    shape = (*draw.batch(ranks=3), draw.size(2, 6))
    logits = draw.floats(*shape, styles=styles, dtype=draw.dtype())
    ps = [p for p in (0.5, 0.9, 0.3, 0.7, 0.8, 0.6, 0.97, 0.1) if clear(logits, p)]
    return {"logits": logits, "p": draw.choice(*ps, 1.0)}


def row(*probs: float, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.tensor(probs, dtype=torch.float64).log().to(dtype)


@exercise.edges
def rows_that_separate() -> list[dict]:
    """Every size of set, orders that a forgotten unsort shows on, tails, -inf, half precision."""
    three, five = row(0.3, 0.5, 0.2), row(0.1, 0.4, 0.05, 0.3, 0.15)
    pairs = [(three, p) for p in (0.4, 0.6, 0.9, 1.0, 1e-8)]
    pairs += [(five, p) for p in (0.2, 0.5, 0.75, 0.9, 0.96, 1, 1e-300)]
    pairs += [(torch.stack([three, three.flip(0), 3 * three]), p) for p in (0.6, 0.4, 0.85)]
    pairs += [(torch.stack([five, five.roll(2)]).reshape(2, 1, 5), 0.5), (row(1.0), 0.3)]
    # Large logits of different height a row; tails that a running total rounds away.
    heights = torch.tensor([[1e4, 0.0], [-1e4, 3.0]]).double().sum(-1, keepdim=True)
    pairs += [(five + heights, 0.75), (five.float() + 100, 0.5), (five - 500, 0.9)]
    tails = [torch.tensor([0.0, -40, -50, -60]), torch.tensor([-50.0, 3, -45, -120])]
    pairs += [(tail.to(dtype), 1.0) for tail in tails for dtype in (torch.float64, torch.float32)]
    pairs += [(tails[0].double(), 0.999), (torch.tensor([-18.0, 0, -40]).double(), 1 - 1e-7)]
    pairs += [(torch.stack(tails).double(), 1), (noise(4000).float(), 1.0)]
    none = torch.tensor([1.0, -math.inf, 2.0, -math.inf]).double()
    pairs += [(none, 0.5), (none, 0.9), (none, 1.0), (torch.tensor([0.0, -800, -900]), 0.9)]
    for half in (torch.bfloat16, torch.float16):
        pairs += [(five.to(half), p) for p in (0.5, 0.9, 1.0, 1e-8)]
        pairs += [(noise(2, 3, 400).to(half), 1.0), (torch.stack([five, -five]).to(half), 1e-8)]
    return [{"logits": logits, "p": p} for logits, p in pairs]


def borders_with_ties() -> list[dict]:
    """Ties where p falls; totals that are exact in float64, and p a hair to either side of them."""
    two, four, none = torch.zeros(2).double(), torch.zeros(4).double(), -math.inf
    pairs = [(two, p) for p in (0.5, 0.5 - 1e-9, 0.5 + 1e-9, 0.3)]
    pairs += [(four, p) for p in (0.25, 0.5, 0.75, 0.4, 0.5 + 1e-9, 0.75 - 1e-9)]
    pairs += [(torch.tensor([0, none, 0, none]).double(), p) for p in (0.5, 0.6)]
    pairs += [(torch.zeros(2, 5), p) for p in (0.3, 0.7, 0.9)]
    pairs += [(row(0.2, 0.4, 0.2, 0.2), p) for p in (0.5, 0.7, 0.9)]
    pairs += [(torch.tensor([[3.0, 1, 3, 1, 1]]), p) for p in (0.4, 0.9, 0.95)]
    pairs += [(torch.zeros(9).to(half), 0.6) for half in (torch.bfloat16, torch.float16)]
    return [{"logits": logits, "p": p} for logits, p in pairs]


@exercise.law(edges=borders_with_ties, examples=40)
def ties_at_the_border_are_kept_as_far_as_needed(solution, logits, p):
    """The set is the smallest that reaches p, so of tokens that tie only some may be needed."""
    result = solution(logits, p)
    stays = result > -math.inf
    same(stays.sum(-1), kept(logits, p)[0], f"With p = {p}, the number of tokens kept")
    same(result, torch.where(stays, logits, -math.inf), "Where it is kept, a logit")
    least = torch.where(stays, logits, math.inf).amin(-1)
    dropped = torch.where(stays, -math.inf, logits).amax(-1)
    same(torch.maximum(least, dropped), least, "The larger of the least kept and any dropped")


def long_rows() -> list[dict]:
    pairs = [(noise(3000, seed=1).float(), 0.9), (noise(2, 2000, seed=2), 0.5)]
    pairs += [(torch.zeros(1000).float(), 0.7), (0.1 * noise(4000, seed=3).float(), 0.95)]
    return [{"logits": logits, "p": p} for logits, p in pairs]


@exercise.law(edges=long_rows)
def long_rows_keep_p_and_hardly_more(solution, logits, p):
    """A vocabulary has tens of thousands of tokens, and the kept ones must still hold just p."""
    stays = solution(logits, p) > -math.inf
    mass = torch.where(stays, logits.double().softmax(-1), 0.0).sum(-1)
    # How the last tokens at the border round is nobody's mistake.
    right = (mass - p).abs() < 2e-3
    same(torch.where(right, p, mass), torch.full_like(mass, p), "The kept probability, about")


@exercise.law(examples=8)
def each_row_is_filtered_as_if_alone(solution, logits, p):
    """Requests share a batch by chance; what one may say must not depend on the others."""
    whole, last = solution(logits, p), logits.reshape(-1, logits.shape[-1])[-1]
    same(solution(last, p), whole.reshape(-1, logits.shape[-1])[-1], "The last row filtered alone")


def outside() -> list[dict]:
    ps = (0.0, 0, 0.0, -0.5, -1, -1e-9, 1.5, 2, 1.0001)
    return [{"logits": grid(2, 3, seed=seed), "p": p} for seed, p in enumerate(ps)]


@exercise.law(edges=outside)
def a_p_outside_its_range_raises_value_error(solution, logits, p):
    """A probability is never above 1, and with p = 0 no token would be needed."""
    must_raise(ValueError, solution, logits, p)


exercise.mistake(
    "drops_crossing_token",
    "You leave out the token with which the total reaches p; without it the set holds less than p. "
    "Compare the total BEFORE each token with p.",
    swap={"before >= p ": "(before + probs > p) & (before > 0) "},
)
exercise.mistake(
    "empty_set",
    "You leave out the token that crosses p even where it is the first, so a row can lose all its "
    "tokens; the crossing token stays, and so at least one does.",
    swap={"before >= p ": "before + probs > p "},
)
exercise.mistake(
    "keeps_one_too_many",
    "You keep one token more than is needed to reach p: the shift by one place is done twice.",
    swap={"before >= p ": "(before >= p).roll(1, -1) & (before > 0) "},
)
exercise.mistake(
    "reaching_exactly_is_not_enough",
    "Where a total equals p exactly you add another token; at least p is enough.",
    swap={"before >= p ": "before > p "},
)
exercise.mistake(
    "keeps_all_ties",
    "You keep every token that ties with the last one needed; top-p asks for the smallest set, so "
    "only as many of them as reach p.",
    swap={
        "return logits.masked_fill(drop, -math.inf)": (
            "least = logits.masked_fill(drop, math.inf).amin(dim=-1, keepdim=True)\n"
            "    return logits.masked_fill(logits < least, -math.inf)"
        )
    },
)
exercise.mistake(
    "not_unsorted",
    "Your mask is in sorted order but is applied in the order of the vocabulary; carry it back.",
    swap={"torch.zeros_like(drop).scatter(-1, order, drop)": "drop"},
)
exercise.mistake(
    "gathered_instead_of_scattered",
    "You carry the mask back with a gather by the sorting order; that sorts it once more. Scatter "
    "it, or gather by the inverse order.",
    swap={"torch.zeros_like(drop).scatter(-1, order, drop)": "drop.gather(-1, order)"},
)
exercise.mistake(
    "cumsum_of_logits",
    "You add up logits; p speaks of probabilities, so take the softmax first.",
    swap={"logits.double().softmax(dim=-1).sort(": "logits.double().sort("},
)
exercise.mistake(
    "ascending_sort",
    "You collect tokens from the least likely up; start with the likeliest.",
    swap={"descending=True": "descending=False"},
)
exercise.mistake(
    "zero_fill",
    "You fill with 0; a logit of 0 still has weight in the softmax, minus infinity has none.",
    swap={"masked_fill(drop, -math.inf)": "masked_fill(drop, 0.0)"},
)
exercise.mistake(
    "p1_drops_tail",
    "With p = 1 you lose tokens: the running total rounds to 1 before the unlikely ones are in. "
    "Return everything when p is 1.",
    swap={"if p == 1:": "if False:"},
)
exercise.mistake(
    "p_as_threshold",
    "You keep tokens whose own probability is at least p; p is the total that the kept tokens must "
    "reach together.",
    swap={"before >= p ": "(probs < p) & (before > 0) "},
)
exercise.mistake(
    "one_softmax_for_the_batch",
    "You take the softmax over the whole batch; each row has its own probabilities.",
    swap={".softmax(dim=-1)": ".flatten().softmax(dim=0).reshape(logits.shape)"},
)
exercise.mistake(
    "returns_probs",
    "You return probabilities; return the filtered logits, the softmax comes later.",
    swap={"drop, -math.inf)": "drop, -math.inf).softmax(dim=-1)"},
)
exercise.mistake(
    "no_check",
    "A p that is no probability goes through; raise ValueError unless 0 < p <= 1.",
    swap={"if not 0 < p <= 1:": "if False:", "if p == 1:": "if p >= 1:"},
)
exercise.mistake(
    "zero_p_passes",
    "p = 0 goes through; raise ValueError unless 0 < p <= 1.",
    swap={"if not 0 < p <= 1:": "if not 0 <= p <= 1:"},
)
exercise.mistake(
    "p_above_one_passes",
    "A p above 1 goes through; raise ValueError unless 0 < p <= 1.",
    swap={"if not 0 < p <= 1:": "if not 0 < p:", "if p == 1:": "if p >= 1:"},
)

exercise.walkthrough(r"""
## Where it comes from

Cutting off after k tokens treats every step alike. After *Paris is the capital of* one token is right
and the second is already a risk; after *For dinner we had* dozens would do. A k that suits one step
hurts the other.

Holtzman, Buys, Du, Forbes and Choi show rows of both kinds from one and the same model (section 3.2).
So they cut by probability instead of by number: keep the likeliest tokens until together they have the
probability p, and draw from those (section 3.1). They call this set the nucleus. Its size follows the
row: where the model is sure it holds one token, where it is not, perhaps hundreds.

## By hand

Five tokens with the weights 8, 4, 2, 1 and 1 of 16, in falling order:

| token | probability | total so far | kept with p = 0.4 | with p = 0.6 | with p = 0.8 | with p = 0.9 |
|---|---|---|---|---|---|---|
| 0 | 1/2 | 0.5 | yes | yes | yes | yes |
| 1 | 1/4 | 0.75 | | yes | yes | yes |
| 2 | 1/8 | 0.875 | | | yes | yes |
| 3 | 1/16 | 0.9375 | | | | one of |
| 4 | 1/16 | 1 | | | | the two |

With p = 0.6 token 1 is the one that crosses the line: without it the set holds 0.5, too little. For the
same reason token 0 stays with p = 0.4, although alone it is more than enough. With p = 0.9 one of the
last two tokens is needed and the other is not; which one stays is free.

Rows do not come in falling order, so the cell shuffles them: token 0 from above stands in the middle.

```python
import torch

from grader.notebook import reference

keep = reference("decoding/top_p")
logits = torch.tensor([2.0, 1.0, 8.0, 1.0, 4.0]).log()
torch.stack([keep(logits, p).softmax(dim=0) for p in (0.4, 0.6, 0.8, 0.9, 1.0)])
```

## A picture

Two made-up rows, in per cent and in falling order, both cut at p = 0.9: a step at which the model is
sure, and one at which much would do.

```python
from grader.notebook import bars

sure = {"France": 92, "the": 4, "art": 2, "Europe": 1, "a": 0.6, "love": 0.4}
open_ = {
    "fish": 14, "pasta": 13, "soup": 12, "rice": 11, "a": 10, "pizza": 9,
    "some": 9, "the": 8, "chicken": 7, "two": 4, "stones": 2, "of": 1,
}


def cut(weights, p):
    row = torch.tensor(list(weights.values()))
    stays = keep(row.log(), p) > -torch.inf
    title = f"p = {p} keeps {int(stays.sum())} of {len(row)} tokens"
    return bars(weights, title, "per cent", kept=int(stays.sum()))


cut(sure, 0.9)
```

```python
cut(open_, 0.9)
```

One setting, and it cuts both rows about where one would by eye. Over a whole vocabulary the sizes lie
further apart. Below are three rows of 5000 tokens in which the r-th likeliest has a probability in
proportion to 1/rᵃ: steep for a = 2, rather flat for a = 0.5.

```python
from grader.notebook import curve

rank = torch.arange(1, 5001).double()
ps = [0.05 * i for i in range(2, 20)]
lines = {
    f"a = {a}": [int((keep(-a * rank.log(), p) > -torch.inf).sum()) for p in ps]
    for a in (0.5, 1, 2)
}
picture = curve(lines, ps, "How many of 5000 tokens are kept", "p", "tokens")
picture.axes.set_yscale("log")
picture
```

## Traps

**Leaving out the token that crosses.** Comparing a running total with p is the first thing that comes
to mind, and on a long flat row it costs one token in a thousand, which nobody misses. But where the
model is surest the first token alone crosses p, and then nothing is left to draw from.

{{trap: empty_set}}

**Cutting in the wrong order.** The decision is made on a sorted copy, and the row is not sorted. Worse,
a test with logits written down in falling order, as anyone would, passes.

{{trap: not_unsorted}}

**Letting p = 1 run through.** The smallest set with probability 1 should be everything. In floating
point a running total reaches 1 before the unlikely tokens are in, and they are cut. What is lost is too
rare to be noticed in texts, and enough to give such a token the probability 0, and its logarithm minus
infinity, where probabilities are compared.

{{trap: p1_drops_tail}}

## What it costs

Top-k finds its border without putting the row in order; a running total from the likeliest token down
cannot. So this filter pays for a sort, and for a large vocabulary that is nearly all its time;
`decoding/top_k` measures how much more than a selection it takes. A server that offers both does well
to apply top-k first, and to sort only what that has left.
""")
