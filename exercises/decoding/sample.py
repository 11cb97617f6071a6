# decoding/sample · level 2 · 12 minutes · all assistance off
# Grade it: drill grade decoding/sample   or   pytest exercises/decoding/sample.py
"""Sampling a token.

Choose the next token of each row at random, as a language model server does.

Given logits (B, V), return a LongTensor (B,) with one token id a row:

1. `temperature=0`: the id of the largest logit (any of them if several are); nothing is drawn from
   any generator.
2. Otherwise divide the logits by `temperature`,
3. keep the `top_k` largest if it is given (every token tied with the k-th largest is kept too;
   top_k >= V keeps all),
4. of what is left, keep the smallest set of most likely tokens whose probability, renormalised
   over what step 3 left, adds up to at least `top_p` if it is given (the token that crosses top_p
   is kept; at least one always; top_p=1 keeps all; of equal tokens at the border no more are kept
   than needed, whichever),
5. draw one token a row from the softmax over what is left, rows independently of each other.

- All randomness comes from `generator` (torch's global generator when it is None): the same state
  gives the same tokens, each call moves it on, and a global generator that was not asked for is
  left as it is.
- temperature < 0, top_k < 1, or top_p outside 0 < top_p <= 1 raise ValueError (at temperature 0,
  where the filters change nothing, top_k and top_p need not be checked).
- Logits may be -inf (never drawn, but at least one of a row is finite), large (1e4 or -1e4) and of
  any float dtype; they are not modified.
- Two right samplers may give different tokens for one seed: your distribution is judged, not
  your draws.

Example: logits [[0, 1, 2, 3]] with top_k=2 leave tokens 2 and 3, drawn with probability
1/(1+e) = 0.27 and e/(1+e) = 0.73.
"""

import torch


def sample_token(
    logits: torch.Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """logits (B, V) -> one sampled token id a row, LongTensor (B,); temperature 0 is argmax."""
    raise NotImplementedError
