# training/lm_batch · level 1 · 10 minutes · all assistance off
# Grade it: drill grade training/lm_batch   or   pytest exercises/training/lm_batch.py
"""A batch for next-token prediction.

A language model is trained on windows cut from one long row of tokens: at every position it has to
predict the token that comes next. Draw such a batch.

Given `tokens`, a LongTensor (N,), return a pair `(x, y)` of LongTensors (batch_size, context):

- Each row of x is a window: `context` tokens that follow each other in `tokens`.
- y is what x is followed by: y[i, j] is the token right after x[i, j] in `tokens`. So a row of y is
  the same window moved on by one.
- The windows' starts are drawn uniformly from 0, 1, ..., N - context - 1, both ends included: the
  last window is the one whose last target is the last token.
- They are drawn with replacement, each row independently of the others. batch_size may be larger
  than the number of starts.
- All randomness comes from `generator`, a `torch.Generator` which moves on with each call. When it
  is None torch's global generator is used, and never seeded here.
- N <= context, and batch_size < 1, raise ValueError. context is at least 1.
- x, y and `tokens` share no memory: writing into one changes no other. `tokens` need not be
  contiguous, and is not modified.

Two right solutions may draw different windows for one seed: your windows and how often they come
are judged, not your draws.

Example: tokens [5, 6, 7, 8] with context 2 have two possible rows: x [5, 6] with y [6, 7], and
x [6, 7] with y [7, 8]. Each comes up half of the time.
"""

import torch


def lm_batch(
    tokens: torch.Tensor,
    batch_size: int,
    context: int,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Random windows x and their next tokens y, LongTensors (batch_size, context), of tokens (N,).

    ValueError if N <= context or batch_size < 1.
    """
    raise NotImplementedError
