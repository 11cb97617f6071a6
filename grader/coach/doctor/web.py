"""Asking a server on this machine one question over HTTP, in a time that is kept.

The standard library's clients take a limit for each read, so a server that answers drop by drop
could hold them for ever; here the whole answer has a deadline.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CONNECT_SECONDS = 0.2
ANSWER_SECONDS = 0.5  # from the start, for everything that is asked of one server
CAP = 4 << 20  # bytes of an answer

_LENGTH = re.compile(rb"^content-length:\s*(\d{1,9})\s*$", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, such as 200, and the body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON; None where it is none or the status is not 200."""
        try:
            return json.loads(self.body) if self.status == 200 else None
        except (ValueError, RecursionError):
            return None


def deadline() -> float:
    """The moment up to which one server may be asked, for `get`."""
    return time.monotonic() + ANSWER_SECONDS


def get(port: int, path: str, until: float, headers: Mapping[str, str] | None = None) -> Answer:
    """What the server on a port of this machine says to GET path.

    until: the moment, by `time.monotonic`, at which to give up. Raises ConnectionRefusedError
    where nobody listens, TimeoutError where no whole answer came in time, another OSError or
    ValueError where what came is not HTTP.
    """
    extra = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n{extra}\r\n"
    wait = min(CONNECT_SECONDS, _left(until))
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        connection.settimeout(_left(until))
        connection.sendall(request.encode("ascii"))
        return _answer(_received(connection, until))


def _received(connection: socket.socket, until: float) -> bytes:
    data = bytearray()
    while not _complete(data):
        connection.settimeout(_left(until))
        part = connection.recv(1 << 16)
        if not part:
            break
        data += part
        if len(data) > CAP:
            raise ValueError(f"the answer is longer than {CAP} bytes")
    return bytes(data)


def _complete(data: bytearray) -> bool:
    """Whether as much has come as the answer itself says there is."""
    end = data.find(b"\r\n\r\n")
    length = _LENGTH.search(data, 0, end + 2) if end >= 0 else None
    return length is not None and len(data) - end - 4 >= int(length[1])


def _answer(data: bytes) -> Answer:
    status = _STATUS.match(data)
    head, between, body = data.partition(b"\r\n\r\n")
    if status is None or not between:
        raise ValueError(f"the answer begins with {head[:20]!r}, which is not HTTP")
    return Answer(int(status[1]), body)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no whole answer in time")
    return left
