# decoding/top_p · level 2 · 12 minutes · all assistance off
# Grade it: drill grade decoding/top_p   or   pytest exercises/decoding/top_p.py
"""Top-p (nucleus) filtering.

Leave a sampler the likely tokens, as many as this step needs: one where the model is sure, many
where it is not.

Given logits (..., V) and p, return logits of the same shape and dtype. Of each row keep the
smallest set of most likely tokens whose total probability, under the softmax of the row, is at
least p. Kept logits come back as they are, all others become minus infinity.

- The token with which the total reaches p is kept. So at least one token, the likeliest, is always
  kept, however small p is.
- p = 1 keeps every token, also those so unlikely that a sum of probabilities reaches 1 without
  them.
- Where several tokens tie at the border any smallest set is right: as many of them as are needed
  to reach p, no matter which.
- p must lie in 0 < p <= 1, else raise ValueError.
- Leading dimensions: zero or more. Each row along the last one is filtered by itself.
- Logits may be of any float dtype, in any memory layout, large (1e4), and some may be minus
  infinity already. The result is as exact as the dtype allows: float64 logits are summed in
  float64. The input is not modified.

Example: the logits [log 0.3, log 0.5, log 0.2] have the probabilities 0.3, 0.5, 0.2. With p = 0.6,
0.5 alone is too little and 0.5 + 0.3 = 0.8 is enough: the result is [log 0.3, log 0.5, -inf]. With
p = 0.4 token 1 alone is kept.
"""

import torch


def top_p_filter(logits: torch.Tensor, p: float) -> torch.Tensor:
    """logits (..., V) -> the same, with -inf outside the smallest set that holds probability p.

    The token that reaches p is kept; p = 1 keeps all; ValueError unless 0 < p <= 1.
    """
    raise NotImplementedError
