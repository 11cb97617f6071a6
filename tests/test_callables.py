"""The judge's callables in the learner's code: identity, mutation, exceptions, threads."""

from __future__ import annotations

import random
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.bench.link import Fault
from grader.bench.session import Session, Submission
from grader.words import Random, Script, Throw
from grader.words.subject import Raised, Subject


class Busy(ConnectionError):
    """An exception that the learner's process does not know."""


@contextmanager
def solving(judge, source: str, seconds: float = 5.0) -> Iterator[Subject]:
    text = textwrap.dedent(source)
    with Session(judge._starter, Submission("/tmp/solve.py", text, "solve", (), seconds)) as link:
        yield link.load()


def test_calls_are_seen_as_they_were_and_later_changes_are_told(judge):
    source = """
    def solve(model):
        seen = [1]
        for _ in range(3):
            seen.append(model(seen, {"n": len(seen)}))
        return seen
    """
    script = Script([10, 20, 30])
    with solving(judge, source) as solve:
        assert solve(script) == [1, 10, 20, 30]
    assert script.calls == [([1], {"n": 1}), ([1, 10], {"n": 2}), ([1, 10, 20], {"n": 3})]
    assert script.altered == {0, 1, 2}


def test_copies_are_not_altered(judge):
    source = """
    def solve(model):
        seen = [{"a": 1}]
        model(list(seen))
        seen.append(2)
        model(list(seen))
    """
    script = Script([None, None])
    with solving(judge, source) as solve:
        solve(script)
    assert script.altered == set()


def test_results_hold_the_objects_that_were_passed(judge):
    with solving(judge, "def solve(rows): return [rows[2], dict(rows[0])]") as solve:
        rows = [{"id": 0}, {"id": 1}, {"id": 2}]
        result = solve(rows)
        assert result[0] is rows[2]
        assert result[1] == rows[0]
        assert result[1] is not rows[0]


def test_a_new_object_in_an_argument_and_in_the_result_is_one_object(judge):
    source = """
    def solve(history):
        new = {"role": "user"}
        history.append(new)
        return [history[0], new]
    """
    with solving(judge, source) as solve:
        history = [{"role": "system"}]
        assert solve(history) == [{"role": "system"}, {"role": "user"}]
        assert history == [{"role": "system"}]
        assert solve._link.changed == "argument 1"


def test_what_the_judge_changes_later_is_changed_there_too(judge):
    edited = {"path": "a"}

    def approve(args):
        args["path"] = "swapped"
        return edited

    def change():
        edited["path"] = "changed"

    source = """
    def solve(approve, change):
        mine = {"path": "x"}
        got = approve(mine)
        before = dict(got)
        change()
        return [mine, before, got]
    """
    with solving(judge, source) as solve:
        assert solve(approve, change) == [
            {"path": "swapped"},
            {"path": "a"},
            {"path": "changed"},
        ]


@pytest.mark.parametrize(
    "error",
    [TimeoutError("slow"), Busy("later"), KeyboardInterrupt(), SystemExit(3), KeyError("k")],
    ids=repr,
)
def test_an_exception_arrives_as_what_it_is_and_comes_back_as_the_same(judge, error):
    source = """
    def solve(fn, kind):
        try:
            fn()
        except kind as caught:
            raise
    """
    with solving(judge, source) as solve, pytest.raises(Raised) as raised:
        solve(Script([error]), type(error))
    assert raised.value.error is error


def test_a_new_exception_is_not_the_old_one(judge):
    source = """
    def solve(fn):
        try:
            fn()
        except Exception as caught:
            assert caught.retry_after == 2.5
            raise type(caught)(*caught.args)
    """
    error = Busy("later")
    error.retry_after = 2.5
    with solving(judge, source) as solve, pytest.raises(Raised, match="later") as raised:
        solve(Script([error]))
    assert raised.value.error is None
    assert raised.value.is_a("ConnectionError")


def test_random_is_the_one_that_was_handed_over(judge):
    rng, same = Random(5), random.Random(5)
    with solving(judge, "def solve(rng): return [rng.uniform(0, 3), rng.random()]") as solve:
        assert solve(rng) == [same.uniform(0, 3), same.random()]
        assert solve(rng)[1:] == [(same.random(), same.random())[1]]
    assert rng.used


POOL = """
    from concurrent.futures import ThreadPoolExecutor

    def solve(fns, workers):
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(lambda fn: fn(), fns))
    """


def test_a_plain_callable_may_be_used_in_every_case(judge):
    calls = []
    with solving(judge, "def solve(fn): return [fn(i) for i in range(150)][-1]") as solve:
        for _ in range(4):
            assert solve(calls.append) is None
    assert len(calls) == 600


def test_calls_without_end_are_a_timeout(judge):
    source = """
    def solve(fn):
        while True:
            fn()
    """
    with solving(judge, source, 0.5) as solve, pytest.raises(Fault, match="without an answer"):
        solve(lambda: None)


def test_two_callables_that_wait_for_each_other(judge):
    barrier = threading.Barrier(2)

    def meet(name):
        barrier.wait(timeout=5)
        return name

    with solving(judge, POOL) as solve:
        fns = [lambda n=n: meet(n) for n in "abcdef"]
        assert solve(fns, 2) == list("abcdef")


def test_a_wait_that_nobody_ends_is_a_timeout_and_nothing_hangs(judge):
    never = threading.Event()
    with solving(judge, POOL, 0.5) as solve, pytest.raises(Fault, match="without an answer"):
        solve([never.wait, never.wait], 2)
    never.set()


def test_a_thread_that_goes_on_after_the_return_is_refused(judge):
    source = """
    import threading, time

    errors = []

    def late(fn):
        time.sleep(0.1)
        try:
            fn()
        except RuntimeError as error:
            errors.append(str(error))

    def solve(fn=None):
        if fn is None:
            time.sleep(0.3)
            return errors
        threading.Thread(target=late, args=(fn,)).start()
    """
    calls = []
    with solving(judge, source) as solve:
        solve(lambda: calls.append(1))
        assert "after the function had returned" in solve()[0]
    assert calls == []


def test_a_throw_of_the_page(judge):
    with solving(judge, "def solve(fn): fn()") as solve, pytest.raises(Raised) as raised:
        solve(lambda: Throw(KeyboardInterrupt("stop")))
    assert raised.value.type_name == "KeyboardInterrupt"


@pytest.mark.parametrize(
    "ask",
    ['{"ask": 99, "of": %d}', '{"ask": 0}', '{"ask": 0, "of": %d, "threads": "x"}', '{"ask": []}'],
)
def test_hostile_questions_are_no_answer(judge, ask):
    source = f"""
    import gc, json, socket, struct

    def solve(fn):
        text = {ask!r}.replace("%d", "2").encode()
        for sock in [o for o in gc.get_objects() if isinstance(o, socket.socket)]:
            sock.sendall(struct.pack(">II", len(text), 0) + text)
        fn()
    """
    with solving(judge, source) as solve, pytest.raises((Fault, Raised)):
        solve(lambda: 1)
