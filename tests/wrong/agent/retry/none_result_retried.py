"""Calls again while the result is None."""


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
    if max_attempts < 1:
        raise ValueError("max_attempts")
    if deadline is not None and clock is None:
        raise ValueError("clock")
    start = clock() if deadline is not None else 0.0
    result = None
    attempt = 0
    while result is None and attempt < max_attempts:
        try:
            result = fn()
            attempt += 1
        except retryable as e:
            attempt += 1
            if attempt == max_attempts:
                raise
            ra = getattr(e, "retry_after", None)
            d = rng.uniform(0, min(cap, base * 2 ** (attempt - 1))) if ra is None else ra
            if deadline is not None and clock() + d > start + deadline:
                raise
            sleep(d)
    return result
