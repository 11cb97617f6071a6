# decoding/top_k · level 1 · 8 minutes · all assistance off
# Grade it: drill grade decoding/top_k   or   pytest exercises/decoding/top_k.py
"""Top-k filtering.

Sampling from a whole vocabulary now and then picks a token that makes no sense. Top-k filtering
leaves a sampler the k most likely tokens of each row and takes all others away.

Given logits (..., V) and k, return logits of the same shape and dtype: those that are at least as
large as the k-th largest of their own row are kept as they are, all others become minus infinity,
so that a softmax gives them probability zero.

- The k-th largest counts equal logits one by one: in [3, 3, 1] the 2nd largest is 3.
- Every logit equal to the k-th largest is kept, so a row may keep more than k.
- k >= V keeps all. k < 1 raises ValueError.
- Leading dimensions: zero or more. Each row along the last one is filtered by itself.
- Logits may be of any float dtype (compared as exactly as it allows), in any memory layout, and
  some may be minus infinity already. The input is not modified.

Example: with k = 2, [1, 4, 3, 0] becomes [-inf, 4, 3, -inf], and [5, 2, 2, 1] becomes
[5, 2, 2, -inf]: the 2nd largest is 2, and both twos are kept.
"""

import torch


def top_k_filter(logits: torch.Tensor, k: int) -> torch.Tensor:
    """logits (..., V) -> the same, with -inf where a logit is below the k-th largest of its row.

    Ties with the k-th largest are kept; k >= V keeps all; ValueError if k < 1.
    """
    raise NotImplementedError
