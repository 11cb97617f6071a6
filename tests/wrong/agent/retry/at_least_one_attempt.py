"""max_attempts 0 is taken for 1."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    max_attempts = max(1, max_attempts)
    for attempt in range(max_attempts):
        try:
            return fn()
        except retryable as e:
            if attempt == max_attempts - 1:
                raise
            delay = getattr(e, "retry_after", None)
            if delay is None:
                delay = rng.uniform(0, min(cap, base * 2**attempt))
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
