# decoding/constrained · level 3 · 20 minutes · all assistance off
# Grade it: drill grade decoding/constrained   or   pytest exercises/decoding/constrained.py
"""Constrained generation.

Make a language model write only what a rule permits: JSON, a date, a move in a game. In each step
the rule says which tokens may come next, and the best of these is taken, however much the model
would like another.

Write `constrained_generate(model, prompt, allowed, max_new_tokens, eos_id)`.

- `prompt` is a LongTensor (T,), T >= 1. `model(tokens)` takes a LongTensor (1, L) and returns
  logits (1, L, V) of any float dtype; those at the last position speak of the next token.
- `allowed(generated)` takes the list of the NEW tokens so far (ints; at first an empty list), not
  the prompt, and returns the set of ids that may come next.
- Each new token is, of the ids in that set, the one with the largest logit; among equal logits the
  lowest id. Logits may be negative, large or -inf: a permitted id is chosen even where its logit
  is -inf, if there is none better in the set. They may differ by as little as their dtype allows.
- Stop after appending `eos_id`, after max_new_tokens tokens, or when the set is empty. eos_id is a
  token like any other: it is chosen only when the set holds it. Inside the prompt it ends nothing.
- The result is a LongTensor (T + n,): the prompt and the n new tokens. n may be 0.
- The model is called once for each new token (also where the set leaves no choice), with the whole
  running sequence, and so is `allowed`. When a set is empty this takes one call of `allowed` more,
  and at most one of the model. `max_new_tokens=0` calls nothing.
- The set belongs to the caller: do not change it. The list belongs to `allowed`, which may keep it:
  do not change a list after handing it over, and hand over a list of its own each time.
- The prompt is not modified. The model comes in eval mode, is called in it and stays in it.

Example: prompt [7], logits [0.5, -1, -2, 3] in every step, eos_id 0. `allowed` returns {1, 2} for
[], {0, 2} for [1], and nothing else is asked: token 3 is best but not permitted, so 1 is chosen,
then 0, which ends it. The result is [7, 1, 0].

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L the logits are its row
(t_1 + ... + t_L + L) mod R. Likewise `allowed` returns number (sum + length of its list) mod S of
the S `sets`.
"""

import torch


def constrained_generate(
    model: torch.nn.Module, prompt: torch.Tensor, allowed, max_new_tokens: int, eos_id: int
) -> torch.Tensor:
    """prompt (T,) -> (T + n,): n <= max_new_tokens tokens, each the best that `allowed` permits.

    allowed(list of the new tokens so far) -> set of ids; stops after eos_id or at an empty set.
    """
    raise NotImplementedError
