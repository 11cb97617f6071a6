# attention/multi_head · level 2 · 20 minutes · all assistance off
# Grade it: drill grade attention/multi_head   or   pytest exercises/attention/multi_head.py
"""Multi-head self-attention.

One softmax can look at one kind of thing at a time. Cut the channels into heads, let each head
attend by itself, and join what they found: the layer every transformer is made of.

Write `class MultiHeadSelfAttention(nn.Module)` with

- `__init__(self, d_model, n_heads)`: four `nn.Linear` children without bias, `q_proj`, `k_proj`,
  `v_proj` and `out_proj`, each d_model -> d_model. ValueError if n_heads does not divide d_model.
- `forward(self, x, causal=False)`: x (B, T, d_model) -> (B, T, d_model), with B and T from 1 on.

What it computes, with d = d_model // n_heads:

- q_proj, k_proj and v_proj turn each token into a query, a key and a value of d_model channels.
  Head h owns the h-th slice of d consecutive channels of all three: h * d to (h + 1) * d - 1.
- Each head computes softmax(q kᵀ / √d) v from its own slices. With `causal=True` token i sees the
  tokens 0 .. i only, in every head; with `causal=False` every token sees all.
- The heads' results stand side by side in the order of the heads, and go through out_proj.

What else holds:

- The state dict is the four weights, nothing else (4 d_model² numbers), so that weights can be
  exchanged by name. How they are initialised is free.
- Rows of the batch do not meet. Calls do not influence each other: B, T, `causal`, the weights and
  the dtype may change from call to call, and T has no limit. Training and eval mode give the same;
  there is no dropout.
- The module can be moved to another float dtype (float64, bfloat16, float16), and then takes and
  gives x of that dtype. The result is differentiable in x and in all four weights. x is not
  modified and need not be contiguous.
- Scores may be large (1e6 in float64): the result stays right.

Example: d_model = 2, two heads, all four weights the identity, x = [[[1, 0], [0, 1]]]. Head 0 sees
channel 0 alone: token 0 has the scores 1 and 0, weights 0.731 and 0.269, result 0.731; token 1 has
two zero scores, result 0.5. The output is [[[0.731, 0.5], [0.5, 0.731]]], and with causal=True
[[[1, 0], [0.5, 0.731]]].

Not allowed here: torch's own attention (`F.scaled_dot_product_attention`, `nn.MultiheadAttention`).
"""

import torch
from torch import nn


class MultiHeadSelfAttention(nn.Module):
    """Self-attention in n_heads slices of the channels, between bias-free projections."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        """Four bias-free projections; ValueError if n_heads does not divide d_model."""
        raise NotImplementedError

    def forward(self, x: torch.Tensor, causal: bool = False) -> torch.Tensor:
        """x (B, T, d_model) -> (B, T, d_model); causal: no token sees a later one."""
        raise NotImplementedError
