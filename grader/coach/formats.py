"""The formats of mock interviews: ours, and those of a learner's file `formats.toml`."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

FILE = "formats.toml"
OWN = "own"  # the name of what was put together on the command line
LONGEST = 24 * 60  # minutes
EXAMPLE = """\
[acme]                                   # drill mock acme
minutes = 60                             # of one part; only this must be there
parts = 2                                # default 1; between two parts the clock stands still
tracks = ["attention", "decoding"]       # default: every track
exercises = ["TRACK/NAME", "TRACK/OTHER"]  # drawn from these only; default: all
count = 2                                # exercises a part at most; default: what fits
runs = 3                                 # gradings an exercise; default: no limit
ai_allowed = false                       # default
"""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class BadFormat(ValueError):
    """A format cannot be used; the message says which line, what is the case, and what to do."""


@dataclass(frozen=True)
class Format:
    """What a mock interview is like.

    minutes: of one part. tracks, exercises: what it is drawn from; empty for everything.
    count: exercises a part at most, 0 for as many as fit. runs: gradings that an exercise may
    have before it is submitted, None for no limit.
    """

    name: str
    minutes: int
    parts: int = 1
    tracks: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    count: int = 0
    runs: int | None = None
    ai_allowed: bool = False


BUILT_IN = (
    Format("screen", minutes=45, count=2),
    Format("onsite", minutes=45, parts=3, count=2),
)


def formats(
    text: str, tracks: Collection[str], ids: Collection[str], taken: Collection[str] = ()
) -> dict[str, Format]:
    """All formats by name: ours, and those that a text in TOML adds or puts in their place.

    tracks, ids: what there is. taken: words that cannot be names. Raises `BadFormat`.
    """
    known = {"tracks": tuple(tracks), "exercises": tuple(ids)}
    found = {format.name: format for format in BUILT_IN}
    for name, table in _tables(text).items():
        try:
            found[name] = _format(name, table, known, taken)
        except _Fault as fault:
            where = _line(text, name, *fault.words)
            raise BadFormat(f"{FILE}, line {where}: {fault}") from None
    return found


def chosen(known: dict[str, Format], name: str) -> Format:
    """The format of that name; raises `BadFormat` with the names there are."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 2, 0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(known)}."
        raise BadFormat(
            f"There is no format {name!r}. {hint} Those of your own stand in {FILE}, beside "
            "the folder `exercises`."
        )
    return known[name]


def checked_tracks(wanted: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Tracks as they were named; raises `BadFormat` for one that there is not."""
    _all_known("tracks", tuple(wanted), known)
    return tuple(dict.fromkeys(wanted))


class _Fault(BadFormat):
    """What is wrong with one format; `words` lead to its place in the file."""

    def __init__(self, text: str, *words: str) -> None:
        super().__init__(text)
        self.words = words


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFormat(f"{FILE} is no TOML: {error}. Correct it there.") from None


def _format(
    name: str, table: Any, known: dict[str, tuple[str, ...]], taken: Collection[str]
) -> Format:
    if not isinstance(table, dict):
        told = f"`{name}` stands outside a format; begin one with a line such as [acme] before it."
        raise _Fault(told)
    if not _NAME.fullmatch(name) or name in taken:
        why = "is a command of `drill mock`" if name in taken else "has other signs than a-z 0-9 _-"
        raise _Fault(f"The name {name!r} {why}; take another one.")
    for key, value in table.items():
        _check(key, value, known)
    if "minutes" not in table:
        raise _Fault(f"The format {name!r} does not say how long it is; add `minutes = 45`.")
    lists = {key: tuple(table[key]) for key in _LISTS if key in table}
    return Format(name, **{**table, **lists})


def _check(key: str, value: Any, known: dict[str, tuple[str, ...]]) -> None:
    """Whether a setting exists and its value is possible."""
    if key not in _RULES:
        near = difflib.get_close_matches(key, _RULES, 1, 0.5)
        hint = f"Did you mean `{near[0]}`?" if near else f"There are {', '.join(_RULES)}."
        raise _Fault(f"`{key}` is no setting of a format. {hint}", key)
    allowed, wanted = _RULES[key]
    if not allowed(value):
        raise _Fault(f"`{key}` is {value!r}; it must be {wanted}.", key)
    if key in _LISTS:
        _all_known(key, tuple(value), known[key])


def _all_known(key: str, wanted: tuple[str, ...], known: Collection[str]) -> None:
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 3, 0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else "See `drill list`."
            raise _Fault(f"There is no {key[:-1]} {name!r}. {hint}", key, f'"{name}"')


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


_LISTS = ("tracks", "exercises")
_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "minutes": (_whole(1, LONGEST), f"a whole number of minutes from 1 to {LONGEST}"),
    "parts": (_whole(1, 20), "a whole number from 1 to 20"),
    "tracks": (_is_names, 'a list of names in quotes, such as ["attention"]'),
    "exercises": (_is_names, 'a list of names in quotes, such as ["TRACK/NAME"]'),
    "count": (_whole(1, 100), "a whole number from 1 to 100"),
    "runs": (_whole(0, 1000), "a whole number from 0 to 1000"),
    "ai_allowed": (lambda value: isinstance(value, bool), "true or false"),
}


def _line(text: str, *words: str) -> int:
    """The number of the line where words stand, each looked for after the one before it."""
    place = 0
    for word in words:
        hit = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])").search(_uncommented(text), place)
        place = hit.end() if hit else place
    return text.count("\n", 0, place) + 1


def _uncommented(text: str) -> str:
    """The text with its comments blanked out, so that places stay what they are."""
    return re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), text)
