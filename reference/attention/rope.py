"""Rotary position embedding.

Attention by itself does not know where a token stands. Rotary embedding turns each query and each
key by angles that grow with its position; the score of a query and a key then depends on how far
apart they are, and on nothing else of their positions.

Return x with its channels turned in pairs. Channels 2i and 2i+1 (for i = 0, 1, ..., d/2 - 1) are
the two coordinates of pair i. At a token of position p, pair i is turned by the angle

    a = p * base ** (-2i / d)     in radians, and     (u, w) -> (u cos a - w sin a, u sin a + w cos a)

    x: (..., T, d)     positions: (T,)     result: (..., T, d), the same channels in the same order

- Leading dimensions of x: zero or more. `positions` belongs to the second last axis.
- `positions` is a LongTensor of numbers from 0 up, in any order: it may start late, jump, go
  backwards or repeat. Position 0 turns nothing.
- `base` is a positive number, 10000 unless given.
- An odd d raises ValueError.
- The result has x's dtype and is as exact as it. Angles must be computed in x's dtype or float32,
  whichever is more precise: position 100,000 has no exact bfloat16 and is too large for float16.
- The result is differentiable in x. x may be a view such as `q.transpose(1, 2)`, whose last axis
  is dense while the others are not.

Example: x = [[1, 0, 1, 0]] at positions [2] with base 100 gives [[-0.4161, 0.9093, 0.9801,
0.1987]]: pair 0 is turned by 2 radians, pair 1 by 2 * 100 ** (-2 / 4) = 0.2.
"""

import torch

from grader.words import Draw, Exercise, gradients, grid, holds, must_raise, noise, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=15,
    source="Su et al. 2021, RoFormer: Enhanced Transformer with Rotary Position Embedding, "
    "section 3.2, arXiv:2104.09864",
    hints=(
        "Take d = 2 first: one pair per token, turned like a point of the plane.",
        "With a table of angles (T, d/2), slices with step 2 give all first and all second "
        "coordinates, and the turn is two lines for all of them at once.",
        "Angles are the outer product of positions and base ** (-2i / d), in float32 or better. "
        "Stack the two turned halves on a new last axis and flatten it, so that the pairs come out "
        "interleaved as they went in.",
    ),
    ask=(
        (
            "Why are q and k turned, but not v?",
            "Positions enter through the score: turning both makes it depend on the distance. "
            "Values are only summed, and a turned value would carry its absolute position along.",
        ),
        (
            "How does a larger base extend the context?",
            "It slows the slow pairs down, so that angles at new, larger distances stay in the "
            "range that was seen in training; the fast pairs barely change.",
        ),
        (
            "What breaks when a cache stores keys that are not yet turned?",
            "Nothing if each step turns them with their own positions, but that is work for the "
            "whole past at every step; turned as if they were new, they are simply wrong.",
        ),
    ),
)


