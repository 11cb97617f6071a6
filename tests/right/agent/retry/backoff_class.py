"""A small class that knows the delays, and one that knows the time."""

from dataclasses import dataclass
from typing import Any, Callable, Optional


@dataclass
class Backoff:
    base: float
    cap: float
    rng: Any
    failures: int = 0

    def delay_after(self, error: BaseException) -> float:
        exponent, self.failures = self.failures, self.failures + 1
        told = error.retry_after if hasattr(error, "retry_after") else None
        if told is not None:
            return told
        return self.rng.uniform(0.0, min(self.cap, self.base * 2.0 ** exponent))


class Budget:
    def __init__(self, clock: Optional[Callable[[], float]], seconds: Optional[float]):
        self.clock, self.seconds = clock, seconds
        if seconds is not None:
            if clock is None:
                raise ValueError("deadline needs clock")
            self.start = clock()

    def allows(self, delay: float) -> bool:
        return self.seconds is None or not self.clock() + delay > self.start + self.seconds


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0,
                    retryable=(TimeoutError, ConnectionError), sleep, rng,
                    clock=None, deadline=None):
    if max_attempts <= 0:
        raise ValueError(max_attempts)
    budget, backoff, left = Budget(clock, deadline), Backoff(base, cap, rng), max_attempts
    while True:
        left -= 1
        try:
            return fn()
        except BaseException as error:
            if not isinstance(error, tuple(retryable)) or left == 0:
                raise
            delay = backoff.delay_after(error)
            if not budget.allows(delay):
                raise
            sleep(delay)
