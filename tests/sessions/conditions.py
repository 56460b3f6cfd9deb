#!/usr/bin/env python3
"""Rules about who sends and how often, live: user, database, client name, address, listener, rates."""
import re
import sys
import time

import guard
from storm import From
from wire import Client, request as r
from results import Results

CONFIG = """
[policy]
presets = []
barrier = "0"
[probe]
interval = "0"
[[policy.rule]]
id = "by-user"
match = { command = "get", user = "rep*" }
action = "reject"
[[policy.rule]]
id = "by-db"
match = { command = "get", db = [3, 8] }
action = "reject"
[[policy.rule]]
id = "by-name"
match = { command = "get", client_name = "bull:*" }
action = "reject"
[[policy.rule]]
id = "by-listener"
match = { command = "strlen", listener = "*:LISTENER" }
action = "reject"
[[policy.rule]]
id = "by-address"
match = { command = "getrange", client = ["127.0.0.2", "127.1.0.0/16", "::1"] }
action = "reject"
[[policy.rule]]
id = "all-of-them"
match = { command = "exists", user = "reports", db = 8, not = { client_name = "trusted" } }
action = "reject"
[[policy.rule]]
id = "rate-client"
match = { command = "incr" }
action = "reject"
over = "3/h"
per = "client"
[[policy.rule]]
id = "rate-user"
match = { command = "decr" }
action = "reject"
over = "3/h"
per = "user"
[[policy.rule]]
id = "rate-listener"
match = { command = "append" }
action = "reject"
over = "3/h"
per = "listener"
[[policy.rule]]
id = "rate-second"
match = { command = "setbit" }
action = "reject"
over = "20/s"
per = "client"
"""
LOGIN = r("AUTH", "reports", "pw")
GET = r("GET", "k")
# name -> requests that are sent one after the other, each when the last one is answered; the rules that refuse.
WAITING = {
    "user: nobody": ([GET], []),
    "user: AUTH": ([LOGIN, GET], ["by-user"]),
    "user: HELLO": ([r("HELLO", 3, "AUTH", "reports", "pw"), GET], ["by-user"]),
    "user: RESET ends it": ([LOGIN, GET, r("RESET"), GET], ["by-user"]),
    "user: a failed AUTH changes nothing": ([r("AUTH", "reports", "wrong"), GET, LOGIN, r("AUTH", "other", "wrong"), GET], ["by-user"]),
    "user: another one": ([r("AUTH", "writer", "pw"), GET], []),
    "db: SELECT": ([r("SELECT", 8), GET, r("SELECT", 0), GET, r("SELECT", 3), GET], ["by-db", "by-db"]),
    "db: a failed SELECT changes nothing": ([r("SELECT", 99), GET, r("SELECT", 8), r("SELECT", "x"), GET], ["by-db"]),
    "db: inside MULTI": ([r("MULTI"), r("SELECT", 8), r("EXEC"), GET], ["by-db"]),
    "db: a discarded SELECT": ([r("MULTI"), r("SELECT", 8), r("DISCARD"), GET], []),
    "db: RESET": ([r("SELECT", 8), r("RESET"), GET], []),
    "name: SETNAME": ([r("CLIENT", "SETNAME", "bull:x"), GET, r("CLIENT", "SETNAME", ""), GET], ["by-name"]),
    "name: HELLO": ([r("HELLO", 2, "SETNAME", "bull:x"), GET, r("RESET"), GET], ["by-name"]),
    "name: one that Redis refuses": ([r("CLIENT", "SETNAME", "bull:x y"), GET], []),
    "all of several": ([LOGIN, r("SELECT", 8), r("EXISTS", "k"), r("CLIENT", "SETNAME", "trusted"), r("EXISTS", "k"), r("SELECT", 1), r("EXISTS", "k")], ["all-of-them"]),
    "rate: client": ([r("INCR", "n")] * 5, ["rate-client"] * 2),
    "rate: client, each has its own": ([r("INCR", "n")] * 4, ["rate-client"]),
    "rate: user": ([LOGIN, *[r("DECR", "n")] * 4], ["rate-user"]),
    "rate: user, over all connections": ([LOGIN, r("DECR", "n")], ["rate-user"]),
    "rate: user, another one": ([r("AUTH", "writer", "pw"), *[r("DECR", "n")] * 3], []),
    "rate: listener": ([r("APPEND", "s", "x")] * 2, []),
    "rate: listener, over all clients": ([LOGIN, *[r("APPEND", "s", "x")] * 2], ["rate-listener"]),
}
# The same in one go: while it is not known who asks, rules that refuse do.
PIPELINED = {
    "user in flight": ([LOGIN, GET], ["by-user"]),
    "user in flight, and wrong": ([r("AUTH", "reports", "wrong"), GET], ["by-user"]),
    "db in flight": ([r("SELECT", 8), GET], ["by-db"]),
    "db in flight, and back": ([r("SELECT", 8), r("SELECT", 0), GET, r("PING")], None),
    "name in flight": ([r("CLIENT", "SETNAME", "bull:x"), GET], ["by-name"]),
}


