"""Does not even begin when the deadline is 0, and gives up before the call when time is over."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    error = None
    for attempt in range(max_attempts):
        if deadline is not None and clock() - start >= deadline:
            if error is None:
                raise TimeoutError("no time")
            raise error
        try:
            return fn()
        except retryable as e:
            error = e
            if attempt == max_attempts - 1:
                raise
            delay = getattr(e, "retry_after", None)
            if delay is None:
                delay = rng.uniform(0, min(cap, base * 2**attempt))
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
