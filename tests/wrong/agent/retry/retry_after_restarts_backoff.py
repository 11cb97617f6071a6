"""A failure with retry_after sets the exponent back to 0."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    exponent = 0
    tries = 0
    while True:
        tries += 1
        try:
            return fn()
        except retryable as e:
            if tries == max_attempts:
                raise
            if getattr(e, "retry_after", None) is not None:
                delay, exponent = e.retry_after, 0
            else:
                delay = rng.uniform(0, min(cap, base * 2**exponent))
                exponent += 1
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
