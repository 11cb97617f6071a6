# training/softmax_backward · level 2 · 12 minutes · all assistance off
# Grade it: drill grade training/softmax_backward   or   pytest exercises/training/softmax_backward.py
"""The gradient of cross-entropy.

Every training step of a language model begins with one gradient: that of the loss with respect to
the logits. It has a short formula, which one should be able to derive and to write down.

Given logits and the true classes, return the gradient of the mean cross-entropy, that is, of

    loss = mean over the N rows of -log softmax(logits[n])[targets[n]]

with respect to the logits. Compute it by formula; no autograd.

    logits: (N, V)     targets: (N,) of dtype long, 0 to V - 1     result: (N, V)

- N >= 1, V >= 1. Several rows may have the same target. No target is ignored.
- Logits may be large (1e4 and more, of either sign, and different from row to row): the result
  stays finite and right.
- The result has the dtype of logits and is as exact as it. Neither argument need be contiguous,
  and neither is modified.

Example: logits [[0, 0], [0, ln 3]] have the softmax [[1/2, 1/2], [1/4, 3/4]]. With targets [1, 0]
and N = 2 the gradient is [[1/4, -1/4], [-3/8, 3/8]].

Not allowed here: automatic differentiation (`backward`, `torch.autograd`, `torch.func`).
"""

import torch


def cross_entropy_backward(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Gradient (N, V) of the mean cross-entropy of logits (N, V) with targets (N,), by formula."""
    raise NotImplementedError
