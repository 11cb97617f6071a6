# attention/causal · level 1 · 10 minutes · all assistance off
# Grade it: drill grade attention/causal   or   pytest exercises/attention/causal.py
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

import torch


def causal_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Attention in which query i, the (Tk - Tq + i)-th position, sees no later key.

    q (..., Tq, d), k (..., Tk, d), v (..., Tk, d_v) -> (..., Tq, d_v); ValueError if Tq > Tk.
    """
    raise NotImplementedError
