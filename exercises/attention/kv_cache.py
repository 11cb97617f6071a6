# attention/kv_cache · level 3 · 30 minutes · all assistance off
# Grade it: drill grade attention/kv_cache   or   pytest exercises/attention/kv_cache.py
"""Self-attention with a key and value cache.

Decoding feeds a few new tokens at a time. Instead of projecting the whole past again, keep its
keys and values, project the new tokens only, and let them attend to everything seen so far.

Write `class CachedSelfAttention(nn.Module)` with

- `__init__(self, d_model, n_heads)`: four `nn.Linear` children without bias, `q_proj`, `k_proj`,
  `v_proj` and `out_proj`, each d_model -> d_model. Head h owns the h-th slice of d_model // n_heads
  consecutive channels. ValueError if n_heads does not divide d_model.
- `forward(self, x, cache=None)` -> `(out, cache)`: x (B, T_new, d_model), T_new >= 1, are the next
  T_new tokens; out has the shape of x. `cache=None` starts a sequence; later calls get the cache
  that an earlier call returned. What a cache is, is up to you.

What must hold:

- Causal over everything seen: a token attends to itself and to all tokens before it, those of
  earlier calls included, with scores divided by sqrt(d_model // n_heads).
- Feeding a sequence in any split of chunks gives the same outputs as feeding it whole, and the
  same gradients.
- An old cache stays usable: continuing twice from one cache gives both continuations right, in
  training and in evaluation mode, with gradients and without.
- Each call projects its T_new tokens only, and compares only their queries with the keys.
- The module itself remembers nothing: several sequences may go through it in turn, each with its
  own cache. Rows of the batch do not meet. A sequence has no longest length.
- The state dict is the four weights and nothing else.
- Moved to another float dtype (float64, bfloat16, float16), the module takes and gives that dtype.
  Results are as exact as the dtype. Scores may be large (1e4).

Example: feeding tokens 0, 1 and then token 2 with the returned cache gives, for token 2, the same
output as feeding 0, 1, 2 at once, and calls `k_proj` on two rows first, then on one.

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import torch
from torch import nn


class CachedSelfAttention(nn.Module):
    """Causal multi-head self-attention that is fed a sequence chunk by chunk."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        """Four bias-free projections; ValueError if n_heads does not divide d_model."""
        raise NotImplementedError

    def forward(self, x: torch.Tensor, cache=None):
        """x (B, T_new, d_model) and a cache or None -> (out (B, T_new, d_model), new cache)."""
        raise NotImplementedError
