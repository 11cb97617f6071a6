"""The report of a mock interview, as Markdown: what was asked, what broke when, what is open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

from grader.coach.mock import Asked, Mock, Run, Turn

Rows = Iterator[str]

SELF_REPORTED = (
    "The doctor tells what settings and running programs show. No program sees a browser, a phone "
    "or a second machine: that nothing else helped is your own claim."
)
WITH_AI = "AI was allowed: passes here do not count as written from memory."


class Page(Protocol):
    """What the report tells of an exercise; `judge.catalogue.Card` is one."""

    @property
    def title(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def ask(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def checks(self) -> tuple[str, ...]: ...


def debrief(
    mock: Mock,
    pages: Mapping[str, Page],
    due: Mapping[str, datetime | None],
    source: Callable[[str], str | None],
    zone: tzinfo | None = None,
) -> str:
    """The whole report.

    pages: the exercises by id. due: when each comes next. source: gives the text that was kept
    under a digest. zone: for times of day; None for this machine's.
    """
    rows = [*_head(mock, zone)]
    for number, turn in enumerate(mock.turns, 1):
        page, asked = (
            pages.get(turn.exercise),
            [a for a in mock.asked if a.exercise == turn.exercise],
        )
        rows += [*_title(number, turn, page), *_timeline(turn), *_broke(turn)]
        rows += [
            *_follow_ups(page.ask if page else (), asked),
            *_next(due.get(turn.exercise), zone),
        ]
        rows += _code(source(turn.digest) if turn.digest else None)
    rows += [*_not_covered(mock, pages), "", f"<!-- mock {mock.id} -->"]
    return "\n".join(_single(rows)) + "\n"


def _single(rows: list[str]) -> list[str]:
    """The rows with one blank row where there are several."""
    return [row for row, before in zip(rows, ["", *rows], strict=False) if row or before]


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 09:30."""
    whole = int(seconds)
    return f"{whole // 60:02}:{whole % 60:02}"


def day(at: datetime, zone: tzinfo | None = None) -> str:
    """A date in words, such as 3 March 2026; months by name, whatever the machine's language."""
    local = at.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _head(mock: Mock, zone: tzinfo | None) -> Rows:
    terms = mock.terms
    label = " (AI allowed)" if terms.ai_allowed else ""
    yield f"# Mock interview{label}: {terms.format}, {day(mock.began, zone)}"
    yield ""
    passed, drawn = sum(turn.passed for turn in mock.turns), sum(map(len, terms.exercises))
    twists = sum(turn.twist_of is not None for turn in mock.turns)
    more = f" and {twists} twist{'s' * (twists > 1)}" if twists else ""
    yield f"**{passed} passed** of {drawn} drawn{more}; {mock.outcome or 'still running'}."
    yield ""
    yield f"- When: {_when(mock, zone)}"
    yield f"- Time: {_time(mock)}"
    yield f"- Tracks: {', '.join(terms.tracks) or 'all'}; seed {terms.seed}"
    runs = "without limit" if terms.runs is None else f"{terms.runs} for each exercise"
    yield f"- Runs: {runs}"
    yield from _assistance(mock)
    for gap in mock.gaps:
        part = f"part {gap.part + 1}, " if len(terms.exercises) > 1 else ""
        yield f"- Away: {part}at {clock(gap.at)} for {_long(gap.seconds)}; the clock stood still"
    yield ""


def _when(mock: Mock, zone: tzinfo | None) -> str:
    began = mock.began.astimezone(zone)
    if mock.ended is None:
        return f"{began:%Y-%m-%d %H:%M}"
    ended = mock.ended.astimezone(zone)
    shape = "%H:%M" if ended.date() == began.date() else "%Y-%m-%d %H:%M"
    return f"{began:%Y-%m-%d %H:%M} to {ended:{shape}}"


def _time(mock: Mock) -> str:
    used = ", ".join(clock(min(spent, mock.seconds)) for spent in mock.spent) or "none"
    parts = len(mock.terms.exercises)
    of = f"{parts} parts of {mock.terms.minutes} minutes" if parts > 1 else ""
    return f"{used} of {of or f'{mock.terms.minutes} minutes'}"


def _assistance(mock: Mock) -> Rows:
    terms = mock.terms
    if terms.ai_allowed:
        yield f"- Assistance: {WITH_AI}"
    yield f"- Assistance, at the start: {terms.doctor or 'not looked at'}"
    yield f"- Assistance, at the end: {mock.doctor_at_end or 'not looked at'}"
    if terms.sealed:
        yield "- Network: sealed. Editor and grader had none; connections were tried and failed"
    else:
        yield "- Network: not sealed"
    if not terms.ai_allowed:
        yield f"- {SELF_REPORTED}"


def _long(seconds: float) -> str:
    minutes = round(seconds / 60)
    hours = f"{minutes // 60} h " if minutes >= 60 else ""
    return f"{hours}{minutes % 60} min" if minutes else "less than a minute"


