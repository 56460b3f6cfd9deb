#!/usr/bin/env python3
"""While upstream is away: how often it is tried, and that a client that goes on sending costs no memory."""
import pathlib
import select
import socket
import sys
import time

import guard
from results import Results
from wire import AT_MOST, Client, request as r

QUIET = "[probe]\ninterval = \"0\"\n"
PAUSES_MS = [50, 100, 200, 400, 800, 1000, 1000]
# Of the machine, not of the guard: it may be late, but never early.
LATE_MS = 500
BYTES = 50 << 20
GROWTH_MAX = 2 << 20


def attempts_back_off() -> str:
    """Upstream accepts and hangs up: to a client that has asked nothing yet this is an outage, and every attempt is seen."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        listener.settimeout(AT_MOST)
        with guard.guard(listener.getsockname()[1], QUIET) as running:
            listener.accept()[0].close()  # The check that the guard listens.
            with Client(running.port) as client:
                times = []
                for _ in range(len(PAUSES_MS) + 1):
                    listener.accept()[0].close()
                    times.append(time.monotonic())
                if client.read_until_quiet(0) or client.ended:
                    return "the client was not held"
    took = [(b - a) * 1000 for a, b in zip(times, times[1:])]
    shown = ", ".join(f"{ms:.0f}" for ms in took)
    for ms, pause in zip(took, PAUSES_MS):
        # The first time is taken late at most, so a pause seems shorter than it was at most by that.
        if not pause * 0.5 - 20 <= ms <= pause + LATE_MS:
            return f"pauses of {shown} ms, wanted half of to all of {PAUSES_MS}"
    parts = [ms / pause for ms, pause in zip(took, PAUSES_MS)]
    return "" if max(parts) - min(parts) > 0.01 else f"no jitter: {shown} ms"


def resident(pid: int) -> int:
    """Bytes at most since its start, or since clear_refs was written."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def a_held_client_is_stopped() -> str:
    """50 MB of requests: the kernel's buffers take some, nothing else does; all of it arrives once upstream is there."""
    count, body = BYTES // 50_000, b"v" * 50_000
    port = guard.free_port()
    with guard.guard(port, QUIET) as running, Client(running.port) as client:
        pathlib.Path(f"/proc/{running.pid}/clear_refs").write_text("5")
        before = resident(running.pid)
        requests = memoryview(b"".join(r("RPUSH", "l", i, body) for i in range(count)))
        client.socket.setblocking(False)
        sent = send_what_is_taken(client.socket, requests)
        if sent > 16 << 20:
            return f"{sent} bytes were taken while upstream is away"
        grown = resident(running.pid) - before
        if grown > GROWTH_MAX:
            return f"the guard grew by {grown} bytes"
        with guard.Process(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                           port) as server, Client(server.port) as direct:
            replies = b""
            end = time.monotonic() + AT_MOST
            while sent < len(requests) and time.monotonic() < end:
                readable, writable, _ = select.select([client.socket], [client.socket], [], 1)
                if readable:
                    replies += client.socket.recv(1 << 16)
                if writable:
                    sent += client.socket.send(requests[sent:sent + (1 << 20)])
            client.socket.setblocking(True)
            wanted = b"".join(b":%d\r\n" % (2 * (i + 1)) for i in range(count))
            replies += client.read_until(len(wanted) - len(replies))
            if replies != wanted:
                return f"{len(replies)} of {len(wanted)} bytes of replies, {sent} bytes sent"
            for i in (0, 1, count // 2, count - 1):
                if direct.ask_bulk("LINDEX", "l", 2 * i) != b"%d" % i:
                    return f"request {i} is not in its place"
            grown = resident(running.pid) - before
    return "" if grown <= GROWTH_MAX else f"the guard grew by {grown} bytes"


def send_what_is_taken(connection: socket.socket, data: memoryview) -> int:
    """Until nothing more is taken for 300 ms."""
    sent = 0
    while sent < len(data) and select.select([], [connection], [], 0.3)[1]:
        try:
            sent += connection.send(data[sent:sent + (1 << 20)])
        except BlockingIOError:
            pass
    return sent


def main() -> int:
    results = Results()
    for scenario in (attempts_back_off, a_held_client_is_stopped):
        wrong = scenario()
        results.add(scenario.__name__, wrong)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
