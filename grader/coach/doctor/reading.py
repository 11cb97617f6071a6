"""Reading other programs' files: settings in JSON with comments, lists, the names in a folder.

A file that is not there is no settings. One that is there and cannot be read or understood raises
`Unreadable`, for then nobody can say what it sets.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

CAP = 1 << 20  # bytes; a file of settings is some thousand

_STRING = r'"(?:[^"\\\r\n]|\\.)*+"'
_COMMENT = re.compile(rf"({_STRING})|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_TRAILING_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)
_MISSING = (FileNotFoundError, NotADirectoryError)


class Unreadable(Exception):
    """Something that is there and cannot be read, such as a file of settings."""

    def __init__(self, path: Path | str, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}")
        self.path = path
        self.why = why


def parse(text: str) -> Any:
    """JSON with comments and trailing commas, as editors write it; raises ValueError.

    A `//` inside a string is no comment. Text that holds nothing is an empty object.
    """
    bare = _COMMENT.sub(lambda found: found[1] or " ", text)
    if not bare.strip():
        return {}
    return json.loads(_TRAILING_COMMA.sub(lambda found: found[1] or "", bare))


def text(path: Path) -> str | None:
    """A file's text; None where there is no file."""
    data = _bytes(path)
    try:
        return None if data is None else data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(path, "it is not UTF-8 text") from None


def settings(path: Path) -> dict[str, Any] | None:
    """The settings in a file; None where there is no file."""
    found = text(path)
    if found is None:
        return None
    try:
        values = parse(found)
    except (ValueError, RecursionError) as error:
        why = str(error) or "it is nested too deeply"
        raise Unreadable(path, f"it is no valid JSON ({why})") from None
    if not isinstance(values, dict):
        raise Unreadable(path, "it holds no JSON object")
    return values


def names(folder: Path) -> list[str]:
    """The names in a folder, sorted; none where there is no folder."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208
    except _MISSING:
        return []
    except OSError as error:
        raise Unreadable(folder, _why(error)) from None


def folders(root: Path, pattern: str) -> list[Path]:
    """The folders under `root` that match a pattern of names and `*`, such as `pack/*/start`."""
    found = [root]
    for part in pattern.split("/"):
        if part == "*":
            found = [folder / name for folder in found for name in names(folder)]
        else:
            found = [folder / part for folder in found]
    return found


def _bytes(path: Path) -> bytes | None:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)  # non-blocking: a pipe in place of a file must not hang
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Unreadable(path, "it is no plain file")
            data = file.read(CAP + 1)
    except _MISSING:
        return None
    except OSError as error:
        raise Unreadable(path, _why(error)) from None
    if len(data) > CAP:
        raise Unreadable(path, f"it is larger than {CAP} bytes")
    return data


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
