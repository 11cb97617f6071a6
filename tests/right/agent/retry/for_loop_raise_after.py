"""The failure is kept and raised after the try block; ceilings double step by step."""


def call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError, ConnectionError), sleep, rng, clock=None, deadline=None):
    if not max_attempts >= 1 or (clock is None and deadline is not None):
        raise ValueError("bad arguments")
    latest = float("inf") if deadline is None else clock() + deadline
    ceiling = base
    for attempt in range(1, max_attempts + 1):
        failed = None
        try:
            result = fn()
        except retryable as e:
            failed = e
        else:
            return result
        if attempt == max_attempts:
            raise failed
        wait = getattr(failed, "retry_after", None)
        wait = rng.uniform(0, min(cap, ceiling)) if wait is None else wait
        if deadline is not None:
            if clock() + wait > latest:
                raise failed
        sleep(wait)
        ceiling *= 2
