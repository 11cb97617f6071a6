# decoding/greedy · level 1 · 12 minutes · all assistance off
# Grade it: drill grade decoding/greedy   or   pytest exercises/decoding/greedy.py
"""Greedy decoding.

Let a language model continue a batch of prompts, always with the token it finds most likely.

Write `greedy_decode(model, prompt, max_new_tokens, eos_id=None)`. `prompt` is a LongTensor (B, T)
with B, T >= 1. `model(tokens)` takes a LongTensor (B', L) and returns logits (B', L, V) of any
float dtype; those at position i speak of the token that follows tokens 0, ..., i of their row.
The result is a LongTensor (B, T + n) with n <= max_new_tokens: the prompt, then the new tokens.

- A new token of a row is the id of the largest logit at the last position, given the row's prompt
  and all of its new tokens so far. Among equal largest logits you may choose any. Logits may be
  large, all negative, or -inf (but not all of them), and differ by as little as their dtype allows.
- `eos_id` (id 0 is as good as any) ends a row: the row keeps this eos_id, and whatever follows it
  there is filled with eos_id too. Only a NEW eos_id counts; one inside the prompt is a token like
  any other.
- Decoding stops as soon as every row has produced eos_id, or after max_new_tokens columns. With
  `eos_id=None` no token is special and n = max_new_tokens. `max_new_tokens=0` gives the prompt.
- The model needs the whole running sequence and nothing behind it: give it rows of prompt and new
  tokens so far, without padding. (What follows a row's eos_id there is up to you.) Each row goes
  through the model at most once for each new column, so never after the last token is chosen.
  A call may hold all rows or only some; finished ones need none.
- The model comes in eval mode, is called in eval mode and stays in it. The prompt is not modified.

Example: let the largest logit always belong to (last token + 1) mod 5. Then prompt [[1], [3]] with
eos_id=4 and max_new_tokens=9 gives [[1, 2, 3, 4], [3, 4, 4, 4]]: three calls on all rows, of width
1, 2 and 3. With eos_id=None and max_new_tokens=2 it gives [[1, 2, 3], [3, 4, 0]].

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L the logits are its row
(t_1 + ... + t_L + L) mod R.
"""

import torch


def greedy_decode(
    model: torch.nn.Module, prompt: torch.Tensor, max_new_tokens: int, eos_id: int | None = None
) -> torch.Tensor:
    """prompt (B, T) -> (B, T + n): the prompt and n <= max_new_tokens most likely tokens.

    A row is filled with eos_id once it has produced it; stops when every row has.
    """
    raise NotImplementedError
