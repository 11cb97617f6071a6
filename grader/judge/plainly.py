"""Texts of any origin in a length and in characters that can be shown."""

from __future__ import annotations

LONG = 600  # characters of a text that are still written out


def cut(long: str, limit: int = LONG) -> str:
    """`long` with its middle left out where it is too long."""
    if len(long) <= limit:
        return long
    half = limit // 2
    return f"{long[:half]} [... {len(long) - 2 * half} characters cut ...] {long[-half:]}"


def clean(long: str) -> str:
    """A text from the learner's code, of a length and in characters that can be shown."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in long)
    return cut(shown, 2 * LONG)
