"""`Exercise`: what a page declares, collected by decorators while the page is imported."""

from __future__ import annotations

import functools
import inspect
import linecache
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from grader.pagetext import PageText
from grader.words.draw import Draw
from grader.words.subject import Rig, Subject

Case = dict[str, Any]
Make = Callable[[], Any]
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

#: How many cases a law is tried on, unless it says otherwise. The agreement is tried on all.
LAW_EXAMPLES = 16

#: torch's own attention, under every name that reaches it.
FUSED_ATTENTION = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.MultiheadAttention",
    "torch.nn.TransformerEncoderLayer",
    "torch.nn.TransformerDecoderLayer",
    "torch.nn.attention.flex_attention.flex_attention",
)

#: Every road to a derivative that is not the learner's own formula.
AUTOGRAD = (
    "torch.autograd.grad",
    "torch.autograd.backward",
    "torch.Tensor.backward",
    "torch.autograd.functional.jacobian",
    "torch.autograd.functional.vjp",
    "torch.autograd.functional.vhp",
    "torch.func.grad",
    "torch.func.grad_and_value",
    "torch.func.vjp",
    "torch.func.jacrev",
    "torch.func.jacfwd",
    "torch.func.jvp",
)


@dataclass(frozen=True)
class Law:
    """A property every right solution has. Its name is a sentence; its docstring says why."""

    name: str
    holds: Callable[..., Any]
    says: str
    draw: Callable[[Draw], Case] | None = None
    edges: Callable[[], Iterable[Case]] | None = None
    examples: int = LAW_EXAMPLES


@dataclass(frozen=True)
class Mistake:
    """A complete wrong solution, and what a tutor would say to whoever wrote it."""

    name: str
    says: str
    make: Make = field(repr=False)


@dataclass
class Exercise:
    """One exercise: facts given here, behaviour added by the decorators below.

    hints: three, each saying more than the one before, the last still not code.
    ask: the interviewer's follow-up questions, each with a short answer.
    needs: ids of exercises to do first.
    banned: dotted names of torch functions and classes that would make the exercise empty.
    seconds: the longest that one call of the learner's code may take.
    """

    tier: str
    level: int
    minutes: int
    source: str
    hints: tuple[str, str, str]
    ask: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    seconds: float = 5.0

    def __post_init__(self) -> None:
        self.reference: Any = None
        self.draw: Callable[[Draw], Case] | None = None
        self.edge_cases: Callable[[], Iterable[Case]] = list
        self.play: Callable[..., Any] = _call_with_the_case
        self.laws: dict[str, Law] = {}
        self.mistakes: dict[str, Mistake] = {}
        self.swaps: dict[str, dict[str, str]] = {}  # of mistakes that are small changes
        self.walk = ""

    def solution(self, target: T) -> T:
        """The reference: the function or class that the learner is asked to write."""
        self.reference = target
        return target

    def inputs(self, draw: F) -> F:
        """How to draw one case: a dict of arguments, by name. See `Draw`."""
        self.draw = draw
        return draw

    def edges(self, cases: F) -> F:
        """Chosen cases that are tried always, besides the drawn ones."""
        self.edge_cases = cases
        return cases

    def scenario(self, play: F) -> F:
        """How to turn a solution and a case into what is promised, as a dict of observations.

        Without one, the solution is called with the case as keyword arguments. What two right
        solutions may do differently must not be among the observations.
        """
        self.play = play
        return play

    def law(
        self,
        holds: Callable[..., Any] | None = None,
        *,
        inputs: Callable[[Draw], Case] | None = None,
        edges: Callable[[], Iterable[Case]] | None = None,
        examples: int = LAW_EXAMPLES,
    ) -> Any:
        """A property: takes the solution and what it needs of a case, and uses `same`, `holds`, ...

        inputs, edges: cases of the law's own, drawn and chosen, instead of the exercise's.
        examples: how many cases at most, spread from the smallest to the largest.
        """
        if holds is None:
            return functools.partial(self.law, inputs=inputs, edges=edges, examples=examples)
        says = " ".join((inspect.getdoc(holds) or "").split("\n\n")[0].split())
        self.laws[holds.__name__] = Law(holds.__name__, holds, says, inputs, edges, examples)
        return holds

    def rig(self, function: Callable[..., Any]) -> Rig:
        """A function that runs beside the learner's code, in its process; its source is shipped.

        Its first argument is the learner's solution. It sees `torch`, `nn`, `F` and `math`, and
        nothing else of the page. What it returns is plain data and is judged here.
        """
        return Rig(function)

    def mistake(self, name: str, says: str, swap: Mapping[str, str] | None = None) -> Any:
        """A mistake people make, and the sentence that names it.

        Either a small change of the reference, `swap` mapping texts of its source to others, or,
        as a decorator, a complete wrong solution.
        """
        if swap is not None:
            changes = self.swaps[name] = dict(swap)
            self._add(Mistake(name, says, lambda: self._swapped(name, changes)))
            return None

        def adopt(target: T) -> T:
            self._add(Mistake(name, says, lambda: target))
            return target

        return adopt

    def walkthrough(self, text: str) -> None:
        """The walkthrough in Markdown, from which the notebook is built; one literal text.

        Nothing is judged by it, and it is read from the page's text.
        """
        self.walk = text

    def _add(self, mistake: Mistake) -> None:
        if mistake.name in self.mistakes:
            raise ValueError(f"The mistake {mistake.name!r} stands twice on this page; rename one.")
        self.mistakes[mistake.name] = mistake

    @functools.cached_property
    def _solution_text(self) -> str:
        return PageText(inspect.getsource(sys.modules[self.reference.__module__])).solution_text

    def _swapped(self, name: str, swap: Mapping[str, str]) -> Any:
        """The reference with some of its text replaced, compiled in a copy of the page's names."""
        page = sys.modules[self.reference.__module__]
        text = self._solution_text
        for old, new in swap.items():
            if text.count(old) != 1:
                raise ValueError(
                    f"mistake {name!r}: {old!r} stands {text.count(old)} times in the solution; "
                    "it must stand there once."
                )
            text = text.replace(old, new)
        filename = f"<mistake {name}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
        names = dict(vars(page))
        exec(compile(text, filename, "exec"), names)
        return names[self.reference.__name__]


def _call_with_the_case(solution: Subject, **case: Any) -> Any:
    return solution(**case)