def _title(number: int, turn: Turn, page: Page | None) -> Rows:
    about = f": {page.title}" if page else ""
    yield f"## {number}. {turn.exercise}{about}"
    yield ""
    if turn.twist_of:
        yield f"A twist on {turn.twist_of}, which was passed early."
    usual = f" Usual: {page.minutes} minutes." if page else ""
    took = clock((turn.closed or turn.opened) - turn.opened)
    if turn.first_pass is not None:
        told = f"**Passed** {clock(turn.first_pass)} after it was opened."
    else:
        told = f"**Not passed** in {took}."
    yield f"{told}{usual} Opened at {clock(turn.opened)}."
    yield ""


def _timeline(turn: Turn) -> Rows:
    """A table of the runs; times are since the exercise was opened."""
    if not turn.runs:
        yield "It was not run."
        yield ""
        return
    head = ("time", "verdict", "first broken", "mistake")
    yield from _table([head, *(_row(run, turn) for run in turn.runs)])
    yield ""


def _row(run: Run, turn: Turn) -> tuple[str, ...]:
    first = run.faults[0] if run.faults else None
    counts = f", {run.held} of {run.of} hold" if run.of and not run.passed else ""
    return (
        clock(run.at - turn.opened),
        f"{run.verdict}{counts}",
        _words(first.check) if first else "",
        _words(first.mistake or "") if first else "",
    )


def _table(rows: Sequence[Sequence[str]]) -> Rows:
    """A table with columns of even width, so that it can be read as it stands too."""
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [" | ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)) for row in cells]
    rule = "-|-".join("-" * width for width in widths)
    yield f"| {lines[0]} |"
    yield f"|-{rule}-|"
    yield from (f"| {line} |" for line in lines[1:])


def _broke(turn: Turn) -> Rows:
    """What broke when: for each check, when it was first seen broken and since when it holds."""
    seen = list(dict.fromkeys(fault.check for run in turn.runs for fault in run.faults))
    if not seen:
        return
    yield "What broke when:"
    yield ""
    for check in seen:
        yield f"- {_words(check)}: {_life(turn, check)}"
    yield ""


def _life(turn: Turn, check: str) -> str:
    broken = [run for run in turn.runs if any(fault.check == check for fault in run.faults)]
    told = next(fault.says for run in broken for fault in run.faults if fault.check == check)
    # A later run that ended before this check says nothing of it.
    later = [
        run for run in turn.runs if run.at > broken[-1].at and (check in run.laws or run.passed)
    ]
    begins = clock(broken[0].at - turn.opened)
    ends = f"held from {clock(later[0].at - turn.opened)}" if later else "did not hold at the end"
    return f"broken at {begins}, {ends}." + (f" {told}" if told else "")


def _follow_ups(ask: Sequence[tuple[str, str]], asked: Sequence[Asked]) -> Rows:
    if not ask:
        return
    covered = {one.question: one.covered for one in asked}
    yield "Follow-up questions:"
    yield ""
    for question, answer in ask:
        mark = {True: "covered", False: "**not covered**", None: "not asked"}[covered.get(question)]
        yield f"- {mark}: {question}"
        if covered.get(question) is False:
            yield f"  - {answer}"
    yield ""


def _next(due: datetime | None, zone: tzinfo | None) -> Rows:
    if due is not None:
        yield f"Next repetition: {day(due, zone)}."
        yield ""


def _code(text: str | None) -> Rows:
    """The source as it stood at the end, in a fence that no line of it can close."""
    if text is None:
        return
    longest = max((len(ticks) for ticks in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    yield "At the end it was:"
    yield ""
    code = text.rstrip("\n")
    yield f"{fence}python\n{code}\n{fence}"  # one row: its blank lines stay
    yield ""


def _not_covered(mock: Mock, pages: Mapping[str, Page]) -> Rows:
    """What this interview says nothing good about: not opened, never held, not answered."""
    found = [f"{id} was drawn and not opened." for id in _unopened(mock)]
    for turn in mock.turns:
        page = pages.get(turn.exercise)
        held = {law for run in turn.runs for law in run.laws}
        if turn.passed or page is None:
            continue
        if not turn.runs:
            found.append(f"{turn.exercise}: nothing of it was run.")
        never = [_words(check) for check in page.checks if check not in held]
        if turn.runs and never:
            found.append(f"{turn.exercise}: never held: {'; '.join(never)}.")
    found += [f"{a.exercise}: {a.question}" for a in mock.asked if not a.covered]
    yield "## Not covered"
    yield ""
    yield from (f"- {text}" for text in found or ["Nothing was left open."])


def _unopened(mock: Mock) -> list[str]:
    return [id for part in range(len(mock.terms.exercises)) for id in mock.unopened(part)]


def _words(name: str) -> str:
    return name.replace("_", " ")
