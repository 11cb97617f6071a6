# attention/scaled_dot_product · level 1 · 12 minutes · all assistance off
# Grade it: drill grade attention/scaled_dot_product   or   pytest exercises/attention/scaled_dot_product.py
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

import torch


def scaled_dot_product_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """softmax(q kᵀ / √d_k) v over the keys that the mask allows (True); zeros where it allows none.

    q (..., Tq, d_k), k (..., Tk, d_k), v (..., Tk, d_v), mask to (..., Tq, Tk) -> (..., Tq, d_v).
    """
    raise NotImplementedError
