#!/usr/bin/env python3
"""Who ended a connection, and why: one line in the log and one counter for each. And values are told nowhere."""
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator

import guard
from admin import Admin, eventually
from closing import reset
from results import Results
from wire import AT_MOST, Client, request as r

CLIENTS_MAX = 4
CONFIG = f"""
[probe]
interval = "0"
[upstream]
hold = "300ms"
connect_timeout = "100ms"
[limits]
skipped_request = 200000
held_request = 100000
[listen]
clients_max = {CLIENTS_MAX}
[[policy.rule]]
id = "hang-up"
match = {{ command = "debug" }}
action = "close"
[[policy.rule]]
id = "size"
match = {{ request_bytes_over = 100000 }}
action = "reject"
"""
# What a broken server answers to PING, and what is said of it.
SURPRISES = {
    b"+PONG\r\n:1\r\n": "reply without a request",
    b"-ERR max number of clients reached\r\n+x\r\n": "reply without a request",
    b"?\r\n": "unknown type byte",
    b"$x\r\n": "length is not a plain number",
    b"$5\r\nab": "closed",
}


class Watched:
    """A guard with its log and its counters."""

    def __init__(self, upstream_port: int, *options: str):
        self.admin = Admin(guard.free_port())
        self.running = guard.guard(upstream_port, CONFIG, "--log-format", "json", "--log-level", "debug", *options,
                                   admin=f"127.0.0.1:{self.admin.port}")
        self.port = self.running.port

    def lines(self) -> list[dict]:
        text = self.running.log.read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    def ends(self) -> list[tuple[str, str]]:
        return [(line["by"], line["reason"]) for line in self.lines() if line["message"] == "connection closed"]

    def counted(self, by: str, reason: str) -> int:
        return int(max(0, self.admin.metric(f'respguard_client_connections_closed_total{{by="{by}",reason="{reason}"}}')))

    def told(self, by: str, reason: str, provoke: Callable[[Client], None]) -> str:
        """What is wrong with the line and the counter after `provoke` has ended a connection; "" if nothing."""
        ended, counted = len(self.ends()), self.counted(by, reason)
        with Client(self.port) as client:
            provoke(client)
            if not eventually(lambda: len(self.ends()) > ended):
                return "nothing in the log"
        if self.ends()[ended:] != [(by, reason)]:
            return f"the log says {self.ends()[ended:]}"
        if self.counted(by, reason) != counted + 1:
            return f"counted {self.counted(by, reason) - counted} times"
        return ""

    def __enter__(self):
        self.running.__enter__()
        # Whoever looked whether it listens.
        eventually(lambda: len(self.ends()) == 1)
        return self

    def __exit__(self, *error):
        self.running.__exit__(*error)


def sends(data: bytes) -> Callable[[Client], None]:
    def provoke(client: Client) -> None:
        client.ask("PING")
        client.send(data)
        client.read_to_end()
        client.close()
    return provoke


def half_closes(client: Client) -> None:
    client.send(r("PING"))
    client.half_close()
    client.read_to_end()


def resets(client: Client) -> None:
    client.ask("PING")
    reset(client)


def by_clients_and_upstream(watched: Watched, direct: Client) -> Iterator[tuple[str, str]]:
    def is_killed(client: Client) -> None:
        client.ask("CLIENT", "SETNAME", "victim")
        direct.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        client.read_to_end()
        client.close()

    for what, by, reason, provoke in (
            ("a client that half-closes", "client", "closed", half_closes),
            ("a client that resets", "client", "connection reset", resets),
            ("QUIT", "client", "quit", sends(r("QUIT"))),
            ("a protocol error", "client", "protocol error", sends(b"*x\r\n")),
            ("HTTP", "client", "cross-protocol request", sends(b"POST / HTTP/1.1\r\n")),
            ("a rule", "client", "closed by rule", sends(r("DEBUG", "SLEEP", 0))),
            ("a request that is too large", "client", "request too large", sends(r("SET", "x", "y" * 300_000))),
            ("CLIENT KILL", "upstream", "closed", is_killed)):
        yield what, watched.told(by, reason, provoke)
    killed = watched.lines()[-1]
    wanted = {"level": "info", "name": "victim", "commands": 1, "cancelled": 0, "error": ""}
    yield "the rest of the line", "" if wanted.items() <= killed.items() else f"{killed}"


def a_client_too_many(watched: Watched) -> str:
    series = "respguard_client_connections_refused_total"
    with contextlib.ExitStack() as stack:
        for _ in range(CLIENTS_MAX):
            stack.enter_context(Client(watched.port)).ask("PING")
        before = watched.admin.metric(series)
        if not stack.enter_context(Client(watched.port)).read_to_end().startswith(b"-ERR max number"):
            return "not refused"
        if watched.admin.metric(series) != before + 1:
            return "not counted"

        def told() -> bool:
            wanted = {"message": "client refused", "by": "guard", "reason": "too many clients", "level": "warn"}
            return any(wanted.items() <= line.items() for line in watched.lines())
        return "" if eventually(told) else "not in the log"


