# training/evaluate · level 2 · 12 minutes · all assistance off
# Grade it: drill grade training/evaluate   or   pytest exercises/training/evaluate.py
"""Loss and perplexity on held-out data.

A number that tells how good a model is must not depend on how the data was cut into batches, and
taking it must leave no trace in the training that goes on afterwards.

Write `evaluate(model, batches, ignore_index=-100)`.

- batches is a list of pairs (inputs, targets), LongTensors (B, T) each; B, T and the number of
  tokens that count may differ from pair to pair. `model(inputs)` gives logits (B, T, V); targets
  belong to the logits at the same place (they are already shifted). A token whose target is
  `ignore_index` does not count. The loss of a token is its cross-entropy.
- Return `{"loss": float, "perplexity": float, "tokens": int}`: the mean loss over all tokens that
  count, of all batches together; exp(loss); and how many such tokens there are.
- Where exp(loss) is too large for a Python float (a loss above about 709.78), perplexity is inf.
- When no token counts at all, return nan, nan and 0. A batch may have none, and so may the list
  be empty.
- Every call of the model is made in evaluation mode, of all its submodules, and with autograd
  switched off, so that no graph is built.
- Afterwards the model and every submodule are back in the mode each of them had: some may have been
  in evaluation mode already, or in another mode than the model. So too when the model raises; its
  exception then goes on to the caller.
- Parameters, their `.grad` and `requires_grad`, the batches, and whether autograd was on are as
  they were.
- The loss stays finite for large logits (1e4).

Example: batch 1 has one token with loss 2, batch 2 has three with losses 1, 1 and 0. Then tokens is
4, loss (2 + 1 + 1 + 0) / 4 = 1 and perplexity e = 2.718. The mean of the two batch means, 1.333,
would be wrong.

Everything in torch may be used, `F.cross_entropy` too. Not allowed here: nothing in particular.
"""

import torch
from torch import nn


def evaluate(
    model: nn.Module,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    ignore_index: int = -100,
) -> dict[str, float | int]:
    """Mean loss over all counting tokens, its perplexity, and how many tokens there are.

    batches: (inputs (B, T), targets (B, T)) pairs; model(inputs) -> logits (B, T, V).
    """
    raise NotImplementedError
