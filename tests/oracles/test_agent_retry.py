"""agent/retry against a plan of the whole run that is made beforehand, without any callable."""

import random

from tests.support import cases, module, reference


def planned(answers, fn_takes, starts_at, seed, options):
    """(delays, what comes out): the rules of the statement, applied to the list of answers."""
    types = module("agent/retry").TYPES
    names = options.get("retryable", ("TimeoutError", "ConnectionError"))
    allowed = {types[name] for name in names}
    attempts, deadline = options.get("max_attempts", 4), options.get("deadline")
    base, cap, numbers = options.get("base", 0.5), options.get("cap", 8.0), random.Random(seed)
    delays, passed, ceiling = [], 0.0, base
    for answer in answers[:attempts]:
        passed += fn_takes
        failed = isinstance(answer, Exception)
        if not failed or not allowed & set(type(answer).__mro__):
            return delays, answer
        told = vars(answer).get("retry_after")
        last = len(delays) + 1 == attempts
        if not last:
            delays.append(numbers.random() * min(cap, ceiling) if told is None else told)
            ceiling *= 2
        if last or (deadline is not None and passed + delays[-1] > deadline):
            return delays if last else delays[:-1], answer
        passed += delays[-1]
    raise AssertionError("a case must end in what is no retryable failure, or at max_attempts")


def done(answers, fn_takes, starts_at, seed, options):
    """(delays, what comes out) of the reference."""
    types = module("agent/retry").TYPES
    now, left, slept = [starts_at], iter(answers), []
    given = dict(options)
    if "retryable" in given:
        given["retryable"] = tuple(types[name] for name in given["retryable"])
    if "deadline" in given:
        given["clock"] = lambda: now[0]

    def fn():
        now[0] += fn_takes
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    solve = reference("agent/retry")
    try:
        return slept, solve(fn, sleep=sleep, rng=random.Random(seed), **given)
    except Exception as error:
        return slept, error


def test_delays_and_outcome_are_as_planned():
    for case in cases("agent/retry"):
        got, want = done(**case), planned(**case)
        assert len(got[0]) == len(want[0]), case
        assert all(abs(a - b) < 1e-9 for a, b in zip(got[0], want[0], strict=True)), case
        assert got[1] is want[1], case


def test_delays_fill_the_whole_range_below_their_ceilings():
    """Of many seeds the k-th delay is spread evenly from 0 to min(cap, base * 2**k)."""
    solve, runs = reference("agent/retry"), []
    for seed in range(400):
        slept: list[float] = []
        failures = iter([TimeoutError()] * 5 + [None])

        def fn(failures=failures):
            if (failure := next(failures)) is not None:
                raise failure

        solve(fn, max_attempts=6, cap=3.0, sleep=slept.append, rng=random.Random(seed))
        runs.append(slept)
    for ceiling, delays in zip((0.5, 1.0, 2.0, 3.0, 3.0), zip(*runs, strict=True), strict=True):
        assert 0 <= min(delays) < 0.05 * ceiling
        assert 0.95 * ceiling < max(delays) <= ceiling
        assert abs(sum(delays) / len(delays) - ceiling / 2) < 0.06 * ceiling
