#!/usr/bin/env python3
"""A server that is busy, loading, full, monitored, or goes: the client sees the same directly and through the guard.

Each scenario is played twice, on servers of its own, and returns what the client saw.
"""
import contextlib
import re
import sys
from collections.abc import Iterator

import guard
from admin import eventually
from closing import reset
from real_server import NO_RULES, shown
from wire import Client, request as r

MAX_CLIENTS = 3
MESSAGE = b"m" * 1_000_000


def until(client: Client, wanted: bytes, *arguments) -> bytes:
    """Asks until the answer begins so: the answer."""
    last = b""

    def answered() -> bool:
        nonlocal last
        last = client.ask(*arguments)
        return last.startswith(wanted)
    eventually(answered)
    return last


def is_alone(direct: Client) -> bool:
    """The server has no other client any more."""
    return eventually(lambda: direct.ask_bulk("CLIENT", "LIST").count(b" addr=") == 1)


def busy(port: int, direct: Client) -> list:
    """A script that does not end: BUSY to everybody, EXEC is aborted because of it, and SCRIPT KILL ends it."""
    with Client(port) as spinning, Client(port) as queued, Client(port) as other:
        seen = [queued.ask("MULTI"), queued.ask("INCR", "n"), other.ask("PING")]
        spinning.send(r("EVAL", "while true do end", 0) + r("PING"))
        seen.append(until(direct, b"-BUSY", "PING"))
        seen += [queued.ask("EXEC"), other.ask("GET", "n"), other.ask("MULTI"), other.ask("PING"), other.ask("EXEC")]
        seen += [other.ask("SCRIPT", "KILL"), spinning.read_replies(2), queued.ask("PING"), other.ask("GET", "n")]
        return seen


def loading(port: int, direct: Client) -> list:
    """LOADING to what needs the data, everything else is answered."""
    direct.ask("DEBUG", "POPULATE", 20_000)
    direct.ask("CONFIG", "SET", "loading-process-events-interval-bytes", 1024, "key-load-delay", 500)
    with Client(direct.socket.getpeername()[1]) as reloading, Client(port) as client, Client(port) as third:
        third.ask("HELLO", 3)
        reloading.send(r("DEBUG", "RELOAD"))
        # Each look costs many keys, so the first one may come after a while.
        seen = [until(client, b"-LOADING", "PING"), client.ask("GET", "a"), client.ask("SELECT", 1), client.ask("MULTI"),
                client.ask("SET", "a", 1), client.ask("EXEC"), client.ask("EVAL", "return 1", 0)]
        client.send(r("SUBSCRIBE", "a") + r("UNSUBSCRIBE", "a"))
        seen.append(client.read_replies(2))
        client.send(r("CLIENT", "REPLY", "OFF") + r("GET", "a") + r("CLIENT", "REPLY", "ON"))
        seen += [client.read_line(), third.ask("PING")]
        third.send(r("GET", "a") + r("QUIT"))
        seen += [third.read_to_end(), third.ended, direct.ask("CONFIG", "SET", "key-load-delay", 0)]
        return seen + [reloading.read_line(), until(client, b"+PONG", "PING")]


def output_limit(port: int, direct: Client) -> list:
    """The server drops a client that does not read, inside a message: what was on its way still comes."""
    direct.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 3000000 0 0")
    with Client(port) as client:
        client.send(r("SUBSCRIBE", "a"))
        confirmed = client.read_replies(1)
        sent = 0
        while direct.ask("PUBLISH", "a", MESSAGE) == b":1\r\n":
            sent += 1
        got = client.read_to_end()
        whole = r("message", "a", MESSAGE)
        return [confirmed, client.ended, got == (whole * (sent + 1))[:len(got)], bool(got), bool(len(got) % len(whole))]


def full(port: int, direct: Client) -> list:
    """One client too many: Redis's text, then the end."""
    with Client(port) as first:
        first.ask("PING")  # Whoever looked whether somebody listens was taken before.
    is_alone(direct)
    with contextlib.ExitStack() as stack:
        # The server counts `direct`, too, which for the guard is no client.
        for _ in range(MAX_CLIENTS - (port == direct.socket.getpeername()[1])):
            assert stack.enter_context(Client(port)).ask("PING") == b"+PONG\r\n"
        silent = stack.enter_context(Client(port))
        seen = [silent.read_to_end(), silent.ended]
        # One that has asked something: it is not read, so the kernel resets the connection, before or behind the text.
        asking = stack.enter_context(Client(port))
        asking.send(r("PING"))
        return seen + [asking.read_to_end() in (b"", seen[0]), asking.ended]


def monitor_is_left(port: int, direct: Client) -> list:
    """RESET ends MONITOR, and the connection is an ordinary one again; behind QUIT it is over."""
    seen = []
    for last in (("RESET",), ("QUIT",)):
        with Client(port) as client:
            seen.append(client.ask("MONITOR"))
            direct.ask("SET", "seen", 1)
            seen.append(b'"SET" "seen" "1"' in client.read_line())
            client.send(r("GET", "seen") + r(*last) + r("PING"))
            got = client.read_while(lambda data: not data.endswith(b"+PONG\r\n"))
            seen += [re.sub(rb"\+\d+\.\d+ \[[^]]*\] .*\r\n", b"", got), client.ended]
    return seen


def shutdown(port: int, direct: Client) -> list:
    """No reply, and everybody is cut off."""
    with Client(port) as idle, Client(port) as blocked, Client(port) as client:
        seen = [idle.ask("PING"), client.ask("PING")]
        blocked.send(r("BLPOP", "l", 0))
        eventually(lambda: b"blocked_clients:1\r" in direct.ask_bulk("INFO", "clients"))
        client.send(r("SHUTDOWN", "NOSAVE") + r("PING"))
        for each in (client, idle, blocked):
            seen += [each.read_to_end(), each.ended]
        return seen


def client_goes_while_busy(port: int, direct: Client) -> list:
    """Reset with requests in flight: the server is rid of it as soon as it looks."""
    client = Client(port)
    client.send(r("EVAL", "while true do end", 0) + r("INCR", "n"))
    seen = [until(direct, b"-BUSY", "PING")]
    reset(client)
    seen.append(direct.ask("SCRIPT", "KILL"))
    # The script has not ended yet when this is answered.
    return seen + [until(direct, b"+PONG", "PING"), is_alone(direct)]


SCENARIOS = {
    busy: ["--busy-reply-threshold", "20"],
    loading: [],
    output_limit: [],
    full: ["--maxclients", str(MAX_CLIENTS)],
    monitor_is_left: [],
    shutdown: [],
    client_goes_while_busy: ["--busy-reply-threshold", "20"],
}


def both(scenario, options: list[str]) -> Iterator[list]:
    with guard.redis(*options) as server, Client(server.port) as direct:
        yield scenario(server.port, direct)
    config = NO_RULES
    if scenario is full:  # The guard has the limit in place of the server.
        config, options = f"{config}[listen]\nclients_max = {MAX_CLIENTS}\n", []
    with guard.redis(*options) as server, Client(server.port) as direct, \
            guard.guard(server.port, config) as running:
        yield scenario(running.port, direct)


def main() -> int:
    failed = 0
    for scenario, options in SCENARIOS.items():
        seen, through = both(scenario, options)
        if seen == through:
            continue
        failed += 1
        print(f"FAILED {scenario.__name__}\n  direct: {shown(seen)}\n  guard:  {shown(through)}", flush=True)
    print(f"{len(SCENARIOS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
