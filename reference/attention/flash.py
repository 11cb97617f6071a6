"""Flash attention.

Attention needs T x T scores, but never all of them at once. Go through the keys in tiles of
`block_size` and keep, for each query, the largest score so far, the sum of exponentials and the
weighted sum of values, both relative to that score. When a tile brings a larger one, rescale what
was summed before.

Return softmax(q kᵀ / √d) v, exactly, for any block_size >= 1.

    q, k, v: (..., T, d)     result: (..., T, d)

- Leading dimensions: zero or more, the same for q, k and v.
- block_size need not divide T and may be larger than T; the result does not depend on it.
- With `causal=True` query i sees the keys 0 .. i only.
- No tensor with T x T elements (or more) a head may be made, masks included. Fine are tiles of
  block_size x block_size, T x block_size or block_size x T. (Judged with block_size below T/2.)
- With `causal=True` tiles of which every score is hidden are skipped: for T >= 4 block_size the
  matrix products must take at most 5/6 of the multiplications of causal=False.
- The result has q's dtype and is as exact as it. Scores from -1e4 to 1e4 stay finite.
- No argument need be contiguous. Gradients are not asked for.

Example: q = [[0], [0], [1]], k = [[0], [0], [ln 2]], v = [[1], [3], [8]], block_size = 2. Query 2
has the scores 0, 0, ln 2. After the first tile its maximum is 0, its sum 2 and its weighted values
1 + 3 = 4; the second tile brings ln 2 = 0.69, so both are halved, to 1 and 2, and 1 and 8 are
added: 10 / 2 = 5. The result is [[4], [4], [5]]; with causal=True it is [[1], [2], [5]].

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import math

import torch

from grader.words import (
    FUSED_ATTENTION,
    Draw,
    Exercise,
    at_most,
    grid,
    holds,
    noise,
    same,
    traced,
)

exercise = Exercise(
    tier="B",
    level=3,
    minutes=35,
    needs=("attention/causal",),
    banned=FUSED_ATTENTION,
    source="Dao et al. 2022, FlashAttention: Fast and Memory-Efficient Exact Attention with "
    "IO-Awareness, algorithm 1, arXiv:2205.14135",
    hints=(
        "For one query, sum exp(score) and exp(score) * value tile by tile, and divide at the very "
        "end. That is exact already, but overflows.",
        "Keep the largest score m so far and sum exp(score - m). When a tile raises m to n, all "
        "that was summed before is too large by exp(n - m).",
        "Start with m = -inf and sums 0. Per tile: n = max(m, tile's maximum); multiply both sums "
        "by exp(m - n); add the tile's with exp(score - n). With causal, take a tile of queries at "
        "a time, stop at the tile on the diagonal, and mask by positions in the whole sequence.",
    ),
    ask=(
        (
            "Why is it exact?",
            "Softmax does not change when all scores are shifted, so partial sums relative to "
            "different maxima can be brought to one maximum by a factor; nothing is left out.",
        ),
        (
            "What is saved for the backward pass?",
            "The output and one number a query, log of the sum plus the maximum; scores are "
            "computed again tile by tile, since that is cheaper than reading them from memory.",
        ),
        (
            "Is it fewer operations or fewer bytes?",
            "Fewer bytes: the T x T scores never reach slow memory. The operations are the same or "
            "a few more; only skipping hidden tiles saves some.",
        ),
    ),
)


@exercise.solution
def flash_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block_size: int, causal: bool = False
) -> torch.Tensor:
    """Exact softmax(q kᵀ / √d) v by tiles of block_size, without a T x T tensor.

    q, k, v (..., T, d) -> (..., T, d) in q's dtype.
    """
    exact = torch.promote_types(q.dtype, torch.float32)  # long sums need it in half precision
    tiles = [
        attend(q_tile.to(exact), i * block_size, k.to(exact), v.to(exact), block_size, causal)
        for i, q_tile in enumerate(q.split(block_size, dim=-2))
    ]
    return torch.cat(tiles, dim=-2).to(q.dtype)


def attend(q, first, k, v, block_size, causal):
    """The results of the queries q (..., n, d) at positions first, first + 1, ..."""
    n, t = q.shape[-2], k.shape[-2]
    top = torch.full_like(q[..., :1], -math.inf)  # (..., n, 1): the largest score so far
    total = torch.zeros_like(top)  # (..., n, 1): sum of exp(score - top)
    mixed = torch.zeros_like(q)  # (..., n, d): sum of exp(score - top) * value
    position = torch.arange(first, first + n, device=q.device)[:, None]  # (n, 1)
    end = first + n if causal else t  # the tiles after the diagonal are hidden
    for start in range(0, end, block_size):
        k_tile, v_tile = (x[..., start : start + block_size, :] for x in (k, v))  # (..., m, d)
        scores = q @ k_tile.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (..., n, m)
        if causal:
            key = torch.arange(start, start + k_tile.shape[-2], device=q.device)  # (m,)
            scores = scores.masked_fill(key > position, -math.inf)
        new_top = torch.maximum(top, scores.amax(dim=-1, keepdim=True))
        shrink = torch.exp(top - new_top)  # what was summed so far was relative to the old top
        weights = torch.exp(scores - new_top)
        total = total * shrink + weights.sum(dim=-1, keepdim=True)
        mixed = mixed * shrink + weights @ v_tile
        top = new_top
    return mixed / total


@exercise.inputs
def sequences_and_tiles(draw: Draw) -> dict:
    t, d, batch, dtype = draw.size(1, 7), draw.size(1, 3), draw.batch(), draw.dtype()
    styles = ("whole", "halves", "normal", "rising", "falling", "large")
    case = {name: draw.floats(*batch, t, d, styles=styles, dtype=dtype) for name in "qk"}
    case["v"] = draw.floats(*batch, t, d, dtype=dtype)
    case["block_size"] = draw.size(1, t + 1)
    return {**case, "causal": True} if draw.flag() else case


def tiled(t, block_size, d=2, lead=(), make=grid, **more):
    return {
        **{name: make(*lead, t, d, seed=i) for i, name in enumerate("qkv")},
        "block_size": block_size,
        **more,
    }


def far_below_zero(*shape, seed):
    """Whole numbers about 100, -100 and 100 for q, k and v: every score is below -1e4."""
    return (100 + grid(*shape, seed=seed)) * (-1) ** seed


def far_apart(*shape, seed):
    """Multiples of 60, whose scores are exact in float32 when d is 4."""
    return 60 * grid(*shape, seed=seed).float()


def rising(*shape, seed):
    """Scores that rise by far more than the range of exp from tile to tile."""
    return grid(*shape, seed=seed).abs() + 20 * torch.arange(1.0, shape[-2] + 1).double()[:, None]


@exercise.edges
def tiles_that_separate() -> list[dict]:
    q = torch.tensor([[0.0], [0.0], [1.0]]).double()
    k, v = q * math.log(2), torch.tensor([[1.0], [3.0], [8.0]]).double()
    return [
        {"q": q, "k": k, "v": v, "block_size": 2},
        tiled(1, 1),
        tiled(2, 5, causal=True),
        tiled(3, 1),
        tiled(4, 2, causal=True),
        tiled(5, 2),
        tiled(5, 3, causal=True, lead=(2,)),
        tiled(6, 4, d=3, lead=(2, 3), causal=False),
        tiled(6, 1, causal=True),
        tiled(7, 7, lead=(1,)),
        tiled(9, 4, d=3, causal=True),
        tiled(17, 8, d=3, make=noise),
        tiled(4, 2, make=far_below_zero),
        tiled(3, 1, make=far_below_zero, causal=True),
        tiled(5, 2, d=1, make=far_below_zero),
        tiled(4, 2, d=4, make=far_apart),
        tiled(5, 2, d=4, make=far_apart, causal=True),
        tiled(4, 1, make=rising),
        tiled(5, 2, make=lambda *s, seed: rising(*s, seed=seed).flip(-2)),
        tiled(5, 2, make=lambda *s, seed: noise(*s, seed=seed).bfloat16()),
        tiled(6, 4, make=lambda *s, seed: noise(*s, seed=seed).half(), causal=True),
    ]


@exercise.law(examples=8)
def the_block_size_does_not_change_the_result(solution, q, k, v, dice):
    """Tiles are a way to compute; nobody who reads the result may see them."""
    t, causal = q.shape[-2], dice.choice([False, True])
    whole = solution(q, k, v, t, causal)
    other = dice.randrange(1, t + 2)
    same(solution(q, k, v, other, causal), whole, f"With block_size {other} instead of {t}")


@exercise.law(examples=6)
def values_of_one_give_one(solution, q, k, v, block_size):
    """The weights of a query sum to 1 over all tiles, not in each of them."""
    same(solution(q, k, torch.ones_like(v), block_size), torch.ones_like(v), "With v all ones")


def long_sequences() -> list[dict]:
    sizes = [(12, 4, (), False), (13, 5, (), True), (12, 4, (2,), True), (14, 5, (), True)]
    sizes += [(11, 4, (), True)]
    return [
        {**tiled(t, block, lead=lead, make=noise), "causal": causal}
        for t, block, lead, causal in sizes
    ]


@exercise.law(edges=long_sequences)
def no_tensor_holds_all_scores(solution, q, k, v, block_size, causal):
    """At T = 100,000 one T x T tensor is 20 GB in half precision, for every head."""
    heads, t = math.prod(q.shape[:-2]), q.shape[-2]
    _, operations = traced(solution, q, k, v, block_size, causal)
    largest = max((op.largest for op in operations), default=0) // heads
    says = f"Elements a head in the largest tensor, with T = {t} and block_size {block_size}"
    at_most(largest, t * t - 1, says)


def four_tiles() -> list[dict]:
    return [tiled(4 * block, block, lead=lead) for block, lead in ((2, ()), (3, ()), (2, (2,)))]


@exercise.law(edges=four_tiles)
def causal_skips_the_hidden_tiles(solution, q, k, v, block_size):
    """Nearly half of all tiles lie in the future; computing them to hide them is wasted work."""
    full = sum(op.flops for op in traced(solution, q, k, v, block_size)[1])
    result, operations = traced(solution, q, k, v, block_size, True)
    holds(result.isfinite().all(), "The result is not finite.", got=result)
    share = sum(op.flops for op in operations) / max(full, 1)
    at_most(share, 5 / 6, "Work of causal=True, as a share of that of causal=False")


exercise.mistake(
    "no_rescale",
    "You never rescale: when a tile raises the maximum, both sums so far must be multiplied by "
    "exp(old maximum - new maximum).",
    swap={"total * shrink +": "total +", "mixed * shrink +": "mixed +"},
)
exercise.mistake(
    "rescale_sum_only",
    "You rescale the sum of exponentials but not the weighted values; both need it.",
    swap={"mixed * shrink +": "mixed +"},
)
exercise.mistake(
    "rescale_values_only",
    "You rescale the weighted values but not the sum of exponentials; both need it.",
    swap={"total * shrink +": "total +"},
)
exercise.mistake(
    "rescale_upside_down",
    "Your factor is exp(new - old maximum); a larger maximum makes the old sums smaller.",
    swap={"torch.exp(top - new_top)": "torch.exp(new_top - top.clamp(min=-1e30))"},
)
exercise.mistake(
    "divides_every_tile",
    "You divide by the sum inside the loop; add up first and divide once at the end.",
    swap={
        "+ weights @ v_tile": "+ weights @ v_tile / weights.sum(-1, keepdim=True)",
        "return mixed / total": "return mixed",
    },
)
exercise.mistake(
    "normalised_in_the_loop",
    "You divide what was collected so far by the sum so far in every tile; what is divided already "
    "is divided again. Divide once at the end.",
    swap={
        "        top = new_top\n": "        top, mixed = new_top, mixed / total\n",
        "return mixed / total": "return mixed",
    },
)
exercise.mistake(
    "mean_of_tiles",
    "You average the tiles' own softmax results; a tile must count by its sum of exponentials.",
    swap={
        "mixed = mixed * shrink + weights @ v_tile": (
            "mixed = mixed + torch.softmax(scores, dim=-1) @ v_tile"
        ),
        "return mixed / total": "return mixed / len(range(0, end, block_size))",
    },
)
exercise.mistake(
    "tile_local_max",
    "You subtract the tile's own maximum; the sums need one common maximum, the running one.",
    swap={"torch.maximum(top, scores.amax(dim=-1, keepdim=True))": (
        "scores.amax(dim=-1, keepdim=True)"
    ), "torch.exp(top - new_top)": "torch.ones_like(top)"},
)  # fmt: skip
exercise.mistake(
    "last_max_not_running",
    "You replace the maximum by the new tile's; it must never fall: take the larger of both.",
    swap={"torch.maximum(top, scores.amax(dim=-1, keepdim=True))": (
        "scores.amax(dim=-1, keepdim=True)"
    )},
)  # fmt: skip
exercise.mistake(
    "no_maximum",
    "You exponentiate scores as they are; subtract the running maximum, or they overflow.",
    swap={"torch.maximum(top, scores.amax(dim=-1, keepdim=True))": "torch.zeros_like(top)"},
)
exercise.mistake(
    "maximum_starts_at_zero",
    "Your running maximum starts at 0, or another number that scores may lie far below: there every "
    "exponential is 0. Start at minus infinity.",
    swap={"torch.full_like(q[..., :1], -math.inf)": "torch.zeros_like(q[..., :1])"},
)
exercise.mistake(
    "drops_remainder",
    "You leave out the last, shorter tile of keys when block_size does not divide T.",
    swap={"range(0, end, block_size)": (
        "range(0, end - end % block_size if end > block_size else end, block_size)"
    )},
)  # fmt: skip
exercise.mistake(
    "causal_offset_ignored",
    "Your causal mask compares places within the tile; compare positions in the whole sequence.",
    swap={"key > position": "key - start > position - first"},
)
exercise.mistake(
    "causal_ignored",
    "`causal=True` changes nothing: query i must see the keys 0 .. i only.",
    swap={"if causal:": "if False:", "end = first + n if causal else t": "end = t"},
)
exercise.mistake(
    "diagonal_unmasked",
    "You skip hidden tiles but do not mask the tile on the diagonal.",
    swap={"if causal:": "if False:"},
)
exercise.mistake(
    "not_scaled",
    "The scores are not divided by the square root of d.",
    swap={" / math.sqrt(q.shape[-1])": ""},
)
exercise.mistake(
    "whole_mask",
    "Your scores come in tiles, but the causal mask is T x T; make it from positions, per tile.",
    swap={"key > position": (
        "torch.ones(t, t).triu(1).bool()[first : first + n, start : start + block_size]"
    )},
)  # fmt: skip
exercise.mistake(
    "hidden_tiles_computed",
    "You compute tiles that lie in the future and then hide them; stop at the diagonal instead.",
    swap={"end = first + n if causal else t": "end = t"},
)


@exercise.mistake(
    "masked_tile_nan",
    "A tile whose scores are all hidden has the maximum -inf, and -inf minus -inf is NaN. Skip it.",
)
def _merged(q, k, v, block_size, causal=False):
    t, position = q.shape[-2], torch.arange(q.shape[-2])[:, None]
    top = torch.full_like(q[..., :1], -math.inf)
    total, mixed = torch.zeros_like(top), torch.zeros_like(q)
    for start in range(0, t, block_size):
        scores = q @ k[..., start : start + block_size, :].transpose(-2, -1) / q.shape[-1] ** 0.5
        if causal:
            key = torch.arange(start, start + scores.shape[-1])
            scores = scores.masked_fill(key > position, -math.inf)
        own = scores.amax(dim=-1, keepdim=True)
        weights, new_top = torch.exp(scores - own), torch.maximum(top, own)
        old, new = torch.exp(top - new_top), torch.exp(own - new_top)
        total = total * old + weights.sum(dim=-1, keepdim=True) * new
        mixed = mixed * old + weights @ v[..., start : start + block_size, :] * new
        top = new_top
    return mixed / total


@exercise.mistake(
    "whole_matrix",
    "You make all T x T scores at once; only a tile of them may exist at a time.",
)
def _whole(q, k, v, block_size, causal=False):
    exact = torch.promote_types(q.dtype, torch.float32)
    scores = q.to(exact) @ k.to(exact).transpose(-2, -1) / math.sqrt(q.shape[-1])
    if causal:
        later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        scores = scores.masked_fill(later, -math.inf)
    return (scores.softmax(dim=-1) @ v.to(exact)).to(q.dtype)


exercise.walkthrough(r"""
## Where it comes from

