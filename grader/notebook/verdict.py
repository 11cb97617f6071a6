"""What a notebook shows of a verdict: the same as HTML and as plain text, in one bundle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grader.notebook import html
from grader.report import Check, Report
from grader.views.layout import ALL, WIDTH, joined, labelled
from grader.views.text import About, explained, plain, words

PRINTED_ROWS = 200


@dataclass(frozen=True)
class Verdict:
    """The verdict on a cell.

    notes: sentences on what else was done or is to be known. printed: lines of the learner's code.
    """

    report: Report
    about: About = field(default_factory=About)
    notes: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """As in the terminal."""
        rows = [plain(self.report, self.about).replace(f"; {ALL}", "")]
        if self.printed:
            rows += ["", "  printed", *(f"  | {row}" for row in self.printed)]
        rows += [joined(labelled("note", note, WIDTH)) for note in self.notes]
        return "\n".join(rows)

    def _repr_html_(self) -> str:
        return html.verdict(self.report, self.about, self.notes, self.printed)

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


@dataclass(frozen=True)
class Trap:
    """A named mistake of a page, and what it fails on."""

    id: str
    mistake: str
    says: str
    check: Check

    @property
    def title(self) -> str:
        return f"Trap: {words(self.mistake)}"

    def __repr__(self) -> str:
        bare = replace(self.check, line=None)  # a line of the mistake, which nobody sees
        report = Report(self.id, "", "failed", (bare,), 0.0)
        shown = joined(explained(report, bare, About(), WIDTH)).replace(f"; {ALL}", "")
        return f"{self.title}\n\n{shown}"

    def _repr_html_(self) -> str:
        return html.trap(self.title, self.says, self.check)

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
