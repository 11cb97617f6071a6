"""The ceilings come from a generator with one entry for each wait that is allowed."""

from itertools import count, islice


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0,
                    retryable=(TimeoutError, ConnectionError), sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be >= 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline without clock")
    began = clock() if deadline is not None else None
    ceilings = islice((min(cap, base * pow(2, n)) for n in count()), max_attempts - 1)

    def too_late(seconds):
        return deadline is not None and clock() + seconds > began + deadline

    while True:
        try:
            return fn()
        except retryable as problem:
            ceiling = next(ceilings, None)
            if ceiling is None:
                raise
            match getattr(problem, "retry_after", None):
                case None:
                    seconds = rng.uniform(0, ceiling)
                case told:
                    seconds = told
            if too_late(seconds):
                raise
            sleep(seconds)
