# agent/memory · level 2 · 20 minutes · all assistance off
# Grade it: drill grade agent/memory   or   pytest exercises/agent/memory.py
"""A long-term memory.

An agent forgets everything between two conversations, unless it writes down what it learned and
later finds what matters now. Write such a store: a memory is worth recalling if it is about the
question, was used lately, or is important.

Write `class Memory` with

- `__init__(self, embed, clock, half_life, weights=(1.0, 1.0, 1.0))`
- `add(self, text, importance=0.5) -> int`: store a text and give its id.
- `recall(self, query, k) -> list[int]`: the ids of the at most k best memories, best first.
- `forget(self, id)`: remove a memory. What it returns is free.

What it is given: `embed(text)` gives a 1-D float tensor, all of one width and dtype, not
normalised, zero vectors among them. It may keep that tensor, so do not change it; nobody else does.
`clock()` gives the time, a float that never falls and stands still during a call of a method (it
may be large, like time.time(), and a memory may be thousands of half lives old); read it as often
as you like. weights are three numbers (w0, w1, w2) of any sign. k is 0 or more.

add:

- Ids are 0, 1, 2, ... in the order of the new texts. No id is used twice, forgotten ones included.
- Two texts are equal if they are after lower-casing (str.lower, not casefold) and with every run of
  whitespace made one space. (No text begins or ends with whitespace.)
- A text equal to a stored one stores nothing: the old id is returned, the last access of that
  memory becomes now, and its importance the larger of the old and the new one.
- Otherwise the memory is new, and its last access is now.

recall:

- score = w0 * cos(embed(query), embed(text)) + w1 * 0.5 ** (age / half_life) + w2 * importance,
  where age is now minus the memory's last access. The cosine with a zero vector is 0. The parts are
  added as they are, not brought to one scale first. With float64 vectors the score is as exact as
  float64.
- Highest scores first; equal ones by smaller id. With fewer than k memories all of them come.
- Then, after all scores are known, the last access of the memories that are returned becomes now;
  that of the others stays.

forget: the id never comes back from recall, and a text equal to the forgotten one is new.

Cost: embed is called once for each new text and once for each recall, and at no other time. (A
recall that returns nothing may leave it out.) Whether it is given a text as it came or in its
compared form is free.

Errors: half_life <= 0 raises ValueError in the constructor. An importance outside 0..1 (both ends
are allowed) raises ValueError in add, for equal texts too, before anything has changed and without
a call of embed. An id that is not stored raises KeyError in forget. Two memories share nothing.

Example: half_life is 10. At time 0 add("Likes tea") gives 0, and at time 10 add("Has a cat") gives
1. At time 20, recall("pets", 1), with cosines 0 and 0.8, compares 0 + 0.25 + 0.5 = 0.75 with 0.8 +
0.5 + 0.5 = 1.8 and gives [1], whose last access is 20 from now on. At time 30, recall("drinks", 2),
with cosines 0.9 and 0, compares 0.9 + 0.125 + 0.5 = 1.525 with 0 + 0.5 + 0.5 = 1 and gives [0, 1].
Then add("likes  TEA") gives 0.

Failing cases show `steps`: the time, the method, and its arguments; `vectors` is what embed gives
for a text in its compared form, as tensors of `dtype`.
"""

import torch


class Memory:
    """Texts that are found again by relevance, recency and importance."""

    def __init__(self, embed, clock, half_life: float, weights=(1.0, 1.0, 1.0)) -> None:
        """embed(text) -> 1-D tensor, clock() -> time; ValueError if half_life <= 0."""
        raise NotImplementedError

    def add(self, text: str, importance: float = 0.5) -> int:
        """Store a text, or refresh the equal one; gives its id."""
        raise NotImplementedError

    def recall(self, query: str, k: int) -> list[int]:
        """The ids of the k best memories, best first; they count as accessed now."""
        raise NotImplementedError

    def forget(self, id: int) -> None:
        """Remove a memory; KeyError where there is none of this id."""
        raise NotImplementedError
