"""The sections of the report: each a sentence, a plot, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from grader.coach.progress import LEVELS, Attempts, Coverage, Mastery, Progress, Recurring, Timed
from grader.report import VERDICTS
from grader.views.layout import counted
from grader.views.report import plots
from grader.views.report.markup import Inside, Markup, joined, table, tag, text
from grader.views.report.plots import Column, Part, Path
from grader.views.status import on_day, plan_told, recall_told
from grader.views.text import words

#: Verdicts that share a colour in a plot; the table tells them apart.
KINDS = {
    "passed": ("passed",),
    "failed": ("failed",),
    "error": ("error",),
    "stopped": ("timeout", "memory", "crashed"),
}
OTHER = "not judged"  # missing, broken, shortcut
FATES = {"done": "done", "planned": "planned", "left_out": "no time"}
MOST = 12  # laws or mistakes that are drawn; the table has all
LONG = 300  # days from which a year is written with a date


def tracks(found: Sequence[Mastery]) -> Markup:
    """How many exercises of each track are on which level."""
    most = max((track.of for track in found), default=1)
    best_first = tuple(reversed(LEVELS))
    rows = [
        row(t.track, recall_told(t), [(x, t.levels[x]) for x in best_first], most) for t in found
    ]
    numbers: list[list[Inside]] = [
        [t.track, *(t.levels[level] for level in best_first), _chance(t.recall)] for t in found
    ]
    head = ["track", *best_first, "recall now"]
    note = (
        "One bar for each track, one part for each level. Recall is the chance that a practised "
        "exercise would be written right now, by the forgetting curve of its own history."
    )
    told = table("Exercises of each track by level", head, numbers)
    return section("Tracks", note, legend(best_first), bars(rows), numbers=told)


def attempts(found: Sequence[Attempts]) -> Markup:
    """How many gradings there were, and how they ended."""
    title = "Attempts over time"
    if not found:
        return section(title, "No attempt was graded yet.")
    years = (found[-1].last - found[0].first).days > LONG
    drawn = [Column(_short(bin.first, years), _by_kind(bin.verdicts)) for bin in found]
    length = (found[0].last - found[0].first).days + 1
    column = "a day" if length == 1 else f"{length} days"
    note = f"An attempt is one grading of a file. Each column is {column}."
    about = f"{title}: {sum(column.total for column in drawn)} gradings by verdict"
    plot = tag("div", plots.columns(about, drawn), class_="axes")
    return section(title, note, legend((*KINDS, OTHER)), plot, numbers=_verdicts(found))


def _by_kind(verdicts: dict[str, int]) -> tuple[Part, ...]:
    parts = [(kind, sum(verdicts.get(v, 0) for v in members)) for kind, members in KINDS.items()]
    rest = sum(verdicts.values()) - sum(count for _, count in parts)
    return (*parts, (OTHER, rest))


def _verdicts(found: Sequence[Attempts]) -> Markup:
    seen = {verdict for bin in found for verdict in bin.verdicts}
    head = [verdict for verdict in reversed(VERDICTS) if verdict in seen]
    head += sorted(seen.difference(head))
    rows: list[list[Inside]] = [
        [_days(bin), *(bin.verdicts.get(verdict, 0) for verdict in head)]
        for bin in found
        if bin.verdicts
    ]
    return table("Attempts by verdict", ["days", *head], rows)


def _days(bin: Attempts) -> str:
    first, last = bin.first.isoformat(), bin.last.isoformat()
    return first if first == last else f"{first} to {last}"


def _short(day: date, years: bool) -> str:
    return f"{day.day} {day:%b %Y}" if years else f"{day.day} {day:%b}"


def times(found: Sequence[Timed]) -> Markup:
    """How long it took to pass, repetition by repetition."""
    title = "Time to pass"
    if not found:
        return section(title, "No exercise was passed or given up with the clock running yet.")
    each: dict[str, list[Timed]] = {}
    for one in found:
        each.setdefault(one.exercise, []).append(one)
    drawn = [Path(id, tuple(one.share for one in each[id])) for id in sorted(each)]
    note = (
        "Time at work until the pass, as a share of the minutes that an interview gives (the "
        f"dashed line). What took {plots.SLOW:.0%} or more is drawn at the top; a cross is a "
        "round that was given up."
    )
    about = f"{title}, repetition by repetition: every exercise faint, the median strong"
    whole = tag("div", plots.paths(about, drawn), tag("p", "repetition"), class_="axes")
    small = tag("ul", *(_small(path, each[path.name][-1]) for path in drawn), class_="small")
    return section(title, note, whole, small, numbers=_minutes(each))


def _small(drawn: Path, last: Timed) -> Markup:
    took = "given up" if last.seconds is None else f"{last.seconds / 60:.0f} of {last.minutes} min"
    return tag(
        "li", tag("h3", *_breaking(drawn.name)), plots.path(drawn), tag("p", f"last: {took}")
    )


def _breaking(id: str) -> list[Markup]:
    """An id that a narrow column may break behind its slash."""
    track, *name = id.split("/", 1)
    return [joined(f"{track}/", tag("wbr"), *name)] if name else [text(track)]


def _minutes(each: dict[str, list[Timed]]) -> Markup:
    most = max(len(rounds) for rounds in each.values())
    rows: list[list[Inside]] = []
    for id, rounds in sorted(each.items()):
        took = ["gave up" if r.seconds is None else f"{r.seconds / 60:.1f}" for r in rounds]
        rows.append([id, rounds[-1].minutes, *took, *[""] * (most - len(took))])
    head = ["exercise", "interview", *(f"round {n + 1}" for n in range(most))]
    return table("Minutes to the pass", head, rows)


def recurring(title: str, thing: str, found: Sequence[Recurring], today: date) -> Markup:
    """What went wrong, most often first."""
    if not found:
        return section(title, "None so far.")
    drawn = [
        row(words(one.name), _often(one, today), [("seen", one.rounds)], found[0].rounds)
        for one in found[:MOST]
    ]
    numbers: list[list[Inside]] = [
        [words(one.name), one.rounds, one.runs, one.last.isoformat(), ", ".join(one.exercises)]
        for one in found
    ]
    head = ["name", "rounds", "attempts", "last", "exercises"]
    again = sum(one.rounds > 1 for one in found)
    note = f"{counted(len(found), thing)}, of which {again} came up in more than one round."
    note += f" The {MOST} most frequent are drawn." if len(found) > MOST else ""
    return section(title, note, bars(drawn), numbers=table(title, head, numbers))


def _often(one: Recurring, today: date) -> str:
    first, *others = one.exercises
    more = f" and {len(others)} more" if others else ""
    return f"{counted(one.rounds, 'round')}, last {on_day(one.last, today)}, {first}{more}"


def plan(found: Progress) -> Markup:
    """What the plan up to the interview covers."""
    if not found.coverage:
        return section("Plan", "No interview is planned.")
    most = max(_size(track) for track in found.coverage)
    drawn = [_planned(track, most) for track in found.coverage]
    numbers: list[list[Inside]] = [
        [t.track, len(t.done), len(t.planned), len(t.left_out), ", ".join(t.left_out)]
        for t in found.coverage
    ]
    head = ["track", *FATES.values(), "for which there is no time"]
    told = table("Coverage of the plan", head, numbers)
    note = plan_told(found.coverage)
    return section("Plan", note, legend(tuple(FATES.values())), bars(drawn), numbers=told)


def _planned(track: Coverage, most: int) -> Markup:
    parts = [(named, len(getattr(track, fate))) for fate, named in FATES.items()]
    return row(track.track, f"{len(track.done)} of {_size(track)} done", parts, most)


def _size(track: Coverage) -> int:
    return len(track.done) + len(track.planned) + len(track.left_out)


def _chance(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


# What sections are made of.


def section(title: str, note: str, *inside: Markup, numbers: Markup | None = None) -> Markup:
    """A heading and a sentence; with `numbers` a figure and the table to unfold."""
    if numbers is None:
        return tag("section", tag("h2", title), tag("p", note, class_="note"), *inside)
    unfold = tag("details", tag("summary", "The numbers as a table"), numbers)
    told = tag("figcaption", note, class_="note")
    return tag("section", tag("h2", title), tag("figure", told, *inside, unfold))


def legend(kinds: Iterable[str]) -> Markup:
    """What the colours mean."""
    return tag("ul", *map(_swatch, kinds), class_="legend")


def _swatch(kind: str) -> Markup:
    sign = tag("span", "", class_=f"swatch {plots.classed(kind)}", aria_hidden="true")
    return tag("li", sign, kind)


def bars(rows: Iterable[Markup]) -> Markup:
    """Bars below each other."""
    return tag("ul", *rows, class_="bars")


def row(name: str, about: str, parts: Sequence[Part], most: int) -> Markup:
    """A name, what there is to say of it, and its bar."""
    counts = ", ".join(f"{count} {kind}" for kind, count in parts if count)
    drawn = plots.bar(f"{name}: {counts or 'none'}", parts, most)
    return tag("li", tag("span", name, class_="name"), tag("span", about, class_="about"), drawn)
