"""An inner function that calls itself with the number of the attempt."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0,
                    retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts")
    if deadline is not None and clock is None:
        raise ValueError("clock")
    start = clock() if clock is not None else 0.0

    def attempt(i):
        try:
            return fn()
        except Exception as exc:
            if not isinstance(exc, retryable) or i >= max_attempts - 1:
                raise
            if getattr(exc, "retry_after", None) is not None:
                delay = exc.retry_after
            else:
                delay = rng.random() * min(cap, base * (1 << i))
            if deadline is not None and (clock() - start) + delay > deadline:
                raise exc
        sleep(delay)
        return attempt(i + 1)

    return attempt(0)
