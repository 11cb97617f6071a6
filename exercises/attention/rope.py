# attention/rope · level 2 · 15 minutes · all assistance off
# Grade it: drill grade attention/rope   or   pytest exercises/attention/rope.py
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


def apply_rope(x: torch.Tensor, positions: torch.Tensor, base: float = 10000.0) -> torch.Tensor:
    """Turn the pair (x[2i], x[2i+1]) of each token by positions * base ** (-2i / d) radians.

    x (..., T, d), positions (T,) -> (..., T, d) in x's dtype; ValueError if d is odd.
    """
    raise NotImplementedError