The scores of attention are a T × T table that nobody wants to see: they are made, go through a softmax
and are summed away. Yet the plain way writes the whole table to memory and reads it back, several times.
On a GPU that is most of the time. An A100 multiplies far faster than its main memory can deliver, while
the small memory on the chip, 192 KB for each processor, is some ten times as fast (section 2.1 of the
paper).

So go through the table in tiles that fit on the chip, and never store it. The obstacle is the softmax,
which seems to need a whole row: its largest score, to keep exponentials finite, and its sum. Both can be
had in passing. Sums that are relative to one maximum become sums relative to a larger one by a single
factor (Milakov and Gimelshein 2018 for softmax by itself; Dao et al. 2022, algorithm 1, for attention).
The result is exact, not an approximation.

## By hand

One query, four keys in two tiles of two. The scores are ln 1, ln 2, ln 4, ln 1, the values 8, 4, 3, 4.
All at once: weights 1/8, 2/8, 4/8, 1/8 and the result 1 + 1 + 1.5 + 0.5 = 4. In tiles one keeps the
largest score, the sum of exponentials and the weighted sum of values, the latter two relative to the
largest score:

| | largest | sum | weighted sum |
|---|---|---|---|
| tile 0 by itself | ln 2 | 1/2 + 1 = 1.5 | 8/2 + 4 = 8 |
| rescaled by 2/4 | ln 4 | 0.75 | 4 |
| tile 1 by itself | ln 4 | 1 + 1/4 = 1.25 | 3 + 4/4 = 4 |
| together | ln 4 | 2 | 8 |