@exercise.solution
def apply_rope(x: torch.Tensor, positions: torch.Tensor, base: float = 10000.0) -> torch.Tensor:
    """Turn the pair (x[2i], x[2i+1]) of each token by positions * base ** (-2i / d) radians.

    x (..., T, d), positions (T,) -> (..., T, d) in x's dtype; ValueError if d is odd.
    """
    d = x.shape[-1]
    if d % 2 != 0:
        raise ValueError(f"the width must be even to be split in pairs: {d}")
    # Half precision cannot hold a large position: work in float32 at least.
    exact = torch.promote_types(x.dtype, torch.float32)
    pair = torch.arange(d // 2, dtype=exact, device=x.device)  # (d/2,)
    speed = base ** (-2 * pair / d)  # (d/2,) radians a position
    angle = positions.to(exact)[:, None] * speed  # (T, d/2)
    cos, sin = angle.cos(), angle.sin()
    first, second = x[..., 0::2].to(exact), x[..., 1::2].to(exact)  # (..., T, d/2) each
    turned = (first * cos - second * sin, first * sin + second * cos)
    return torch.stack(turned, dim=-1).flatten(-2).to(x.dtype)  # interleaved again


@exercise.inputs
def vectors_and_positions(draw: Draw) -> dict:
    t, d = draw.size(1, 4), 2 * draw.size(1, 4)
    dtype = draw.dtype()
    styles, layouts = ("whole", "halves", "normal", "large"), ("contiguous", "expanded")
    case = {
        "x": draw.floats(*draw.batch(), t, d, styles=styles, dtype=dtype, layouts=layouts),
        "positions": draw.whole(t, high=draw.choice(5, 20)) + draw.choice(0, 1, 9),
    }
    base = draw.choice(None, 100.0, 2.5, 10)
    return case if base is None else {**case, "base": base}


def steps(*numbers: int) -> torch.Tensor:
    return torch.tensor(numbers)


@exercise.edges
def positions_and_widths_that_separate() -> list[dict]:
    heads = grid(2, 3, 4, 6).transpose(1, 2)  # (2, 4, 3, 6), as heads are split
    return [
        {"x": torch.tensor([[1.0, 0.0, 1.0, 0.0]]).double(), "positions": steps(2), "base": 100.0},
        {"x": grid(2, 4, seed=1), "positions": steps(1, 2)},
        {"x": grid(3, 4, seed=2), "positions": steps(7, 0, 7), "base": 100.0},
        {"x": grid(3, 6, seed=3), "positions": steps(4, 5, 6)},
        {"x": grid(2, 3, 3, 8, seed=4), "positions": steps(9, 2, 40), "base": 100.0},
        {"x": heads, "positions": steps(3, 1, 2), "base": 20.0},
        {"x": grid(1, 4, seed=5), "positions": steps(100_000)},
        {"x": grid(2, 6, seed=6), "positions": steps(12_345, 99_999), "base": 1e6},
        {"x": grid(2, 2, seed=6), "positions": steps(1_100_000, 3)},
        {"x": grid(2, 4, seed=3), "positions": steps(1, 4), "base": 2.5},
        {"x": grid(2, 6, seed=2).float(), "positions": steps(1, 2), "base": 1e6},
        {"x": grid(3, 2, seed=7), "positions": steps(1000, 5, 70_001)},
        {"x": noise(2, 3, 10, seed=8).float(), "positions": steps(0, 3, 1)},
        {"x": noise(3, 4, seed=9).bfloat16(), "positions": steps(1, 2, 5)},
        {"x": noise(2, 2, 4, seed=9).half(), "positions": steps(6, 3), "base": 50.0},
        {"x": grid(2, 4, seed=9).half(), "positions": steps(1, 0)},
    ]


@exercise.scenario
def output_and_gradient(solution, **case) -> dict:
    return gradients(solution, ("x",), **case)


@exercise.law(examples=3)
def pair_zero_turns_by_one_radian_a_position(solution):
    """The first pair has i = 0, so its angle is the position itself, whatever base and d are."""
    x = torch.zeros(4, 6).double()
    x[:, 0] = 1
    p = steps(0, 1, 2, 5)
    want = torch.stack([p.double().cos(), p.double().sin()], dim=-1)
    same(solution(x, p)[:, :2], want, "Channels 0 and 1 of x = [1, 0, 0, ...] at 0, 1, 2, 5")


@exercise.law(examples=8)
def turning_keeps_the_length_of_every_pair(solution, x, positions):
    """A turn moves a pair on a circle: a position must not make a vector longer or shorter."""
    x = x.double()
    got = solution(x, positions).unflatten(-1, (-1, 2)).norm(dim=-1)
    same(got, x.unflatten(-1, (-1, 2)).norm(dim=-1), "The lengths of the pairs")


@exercise.law(examples=8)
def position_zero_turns_nothing(solution, x, positions):
    """Angles are multiples of the position, so at position 0 there is nothing to do."""
    same(solution(x, torch.zeros_like(positions)), x, "At position 0")


@exercise.law(examples=8)
def scores_depend_on_the_distance_only(solution, x, positions, dice):
    """This is what rotary embedding is for: moving both tokens along leaves their score alone."""
    later, x = dice.choice([1, 3, 50]), x.double()
    q, k = solution(x, positions), solution(x.flip(-1), positions + 2)
    q2, k2 = solution(x, positions + later), solution(x.flip(-1), positions + 2 + later)
    says = f"The scores q k of tokens 2 apart, both moved by {later}"
    same((q2 * k2).sum(-1), (q * k).sum(-1), says)


@exercise.law(examples=8)
def turning_twice_is_turning_by_the_sum(solution, x, positions):
    """Angles add up, so a cached key can be moved on by turning it again."""
    x = x.double()
    want = solution(x, positions + 3, 100.0)
    same(solution(solution(x, positions, 100.0), torch.full_like(positions, 3), 100.0), want)


def far_away() -> list[dict]:
    return [
        {"dtype": dtype, "first": first, "d": d}
        for dtype in (torch.bfloat16, torch.float16, torch.float32)
        for first, d in ((300, 4), (2_049, 8), (4_097, 4), (50_001, 2), (99_997, 4))
    ]


@exercise.law(edges=far_away, examples=15)
def far_positions_stay_accurate_in_low_precision(solution, dtype, first, d):
    """bfloat16 has 8 bits: it takes position 99,999 for 99,840, which is another direction."""
    x, positions = grid(3, d, seed=first).to(dtype), first + steps(0, 1, 2)
    got, want = solution(x, positions), apply_rope(x.double(), positions)
    holds(got.dtype == dtype, f"For {dtype} it returned {got.dtype}.", got=got.dtype)
    error = float((got.double() - want).abs().nan_to_num(torch.inf).max())
    name = str(dtype).removeprefix("torch.")
    says = (
        f"In {name}, at positions from {first} on, it is off by {error:.2g}, with values up to 3."
    )
    holds(error <= 0.1, says, got=got.double())


def odd_widths() -> list[dict]:
    return [{"x": grid(2, d), "positions": steps(0, 1)} for d in (1, 3, 5, 7)]


@exercise.law(edges=odd_widths)
def an_odd_width_raises_value_error(solution, x, positions):
    """One channel would be left without a partner; dropping it in silence hides the error."""
    must_raise(ValueError, solution, x, positions)


exercise.mistake(
    "half_split_pairs",
    "You pair channel i with channel i + d/2, as GPT-NeoX does; here a pair is channels 2i and "
    "2i + 1.",
    swap={
        "x[..., 0::2].to(exact), x[..., 1::2]": "x[..., : d // 2].to(exact), x[..., d // 2 :]",
        "torch.stack(turned, dim=-1).flatten(-2)": "torch.cat(turned, dim=-1)",
    },
)
exercise.mistake(
    "cat_instead_of_interleave",
    "Your result holds all first coordinates and then all second ones; channels 2i and 2i + 1 must "
    "come out where they were.",
    swap={"torch.stack(turned, dim=-1).flatten(-2)": "torch.cat(turned, dim=-1)"},
)


@exercise.mistake(
    "mixed_convention",
    "You turn channel i with channel i + d/2, but by angles meant for neighbours: the two channels "
    "of a pair get different angles, which is no turn.",
)
def _mixed(x, positions, base=10000.0):
    d = x.shape[-1]
    if d % 2 != 0:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    speed = base ** (-2 * torch.arange(d // 2, dtype=exact) / d)
    angle = (positions.to(exact)[:, None] * speed).repeat_interleave(2, dim=-1)  # (T, d)
    swapped = torch.cat([-x[..., d // 2 :], x[..., : d // 2]], dim=-1)
    return (x * angle.cos() + swapped * angle.sin()).to(x.dtype)


exercise.mistake(
    "exponent_i_over_d",
    "Your exponent is -i / d for pair i; it must be -2i / d, so that the speeds run from 1 down to "
    "about 1 / base.",
    swap={"-2 * pair / d": "-pair / d"},
)
exercise.mistake(
    "exponent_positive",
    "Your speeds grow with i; the exponent is negative, so that later pairs turn more slowly.",
    swap={"-2 * pair / d": "2 * pair / d"},
)
exercise.mistake(
    "pairs_counted_from_one",
    "You count pairs from 1; the first pair is i = 0 and turns by the position itself.",
    swap={"-2 * pair / d": "-2 * (pair + 1) / d"},
)
exercise.mistake(
    "sign_flipped",
    "You turn by minus the angle: the first coordinate is u cos a - w sin a, the second "
    "u sin a + w cos a.",
    swap={"cos - second * sin, first * sin +": "cos + second * sin, -first * sin +"},
)
exercise.mistake(
    "not_a_turn",
    "Both coordinates add their sine part; in the first it is subtracted, else lengths change.",
    swap={"first * cos - second": "first * cos + second"},
)
exercise.mistake(
    "index_not_position",
    "You number the tokens 0, 1, 2, ... yourself; use the `positions` that are given.",
    swap={"positions.to(exact)[:, None]": "torch.arange(x.shape[-2]).to(exact)[:, None]"},
)
exercise.mistake(
    "positions_counted_from_the_first",
    "You subtract the first position; positions are absolute, also when they start late.",
    swap={"positions.to(exact)[:, None]": "(positions - positions[0]).to(exact)[:, None]"},
)
exercise.mistake(
    "positions_from_one",
    "You turn by the position plus one; position 0 turns nothing.",
    swap={"positions.to(exact)[:, None]": "(positions + 1).to(exact)[:, None]"},
)


@exercise.mistake(
    "second_from_the_turned_first",
    "You overwrite the first coordinate before you compute the second: both need the old pair.",
)
def _overwritten(x, positions, base=10000.0):
    d = x.shape[-1]
    if d % 2 != 0:
        raise ValueError("odd")
    exact = torch.promote_types(x.dtype, torch.float32)
    angle = positions.to(exact)[:, None] * base ** (-2 * torch.arange(d // 2, dtype=exact) / d)
    second = x[..., 1::2].to(exact)
    first = x[..., 0::2].to(exact) * angle.cos() - second * angle.sin()
    second = first * angle.sin() + second * angle.cos()
    return torch.stack((first, second), dim=-1).flatten(-2).to(x.dtype)


exercise.mistake(
    "base_ignored",
    "You always use 10000; `base` may be given.",
    swap={"speed = base **": "speed = 10000.0 **"},
)
exercise.mistake(
    "low_precision_angles",
    "Your angles are computed in x's dtype: large positions are rounded in half precision. Use "
    "float32 at least and convert the result.",
    swap={"torch.promote_types(x.dtype, torch.float32)": "x.dtype"},
)
exercise.mistake(
    "positions_in_low_precision",
    "You convert the positions to x's dtype, which rounds large ones in half precision; convert "
    "them to float32 at least.",
    swap={"positions.to(exact)": "positions.to(x.dtype).to(exact)"},
)
exercise.mistake(
    "speeds_in_low_precision",
    "You compute base ** (-2i / d) in x's dtype; a large position multiplies its rounding. Use "
    "float32 at least.",
    swap={
        "positions.to(exact)[:, None] * speed": (
            "positions.to(exact)[:, None] * speed.to(x.dtype).to(exact)"
        )
    },
)
exercise.mistake(
    "float32_angles",
    "Your angles are always float32; for a float64 x they must be float64, or far positions are "
    "wrong from the third digit on.",
    swap={
        "angle = positions.to(exact)[:, None] * speed": (
            "angle = (positions.float()[:, None] * speed.float()).to(exact)"
        )
    },
)
exercise.mistake(
    "result_not_converted_back",
    "You compute in float32, which is right, but return float32; the result has x's dtype.",
    swap={".flatten(-2).to(x.dtype)": ".flatten(-2)"},
)
exercise.mistake(
    "no_check",
    "An odd d is not refused; raise ValueError before any work.",
    swap={"if d % 2 != 0:": "if False:"},
)

exercise.walkthrough(r"""
## Where it comes from

Attention sees a set: shuffle the keys with their values, and the result is the same. A text is no set, so
the order has to come in somewhere. The first transformer added a pattern that depends on the position to
each token before the first layer. It works, but a score then mixes four things: content with content,
content with place, place with content, place with place. And what matters in a text is mostly how far
apart two words stand, not that one of them is the 812th.

The idea of rotary embedding (Su et al. 2021, section 3.2): turn a query by an angle proportional to
its position, and a key likewise. Turning changes no length, and with the lengths given, the dot
product of two vectors in a plane depends on the angle between them alone. So where both are turned,
the difference of the two positions is all that stays. One angle would repeat itself after a few
tokens; so the channels are cut into pairs, a plane each, and each pair turns at a speed of its own,
like the hands of a clock.

## By hand

Width 4, base 100: two pairs, with the speeds 1 and 100^(−2/4) = 0.1 radians a token. Take the vector
[1, 0, 1, 0] for the query and for the key. Their score without positions is 2. Turned, each pair gives
the cosine of the angle between its two copies:

| distance | cos(distance) | cos(0.1 · distance) | score |
|---|---|---|---|
| 0 | 1 | 1 | 2 |
| 1 | 0.5403 | 0.9950 | 1.5353 |
| 2 | −0.4161 | 0.9801 | 0.5639 |
| 3 | −0.9900 | 0.9553 | −0.0347 |

With the query at position 3 and keys at 3, 2, 1 and 0, and then everything 1000 tokens later:

```python
import torch

from grader.notebook import reference

turn = reference("attention/rope")
x = torch.tensor([[1.0, 0, 1, 0]]).double()
places = torch.tensor([3, 2, 1, 0])
keys = x.expand(4, 4)
for start in (0, 1000):
    q = turn(x, torch.tensor([start + 3]), base=100)
    print(q @ turn(keys, start + places, base=100).T)
```

The turned vector itself, at position 2, is [cos 2, sin 2, cos 0.2, sin 0.2]:

```python
turn(x, torch.tensor([2]), base=100)
```

## A picture

The hands of the clock: the first coordinate of each of 8 pairs, all of which start as [1, 0], at the
positions 0 to 63 (blue 1, red −1; base 10000). Pair 0 goes round every 6.3 tokens and tells neighbours
apart; the last pair has hardly moved after 63, and tells far from near.

```python
from grader.notebook import show

pairs = torch.tensor([1.0, 0]).repeat(64, 8)
turned = turn(pairs, torch.arange(64))
hands, title = turned.reshape(64, 8, 2)[..., 0].T, "The first coordinate of each pair"
picture = show(hands, title, rows="pair", columns="position")
picture.axes.images[0].set(cmap="RdBu", clim=(-1, 1))
picture
```

All the hands together make a score. Here is that of a vector with itself, by distance, for width 64 and
two bases, divided by its value at distance 0. It falls and wavers: close things score higher without
anybody having trained that (section 3.3 of the paper). A larger base slows the slow hands, so that the
score falls over longer distances. Models for long texts use one.

```python
from grader.notebook import curve

far = torch.arange(1000)
even = torch.tensor([1.0, 0]).repeat(len(far), 32)
curve(
    {f"base {base}": (turn(even, far, base) @ even[0]) / 32 for base in (10_000, 500_000)},
    x=far,
    title="Score of two equal vectors, width 64",
    across="distance in tokens",
    up="score",
)
```

## Traps

**The other pairing.** GPT-NeoX, and the Llama code of Hugging Face, pair channel i with channel
i + d/2. Both are rotary embedding, and a model trained with either is as good. But it is trained with
*one*: weights go from one to the other only with their channels reordered, and a mixture runs without an
error and talks nonsense.

{{trap: half_split_pairs}}

**Numbering the tokens oneself.** In training, positions are 0, 1, 2, ... and it makes no difference. With
a cache each new token comes alone, and every one of them would be number 0.

{{trap: index_not_position}}

**Angles in half precision.** bfloat16 has 8 significant bits: above 256 it has no room for every whole
number, and 1001 becomes 1000. Short texts are fine. In long ones neighbours turn by the same angle, or
by one that is off by whole radians.

{{trap: low_precision_angles}}

## What it costs

Hardly anything: four multiplications a pair make 2d for each query and key, where the projection that
made it took d_model · d. There are no weights, and nothing is learned. Angles depend on positions only,
so that one table of T × d/2 cosines and as many sines serves all heads and layers. A cache stores its
keys already turned: a key's own position never changes, and the score takes the difference by itself.
""")