def refusals(data: bytes) -> list[str]:
    return [name.decode() for name in re.findall(rb"-ERR respguard: [^\r]*\(rule=([\w-]+)\)", data)]


def waiting(results: Results, port: int) -> None:
    for name, (requests, expected) in WAITING.items():
        seen = []
        with Client(port) as client:
            for one in requests:
                client.send(one)
                seen += refusals(client.read_replies(1))
        results.add(name, "" if seen == expected else f"refused by {seen}")


def pipelined(results: Results, port: int) -> None:
    for name, (requests, expected) in PIPELINED.items():
        with Client(port) as client:
            client.send(b"".join(requests))
            seen = refusals(client.read_replies(len(requests)))
        # A SELECT that is followed by another one: refused or not, both are right.
        results.add(name, "" if expected is None or seen == expected else f"refused by {seen}")


def places(results: Results, port: int, other_port: int) -> None:
    for name, address, to, request, refused in (
            ("listener: this one", "127.0.0.1", port, r("STRLEN", "k"), ["by-listener"]), ("listener: the other one", "127.0.0.1", other_port, r("STRLEN", "k"), []),
            ("address: 127.0.0.1", "127.0.0.1", port, r("GETRANGE", "k", 0, 1), []), ("address: 127.0.0.2", "127.0.0.2", port, r("GETRANGE", "k", 0, 1), ["by-address"]),
            ("address: in a network", "127.1.2.3", port, r("GETRANGE", "k", 0, 1), ["by-address"]), ("address: outside it", "127.2.0.1", port, r("GETRANGE", "k", 0, 1), [])):
        with From(to, address) as client:
            client.send(request)
            seen = refusals(client.read_replies(1))
        results.add(name, "" if seen == refused else f"refused by {seen}")


def refilled(results: Results, port: int) -> None:
    with Client(port) as client:
        client.send(r("SETBIT", "b", 1, 1) * 60)
        at_once = 60 - len(refusals(client.read_replies(60)))
        time.sleep(0.5)
        client.send(r("SETBIT", "b", 1, 1) * 60)
        later = 60 - len(refusals(client.read_replies(60)))
    results.add("rate: one period's worth at once, then as it is refilled", "" if 20 <= at_once <= 25 and 9 <= later <= 20 else f"{at_once}, then {later} passed")


def main() -> int:
    results = Results()
    other = guard.free_port()
    with guard.redis() as server, Client(server.port) as direct:
        for user in ("reports", "writer"):
            direct.ask("ACL", "SETUSER", user, "on", ">pw", "~*", "+@all")
        # guard.py adds the first listener; its port is not known before.
        with guard.guard(server.port, CONFIG.replace("LISTENER", str(other)), "--listen", f"127.0.0.1:{other}") as running:
            waiting(results, running.port)
            pipelined(results, running.port)
            places(results, other, running.port)
            refilled(results, running.port)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
