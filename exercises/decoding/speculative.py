# decoding/speculative · level 3 · 30 minutes · all assistance off
# Grade it: drill grade decoding/speculative   or   pytest exercises/decoding/speculative.py
"""Speculative decoding: one verification step.

A small draft model has proposed G tokens, and the large target model has scored all of them in
one pass. Decide how many to keep, so that the text is exactly as random as if the target model
had written it alone.

Write `speculative_step(target_probs, draft_probs, draft_tokens, generator=None)`:

    target_probs: (G + 1, V)   row i: the target's probabilities for the token at position i
    draft_probs:  (G, V)       row i: the draft's probabilities, from which draft_tokens[i] was drawn
    draft_tokens: (G,)         LongTensor, G >= 1
    result:       LongTensor of 1 to G + 1 tokens

Go through the draft's tokens from the first. At position i let x = draft_tokens[i], p =
target_probs[i] and q = draft_probs[i]:

1. Accept x with probability min(1, p[x] / q[x]), each position by a draw of its own.
2. At the first token that is not accepted, draw one token from max(0, p - q), normalised to sum to
   1, put it in the place of x, and stop: what the draft said after it is not looked at.
3. If all G are accepted, draw one more token from target_probs[G].

So the result holds the accepted tokens and then exactly one new one.

- Every token of the result has the target's distribution for its position.
- Rows sum to 1, up to rounding, and q[x] > 0. Where p = q every token is accepted.
- All randomness comes from `generator` (torch's global one when it is None). How many numbers you
  draw, and in which order, is free: your distribution is judged, not your draws.
- Probabilities may have any float dtype and memory layout. No argument is modified.

Example: p = [0.5, 0.5, 0], q = [0, 0.5, 0.5] and the draft's token 2: p[2] / q[2] = 0, so it is
rejected; max(0, p - q) = [0.5, 0, 0] becomes [1, 0, 0], and the result is [0]. With the draft's
token 1 the ratio is 1: it is accepted, and a second token is drawn from the next row of
target_probs.
"""

import torch


def speculative_step(
    target_probs: torch.Tensor,
    draft_probs: torch.Tensor,
    draft_tokens: torch.Tensor,
    generator: torch.Generator | None = None,
) -> torch.Tensor:
    """target_probs (G+1, V), draft_probs (G, V), draft_tokens (G,) -> LongTensor of 1 to G+1 ids.

    The accepted tokens, then one new one: from max(0, p - q) after a rejection, else from the
    target's last row.
    """
    raise NotImplementedError
