"""A small program: does the network answer from in here?

Usage: reach.py WORD PORT4 PORT6, with the ports of listeners on 127.0.0.1 and ::1 (0 for none).
It prints the word, which tells that it was this program that ran, and what it found: `local` for
a way to a listener, else `outward` for one to an address outside, else `sealed`.

It imports nothing of ours, so that it can be run by its path inside any wrapper.
"""

from __future__ import annotations

import errno
import socket
import sys

LOCAL, OUTWARD, SEALED = "local", "outward", "sealed"

#: Addresses that are kept for documentation: nobody has them.
OUTSIDE = ((socket.AF_INET, "203.0.113.1"), (socket.AF_INET6, "2001:db8::1"))
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
SECONDS = 1.0


def found(ports: list[str]) -> str:
    """`LOCAL`, `OUTWARD` or `SEALED`. Where a listener is reached, nothing outside is tried."""
    locally = zip(LOOPBACK, map(int, ports), strict=True)
    if any(port and listens(family, host, port) for (family, host), port in locally):
        return LOCAL
    # UDP before TCP: to connect a UDP socket looks for a route, and sends nothing.
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        if any(leads_out(family, kind, host) for family, host in OUTSIDE):
            return OUTWARD
    return SEALED


def listens(family: int, host: str, port: int) -> bool:
    """Whether a connection to a listener comes about."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as end:
            end.settimeout(SECONDS)
            return end.connect_ex((host, port)) == 0
    except OSError:
        return False


def leads_out(family: int, kind: int, host: str) -> bool:
    """Whether there is a way to an address outside; does not wait for an answer."""
    try:
        with socket.socket(family, kind) as end:
            end.setblocking(False)
            if family == socket.AF_INET:  # one hop, so that nothing leaves the local network
                end.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
            return end.connect_ex((host, 9)) in (0, errno.EINPROGRESS, errno.EWOULDBLOCK)
    except OSError:
        return False


if __name__ == "__main__":
    print(sys.argv[1], found(sys.argv[2:]))
