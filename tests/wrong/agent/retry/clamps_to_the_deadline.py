"""Shortens the wait to what is left of the deadline."""


def call_with_retry(
    fn,
    *,
    max_attempts=4,
    base=0.5,
    cap=8.0,
    retryable=(TimeoutError, ConnectionError),
    sleep,
    rng,
    clock=None,
    deadline=None,
):
    """Call fn with full-jitter exponential backoff."""
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("a deadline needs a clock")
    start = clock() if deadline is not None else None
    for i in range(max_attempts):
        try:
            return fn()
        except retryable as exc:
            if i == max_attempts - 1:
                raise
            hint = getattr(exc, "retry_after", None)
            if hint is not None:
                delay = hint
            else:
                delay = rng.uniform(0, min(cap, base * 2**i))
            if deadline is not None and clock() + delay > start + deadline:
                delay = start + deadline - clock()
                if delay <= 0:
                    raise
            sleep(delay)
