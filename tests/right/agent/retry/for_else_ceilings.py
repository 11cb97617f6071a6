"""All ceilings first, the last call in the else of the loop."""


def call_with_retry(
    fn,
    *,
    max_attempts=4,
    base=0.5,
    cap=8.0,
    retryable=(TimeoutError, ConnectionError),
    sleep,
    rng,
    clock=None,
    deadline=None,
):
    if isinstance(max_attempts, bool) or max_attempts < 1:
        raise ValueError("max_attempts must be an int of at least 1")
    if deadline is not None and clock is None:
        raise ValueError("deadline requires clock")
    start = None
    if deadline is not None:
        start = clock()
    for ceiling in [min(cap, base * 2**i) for i in range(max_attempts - 1)]:
        try:
            return fn()
        except retryable as exc:
            delay = getattr(exc, "retry_after", None)
            if delay is None:
                delay = rng.uniform(0, ceiling)
            if start is not None and clock() + delay > start + deadline:
                raise exc
            sleep(delay)
    else:
        return fn()
