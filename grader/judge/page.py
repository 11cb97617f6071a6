"""A page at work: its pools of cases, and what its reference and its mistakes do with them."""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, find, given, settings
from hypothesis import seed as fixed_seed
from hypothesis.errors import HypothesisException
from torch import Tensor

from grader.bench.link import Fault
from grader.bench.session import Inline
from grader.judge.catalogue import AGREEMENT, Card
from grader.judge.steady import steadily
from grader.words.compare import difference
from grader.words.draw import Draw, drawn, strategy, twin
from grader.words.exercise import Case, Exercise, Law
from grader.words.expect import Broken, Skip, recording
from grader.words.subject import Raised, Subject

SHRINKS = 48  # tries to find a smaller failing case
TWINS = 4  # every how many drawn cases one comes a second time with other values


@dataclass
class Observation:
    """What one solution did with one case: the values it showed, and how it ended."""

    values: list[Any] = field(default_factory=list)
    broken: Broken | None = None
    raised: Raised | None = None
    skipped: bool = False
    requests: int = 0  # how many it took

    @property
    def fails(self) -> bool:
        return self.broken is not None or self.raised is not None


class Page:
    """One exercise, ready to judge. What does not depend on the learner is computed once."""

    def __init__(self, card: Card, exercise: Exercise, examples: int, seed: int) -> None:
        self.card = card
        self.exercise = exercise
        self.examples = examples
        self.seed = seed
        self._pools: dict[Any, list[Case]] = {}
        self._made: dict[str, Any] = {}
        self._known: dict[tuple[str, str, int | None], Observation] = {}

    def pool(self, check: str) -> list[Case]:
        """The cases of a check: chosen and drawn ones, smallest first."""
        law = self.exercise.laws.get(check)
        draw, edges = self._sources(law)
        if (draw, edges) not in self._pools:
            cases = [*edges(), *self._drawn(draw)] or [{}]
            self._pools[draw, edges] = sorted(cases, key=size)
        cases = self._pools[draw, edges]
        return _spread(cases, law.examples) if law else cases

    def _sources(self, law: Law | None) -> tuple[Any, Any]:
        """Where a check's cases come from: its own words where it has them, else the page's."""
        if law and (law.draw or law.edges):
            return law.draw, law.edges or list
        return self.exercise.draw, self.exercise.edge_cases

    def _drawn(self, draw: Callable[[Draw], Case] | None) -> list[Case]:
        if draw is None:
            return []
        pairs: list[tuple[Case, list[int]]] = []

        @fixed_seed(self.seed)
        @_settings(self.examples, [Phase.generate])
        @given(drawn(draw))
        def collect(pair: tuple[Case, list[int]]) -> None:
            pairs.append(pair)

        with steadily():
            collect()
        # Some sizes come twice with new values: what was remembered by shape or place is stale.
        return [case for case, _ in pairs] + [twin(draw, made) for _, made in pairs[::TWINS]]

    def shrink(self, check: str, fails: Callable[[Case], bool], best: Case) -> Case:
        """A simpler case that fails too, if a few dozen tries find one; else `best`."""
        draw, _ = self._sources(self.exercise.laws.get(check))
        if draw is None or best is self.pool(check)[0]:  # nothing smaller is ever drawn
            return best
        tries, found = 0, best

        def still_fails(case: Case) -> bool:
            nonlocal tries, found
            tries += 1
            if tries > SHRINKS or not fails(case):
                return False
            if size(case) <= size(found):
                found = case
            return True

        options = _settings(self.examples, [Phase.generate, Phase.shrink])
        # Where nothing is found, or the tries run out, the best so far stands.
        with contextlib.suppress(HypothesisException), steadily():
            find(strategy(draw), still_fails, settings=options, random=random.Random(self.seed))
        return found

    def observe(self, check: str, solution: Subject, case: Case) -> Observation:
        """Let a solution do what the check asks, and write down what it shows."""
        law = self.exercise.laws.get(check)
        seen = Observation()
        before = solution._link.requests
        try:
            if law is None:
                seen.values = [self.exercise.play(solution, **case)]
            else:
                with recording() as seen.values:
                    _apply(law, solution, case)
        except Broken as broken:
            seen.broken = broken
        except Raised as raised:
            seen.raised = raised
        except Skip:
            seen.skipped = True
        except (TypeError, AttributeError, LookupError, ValueError, RuntimeError) as error:
            seen.broken = Broken(unusable(f"{type(error).__name__}: {error}"))
        seen.requests = solution._link.requests - before
        return seen

    def judged(self, check: str, solution: Subject, case: Case, index: int | None) -> Observation:
        """Like `observe`; for the agreement, also held against what the reference shows.

        index: the case's place in the pool, or None for a case that is not in it.
        """
        seen = self.observe(check, solution, case)
        if check == AGREEMENT and not seen.fails:
            found = difference(seen.values[0], self._right(case, index))
            if found is not None:
                seen.broken = Broken(found.says[:1].upper() + found.says[1:], found)
        return seen

    def of_mistake(self, name: str, check: str, case: Case, index: int | None) -> Observation:
        """What a known mistake shows on a case; remembered for cases of the pool."""
        key = (name, check, index)
        if index is None or key not in self._known:
            if name not in self._made:
                self._made[name] = self.exercise.mistakes[name].make()
            solution = Inline(self.exercise.seconds).adopt(self._made[name])
            try:
                self._known[key] = self.judged(check, solution, case, index)
            except Fault as fault:
                self._known[key] = Observation(broken=Broken(fault.says))
        return self._known[key]

    def _right(self, case: Case, index: int | None) -> Any:
        """What the reference shows on a case; remembered for cases of the pool."""
        key = ("", AGREEMENT, index)
        if index is None or key not in self._known:
            solution = Inline().adopt(self.exercise.reference)
            self._known[key] = self.observe(AGREEMENT, solution, case)
        seen = self._known[key]
        if seen.fails:
            raise RuntimeError(f"{self.card.id}: the reference: {seen.raised or seen.broken!r}")
        return seen.values[0]


def unusable(why: str) -> str:
    """What is said of a result that the page's own code, not the learner's, stumbled over."""
    return f"What it returned cannot be used as the statement says ({why})."


def _apply(law: Law, solution: Subject, case: Case) -> None:
    wanted = law_parameters(law)
    chosen = {name: case[name] for name in wanted if name in case}
    if "dice" in wanted:
        chosen["dice"] = random.Random(0)
    law.holds(solution, **chosen)


@functools.cache
def law_parameters(law: Law) -> tuple[str, ...]:
    """The names that a law asks for, besides the solution."""
    code = law.holds.__code__
    return code.co_varnames[1 : code.co_argcount]


def size(case: Any) -> float:
    """How much there is to look at in a case."""
    if isinstance(case, Tensor):
        return 1 + case.numel()
    if isinstance(case, dict):
        return sum(map(size, case.values()))
    if isinstance(case, (list, tuple)):
        return 1 + sum(map(size, case))
    if isinstance(case, str):
        return len(case) / 8
    if isinstance(case, (int, float)) and not isinstance(case, bool):
        return min(abs(case), 1000) / 1000
    return 0.01


def _spread(cases: Sequence[Case], count: int) -> list[Case]:
    """At most `count` cases, evenly taken from the smallest to the largest."""
    if count >= len(cases):
        return list(cases)
    step = (len(cases) - 1) / max(1, count - 1)
    return [cases[round(i * step)] for i in range(count)]


def _settings(examples: int, phases: Sequence[Phase]) -> settings:
    return settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
