# attention/sliding_window · level 2 · 15 minutes · all assistance off
# Grade it: drill grade attention/sliding_window   or   pytest exercises/attention/sliding_window.py
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

import torch


def sliding_window_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int
) -> torch.Tensor:
    """Attention in which query i sees the keys max(0, i - window + 1) .. i.

    q, k, v (..., T, d) -> (..., T, d); ValueError if window < 1.
    """
    raise NotImplementedError
