"""Draws also after the last failure, and reads the clock often: both are free."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError),
                    sleep, rng, clock=None, deadline=None):
    if max_attempts < 1:
        raise ValueError
    if clock is None:
        if deadline is not None:
            raise ValueError
        clock = lambda: 0.0
    t0 = clock()
    outcome = None
    for i in range(max_attempts):
        clock()
        try:
            outcome = ("ok", fn())
            break
        except retryable as e:
            outcome = ("error", e)
            delay = getattr(e, "retry_after", None)
            if delay is None:
                delay = rng.uniform(0, min(cap, base * 2 ** i))
            over = deadline is not None and clock() + delay > t0 + deadline
            if i == max_attempts - 1 or over:
                break
            sleep(delay)
    kind, value = outcome
    if kind == "error":
        raise value
    return value
