"""Naming the mistake: whose outputs are the learner's?

A mistake is named only when the learner's code shows exactly what that mistake shows on several
cases where the mistake is visible, and is never right where the mistake would be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.judge.page import Observation, Page
from grader.words.chance import Counts
from grader.words.compare import difference
from grader.words.exercise import Case

SEVERAL = 3
FEW = 8  # failing cases on the first of which a mistake must explain one

Seen = list[tuple[int | None, Case, Observation]]


@dataclass
class _Evidence:
    """How a mistake fares against what was seen."""

    visible: int = 0  # cases on which the mistake fails
    equal: int = 0  # of these, where the learner's code shows the same
    right: int = 0  # of these, where the learner's code is right


def names(page: Page, check: str, seen: Seen) -> list[str]:
    """The known mistakes that explain what a check saw, best first; equals are all named."""
    failing = sum(observation.fails for _, _, observation in seen)
    ordered = _telling_first(seen)
    equals = {}
    for name in page.exercise.mistakes:
        evidence = _weigh(page, name, check, ordered)
        if _convinces(evidence, failing):
            equals[name] = evidence.equal
    best = max(equals.values(), default=0)
    return [name for name, equal in equals.items() if equal == best]


def _telling_first(seen: Seen) -> Seen:
    """The failing cases before the others, a spread of them at the front.

    A mistake that explains half of them shows itself within a few of those, and most do not: so
    most mistakes, which run for the first time now, need not run on many cases.
    """
    failing = [one for one in seen if one[2].fails]
    step = max(1, len(failing) // FEW)
    front, rest = failing[::step], [one for i, one in enumerate(failing) if i % step]
    return [*front, *rest, *(one for one in seen if not one[2].fails)]


def _weigh(page: Page, name: str, check: str, seen: Seen) -> _Evidence:
    """Compare on every case, until the outcome is certain."""
    evidence = _Evidence()
    for done, (index, case, observation) in enumerate(seen):
        if done >= FEW and not evidence.equal:
            break
        expected = page.of_mistake(name, check, case, index)
        if not expected.fails:
            continue
        evidence.visible += 1
        evidence.right += not observation.fails
        evidence.equal += observation.fails and alike(observation, expected)
        if evidence.right or not _may_convince(evidence, len(seen) - done - 1):
            break
    return evidence


def _may_convince(evidence: _Evidence, left: int) -> bool:
    """Whether it is worth to go on: a mistake that is never equal at first is not going to be."""
    misses = evidence.visible - evidence.equal
    return misses * 2 <= evidence.equal + left and (evidence.equal > 0 or misses <= SEVERAL)


def _convinces(evidence: _Evidence, failing: int) -> bool:
    return (
        evidence.right == 0
        and evidence.equal >= SEVERAL
        and evidence.equal * 3 >= evidence.visible * 2
        and evidence.equal * 2 >= failing
    )


def alike(a: Observation, b: Observation) -> bool:
    """Whether two failures are the same one: the same values, or the same exception raised at the
    same point with the same words (but for a ValueError, which is worded freely).
    """
    if a.raised is not None and b.raised is not None:
        if (a.raised.type_name, a.requests) != (b.raised.type_name, b.requests):
            return False
        # A ValueError is mostly raised on purpose, in words of one's own.
        return a.raised.type_name == "ValueError" or str(a.raised) == str(b.raised)
    if a.raised is not None or b.raised is not None:
        return False
    if not any(map(_telling, a.values)) or len(a.values) != len(b.values):
        return False
    return all(_equal(x, y) for x, y in zip(a.values, b.values, strict=True))


def _telling(value: Any) -> bool:
    """Whether equality of such values is evidence: True and None are equal too easily."""
    return value is not None and not isinstance(value, bool)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, Counts) or isinstance(b, Counts):
        return isinstance(a, Counts) and isinstance(b, Counts) and a.like(b)
    return difference(a, b) is None
