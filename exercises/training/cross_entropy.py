# training/cross_entropy · level 1 · 12 minutes · all assistance off
# Grade it: drill grade training/cross_entropy   or   pytest exercises/training/cross_entropy.py
"""Cross-entropy.

The loss that language models are trained with: how surprised is the model, on average, by the
token that really came?

Given one score per class (the logits) and the true class (the target) at every position, return
the mean of -log p[target] over the positions that count, where p is the softmax of the position's
logits over the V classes.

    logits: (..., V)     targets: (...) of dtype long     result: a tensor of shape ()

- Leading dimensions: zero or more, the same for both. All positions count alike: one mean over
  all of them, not a mean of means.
- A position whose target equals `ignore_index` (-100 unless given) does not count: it adds nothing
  to the sum, is not counted in the mean and gets zero gradient. `ignore_index` may be any whole
  number: negative, V or more, or the id of a real class.
- Every other target is a class, 0 to V - 1.
- If every target is ignored the result is 0, and `backward` works on it: all gradients are 0.
- Logits of any finite size, 1e30 too, give a finite and right loss and a finite gradient.
- The result has the dtype of logits, is as exact as it, and is differentiable in logits. Neither
  argument need be contiguous.

Example: logits [[0, 0], [0, 2], [5, 1]] and targets [0, 1, -100]. Row 0 has p = (1/2, 1/2) and a
loss of ln 2 = 0.6931, row 1 has a loss of ln(1 + e**-2) = 0.1269, row 2 does not count. The result
is their mean, 0.4100.

Not allowed here: torch's own loss (`F.cross_entropy`, `F.nll_loss`, `nn.CrossEntropyLoss`,
`nn.NLLLoss`). `log_softmax` and `logsumexp` are allowed.
"""

import torch


def cross_entropy(
    logits: torch.Tensor, targets: torch.Tensor, ignore_index: int = -100
) -> torch.Tensor:
    """Mean negative log-likelihood of the targets that are not ignore_index; 0 if there is none.

    logits (..., V), targets (...) long -> a scalar tensor.
    """
    raise NotImplementedError
