"""Retrying with backoff and jitter.

Model APIs time out, drop connections and answer 429. Trying again helps if it is done with care:
only for errors that may pass, with waiting times that grow, at random so that a thousand clients do
not come back in the same moment, and not without end.

Write `call_with_retry(fn, *, max_attempts=4, base=0.5, cap=8.0, retryable=(TimeoutError,
ConnectionError), sleep, rng, clock=None, deadline=None)`.

- Call `fn()`. What it returns is the result, whatever it is (None and False too): return it.
- fn may be called `max_attempts` times in all, the first call included.
- When fn raises an exception of one of the types in `retryable` (a tuple), or of a subclass of one,
  and another call is allowed: wait, then call again. Every other exception ends the call.
- Waiting is `sleep(delay)`, once before each further call, also when the delay is 0.
- The delay is `rng.uniform(0, min(cap, base * 2**i))`: i is 0 after the first failed call, 1 after
  the second, and so on. One draw for a delay; rng is a `random.Random`.
- If the exception has an attribute `retry_after` that is not None, the delay is exactly that number
  instead (0 and numbers above cap too), and rng is not used. The deadline holds for it too, and the
  failure counts for i like any other.
- With a `deadline` no sleep may end later than that many seconds after the start, which is what
  `clock()` says before the first call of fn: if clock() + delay > start + deadline, do not sleep,
  and raise the exception instead. To end exactly at the deadline is allowed. A delay is never
  shortened. deadline=0 is a deadline; None is none. What fn returns late is returned all the same.
- What ends the call is raised as it is: the very exception that the latest call of fn raised, not a
  copy and not wrapped in another. There is no sleep after the last call.
- KeyboardInterrupt and SystemExit pass through at once, from fn and from sleep.
- max_attempts < 1, and a deadline without a clock, raise ValueError before fn is called.

Time passes through `sleep` and `clock` alone; do not use the module time. How often the clock is
read is free, and so is what an rng does after the last delay. max_attempts is at most 10, and base,
cap, retry_after and deadline are never negative.

Example: base 0.5, cap 8, and fn raises TimeoutError twice and then returns "fine". The first delay
is drawn from 0 to 0.5 and the second from 0 to 1. Had the first exception retry_after = 3.0, the
delays would be 3.0 and a number from 0 to 1. With a deadline of 2 that first exception would be
raised after the first call.

Failing cases show `answers`, what fn returns or raises in turn, each call taking `fn_takes` seconds
of a clock that begins at `starts_at` and that `sleep` moves on; `seed` of the rng; and the
`options` given (retryable by names). The classes in them: `RateLimited` is a ConnectionError,
`Overloaded` an Exception.
"""

from typing import Any

from grader.words import Draw, Exercise, Random, Throw, holds, must_raise, outcome, same

exercise = Exercise(
    tier="A",
    level=2,
    minutes=18,
    source="Brooker 2015, Exponential Backoff and Jitter, AWS Architecture Blog; RFC 9110, section "
    "10.2.3 (Retry-After)",
    hints=(
        "One loop with a counter of failures; the only thing inside the try is the call of fn.",
        "After a failure there are two reasons to raise: it was the last call, or the delay would "
        "end behind the deadline. Compute the delay between the two questions.",
        "`except retryable` takes a tuple and knows subclasses. A bare `raise` inside the except "
        "block raises the same exception. `getattr` has a default, and 0 is not None.",
    ),
    ask=(
        (
            "Which status codes are worth a retry?",
            "408, 425, 429, 500, 502, 503, 504, and no answer at all. Other 4xx say that the "
            "request is wrong; the same request will be wrong again.",
        ),
        (
            "What are retry budgets and circuit breakers for?",
            "Retries multiply the load on a service that is already failing, once for each layer "
            "that retries. A budget allows retries up to, say, a tenth of all calls; a breaker "
            "stops calling for a while after many failures and then lets one call probe.",
        ),
        (
            "What if the call is not idempotent?",
            "After a timeout you do not know whether it happened. Send an idempotency key that the "
            "server remembers, or ask for the state first, or do not retry.",
        ),
    ),
)


