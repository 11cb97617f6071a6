# training/clip_grad · level 1 · 8 minutes · all assistance off
# Grade it: drill grade training/clip_grad   or   pytest exercises/training/clip_grad.py
"""Clipping gradients by their norm.

One bad batch can give a gradient a thousand times too long. Clipping keeps its direction and cuts
its length, so that one step cannot throw the model away.

Write `clip_grad_norm(parameters, max_norm)`. It looks at `p.grad` of every parameter p, and sees
all these gradients as ONE long vector:

- It returns the L2 norm of that vector, the square root of the sum of all squares, as it was
  before clipping: a tensor of shape () with the gradients' dtype (they all share one). It is as
  exact as they are: float64 gradients are not measured in float32.
- Only when this norm is greater than `max_norm`, every gradient is multiplied by
  max_norm / (norm + 1e-6), the same factor for all. Otherwise the gradients stay as they are, bit
  for bit. (A norm at most 1e-6 below max_norm may be taken either way.)
- Gradients are scaled in place: whoever holds the same tensor, or shares its memory, sees it.
- Parameters whose `.grad` is None are skipped, and their `.grad` stays None. Every other gradient
  counts, whatever its shape and memory layout, even where `requires_grad` is now False.
- `parameters` is any iterable, such as the generator `model.parameters()`, which can be walked
  through only once.
- Without any gradient at all the result is 0 (a tensor or a number).
- The parameters themselves do not change. max_norm is at least 1e-4.

Example: two gradients [3] and [0, 4] have norm 5. With max_norm=1 they become [0.6] and [0, 0.8]
(0.5999999 and 0.7999998, because of the 1e-6) and 5 is returned; with max_norm=10 they stay.

Not allowed here: `clip_grad_norm_`, `clip_grads_with_norm_`, `get_total_norm` and
`clip_grad_value_` of `torch.nn.utils`.
"""

import torch


def clip_grad_norm(parameters, max_norm: float) -> torch.Tensor:
    """Scale all gradients together, in place, so that their common norm is at most max_norm.

    Returns the norm before clipping, a tensor of shape (); 0 if no parameter has a gradient.
    """
    raise NotImplementedError
