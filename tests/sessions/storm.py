#!/usr/bin/env python3
"""Reconnect storms. With `policy.storm_action = "shadow"` the rule lets that address pass, nobody else, and for no other rule."""
import json
import socket
import sys

import guard
from events import Admin, eventually
from wire import Client, request as r
from results import Results

CONFIG = "[policy]\nbarrier = \"1ms\"\nstorm_action = \"{action}\"\n[probe]\ninterval = \"0\"\n"
REFUSED = b"-ERR respguard: "
AT = 5  # Connections of one address within 30 s, by docs/POLICY.md.
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"


class From(Client):
    """A client with another address of this machine."""

    def __init__(self, port: int, address: str):
        self.socket = socket.create_connection(("127.0.0.1", port), 5, (address, 0))
        self.ended = False


def say(port: int, *words, address: str = HERE) -> bytes:
    """On a connection of its own."""
    with From(port, address) as client:
        return client.ask(*words)


def hits(admin: Admin, rule: str) -> dict:
    return next(each["hits"] for each in json.loads(admin.get("/rules"))["rules"] if each["rule"] == rule)


def make_storm(port: int, admin: Admin, results: Results, name: str) -> None:
    seen = [say(port, "FLUSHDB") for _ in range(AT)]
    told = eventually(lambda: admin.events("?type=storm"))
    storm = (admin.events("?type=storm") or [{}])[0]
    right = storm.get("rule") == "flush" and storm.get("client", "").startswith(HERE + ":")
    results.add(f"{name}: a storm is told after {AT} connections", "" if told and right and all(s.startswith(REFUSED) for s in seen) else f"{storm} {seen}")


def shadow(results: Results, server) -> None:
    admin = Admin(guard.free_port())
    with guard.guard(server.port, CONFIG.format(action="shadow"), admin=f"127.0.0.1:{admin.port}") as running, Client(server.port) as direct:
        port = running.port
        for _ in range(AT - 1):  # Another address, not enough of them.
            say(port, "FLUSHDB", address=ELSEWHERE)
        make_storm(port, admin, results, "shadow")
        direct.ask("SET", "k", 1)
        passed = say(port, "FLUSHDB")
        results.add("shadow: the rule lets this address pass", "" if passed == b"+OK\r\n" and direct.ask("DBSIZE") == b":0\r\n" else f"{passed!r}")
        results.add("shadow: and counts", "" if hits(admin, "flush")["shadow"] == 1 and hits(admin, "flush")["reject"] == 2 * AT - 1 else f"{hits(admin, 'flush')}")
        other = say(port, "FLUSHDB", address="127.0.0.3")
        results.add("shadow: another address is refused", "" if other.startswith(REFUSED) else f"{other!r}")
        rule = say(port, "DEBUG", "SLEEP", 0)
        results.add("shadow: another rule refuses", "" if rule.startswith(REFUSED) else f"{rule!r}")
        with From(port, HERE) as client:
            client.send(r("MULTI") + r("FLUSHDB") + r("EXEC"))
            seen = client.read_replies(3)
        results.add("shadow: inside MULTI as well", "" if seen == b"+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n" else f"{seen!r}")
        results.add("shadow: one storm", "" if admin.metric("respguard_reject_storms_total") == 1 else "others are counted")


def each_rule_by_itself(results: Results, server) -> None:
    """Two rules refuse something of each connection: both are storms, and both are in shadow then."""
    admin = Admin(guard.free_port())
    with guard.guard(server.port, CONFIG.format(action="shadow"), admin=f"127.0.0.1:{admin.port}") as running:
        for _ in range(AT):
            with From(running.port, HERE) as client:
                client.ask("FLUSHDB")
                client.ask("DEBUG", "SLEEP", 0)
        told = eventually(lambda: {e["rule"] for e in admin.events("?type=storm")} == {"flush", "debug"})
        seen = [say(running.port, "FLUSHDB"), say(running.port, "DEBUG", "SLEEP", 0), say(running.port, "SAVE")]
    results.add("shadow: each rule by itself", "" if told and seen[:2] == [b"+OK\r\n"] * 2 and seen[2].startswith(REFUSED) else f"{told} {seen}")


def alert(results: Results, server) -> None:
    admin = Admin(guard.free_port())
    with guard.guard(server.port, CONFIG.format(action="alert"), admin=f"127.0.0.1:{admin.port}") as running:
        make_storm(running.port, admin, results, "alert")
        seen = [say(running.port, "FLUSHDB") for _ in range(3)]
        results.add("alert: the rule goes on refusing", "" if all(s.startswith(REFUSED) for s in seen) else f"{seen}")


def main() -> int:
    results = Results()
    with guard.redis() as server:
        shadow(results, server)
        each_rule_by_itself(results, server)
        alert(results, server)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
