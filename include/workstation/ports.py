"""Free ports on the loopback. A port is free when asked; whoever takes it must take it soon."""

from __future__ import annotations

import contextlib
import socket

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> tuple[int, ...]:
    """That many different ports that nobody listens on, on any address of this machine."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("", 0))
        return tuple(each.getsockname()[1] for each in sockets)


def free_port() -> int:
    """One free port."""
    return free_ports(1)[0]
