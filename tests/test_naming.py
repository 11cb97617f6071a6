"""A mistake is named only on evidence: a wrong name is worse than none."""

from __future__ import annotations

from pathlib import Path

from grader.bench.session import Inline
from grader.judge import naming
from grader.judge.catalogue import AGREEMENT, Card
from grader.judge.page import Page
from grader.words import Exercise, same


def double(x):
    return 2 * x


def exercise_with(**mistakes) -> Exercise:
    """An exercise that asks for `double` over x = -4 .. 7."""
    facts = {"tier": "A", "level": 1, "minutes": 1, "source": "", "ask": (("?", "."),)}
    exercise = Exercise(hints=("1", "2", "3"), **facts)
    exercise.solution(double)
    exercise.edges(lambda: [{"x": x} for x in range(-4, 8)])
    for name, function in mistakes.items():
        exercise.mistake(name, f"You made the mistake {name}.")(function)
    return exercise


def page_of(exercise: Exercise) -> Page:
    rest = {
        "tier": "A",
        "level": 1,
        "minutes": 1,
        "source": "",
        "needs": (),
        "hints": (),
        "ask": (),
    }
    words = {"title": "", "statement": "", "entry": "double", "laws": tuple(exercise.laws)}
    card = Card(id="a/b", module="", path=Path(), mistakes=(), **words, **rest)
    return Page(card, exercise, examples=1, seed=0)


def named(solution, check=AGREEMENT, **mistakes) -> list[str]:
    return names_in(exercise_with(**mistakes), solution, check)


def names_in(exercise: Exercise, solution, check: str) -> list[str]:
    page = page_of(exercise)
    subject = Inline().adopt(solution)
    pool = enumerate(page.pool(check))
    return naming.names(page, check, [(i, c, page.judged(check, subject, c, i)) for i, c in pool])


def test_the_same_outputs_name_the_mistake_whatever_the_style():
    assert named(lambda x: sum([x, x, x]), thrice=lambda x: 3 * x, squared=lambda x: x * x) == [
        "thrice"
    ]


def test_a_stranger_has_no_name():
    assert named(lambda x: x + 7, thrice=lambda x: 3 * x, squared=lambda x: x * x) == []


def test_who_is_right_where_the_mistake_is_wrong_did_not_make_it():
    assert named(lambda x: 3 * x if x < 6 else 2 * x, thrice=lambda x: 3 * x) == []


def test_two_cases_are_no_evidence():
    assert named(lambda x: 2 * x + (x > 5), late=lambda x: 2 * x + (x > 5)) == []
    assert named(lambda x: 2 * x + (x > 4), late=lambda x: 2 * x + (x > 4)) == ["late"]


def test_two_that_cannot_be_told_apart_are_both_named():
    found = named(lambda x: 3 * x, thrice=lambda x: 3 * x, tripled=lambda x: x + x + x)
    assert found == ["thrice", "tripled"]


def test_a_second_error_in_a_few_cases_does_not_hide_the_first():
    assert named(lambda x: 3 * x if x < 5 else None, thrice=lambda x: 3 * x) == ["thrice"]


def test_a_mistake_that_explains_too_little_is_not_named():
    only_large = {"large": lambda x: 2 * x if x < 3 else 0}
    assert named(lambda x: 5 * x if 0 < x < 3 else 0, **only_large) == []


def crash(message, kind=RuntimeError):
    def crashing(x):
        if x > 0:
            raise kind(message)
        return 2 * x

    return crashing


def test_an_exception_counts_only_with_the_same_words():
    assert named(crash("shapes differ"), crashes=crash("shapes differ")) == ["crashes"]
    assert named(crash("out of tokens"), crashes=crash("shapes differ")) == []


def test_a_value_error_counts_whatever_its_words():
    strict = {"strict": crash("x must not be above 0", ValueError)}
    assert named(crash("too large", ValueError), **strict) == ["strict"]
    assert named(crash("", ValueError), **strict) == ["strict"]
    assert named(crash("x must not be above 0"), **strict) == []
    assert named(crash("x must not be above 0", TypeError), **strict) == []


def test_a_value_error_of_another_call_is_another_one():
    def refuses(below):
        def refusing(x):
            if (x < 0) == below:
                raise ValueError("no")
            return 2 * x

        return refusing

    exercise = exercise_with(refuses=refuses(below=False))

    @exercise.law(edges=lambda: [{"x": x} for x in range(1, 6)])
    def the_sign_passes_through(solution, x):
        same(solution(x), -solution(-x))

    assert names_in(exercise, refuses(below=False), "the_sign_passes_through") == ["refuses"]
    assert names_in(exercise, refuses(below=True), "the_sign_passes_through") == []


def test_a_law_is_evidence_by_the_values_it_compares():
    exercise = exercise_with(odd=lambda x: 2 * x + 1, negative=lambda x: -2 * x)

    @exercise.law
    def it_is_additive(solution, x):
        same(solution(x + 1), solution(x) + 2)

    assert names_in(exercise, lambda x: -2 * x, "it_is_additive") == ["negative"]
    assert names_in(exercise, lambda x: 7 * x, "it_is_additive") == []