and 8/2 = 4. Four equal queries of 1 give it four times, whatever the size of the tiles:

```python
import torch

from grader.notebook import reference

attend = reference("attention/flash")
q, k = torch.ones(4, 1), torch.tensor([[1.0], [2], [4], [1]]).log()
v = torch.tensor([[8.0], [4], [3], [4]])
torch.cat([attend(q, k, v, size) for size in (1, 2, 3, 4)], dim=1)
```

Causal, the last row is the same, and the first three are 8, (8 + 8)/3 = 5.33 and (8 + 8 + 12)/7 = 4.

```python
attend(q, k, v, 2, causal=True)
```

## A picture

The weights of twelve tokens, causal, with tiles of 3 drawn over them. Tiles below the diagonal are plain
attention. Those on it need a mask, and those above it hold nothing, so that there is no reason to
compute them: 10 of the 16 remain.

```python
from grader.notebook import show

torch.manual_seed(0)
q, k = torch.randn(12, 12), torch.randn(12, 12)
picture = show(attend(q, k, torch.eye(12), 3, causal=True), "Causal weights in tiles of 3")
for border in (2.5, 5.5, 8.5):
    picture.axes.axhline(border, color="black", linewidth=0.8)
    picture.axes.axvline(border, color="black", linewidth=0.8)
picture
```