@exercise.solution
def call_with_retry(
    fn,
    *,
    max_attempts: int = 4,
    base: float = 0.5,
    cap: float = 8.0,
    retryable: tuple = (TimeoutError, ConnectionError),
    sleep,
    rng,
    clock=None,
    deadline: float | None = None,
) -> Any:
    """What fn() returns. After an exception in `retryable` it waits and calls again.

    fn is called `max_attempts` times at most. The wait is the exception's retry_after, else drawn
    with full jitter.
    """
    if max_attempts < 1:
        raise ValueError(f"max_attempts must be at least 1: {max_attempts}")
    if deadline is not None and clock is None:
        raise ValueError("a deadline needs a clock")
    end = None if deadline is None else clock() + deadline
    i = 0  # calls that have failed before
    while True:
        try:
            return fn()
        except retryable as error:
            if i + 1 == max_attempts:
                raise
            delay = getattr(error, "retry_after", None)  # the server knows best
            if delay is None:
                # Full jitter: anything from 0 on, so that clients which failed together part.
                delay = rng.uniform(0, min(cap, base * 2**i))
            if end is not None and clock() + delay > end:
                raise  # the next call would come too late: say so now
        sleep(delay)
        i += 1


class RateLimited(ConnectionError):
    """What a server says that wants to be left alone for a while."""

    def __init__(self, text: str, retry_after: float | None) -> None:
        super().__init__(text)
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return f"RateLimited({str(self)!r}, retry_after={self.retry_after})"


class Overloaded(Exception):
    """Retryable only where it is listed."""

    def __init__(self, text: str, retry_after: float | None) -> None:
        super().__init__(text)
        self.retry_after = retry_after

    def __repr__(self) -> str:
        return f"Overloaded({str(self)!r}, retry_after={self.retry_after})"


PLAIN = (TimeoutError, ConnectionError, ConnectionResetError, ValueError, OSError, KeyError)
TYPES = {t.__name__: t for t in (*PLAIN, Exception, LookupError, RateLimited, Overloaded)}

#: What fn may raise, simplest first: letters, and a number for retry_after.
FAILURES = (
    "TimeoutError", "ConnectionError", "ConnectionResetError", ("RateLimited", 2.0),
    ("RateLimited", 0.0), ("RateLimited", None), "ValueError", ("Overloaded", 1.0),
    ("RateLimited", 30.0), "OSError", "KeyError", ("Overloaded", None),
)  # fmt: skip
RETRYABLE = (("Overloaded",), ("LookupError", "TimeoutError"), (), ("Exception",))


def failure(what, number: int) -> Exception:
    """One of FAILURES as the exception of a call, told apart by its text."""
    text = f"call {number}"
    if isinstance(what, str):
        return TYPES[what](text)
    name, retry_after = what
    return TYPES[name](text, retry_after)


def case(*failures, last="fine", fn_takes=0.0, starts_at=0.0, seed=0, **options) -> dict:
    """A case whose fn fails so and then returns `last`."""
    errors = [failure(what, i + 1) for i, what in enumerate(failures)]
    return {
        "answers": [*errors, last],
        "fn_takes": fn_takes,
        "starts_at": starts_at,
        "seed": seed,
        "options": options,
    }


@exercise.inputs
def troubles(draw: Draw) -> dict:
    common = draw.size(2, len(FAILURES)) if draw.flag() else 5
    failures = [FAILURES[draw.size(0, common - 1)] for _ in range(draw.size(0, 6))]
    options: dict[str, Any] = {}
    if draw.flag():
        options["max_attempts"] = draw.size(1, 8)
    if draw.flag():
        options |= {"base": draw.choice(1.0, 0.1, 3.0, 0.0), "cap": draw.choice(1.5, 5.0, 40.0)}
    if draw.flag():
        options["retryable"] = draw.choice(*RETRYABLE)
    if draw.flag():
        options["deadline"] = draw.choice(1.0, 2.0, 0.0, 4.0, 0.5, 10.0, None)
    return case(
        *failures,
        last=draw.choice("fine", None, 0, False, "", [1]),
        fn_takes=draw.choice(0.0, 0.25, 2.0),
        starts_at=draw.choice(0.0, 100.0, 1.5),
        seed=draw.seed(),
        **options,
    )


T, C, R = "TimeoutError", "ConnectionError", "ConnectionResetError"
L0, L1, L2, L9 = (("RateLimited", seconds) for seconds in (0.0, 1.0, 2.0, 9.0))


