# agent/retry · level 2 · 18 minutes · all assistance off
# Grade it: drill grade agent/retry   or   pytest exercises/agent/retry.py
"""Retrying with backoff and jitter.

Model APIs time out, drop connections and answer 429. Trying again helps if it is done with care:
only for errors that may pass, with waiting times that grow, at random so that a thousand clients do
not come back in the same moment, and not without end.

Write `call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError,
ConnectionError), sleep, rng, clock=None, deadline=None)`.

- Call `fn()`. What it returns is the result, whatever it is (None and False too): return it.
- fn may be called `max_attempts` times in all, the first call included.
- When fn raises an exception of one of the types in `retryable` (a tuple), or of a subclass of one,
  and another call is allowed: wait, then call again. Every other exception ends the call.
- Waiting is `sleep(delay)`, once before each further call, also when the delay is 0.
- The delay is `rng.uniform(0, min(cap, base * 2**i))`: i is 0 after the first failed call, 1 after
  the second, and so on. One draw for a delay; rng is a `random.Random`.
- If the exception has an attribute `retry_after` that is not None, the delay is exactly that number
  instead (0 and numbers above cap too), and rng is not used. The deadline holds for it too, and the
  failure counts for i like any other.
- With a `deadline` no sleep may end later than that many seconds after the start, which is what
  `clock()` says before the first call of fn: if clock() + delay > start + deadline, do not sleep,
  and raise the exception instead. To end exactly at the deadline is allowed. A delay is never
  shortened. deadline=0 is a deadline; None is none. What fn returns late is returned all the same.
- What ends the call is raised as it is: the very exception that the latest call of fn raised, not a
  copy and not wrapped in another. There is no sleep after the last call.
- KeyboardInterrupt and SystemExit pass through at once, from fn and from sleep.
- max_attempts < 1, and a deadline without a clock, raise ValueError before fn is called.

Time passes through `sleep` and `clock` alone; do not use the module time. How often the clock is
read is free, and so is what an rng does after the last delay. max_attempts is at most 10, and base,
cap, retry_after and deadline are never negative.

Example: base 0.5, cap 8, and fn raises TimeoutError twice and then returns "fine". The first delay
is drawn from 0 to 0.5 and the second from 0 to 1. Had the first exception retry_after = 3.0, the
delays would be 3.0 and a number from 0 to 1. With a deadline of 2 that first exception would be
raised after the first call.

Failing cases show `answers`, what fn returns or raises in turn, each call taking `fn_takes` seconds
of a clock that begins at `starts_at` and that `sleep` moves on; `seed` of the rng; and the
`options` given (retryable by names). The classes in them: `RateLimited` is a ConnectionError,
`Overloaded` an Exception.
"""

from typing import Any


def call_with_retry(
    fn,
    *,
    max_attempts: int = 4,
    base: float = 0.5,
    cap: float = 8.0,
    retryable: tuple = (TimeoutError, ConnectionError),
    sleep,
    rng,
    clock=None,
    deadline: float | None = None,
) -> Any:
    """What fn() returns. After an exception in `retryable` it waits and calls again.

    fn is called `max_attempts` times at most. The wait is the exception's retry_after, else drawn
    with full jitter.
    """
    raise NotImplementedError
