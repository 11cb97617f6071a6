"""Keeps the exception and reads a clock of zeros where none is given."""


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
    if max_attempts < 1:
        raise ValueError("max_attempts must be positive")
    if deadline is not None and clock is None:
        raise ValueError("pass clock together with deadline")
    read = clock if clock is not None else (lambda: 0.0)
    start = read()
    attempt = 0
    while True:
        attempt += 1
        error = None
        try:
            result = fn()
        except Exception as e:
            if not isinstance(e, retryable):
                raise
            error = e
        if error is None:
            return result
        now = read()
        if attempt == max_attempts:
            raise error
        try:
            delay = error.retry_after
        except AttributeError:
            delay = None
        if delay is None:
            delay = rng.uniform(0, min(cap, base * pow(2, attempt - 1)))
        if deadline is not None and start + deadline < now + delay:
            raise error
        sleep(delay)