@exercise.edges
def troubles_that_separate() -> list[dict]:
    ten = (T, C, R, T, C, R, T, C, R)
    listed = {"retryable": ("Overloaded",)}
    return [
        case(), case(last=None), case(last=False), case(last=[]), case(T), case(C), case(R),
        case(T, T, seed=1), case(T, C, T, seed=2), case(T, C, T, R, seed=3), case(R, R, R, R, seed=5),
        case(T, max_attempts=1), case(R, T, max_attempts=1), case(T, T, max_attempts=2),
        case(T, max_attempts=2), case(*ten, max_attempts=10), case(*ten, T, max_attempts=10, seed=2),
        case(*ten[:7], max_attempts=8, seed=8), case(*ten, max_attempts=10, base=2.0, cap=5.0),
        case(T, C, T, base=3.0, cap=1.0, seed=3), case(*ten[:5], max_attempts=6, base=0.1, cap=100.0),
        case(T, T, base=0.0), case(T, T, T, base=6.0, seed=9), case(T, C, base=10.0, seed=4),
        case("ValueError"), case("OSError"), case("KeyError"), case(T, "ValueError"),
        case(T, R, "OSError", seed=2), case("OSError", T), case(("Overloaded", 1.0)),
        case(("Overloaded", 1.0), max_attempts=3), case(T, ("Overloaded", 0.0)),
        case(("Overloaded", None), **listed), case(("Overloaded", 3.0), T, **listed),
        case(T, **listed), case(C, **listed), case(L2, **listed),
        case("KeyError", retryable=("LookupError",)), case("KeyError", T, retryable=("Exception",)),
        case("ValueError", "OSError", retryable=("Exception",)), case(T, retryable=()),
        case(R, retryable=("TimeoutError",)), case(L2), case(L0), case(L0, L0, L0), case(L9),
        case(T, L2), case(L2, T), case(L2, T, L0, T), case(L9, L9, C), case(L1, T, seed=6),
        case(L1, R, L1, C, max_attempts=9), case(T, L0, T, seed=5), case(("RateLimited", None)),
        case(("RateLimited", None), L2, T), case(L2, L2, L2, L2), case(L9, max_attempts=1),
        case(L1, base=0.0), case(L1, cap=0.5), case(T, last=None),
        case(T, C, last=None, seed=4), case(L2, last=None),
        # Deadlines: reached exactly, missed, spent by fn, on a clock that does not begin at 0.
        case(L2, deadline=2.0), case(L2, deadline=1.0), case(L2, L2, deadline=4.0),
        case(L2, L2, deadline=3.0), case(L2, L2, deadline=4.0, starts_at=100.0),
        case(L1, fn_takes=1.0, deadline=2.0), case(L1, fn_takes=1.0, deadline=1.5),
        case(L1, L1, fn_takes=1.0, deadline=3.5, starts_at=7.0),
        case(L1, L1, fn_takes=0.5, deadline=3.0),
        case(L1, L1, L1, L1, deadline=2.5, max_attempts=9, starts_at=50.0),
        case(L0, deadline=0.0), case(L1, deadline=0.0), case(L1, L1, deadline=0.0, starts_at=9.0),
        case(L0, fn_takes=1.0, deadline=0.0), case(T, deadline=0.0), case(T, fn_takes=5.0, deadline=3.0),
        case(fn_takes=5.0, deadline=3.0), case(T, T, deadline=30.0, seed=3),
        case(T, T, T, deadline=1.0, seed=1, base=2.0), case(L1, fn_takes=4.0, deadline=4.5),
        case(T, T, T, fn_takes=1.0, deadline=2.5, starts_at=20.0), case(L2, deadline=None),
        case(C, C, C, deadline=0.5, base=4.0, seed=11), case("ValueError", deadline=5.0),
        case(L1, L1, max_attempts=2, deadline=1.0),
    ]  # fmt: skip


def play(solution, answers, fn_takes, starts_at, seed, options):
    """Run it in a world whose clock moves with fn and sleep; what happened, and what came out."""
    now, turns, slept, given_to_fn, rng = [starts_at], [], [], [], Random(seed)
    given = dict(options)
    if "retryable" in given:
        given["retryable"] = tuple(TYPES[name] for name in given["retryable"])
    if "deadline" in given:
        given["clock"] = lambda: now[0]

    def fn(*arguments, **named):
        turn = turns.count("fn")
        turns.append("fn")
        given_to_fn.extend([*arguments, *named])
        now[0] += fn_takes
        found = answers[turn] if turn < len(answers) else "one call too many"
        return Throw(found) if isinstance(found, BaseException) else found

    def sleep(seconds):
        turns.append("sleep")
        slept.append(seconds)
        now[0] += seconds

    result = outcome(solution, fn, sleep=sleep, rng=rng, **given)
    return {
        "arguments given to fn": given_to_fn,
        "calls of fn": turns.count("fn"),
        "slept": slept,
        "came out": result,
        "the order of calls": ", ".join(turns),
    }