def by_a_broken_server() -> Iterator[tuple[str, str]]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        with Watched(listener.getsockname()[1]) as watched:
            listener.accept()[0].close()
            for answer, reason in SURPRISES.items():
                def provoke(client: Client, answer: bytes = answer) -> None:
                    client.send(r("PING"))
                    with listener.accept()[0] as upstream:  # Of a silent client it would come 200 ms later.
                        upstream.recv(len(r("PING")), socket.MSG_WAITALL)
                        upstream.sendall(answer)
                        if reason == "closed":
                            upstream.shutdown(socket.SHUT_WR)
                        client.read_to_end()
                        client.close()
                yield f"{answer!r} to PING", watched.told("upstream", reason, provoke)
            cancelled = watched.lines()[-1].get("cancelled")
            yield "what it still owed", "" if cancelled == 1 else f"cancelled: {cancelled}"


def by_an_absent_server() -> str:
    with Watched(guard.free_port()) as watched:
        timeouts = watched.admin.metric("respguard_upstream_hold_timeouts_total")
        wrong = watched.told("upstream", "not reachable", lambda client: client.read_to_end())
        if wrong or watched.lines()[-1]["error"] != "Connection refused":
            return wrong or f"{watched.lines()[-1]}"
        return "" if watched.admin.metric("respguard_upstream_hold_timeouts_total") == timeouts + 1 else "timeout not counted"


def by_the_end_of_the_guard(server_port: int, direct: Client) -> str:
    with Watched(server_port, "--set", "runtime.drain_timeout=200ms") as watched, Client(watched.port) as blocked:
        blocked.ask("PING")
        blocked.send(r("BLPOP", "l", 0))
        if not eventually(lambda: b"blocked_clients:1\r" in direct.ask_bulk("INFO", "clients")):
            return "not blocked"
        os.kill(watched.running.pid, signal.SIGTERM)
        code = watched.running.process.wait(AT_MOST)
        return "" if code == 0 and ("guard", "drain timeout") in watched.ends() else f"code {code}, {watched.ends()}"


def values_are_told_nowhere(watched: Watched) -> str:
    secret = secrets.token_hex(8)
    with Client(watched.port) as client:
        for request in (("SET", f"key-{secret}", secret), ("SET", "k", secret * 10_000), ("EVAL", f"return '{secret}'", 0),
                        ("AUTH", secret), ("AUTH", f"user{secret}", secret), ("HELLO", 3, "AUTH", "default", secret),
                        ("CONFIG", "SET", "maxmemory-policy", f"allkeys-{secret}"), ("CONFIG", "SET", f"p-{secret}", "x"),
                        ("CONFIG", "GET", secret), (f"NO{secret}", secret), ("CLIENT", f"no{secret}"), ("GET", secret, secret),
                        ("FLUSHALL", secret), ("SELECT", secret), ("PUBLISH", secret, secret), ("KEYS", secret),
                        ("MULTI",), ("SET", "k", secret), ("ACL", "SETUSER", secret, f">{secret}"), ("EXEC",)):
            client.ask(*request)
        client.send(b"*1\r\n$3\r\n" + secret.encode() + b"\r\n" + b"*" + secret.encode() + b"\r\n")
        client.read_to_end()
    told = {path: watched.admin.get(path).decode() for path in
            ("/", "/metrics", "/stats", "/commands", "/clients", "/rules", "/events")}
    told["the log"] = watched.running.log.read_text()
    if "maxmemory-policy" in told["/events"] or told["/events"].count("rule_hit") < 4:
        return f"the events are not those that were wanted: {told['/events']}"
    found = [where for where, text in told.items() if secret in text.lower()]
    return f"found in {', '.join(found)}" if found else ""


def main() -> int:
    results = Results()
    with guard.redis() as server, Client(server.port) as direct:
        with Watched(server.port) as watched:
            for name, wrong in by_clients_and_upstream(watched, direct):
                results.add(name, wrong)
        with Watched(server.port) as watched:
            results.add("a_client_too_many", a_client_too_many(watched))
        results.add("by_the_end_of_the_guard", by_the_end_of_the_guard(server.port, direct))
        with Watched(server.port) as watched:
            results.add("values_are_told_nowhere", values_are_told_nowhere(watched))
    for name, wrong in by_a_broken_server():
        results.add(name, wrong)
    results.add("by_an_absent_server", by_an_absent_server())
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
