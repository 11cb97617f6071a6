# decoding/generate · level 2 · 20 minutes · all assistance off
# Grade it: drill grade decoding/generate   or   pytest exercises/decoding/generate.py
"""Generating text.

Let a language model continue a batch of prompts, drawing each next token at random: the loop that
every chat model runs.

Write `generate(model, prompt, max_new_tokens, temperature=1.0, top_k=None, top_p=None, eos_id=None,
generator=None)`. `prompt` is a LongTensor (B, T) with B, T >= 1. `model(tokens)` takes a LongTensor
(B', L) and returns logits (B', L, V) of any float dtype; those at the last position speak of the
next token. The result is a LongTensor (B, T + n), n <= max_new_tokens: prompt, then new tokens.

How a row's next token is chosen, from the logits after its prompt and all of its new tokens so far:

1. `temperature=0`: the largest logit (any of equal ones); nothing is drawn from any generator.
2. Otherwise divide the logits by `temperature`,
3. keep the `top_k` largest if given (ties with the k-th largest stay; top_k >= V keeps all),
4. of what is left, keep the smallest set of most likely tokens whose probability, renormalised over
   what step 3 left, is at least `top_p` if given (the token that crosses top_p stays; top_p=1 keeps
   all; of equal tokens at the border no more stay than needed, whichever),
5. draw from the softmax over what is left: each row and each step independently, all randomness
   from `generator` (torch's global generator when it is None), which is never seeded anew.

When it stops:

- `eos_id` (may be 0) ends a row: it keeps this eos_id, and is filled with eos_id from then on.
  Only a NEW eos_id counts; one inside the prompt is a token like any other.
- Decoding stops as soon as every row has produced eos_id, or after max_new_tokens columns. With
  `eos_id=None` no token is special. `max_new_tokens=0` gives the prompt.

And further:

- temperature < 0, top_k < 1 or top_p outside 0 < top_p <= 1 raise ValueError before the model is
  called (with temperature=0 top_k and top_p need not be checked).
- The model gets rows of prompt and new tokens so far, without padding (what follows a row's eos_id
  is up to you). Each row goes through it at most once for each new column. A call may hold all rows
  or only some; finished ones need none.
- The model comes in eval mode, is called in eval mode and is left in it. The prompt is not
  modified.
- How many random numbers you draw, and in which order, is free: your distribution is judged.

Example: let every step's logits be [0, log 3], V = 2. One new token is 0 with probability 1/4 and 1
with 3/4; two are 0 0, 0 1, 1 0, 1 1 with 1/16, 3/16, 3/16, 9/16. With eos_id=0 a row is 0 0 with
1/4 instead, and temperature=0, top_k=1 or top_p=0.7 all give 1 1.

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L the logits are its row
(t_1 + ... + t_L + L) mod R.
"""

import torch


def generate(
    model: torch.nn.Module,
    prompt: torch.Tensor,
    max_new_tokens: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """prompt (B, T) -> (B, T + n): the prompt and n <= max_new_tokens sampled tokens a row.

    A row is filled with eos_id once it has produced it; stops when every row has.
    """
    raise NotImplementedError
