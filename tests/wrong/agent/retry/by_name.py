"""Looks up the type by its name, so subclasses are not found."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError("max_attempts must be at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline needs a clock")
    start = clock() if deadline is not None else 0.0
    names = {t.__name__ for t in retryable}
    for attempt in range(max_attempts):
        try:
            return fn()
        except Exception as e:
            if e.__class__.__name__ not in names or attempt == max_attempts - 1:
                raise
            delay = getattr(e, "retry_after", None)
            if delay is None:
                delay = rng.uniform(0, min(cap, base * 2**attempt))
            if deadline is not None and clock() + delay > start + deadline:
                raise
            sleep(delay)
