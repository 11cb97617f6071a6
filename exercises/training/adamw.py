# training/adamw · level 2 · 20 minutes · all assistance off
# Grade it: drill grade training/adamw   or   pytest exercises/training/adamw.py
"""AdamW.

The optimizer that trains nearly every language model: each weight moves by a step of its own,
measured by the recent size of its gradient, and is pulled towards zero apart from that.

Write `class AdamW` with

- `__init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)`; params is any
  iterable of parameters, such as the generator `model.parameters()`,
- `step()`: update every parameter, in this way, where p is the parameter, g its `.grad`, (b1, b2)
  the betas, and m and v start as zeros:

      t = t + 1                              steps that THIS parameter has taken
      p = p - lr * weight_decay * p          decay, not part of the gradient ("decoupled")
      m = b1 * m + (1 - b1) * g              running mean of the gradient
      v = b2 * v + (1 - b2) * g * g          running mean of its square
      m_hat = m / (1 - b1**t)                both start at 0 and are too small at first:
      v_hat = v / (1 - b2**t)                this corrects it
      p = p - lr * m_hat / (sqrt(v_hat) + eps)

- `zero_grad()`: clear the gradients, to None or to zeros, also before the first `step`.

What must hold:

- A parameter whose `.grad` is None is skipped: no decay, no change of its m and v, and its t does
  not count on. A gradient of zeros is a gradient. Parameters of every shape decay.
- Each parameter has m, v and t of its own, whatever its shape or values, and so has each optimizer.
- The parameter objects stay the same ones, leaves that require a gradient: no graph grows on them.
  Their dtype stays, and m and v are as exact as it is. `step` does not change a `.grad`.
- It does the same as `torch.optim.AdamW`.

Example: p = [1], g = [4], lr=0.1, weight_decay=0.5. Decay gives 0.95; m_hat = 4, v_hat = 16, so
the step is 0.1 * 4/4 and p = [0.85]. A second step with g = [0] decays to 0.8075; m_hat = 1.8947,
sqrt(v_hat) = 2.8277, so p = [0.7405].

The class need not inherit from anything; `torch.optim.Optimizer` as a base is allowed. Not allowed
here: the optimizers of `torch.optim` (`AdamW`, `Adam`, `SGD`, ...) and their functional forms.
"""

import torch


class AdamW:
    """Adam with bias correction and decoupled weight decay."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01) -> None:
        """params: any iterable of parameters."""
        raise NotImplementedError

    def step(self) -> None:
        """Update every parameter that has a gradient."""
        raise NotImplementedError

    def zero_grad(self) -> None:
        """Forget the gradients."""
        raise NotImplementedError
