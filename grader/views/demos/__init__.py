"""`drill demo`: what Unaided does, shown at work."""

from __future__ import annotations

import argparse
import importlib

from grader.views.screen import Screen


def demo(args: argparse.Namespace, view: Screen) -> int:
    """Show one story; without a name the first minute of a newcomer."""
    story = importlib.import_module(f"grader.views.demos.{args.story or 'first'}")
    status: int = story.demo(args, view)
    return status
