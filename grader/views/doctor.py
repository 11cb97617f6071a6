"""`drill doctor`: what of the learner's AI assistance is on, and how to switch it off."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from grader.coach.doctor import ABSENT, OFF, ON, UNKNOWN, Finding, Place, examine, level
from grader.views import exits
from grader.views.layout import Line, labelled, line, prose
from grader.views.screen import Screen
from grader.views.workspace import Workspace

SCHEMA = 1

#: A state, its heading, the mark before each tool in it, and the mark's style. No mark is a tick:
#: a setting is a promise of the tool's, not a proof.
_GROUPS = (
    (ON, "On", "✗", "bad"),
    (UNKNOWN, "Unknown: cannot be told from here", "?", "label"),
    (OFF, "Off by setting: the tool is trusted to keep to it", "·", "dim"),
)


def doctor(args: argparse.Namespace, view: Screen) -> int:
    """`drill doctor`: one line a tool. Exit status 0 when nothing was seen to be on, 1 when
    something is.
    """
    found = Workspace.find()
    findings = examine(Place.here(found.root if found else Path.cwd()))
    if args.json:
        facts = {"schema": SCHEMA, "level": level(findings)}
        view.write(json.dumps(facts | {"findings": [item.to_dict() for item in findings]}))
    else:
        view.show(_lines(findings, view.width))
    return exits.FAILED if any(item.state == ON for item in findings) else exits.PASSED


def _lines(findings: list[Finding], width: int) -> list[Line]:
    lines: list[Line] = []
    for state, heading, mark, style in _GROUPS:
        members = [item for item in findings if item.state == state]
        rows = [part for item in members for part in _tool(item, mark, style, width)]
        lines += [line(heading, "strong"), *rows, line()] if rows else []
    lines += _absent(findings, width)
    lines += labelled("level", level(findings), width)
    return lines + labelled("changed", "nothing; look again after every change of yours", width)


def _tool(item: Finding, mark: str, style: str, width: int) -> list[Line]:
    """A tool with its evidence, and below it the change to make."""
    head = f"  {mark} "
    first, *rest = prose(f"{item.tool}: {item.evidence}", width, "", head, "    ")
    (text, plain), *spans = first
    marked = ((head, style), (text[len(head) :], plain), *spans)
    change = prose(item.change, width, "", "    change: ", "      ") if item.change else []
    return [marked, *rest, *change]


def _absent(findings: list[Finding], width: int) -> list[Line]:
    """All tools of which there is no sign, in one sentence."""
    seen = {item.tool for item in findings if item.state != ABSENT}
    names = dict.fromkeys(item.tool for item in findings if item.state == ABSENT)
    rest = [name for name in names if name not in seen]
    return [*prose(f"No sign of {', '.join(rest)}.", width, "dim"), line()] if rest else []
