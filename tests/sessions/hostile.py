#!/usr/bin/env python3
"""Peers that want to use up memory: the guard's peak stays below what docs/ARCHITECTURE.md ("Memory") promises, and others go on.

  hostile.py               gates on memory, none on time
  hostile.py --figures     with values of 100 MB and 30 seconds of bytes: the table of docs/PERFORMANCE.md

Witness: VmHWM, the kernel's own record of the largest resident size, reset before each scenario. While the peers stand
there, two clients send PING every 2 ms, one directly, one through the guard: what the guard adds is the difference. (Not
while redis-server copies a large value for each of 50 clients: it answers nobody meanwhile, with or without a guard.)
"""
import argparse
import contextlib
import multiprocessing
import pathlib
import re
import resource
import socket
import sys
import tempfile
import time

import guard
from results import Results
from wire import AT_MOST, Client, request as r

QUIET = "[probe]\ninterval = \"0\"\n"
KIB, MIB = 1 << 10, 1 << 20
BUFFER = 64 * KIB  # limits.buffer, its default.
ALLOCATOR = 4 * MIB  # What the allocator keeps of what it has given.
PING_EVERY_S = 0.002

READERS = 50
ANNOUNCERS = 1000
ANNOUNCED = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\n"
# A reply that is not taken leaves one read of 64 KiB, refusals limits.buffer at most.
READERS_LIMIT = READERS * 2 * BUFFER + ALLOCATOR
# Nothing is held of a request that is passed on while it comes: only sessions, and the entries of what is in flight.
ANNOUNCER_LIMIT = 4 * KIB


class Peak:
    """The largest resident size of a process from here on."""

    def __init__(self, pid: int):
        self.status = pathlib.Path(f"/proc/{pid}/status")
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
        self.before = self.bytes("VmRSS")

    def bytes(self, field: str) -> int:
        return int(re.search(rf"^{field}:\s+(\d+) kB", self.status.read_text(), re.MULTILINE)[1]) * KIB

    def grown(self) -> int:
        return self.bytes("VmHWM") - self.before


def ping_until_told(port: int, pipe) -> None:
    """Child process. PING when it is due, not when the last was answered: who waits late waits long."""
    took, wrong, due = [], 0, time.monotonic()
    with Client(port) as client:
        pipe.send("ready")
        while not pipe.poll():
            wrong += client.ask("PING") != b"+PONG\r\n"
            took.append(time.monotonic() - due)
            due += PING_EVERY_S
            time.sleep(max(0.0, due - time.monotonic()))
    pipe.send((took, wrong))


class Beside:
    """A client of its own process that goes on meanwhile."""

    def __init__(self, port: int):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=ping_until_told, args=(port, other), daemon=True)
        self.process.start()
        self.pipe.recv()

    def end(self) -> tuple[list, int]:
        self.pipe.send("end")
        took, wrong = self.pipe.recv()
        self.process.join()
        return sorted(took), wrong


def milliseconds(took: list, part: float) -> float:
    return took[min(len(took) - 1, int(len(took) * part))] * 1000


class Scenario:
    """What every scenario looks at while it lasts: the guard's peak, and how others fare."""

    def __init__(self, results: Results, name: str, running, server, limit: int):
        self.results, self.name, self.running, self.server, self.limit = results, name, running, server, limit

    def __enter__(self):
        self.beside = {}
        self.peak = Peak(self.running.pid)
        return self

    def let_others_begin(self) -> None:
        self.beside = {"guard": Beside(self.running.port), "direct": Beside(self.server.port)}

    def __exit__(self, kind, *_):
        grown, total = self.peak.grown(), self.peak.bytes("VmHWM")
        told = {name: each.end() for name, each in self.beside.items()}
        if kind:
            return
        self.results.add(f"{self.name}: memory", "" if grown <= self.limit else f"grew by {grown} bytes, limit {self.limit}")
        took, wrong = told["guard"]
        self.results.add(f"{self.name}: another client goes on", "" if took and not wrong else f"{wrong} of {len(took)} PING were not answered")
        pings = " | ".join(f"{milliseconds(told[name][0], 0.5):.2f} / {milliseconds(told[name][0], 0.99):.1f}" for name in ("direct", "guard"))
        print(f"| {self.name} | {grown / MIB:.1f} MiB | {self.limit / MIB:.1f} MiB | {total / MIB:.1f} MiB | {pings} |")


