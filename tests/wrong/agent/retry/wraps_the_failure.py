"""Raises a RuntimeError with the failure as its cause."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    last = None
    for attempt in range(max_attempts):
        try:
            return fn()
        except retryable as e:
            last = e
            if attempt + 1 < max_attempts:
                delay = getattr(e, "retry_after", None)
                if delay is None:
                    delay = rng.uniform(0, min(cap, base * 2**attempt))
                if deadline is not None and clock() + delay > start + deadline:
                    raise
                sleep(delay)
    raise RuntimeError(f"gave up after {max_attempts} attempts") from last
