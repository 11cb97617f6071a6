"""Two slips people make together: the time of fn is forgotten because sleep alone is summed."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    slept = 0.0
    attempts = iter(range(max_attempts))
    for attempt in attempts:
        try:
            return fn()
        except retryable as e:
            if attempt == max_attempts - 1:
                raise
            delay = e.retry_after if getattr(e, "retry_after", None) is not None else rng.uniform(
                0, min(cap, base * 2**attempt))
            if deadline is not None and slept + delay > deadline:
                raise
            sleep(delay)
            slept += delay