def eventually(what, seconds: float = 4 * AT_MOST) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def calls_of(direct: Client, command: str) -> int:
    found = re.search(rb"cmdstat_%s:calls=(\d+)" % command.encode(), direct.ask_bulk("INFO", "commandstats"))
    return int(found[1]) if found else 0


def read_value(client: Client, value_bytes: int) -> str:
    """@return what is wrong with the reply: a value of NUL up to the "x" at its end."""
    wanted = b"$%d\r\n" % value_bytes
    client.socket.settimeout(AT_MOST)
    if client.socket.recv(len(wanted), socket.MSG_WAITALL) != wanted:
        return "not its head"
    got, last = 0, b""
    while got < value_bytes + 2:
        part = client.socket.recv(min(MIB, value_bytes + 2 - got))
        if not part:
            return f"the end after {got} bytes"
        got, last = got + len(part), (last + part)[-3:]
        if part.strip(b"\0") not in (b"", b"x\r\n", b"x\r", b"x", b"\r\n", b"\n"):
            return f"wrong bytes before {got}"
    return "" if last == b"x\r\n" else f"the end is {last!r}"


def greedy_readers(results: Results, path: str, value_bytes: int, seconds: float) -> None:
    """All ask for a large value, nobody reads. `path`: "tcp", whose replies are spliced, or "unix", whose are copied."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="respguard-test-"))
        server = stack.enter_context(guard.redis("--unixsocket", f"{folder}/redis.sock"))
        upstream = ("--upstream", f"unix://{folder}/redis.sock") if path == "unix" else ()
        running = stack.enter_context(guard.guard(server.port, QUIET, *upstream))
        direct = stack.enter_context(Client(server.port))
        direct.ask("SETRANGE", "large", value_bytes - 1, "x")
        clients = [stack.enter_context(Client(running.port)) for _ in range(READERS)]
        name = f"{READERS} ask for {value_bytes // 1_000_000} MB and do not read, {path}"
        with Scenario(results, name, running, server, READERS_LIMIT) as scenario:
            for client in clients:
                client.send(r("GET", "large"))
            # It copies the value for each of them.
            served = eventually(lambda: calls_of(direct, "get") >= READERS)
            scenario.let_others_begin()
            time.sleep(seconds)
        alive = [client.ended for client in clients].count(False)
        results.add(f"{name}: all are served", "" if served and alive == READERS else f"{calls_of(direct, 'get')} GET, {alive} alive")
        results.add(f"{name}: one reads to its end after all", read_value(clients[0], value_bytes))


def announcers(results: Results, count: int, seconds: int) -> None:
    """SET of 512 MB, a byte a second."""
    limit = count * ANNOUNCER_LIMIT + ALLOCATOR
    with guard.redis() as server, guard.guard(server.port, QUIET) as running, contextlib.ExitStack() as stack, Client(server.port) as direct:
        name = f"{count} announce 512 MB, a byte a second"
        with Scenario(results, name, running, server, limit) as scenario:
            scenario.let_others_begin()
            clients = []
            for _ in range(count):
                clients.append(stack.enter_context(Client(running.port)))
                clients[-1].send(ANNOUNCED)
            for _ in range(seconds):
                began = time.monotonic()
                for client in clients:
                    client.send(b"v")
                time.sleep(max(0.0, began + 1 - time.monotonic()))
        answered = sum(client.read_until_quiet(0) != b"" or client.ended for client in clients)
        results.add(f"{name}: nobody is answered, nobody sent away", "" if not answered else f"{answered} were")
        for client in clients:
            client.close()
        here = lambda: int(re.search(rb"connected_clients:(\d+)", direct.ask_bulk("INFO", "clients"))[1])
        gone = eventually(lambda: here() < 10)
        results.add(f"{name}: upstream is free when they are gone", "" if gone and direct.ask("EXISTS", "k") == b":0\r\n" else f"{here()} connections")


def raised_clients() -> int:
    """As many of ANNOUNCERS as the limit of open files allows: the guard needs two for each."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(ANNOUNCERS, (hard - 100) // 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--figures", action="store_true", help="6 GB of memory, two minutes")
    full = parser.parse_args().figures
    results = Results()
    count = raised_clients()
    if full:
        print("| | guard grew by | at most | peak | PING p50 / p99 ms, direct | guard |\n|---|--:|--:|--:|--:|--:|")
    for path in ("tcp", "unix"):
        greedy_readers(results, path, 100_000_000 if full else 10_000_000, 10 if full else 1)
    announcers(results, count, 30 if full else 3)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
