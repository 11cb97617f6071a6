# attention/flash · level 3 · 35 minutes · all assistance off
# Grade it: drill grade attention/flash   or   pytest exercises/attention/flash.py
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

import torch


def flash_attention(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block_size: int, causal: bool = False
) -> torch.Tensor:
    """Exact softmax(q kᵀ / √d) v by tiles of block_size, without a T x T tensor.

    q, k, v (..., T, d) -> (..., T, d) in q's dtype.
    """
    raise NotImplementedError
