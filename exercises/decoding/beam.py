# decoding/beam · level 3 · 30 minutes · all assistance off
# Grade it: drill grade decoding/beam   or   pytest exercises/decoding/beam.py
"""Beam search.

Greedy decoding takes the likeliest token at each step and may walk past a likelier text. Beam
search keeps the best few texts so far, extends each by every token, and keeps the best few again.

Write `beam_search(model, prompt, beam_width, max_new_tokens, eos_id=None)`. `model(tokens)` takes
a LongTensor (B, T) and gives logits (B, T, V); those at position t are for the token after it.
prompt is a LongTensor (T,), T >= 1. The result is a tuple: the best text found, a LongTensor that
begins with the prompt, and its score, a Python float.

- A hypothesis is the prompt and the tokens generated after it. Its score is the sum of the
  log-probabilities (log-softmax of the logits) of its generated tokens; the prompt counts nothing,
  and nothing is divided by the length. It is as exact as the logits' dtype (float32, float64).
- Start with the prompt alone, score 0. A round extends every unfinished hypothesis of the beam by
  each of the V tokens. Of all these and the finished ones the `beam_width` with the highest scores
  are the next beam.
- A hypothesis that generates `eos_id` (kept in the text) is finished: it is never extended, its
  score stays, and it holds its place in the beam for as long as it is among the best. With
  eos_id=None none finishes. An eos_id inside the prompt does not count.
- After `max_new_tokens` rounds, or as soon as all of the beam is finished, return the hypothesis
  with the highest score, finished or not, with nothing after its eos.
- beam_width >= 1; where there are fewer hypotheses than that, keep all. beam_width=1 is greedy
  decoding. max_new_tokens=0 returns the prompt and 0.0 without calling the model.
- A round may feed the model at most `beam_width` rows, in one call or in several; there are at most
  `max_new_tokens` rounds. Every row begins with the prompt. No argument is modified.

Ties between hypotheses are not tested.

Example: beam_width=2, max_new_tokens=2 and tokens 0, 1, 2. At first their probabilities are 0.1,
0.5, 0.4: the beam is [1] and [2]. After 1 they have 0.4, 0.35, 0.25; after 2 they have 0.9, 0.09,
0.01. The best candidates are [2, 0] with 0.4 x 0.9 = 0.36 and [1, 0] with 0.5 x 0.4 = 0.2: the
result is the prompt and [2, 0], score log 0.36 = -1.02. Greedy decoding takes [1, 0], -1.61.
"""

import torch
from torch import nn


def beam_search(
    model: nn.Module,
    prompt: torch.Tensor,
    beam_width: int,
    max_new_tokens: int,
    eos_id: int | None = None,
) -> tuple[torch.Tensor, float]:
    """prompt (T,) -> (the best hypothesis (T + n,), its total log-probability).

    model: tokens (B, T) -> logits (B, T, V). Finished hypotheses hold their place in the beam.
    """
    raise NotImplementedError