With n tiles on a side (n + 1)/2n of them remain: all for n = 1, 5/8 for n = 4, and hardly more than
half for long texts. A tile on the diagonal starts at a position of its own in the text, for queries
as for keys.

## Traps

**No rescaling.** Each tile's exponentials are relative to the largest score *at that time*. Adding them
up as they are is right as long as the first tile holds the largest score, and nearly right when scores
are small.

{{trap: no_rescale}}

**A maximum that starts at 0.** Then it never falls below 0. Scores around 0 hide that completely; if all
scores of a query are far below, each exponential is 0, and the result is 0/0.

{{trap: maximum_starts_at_zero}}

**The last tile.** Lengths and tile sizes are powers of two in most tests, and the tile that is left over
when they do not divide never occurs.

{{trap: drops_remainder}}

## What it costs

The largest tensor that a call makes, for plain attention and in tiles of 128:

```python
from grader.notebook import curve, largest_tensor

plain = reference("attention/scaled_dot_product")
lengths = [128, 256, 512, 1024]
inputs = [[torch.randn(t, 32) for _ in "qkv"] for t in lengths]
curve(
    {
        "plain": [largest_tensor(plain, *given) for given in inputs],
        "tiles of 128": [largest_tensor(attend, *given, 128) for given in inputs],
    },
    x=lengths,
    title="Memory of attention, d = 32",
    across="tokens T",
    up="numbers in the largest tensor",
    log=True,
)
```

At T = 128 there is one tile, and it is the whole table. From there the plain table grows with T², while
the tile stays as it is until the result itself, T × d, is larger. Do not expect a gain in time here: in
Python each tile costs a dozen calls of torch. The speed comes when all that is done with a tile is one
program on the chip.
""")
