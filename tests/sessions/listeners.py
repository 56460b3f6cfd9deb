#!/usr/bin/env python3
"""All listeners at once (IPv4, IPv6, unix), upstream by unix socket, two threads: everybody is served and counted once.
Over TCP, the kernel watches both sides of a connection, as the settings say that were in force when it came."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sys
import tempfile
import time

import guard
from admin import Admin
from results import Results
from wire import AT_MOST, Client, request as r

CONFIG = """
[probe]
interval = "0"
[runtime]
threads = 2
"""
CONNECTIONS = 64
EACH = 10


class Connected(Client):
    """The same over a connection that is there already."""

    def __init__(self, connection: socket.socket):  # pylint: disable=super-init-not-called
        self.socket = connection
        self.ended = False


def connect(where) -> Connected:
    family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET6 if ":" in where[0] else socket.AF_INET
    connection = socket.socket(family)
    connection.settimeout(AT_MOST)
    connection.connect(where)
    return Connected(connection)


def everybody_is_served(places: dict, direct: Client) -> str:
    for name, where in places.items():
        with connect(where) as client:
            client.send(r("SET", name, "x" * 100_000) + r("GET", name))
            got = client.read_replies(2)
            if b".sock:0 laddr=" not in direct.ask_bulk("CLIENT", "LIST"):
                return f"{name}: no connection to the server's unix socket"
            if got != b"+OK\r\n$100000\r\n" + b"x" * 100_000 + b"\r\n":
                return f"{name}: {got!r:.100}"
    return ""


def switches(pid: int) -> list[int]:
    """How often each thread of the process has waited for something."""
    found = []
    for status in sorted(pathlib.Path(f"/proc/{pid}/task").glob("*/status")):
        line = next(line for line in status.read_text().splitlines() if line.startswith("voluntary_ctxt_switches"))
        found.append(int(line.split()[1]))
    return found


def everything_is_counted_once(places: dict, admin: Admin, pid: int) -> str:
    """Also that both threads have a part of the connections."""
    before = commands(admin).get("incr", 0)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(connect(where)) for where in list(places.values()) * (CONNECTIONS // len(places))]
        before_threads = switches(pid)
        for _ in range(EACH):
            for client in clients:
                client.send(r("INCR", "n"))
            for client in clients:
                client.read_line()
        # Nobody asks the admin endpoint meanwhile, so only the shards' threads have had something to do.
        worked = sum(now - then >= EACH for then, now in zip(before_threads, switches(pid)))
        if worked != 2:
            return f"{worked} of 2 threads did something"
        if commands(admin)["incr"] - before != EACH * len(clients):
            return f"{commands(admin)['incr'] - before} calls of {EACH * len(clients)}"
        listed = json.loads(admin.get("/clients"))["clients"]
        if len(listed) != len(clients) or admin.metric("respguard_client_connections") != len(clients):
            return f"{len(listed)} clients listed, {admin.metric('respguard_client_connections')} counted"
        named = {row["listener"] for row in listed}
        return "" if len(named) == len(places) else f"listeners: {named}"


def commands(admin: Admin) -> dict:
    return {row["command"]: row["calls"] for row in json.loads(admin.get("/commands"))["commands"]}


def keepalive_seconds(pid: int) -> list[float]:
    """For each connection of the process how soon the kernel looks after it; 999: never."""
    links = (os.readlink(fd) for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir())
    inodes = {link[len("socket:["):-1] for link in links if link.startswith("socket:[")}
    found = []
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[9] in inodes and columns[3] == "01":
            timer, left = columns[5].split(":")
            found.append(int(left, 16) / os.sysconf("SC_CLK_TCK") if timer == "02" else 999)
    return sorted(found)


def both_sides_are_watched(port: int) -> str:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="respguard-test-"))
    path, text = folder / "respguard.toml", '[probe]\ninterval = "0"\n[sockets]\nkeepalive = "%s"\n'
    try:
        with guard.guard(port, text % "40s", keeps=path) as running, Client(running.port) as client:
            client.ask("PING")
            ends = wait_until(lambda: keepalive_seconds(running.pid), lambda found: len(found) == 2 and found[1] <= 40)
            if ends[0] <= 30:
                return f"with 40 s: {ends}"
            path.write_text(text % "15s")
            os.kill(running.pid, signal.SIGHUP)
            wait_until(lambda: (running.folder / "output.log").read_text(), lambda log: "reload" in log)
            with Client(running.port) as newer:
                newer.ask("PING")
                ends = wait_until(lambda: keepalive_seconds(running.pid),
                                  lambda found: len(found) == 4 and found[3] <= 40)
                return "" if ends[1] <= 15 and ends[2] > 25 else f"two with 40 s, two with 15 s: {ends}"
    finally:
        shutil.rmtree(folder)


def wait_until(look, holds):
    until = time.monotonic() + AT_MOST
    while not holds(found := look()):
        if time.monotonic() > until:
            raise RuntimeError(f"it never came to be: {found!r:.300}")
        time.sleep(0.05)
    return found


def main() -> int:
    results = Results()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="respguard-test-"))
    redis_socket, guard_socket = folder / "redis.sock", folder / "guard.sock"
    admin, port6 = Admin(guard.free_port()), guard.free_port()
    with guard.redis("--unixsocket", str(redis_socket)) as server, \
            guard.guard(server.port, CONFIG, "--listen", f"[::1]:{port6}", "--listen", f"unix:{guard_socket}",
                        "--upstream", f"unix://{redis_socket}", admin=f"127.0.0.1:{admin.port}") as running, \
            Client(server.port) as direct:
        places = {"v4": ("127.0.0.1", running.port), "v6": ("::1", port6), "unix": str(guard_socket)}
        results.add("everybody_is_served", everybody_is_served(places, direct))
        results.add("everything_is_counted_once", everything_is_counted_once(places, admin, running.pid))
        with connect(places["v6"]) as client:
            client.ask("PING")
            os.kill(running.pid, signal.SIGTERM)
            code = running.process.wait(AT_MOST)
            results.add("the guard ends", f"code {code}" if code else "")
        results.add("its socket is removed", "it is there" if guard_socket.exists() else "")
    with guard.redis() as server:
        results.add("both_sides_are_watched", both_sides_are_watched(server.port))
    shutil.rmtree(folder)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
