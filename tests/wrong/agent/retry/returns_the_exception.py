"""Gives the last exception back as the result."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    for attempt in range(max_attempts):
        try:
            return fn()
        except retryable as e:
            result = e
            if attempt < max_attempts - 1:
                delay = getattr(e, "retry_after", None)
                if delay is None:
                    delay = rng.uniform(0, min(cap, base * 2**attempt))
                if deadline is not None and clock() + delay > start + deadline:
                    break
                sleep(delay)
    return result
