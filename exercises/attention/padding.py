# attention/padding · level 2 · 15 minutes · all assistance off
# Grade it: drill grade attention/padding   or   pytest exercises/attention/padding.py
"""Attention over padded sequences.

Sequences of different lengths share one batch: the shorter ones are filled up at the right end
with padding. What stands there must have no influence, whatever it is.

Return softmax(q kᵀ / √d) v for each row of the batch and each head, over that row's own tokens
only.

    q, k, v: (B, H, T, d)     lengths: LongTensor (B,)     result: (B, H, T, d)

- Row b has lengths[b] tokens, 0 <= lengths[b] <= T; positions from lengths[b] on are padding.
- Key j of row b is visible if j < lengths[b], and with `causal=True` only to queries i >= j too.
- At query positions >= lengths[b] the result is exactly zero. A length of 0 gives zeros only.
- The padding of q, k and v may hold anything, NaN and infinities too: the result is the same.
- A length below 0 or above T, in any row, raises ValueError.
- The result has q's dtype and is differentiable. With finite padding all gradients are finite and
  zero at the padding; the result requires grad whenever an input does, also if all lengths are 0.
- Scores may be large (1e4); no argument need be contiguous.

Example: B = H = d = 1, T = 3, lengths = [2], q and k all zeros, v = 3, 6, NaN. Tokens 0 and 1 weigh
the same: the result is 4.5, 4.5, 0, and with causal=True it is 3, 4.5, 0.

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import torch


def padded_attention(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    lengths: torch.Tensor,
    causal: bool = False,
) -> torch.Tensor:
    """Attention of each batch row over its first lengths[b] positions; zeros at its padding.

    q, k, v (B, H, T, d), lengths (B,) -> (B, H, T, d); ValueError for a length outside 0..T.
    """
    raise NotImplementedError
