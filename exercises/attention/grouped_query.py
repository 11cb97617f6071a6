# attention/grouped_query · level 2 · 15 minutes · all assistance off
# Grade it: drill grade attention/grouped_query   or   pytest exercises/attention/grouped_query.py
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

import torch


def grouped_query_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, causal: bool = False
) -> torch.Tensor:
    """Attention in which query head h uses key and value head h // (Hq // Hkv).

    q (B, Hq, T, d), k and v (B, Hkv, T, d) -> (B, Hq, T, d); ValueError unless Hkv divides Hq.
    """
    raise NotImplementedError
