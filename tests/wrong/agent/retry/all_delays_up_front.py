"""Draws all delays at the start, so a retry_after leaves a drawn number unused."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    delays = [rng.uniform(0, min(cap, base * 2**i)) for i in range(max_attempts - 1)]
    for i in range(max_attempts):
        try:
            return fn()
        except retryable as e:
            if i == max_attempts - 1:
                raise
            delay = delays[i] if getattr(e, "retry_after", None) is None else e.retry_after
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
