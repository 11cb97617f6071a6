# training/train_step · level 3 · 25 minutes · all assistance off
# Grade it: drill grade training/train_step   or   pytest exercises/training/train_step.py
"""One training step on several micro-batches.

A batch that does not fit into memory is fed in pieces, the micro-batches, whose gradients are added
up before ONE update. Done right, nobody can tell from the weights how the batch was cut.

Write `train_step(model, optimizer, batches, max_norm=None, ignore_index=-100)`.

- batches is a list of pairs (inputs, targets), LongTensors (B, T) each; B, T and the number of
  tokens that count may differ from pair to pair. `model(inputs)` gives logits (B, T, V); targets
  belong to the logits at the same place (they are already shifted).
- A token whose target is `ignore_index` does not count. The loss of a token is its cross-entropy.
- Make one update, with one `optimizer.step()`, whose gradient is that of the mean loss over ALL
  counting tokens of all micro-batches together. So every such token weighs the same, whichever
  micro-batch it is in, and a micro-batch may have none.
- Gradients from earlier calls, or left there by others, must not leak in, whichever parameter
  group of the optimizer they belong to.
- With max_norm, the whole gradient, all micro-batches together, is clipped to this norm before the
  update, as in training/clip_grad.
- Call the model once for each micro-batch (you may leave out one in which no token counts), in
  training mode, whatever mode it comes in. The mode it is left in is up to you.
- Return the mean loss as a float: over all counting tokens, with the weights from before the
  update, not affected by clipping.
- When no token at all counts, return 0.0 and make no update: no `optimizer.step()`.
- The loss stays finite for large logits (1e4). The batches are not modified.

Example: micro-batch 1 has one token with loss 2, micro-batch 2 has three with losses 1, 1 and 0.
The mean over tokens is (2 + 1 + 1 + 0) / 4 = 1, and this is returned; the mean of the two means
would be (2 + 0.667) / 2 = 1.333, and is wrong.

Everything in torch may be used: `F.cross_entropy` and `torch.nn.utils.clip_grad_norm_` too. Not
allowed here: nothing in particular.
"""

import torch
from torch import nn


def train_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    max_norm: float | None = None,
    ignore_index: int = -100,
) -> float:
    """One update on the mean loss over all counting tokens of all micro-batches.

    batches: (inputs (B, T), targets (B, T)) pairs; model(inputs) -> logits (B, T, V).
    Returns the mean loss from before the update; 0.0, without an update, if no token counts.
    """
    raise NotImplementedError
