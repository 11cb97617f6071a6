"""The next delay is drawn from the last one, not from a ceiling of its own."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    previous = base
    for attempt in range(max_attempts):
        try:
            return fn()
        except retryable as e:
            if attempt == max_attempts - 1:
                raise
            delay = getattr(e, "retry_after", None)
            if delay is None:
                delay = previous = min(cap, rng.uniform(base, previous * 3))
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