@exercise.scenario
def what_was_done(solution, answers, fn_takes, starts_at, seed, options) -> dict:
    return play(solution, answers, fn_takes, starts_at, seed, options)


@exercise.law(examples=8)
def each_sleep_stands_between_two_calls(solution, answers, fn_takes, starts_at, seed, options):
    """A wait that no call follows only keeps the caller from the bad news."""
    seen = play(solution, answers, fn_takes, starts_at, seed, options)
    same(len(seen["slept"]), seen["calls of fn"] - 1, "How often it slept")


def only_retry_after() -> list[dict]:
    return [
        {"seconds": [2.0]}, {"seconds": [0.0]}, {"seconds": [1.0, 0.0, 30.0]},
        {"seconds": [0.5, 0.25]}, {"seconds": [0.0, 0.0]}, {"seconds": [9.0, 0.125]},
    ]  # fmt: skip


@exercise.law(edges=only_retry_after)
def a_delay_that_the_server_gives_leaves_rng_alone(solution, seconds):
    """There is nothing to draw, and a run can be repeated only if draws are made where needed."""
    answers = [RateLimited(f"call {i + 1}", s) for i, s in enumerate(seconds)]
    rng, slept = Random(3), []
    script = iter([*map(Throw, answers), "fine"])
    solution(lambda: next(script), sleep=slept.append, rng=rng)
    same(slept, seconds, "Slept")
    holds(not rng.used, f"It slept {slept}, as it was told to, but something was drawn from rng.")


INTERRUPTS = (KeyboardInterrupt, SystemExit)


def interrupts() -> list[dict]:
    return [
        {"who": who, "error": kind("stop"), "after": after, "names": names}
        for who in ("fn", "sleep")
        for kind in INTERRUPTS
        for after in (0, 1)
        for names in (("TimeoutError",), ("Exception",))
    ]


@exercise.law(edges=interrupts)
def an_interrupt_passes_through_at_once(solution, who, error, after, names):
    """A person who wants to stop the program must not have to do it max_attempts times."""
    script = [TimeoutError("slow")] * (after + (who == "sleep")) + [error] * (who == "fn")
    called, slept = [], []

    def fn():
        called.append("fn()")
        return Throw(script[len(called) - 1]) if len(called) <= len(script) else "went on"

    def sleep(seconds):
        slept.append(seconds)
        return Throw(error) if who == "sleep" and len(slept) == after + 1 else None

    types = tuple(TYPES[name] for name in names)
    result = outcome(solution, fn, retryable=types, sleep=sleep, rng=Random(1))
    same(result, {"raised": f"{type(error).__name__}: stop"}, "Came out")
    same(
        [len(called), len(slept)], [after + 1, after + (who == "sleep")], "Calls of fn, and sleeps"
    )


def wrong_options() -> list[dict]:
    few = [{"max_attempts": n} for n in (0, -1, -4)]
    clockless = [{"deadline": seconds} for seconds in (5.0, 0.0, 0, 60)]
    return few + clockless + [{"max_attempts": 1, "deadline": 1.0}]


@exercise.law(edges=lambda: [{"options": options} for options in wrong_options()])
def wrong_options_raise_value_error_before_fn_is_called(solution, options):
    """A call has effects; what is wrong from the start must be said before it."""
    called = []

    def fn():
        called.append("fn()")
        return "fine"

    must_raise(ValueError, solution, fn, sleep=called.append, rng=Random(1), **options)
    holds(not called, "It raised ValueError, but had called fn by then.", got=called)


