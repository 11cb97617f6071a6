"""A call after a retry_after does not count as an attempt."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    i = 0
    while True:
        try:
            return fn()
        except retryable as e:
            told = getattr(e, "retry_after", None)
            if told is not None:
                delay = told
            else:
                if i == max_attempts - 1:
                    raise
                delay = rng.uniform(0, min(cap, base * 2**i))
                i += 1
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
