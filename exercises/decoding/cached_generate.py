# decoding/cached_generate · level 2 · 20 minutes · all assistance off
# Grade it: drill grade decoding/cached_generate   or   pytest exercises/decoding/cached_generate.py
"""Greedy decoding with a cache.

A model with a cache need not read the past again: it takes the new tokens only, and the cache
that its last call returned.

Write `cached_greedy(model, prompt, max_new_tokens, eos_id=None)`. `prompt` is a LongTensor (B, T)
with B, T >= 1. `model(tokens, cache)` takes a LongTensor (B, T_new) and returns a pair: logits
(B, T_new, V), those at the last position speak of the next token, and a new cache. `cache=None`
starts. The result is what greedy decoding gives, a LongTensor (B, T + n), n <= max_new_tokens:

- A new token of a row is the id of the largest logit after its prompt and new tokens so far. Among
  equal largest logits you may choose any; others differ by as little as their float dtype allows.
- `eos_id` (may be 0) ends a row: it keeps this eos_id, and is filled with eos_id from then on.
  Only a NEW eos_id counts; one inside the prompt is a token like any other.
- Decoding stops as soon as every row has produced eos_id, or after max_new_tokens columns. With
  `eos_id=None` no token is special.

And the model is called like this, always with all B rows:

- The first call gets the whole prompt (B, T), in one piece, with the cache None.
- Every later call gets the newest column (B, 1) of the result and nothing more, with the cache that
  the call before it returned. So a finished row feeds eos_id.
- There is no call after the last column is chosen: n new columns take n calls, none for
  `max_new_tokens=0`, which gives the prompt.
- The cache is opaque: pass it on, look at nothing. It may be falsy; only None starts.
- The model comes in eval mode, is called in eval mode and stays in it. The prompt is not modified.

Example: let the largest logit always belong to (last token + 1) mod 5. Prompt [[0, 1], [2, 3]],
eos_id=4, max_new_tokens=9: the model gets [[0, 1], [2, 3]] with None, then [[2], [4]] with the
first cache, then [[3], [4]] with the second; the result is [[0, 1, 2, 3, 4], [2, 3, 4, 4, 4]].

Failing cases show a `table` with R rows: after tokens t_1, ..., t_L in all, the logits are its row
(t_1 + ... + t_L + L) mod R. A cache is shown by the number of the call that returned it.
"""

import torch


def cached_greedy(
    model: torch.nn.Module, prompt: torch.Tensor, max_new_tokens: int, eos_id: int | None = None
) -> torch.Tensor:
    """prompt (B, T) -> (B, T + n), greedily, with model(tokens, cache) -> (logits, new cache).

    The first call gets the prompt and None, every later one the newest column and the last cache.
    """
    raise NotImplementedError