exercise.mistake(
    "sleeps_after_last",
    "You sleep after the last call too. No call follows, so the wait only delays the exception.",
    swap={
        "            if i + 1 == max_attempts:\n                raise\n": "",
        "        sleep(delay)\n": (
            "            kept = error\n        sleep(delay)\n        if i + 1 == max_attempts:\n"
            "            raise kept\n"
        ),
    },
)
exercise.mistake(
    "retries_everything",
    "You retry every Exception. A ValueError or a 400 will come again: only the types in retryable "
    "are worth another call.",
    swap={"except retryable as": "except Exception as"},
)
exercise.mistake(
    "retryable_fixed",
    "You retry the default types whatever the caller lists in `retryable`.",
    swap={"except retryable as": "except (TimeoutError, ConnectionError) as"},
)
exercise.mistake(
    "os_errors_are_retried",
    "You retry OSError and all that is below it. TimeoutError and ConnectionError are OSErrors, not "
    "the other way round; catch the types in retryable.",
    swap={"except retryable as": "except (OSError, *retryable) as"},
)
exercise.mistake(
    "no_subclasses",
    "You compare the exception's exact type, so a ConnectionResetError is not retried. Subclasses "
    "count: use `except` or isinstance.",
    swap={
        "            if i + 1 == max_attempts:": (
            "            if i + 1 == max_attempts or type(error) not in retryable:"
        )
    },
)
exercise.mistake(
    "retry_after_makes_it_retryable",
    "You retry whatever has a retry_after. The type decides; retry_after only says how long to wait.",
    swap={
        "        except retryable as error:\n": (
            "        except Exception as error:\n"
            "            if not isinstance(error, retryable) and not hasattr(error, 'retry_after'):\n"
            "                raise\n"
        )
    },
)
exercise.mistake(
    "no_jitter",
    "You wait the ceiling itself. All clients that failed together then come back together: draw "
    "the delay from 0 to the ceiling.",
    swap={"rng.uniform(0, min(cap, base * 2**i))": "min(cap, base * 2**i)"},
)
exercise.mistake(
    "equal_jitter",
    "You draw from the upper half only. Full jitter draws from 0 to the ceiling.",
    swap={
        "rng.uniform(0, min(cap, base * 2**i))": (
            "rng.uniform(min(cap, base * 2**i) / 2, min(cap, base * 2**i))"
        )
    },
)
exercise.mistake(
    "jitter_from_base",
    "You draw from base upwards. Full jitter begins at 0.",
    swap={"rng.uniform(0, min": "rng.uniform(base, min"},
)
exercise.mistake(
    "global_random",
    "You draw from Python's global random module; use the rng that was given.",
    swap={"rng.uniform(": "__import__('random').Random(0).uniform("},
)
exercise.mistake(
    "linear_backoff",
    "Your ceilings grow by base each time. They double: base * 2**i.",
    swap={"base * 2**i": "base * (i + 1)"},
)
exercise.mistake(
    "constant_backoff",
    "Your ceiling does not grow; it doubles with every failure: base * 2**i.",
    swap={"base * 2**i": "base"},
)
exercise.mistake(
    "exponent_off_by_one",
    "Your first ceiling is 2 * base. i is 0 after the first failure, so it is base.",
    swap={"base * 2**i": "base * 2 ** (i + 1)"},
)
exercise.mistake(
    "power_of_base",
    "You raise base to a power; the ceiling is base times a power of two.",
    swap={"base * 2**i": "base ** (i + 1)"},
)
exercise.mistake(
    "cap_missing",
    "Your ceilings grow beyond cap: min(cap, base * 2**i).",
    swap={"min(cap, base * 2**i)": "base * 2**i"},
)
exercise.mistake(
    "cap_on_the_drawn_number",
    "You draw first and cap then, so all long delays become exactly cap and clients meet there. Cap "
    "the ceiling, then draw.",
    swap={"rng.uniform(0, min(cap, base * 2**i))": "min(cap, rng.uniform(0, base * 2**i))"},
)
exercise.mistake(
    "retry_after_ignored",
    "You ignore retry_after. When the server says how long to wait, wait that long.",
    swap={'getattr(error, "retry_after", None)': "None"},
)
exercise.mistake(
    "retry_after_zero_ignored",
    "You take a retry_after of 0 for none. 0 says: at once; only None says nothing.",
    swap={"if delay is None:": "if not delay:"},
)
exercise.mistake(
    "retry_after_goes_beyond_the_deadline",
    "You look at the deadline only where you drew the delay. A retry_after must keep to it as well.",
    swap={
        "            if delay is None:": "            told = delay is not None\n            if delay is None:",
        "if end is not None and": "if end is not None and not told and",
    },
)
exercise.mistake(
    "retry_after_capped",
    "You cap retry_after. Who comes back earlier than the server asked is refused again.",
    swap={
        "            if end is not None": (
            "            delay = min(cap, delay)\n            if end is not None"
        )
    },
)
exercise.mistake(
    "retry_after_as_least",
    "You wait the longer of retry_after and a drawn number. With a retry_after the delay is exactly "
    "that, and nothing is drawn.",
    swap={
        "            if delay is None:": "            if True:",
        "delay = rng.uniform(0, min(cap, base * 2**i))": (
            "delay = max(delay or 0.0, rng.uniform(0, min(cap, base * 2**i)))"
        ),
    },
)
exercise.mistake(
    "retry_after_plus_jitter",
    "You add a drawn number to retry_after. With a retry_after the delay is exactly that, and "
    "nothing is drawn.",
    swap={
        "            if delay is None:": "            if True:",
        "delay = rng.uniform(0, min(cap, base * 2**i))": (
            "delay = (delay or 0.0) + rng.uniform(0, min(cap, base * 2**i))"
        ),
    },
)
exercise.mistake(
    "retry_after_not_counted",
    "A failure with a retry_after does not raise your i. It counts all calls that failed, so the "
    "next ceiling is twice as large.",
    swap={
        "    i = 0  # calls that have failed before\n": "    i = told = 0\n",
        "            if delay is None:": "            told += delay is not None\n            if delay is None:",
        "base * 2**i": "base * 2 ** (i - told)",
    },
)
exercise.mistake(
    "draws_in_vain",
    "You draw from rng also when the exception has a retry_after. Nothing is to be drawn then.",
    swap={
        "            if delay is None:\n": (
            "            drawn = rng.uniform(0, min(cap, base * 2**i))\n            if delay is None:\n"
        ),
        "delay = rng.uniform(0, min(cap, base * 2**i))": "delay = drawn",
    },
)
exercise.mistake(
    "no_sleep_for_zero",
    "You do not call sleep when the delay is 0. It is called before each further call.",
    swap={"        sleep(delay)": "        if delay:\n            sleep(delay)"},
)
exercise.mistake(
    "returns_none_on_failure",
    "After the last failure you return None, which looks like a result. Raise the exception.",
    swap={
        "            if i + 1 == max_attempts:\n                raise\n": (
            "            if i + 1 == max_attempts:\n                return None\n"
        )
    },
)
exercise.mistake(
    "raises_the_first_exception",
    "You raise the first exception; the latest one ends the call.",
    swap={
        "        except retryable as error:\n            if i + 1 == max_attempts:\n                raise\n": (
            "        except retryable as error:\n            first = error if i == 0 else first\n"
            "            if i + 1 == max_attempts:\n                raise first\n"
        )
    },
)
exercise.mistake(
    "raises_a_copy",
    "You raise a new exception with the old one's text. What it carried is lost: raise the exception "
    "itself.",
    swap={
        "            if i + 1 == max_attempts:\n                raise\n": (
            "            if i + 1 == max_attempts:\n                raise type(error)(str(error))\n"
        )
    },
)
exercise.mistake(
    "falsy_results_are_retried",
    "You take a result like None, 0 or an empty list for a failure. Only exceptions are failures.",
    swap={
        "            return fn()\n": (
            "            result = fn()\n            if result or i + 1 == max_attempts:\n"
            "                return result\n            delay = rng.uniform(0, min(cap, base * 2**i))\n"
        ),
        "                delay = rng.uniform(0, min(cap, base * 2**i))": (
            "                delay = rng.uniform(0.0, min(cap, base * 2**i))"
        ),
    },
)
exercise.mistake(
    "none_is_called_again",
    "You call fn again when it returns None. It may have nothing else to say; only exceptions are "
    "failures.",
    swap={
        "            return fn()\n": (
            "            result = fn()\n            if result is not None or i + 1 == max_attempts:\n"
            "                return result\n            i += 1\n            continue\n"
        ),
    },
)
exercise.mistake(
    "max_attempts_means_retries",
    "You make one call more: max_attempts counts the first call too.",
    swap={"if i + 1 == max_attempts:": "if i == max_attempts:"},
)
exercise.mistake(
    "one_attempt_short",
    "You make one call less: max_attempts calls are allowed.",
    swap={"if i + 1 == max_attempts:": "if i + 1 >= max(1, max_attempts - 1):"},
)
exercise.mistake(
    "three_attempts_by_default",
    "Your max_attempts is not 4 when the caller gives none.",
    swap={"max_attempts: int = 4": "max_attempts: int = 3"},
)
exercise.mistake(
    "another_base_by_default",
    "Your base is not 0.5 when the caller gives none.",
    swap={"base: float = 0.5": "base: float = 1.0"},
)
exercise.mistake(
    "another_cap_by_default",
    "Your cap is not 8 when the caller gives none.",
    swap={"cap: float = 8.0": "cap: float = 10.0"},
)
exercise.mistake(
    "deadline_ignored",
    "You never look at the deadline.",
    swap={"if end is not None and clock() + delay > end:": "if False:"},
)
exercise.mistake(
    "zero_deadline_ignored",
    "You take a deadline of 0 for none. Only None means that there is no deadline.",
    swap={
        "end = None if deadline is None else clock() + deadline": (
            "end = clock() + deadline if deadline else None"
        )
    },
)
exercise.mistake(
    "deadline_on_the_clock",
    "You compare the clock with the deadline itself. The deadline counts from the start: "
    "start + deadline.",
    swap={"else clock() + deadline": "else deadline"},
)
exercise.mistake(
    "delay_not_counted",
    "You look only at the time that has passed. The wait that comes would end behind the deadline: "
    "add the delay.",
    swap={"clock() + delay > end": "clock() > end"},
)
exercise.mistake(
    "deadline_seen_after_the_sleep",
    "You sleep first and look at the deadline then: the caller waits for a call that never comes. "
    "Add the delay and decide before sleeping.",
    swap={
        "            if end is not None and clock() + delay > end:\n"
        "                raise  # the next call would come too late: say so now\n"
        "        sleep(delay)\n": (
            "            sleep(delay)\n            if end is not None and clock() > end:\n"
            "                raise\n"
        )
    },
)
exercise.mistake(
    "calls_take_no_time",
    "You add up your delays and forget the time that the calls of fn take. Ask the clock.",
    swap={
        "end = None if deadline is None else clock() + deadline": "end, waited = deadline, 0.0",
        "clock() + delay > end": "waited + delay > end",
        "        sleep(delay)": "        waited += delay\n        sleep(delay)",
    },
)
exercise.mistake(
    "deadline_exclusive",
    "You give up when a wait would end exactly at the deadline; that is allowed.",
    swap={"clock() + delay > end": "clock() + delay >= end"},
)
exercise.mistake(
    "sleeps_up_to_the_deadline",
    "You shorten the wait to what is left. The next call comes too early to help; raise instead.",
    swap={
        "                raise  # the next call would come too late: say so now": (
            "                delay = max(0.0, end - clock())"
        )
    },
)
exercise.mistake(
    "sleeps_for_what_is_left",
    "You shorten the wait to what is left of the deadline. A delay is never shortened: raise instead.",
    swap={
        "                raise  # the next call would come too late: say so now": (
            "                delay = end - clock()\n                if delay <= 0:\n"
            "                    raise"
        )
    },
)
exercise.mistake(
    "start_moves",
    "You start the clock anew at each call. The deadline is for all calls and waits together.",
    swap={
        "        try:\n": (
            "        end = None if deadline is None else clock() + deadline\n        try:\n"
        )
    },
)
exercise.mistake(
    "started_after_the_first_call",
    "You read the start after the first call of fn, so the time that it took is not counted.",
    swap={
        "            if i + 1 == max_attempts:": (
            "            end = clock() + deadline if i == 0 and deadline is not None else end\n"
            "            if i + 1 == max_attempts:"
        )
    },
)
exercise.mistake(
    "catches_interrupts",
    "You catch KeyboardInterrupt and SystemExit and call fn again, so nobody can stop the program.",
    swap={"except retryable as": "except (*retryable, KeyboardInterrupt, SystemExit) as"},
)
exercise.mistake(
    "deadline_without_clock_goes_on",
    "A deadline without a clock goes through unheard. Raise ValueError first.",
    swap={'        raise ValueError("a deadline needs a clock")': "        deadline = None"},
)
exercise.mistake(
    "max_attempts_not_checked",
    "max_attempts < 1 goes through. Raise ValueError before fn is called.",
    swap={
        "    if max_attempts < 1:\n": "    if False:\n",
        "if i + 1 == max_attempts:": "if i + 1 >= max_attempts:",
    },
)

exercise.walkthrough(r"""
## Where it comes from

A request to a model's API fails now and then for reasons that have nothing to do with it: a
connection breaks, a server is busy, a limit per minute is reached. The same request a second later
succeeds. Trying again at once, however, is what a busy server needs least; so clients wait, and
after each failure twice as long, up to a cap. This is exponential backoff.

It has a hole. A thousand clients that failed in the same moment compute the same waiting times and
come back in the same moment, again and again. Brooker's article of 2015 on the AWS Architecture
Blog simulates this and compares several ways of putting chance in; what it calls *full jitter*, a
wait drawn evenly between 0 and the ceiling, made the least work for the server at a small price in
time, and is the simplest of them.

And where the server itself says how long to stay away, in the header `Retry-After` (RFC 9110,
section 10.2.3), there is nothing to be guessed.

## By hand

With base 0.5 and cap 8 the ceilings after each failure are:

| failed calls | 1 | 2 | 3 | 4 | 5 | 6 |
|---|---|---|---|---|---|---|
| 0.5 · 2^i | 0.5 | 1 | 2 | 4 | 8 | 16 |
| ceiling | 0.5 | 1 | 2 | 4 | 8 | 8 |

On average a wait is half of its ceiling. To see the ceilings themselves, the reference gets a
generator whose every draw is the upper end, and a `sleep` that only writes down:

```python
import random

from grader.notebook import reference

call_with_retry = reference("agent/retry")


class UpperEnd(random.Random):
    def uniform(self, a, b):
        return b


def waits(rng, failures, **options):
    left, slept = iter(failures), []

    def fn():
        for error in left:
            raise error

    call_with_retry(fn, max_attempts=10, rng=rng, sleep=slept.append, **options)
    return slept


waits(UpperEnd(), [TimeoutError()] * 6)
```

A failure that brings its own waiting time is waited for exactly, above the cap too, and counts for
the doubling like any other: the third ceiling is 2, as if the second failure had been a plain one.

```python
limited = ConnectionError("429")
limited.retry_after = 20.0
waits(UpperEnd(), [TimeoutError(), limited, TimeoutError()])
```

## A picture

Five hundred clients fail at time 0, the server stays down, and each of them calls five more times.
Every point counts the calls within a tenth of a second. Without chance there are five spikes of 500
calls; with full jitter, the same number of calls is spread.

```python
from grader.notebook import curve


def calls_by_tenth(rng, clients=500):
    count = [0] * 160
    for _ in range(clients):
        at = 0.0
        for wait in waits(rng, [TimeoutError()] * 5):
            at += wait
            count[int(10 * at)] += 1
    return count


ceiling, jitter = calls_by_tenth(UpperEnd()), calls_by_tenth(random.Random(0))
picture = curve(
    {"always the ceiling": ceiling, "full jitter": jitter},
    x=[i / 10 for i in range(160)],
    title="500 clients that failed together",
    across="seconds after the failure",
    up="calls in a tenth of a second",
)
picture.axes.legend(frameon=False, loc=(0.53, 0.6))
picture
```

The hump at the beginning comes from the first, short ceiling: half a second is not much to spread
500 calls over. A larger `base` flattens it.

## Traps

**No chance at all.** Backoff without jitter passes every test with one client, and every day on
which few of them fail together. It shows in an outage, which is what it is there for.

{{trap: no_jitter}}

**Zero is not nothing.** `retry_after` of 0 says: come back at once. Asking whether it is true
instead of whether it is None draws a wait that nobody wanted. Servers rarely send 0, so it may
never be noticed.

{{trap: retry_after_zero_ignored}}

**Deadlines that look back.** Comparing the time that has passed with the deadline seems to be all
there is to it. But the wait that comes next may end far behind the deadline: the caller, who gave
up long ago, is told so only after it.

{{trap: delay_not_counted}}

## What it costs

For one client little: with base 0.5, three retries wait at most 3.5 seconds and 1.75 on average.
The cost is carried by the server. A call that is tried four times is four calls while the server is
down; and where a library, the service that uses it and the client of that service all try four
times, one request of a user is 4 · 4 · 4 = 64 calls. So one layer retries, and the others pass the
failure on.
""")
