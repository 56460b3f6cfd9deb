#!/usr/bin/env python3
"""The reject barrier, as a client meets it: how long it holds, what it discards, when it leaves a client alone.

That it prevents double execution is shown with ioredis: tests/acceptance/scenarios/policy_barrier.mjs.
"""
import socket
import sys
import time

import guard
from events import Admin, eventually
from wire import Client, request as r
from results import Results

# The word barrier in it keeps guard.py from switching it off.
DEFAULT = "# barrier: as it is without a word\n[probe]\ninterval = \"0\"\n"
SHORT = "[policy]\nbarrier = \"1ms\"\n[probe]\ninterval = \"0\"\n"
DEFAULT_S = 0.25


class Guarded:
    def __init__(self, upstream: int, config: str):
        self.admin = Admin(guard.free_port())
        self.process = guard.guard(upstream, config, admin=f"127.0.0.1:{self.admin.port}")
        self.port = self.process.port

    def counted(self) -> tuple[float, float]:
        """Barriers, and those after which something was discarded."""
        return self.admin.metric("respguard_reject_barriers_total"), self.admin.metric("respguard_reject_barrier_discards_total")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)


def held_for(client: Client) -> float:
    """Seconds between an error and the reply to what stood behind the refused request."""
    client.send(r("FLUSHALL") + r("PING"))
    seen = client.read_while(lambda data: b"\r\n" not in data)
    begin = time.monotonic()
    client.read_while(lambda data: not (seen + data).endswith(b"+PONG\r\n"))
    return time.monotonic() - begin


def a_client_that_stays(it: Guarded, server) -> str:
    with Client(it.port) as client:
        times = [held_for(client) for _ in range(5)]
    if not all(DEFAULT_S * 0.95 < t < DEFAULT_S + 2 for t in times[:3]):
        return f"held for {times}"
    # It does not reconnect on errors: after three times it is not held any more.
    return "" if max(times[3:]) < DEFAULT_S / 2 and it.counted() == (3, 0) else f"held for {times}, counted {it.counted()}"


def others_are_not_held(it: Guarded, server) -> str:
    with Client(it.port) as refused, Client(it.port) as other:
        refused.send(r("FLUSHALL") + r("PING"))
        refused.read_line()
        begin = time.monotonic()
        for _ in range(20):
            other.ask("PING")
        took = time.monotonic() - begin
    return "" if took < DEFAULT_S / 2 else f"took {took}"


def discarded_at(it: Guarded, server, leave) -> str:
    """What is held is never executed once the client has left; what stood in front of it is."""
    before = it.counted()
    with Client(server.port) as direct:
        direct.ask("DEL", "front", "held", "later")
        with Client(it.port) as client:
            client.send(r("INCR", "front") + r("FLUSHALL") + r("INCR", "held") + r("INCR", "held"))
            client.read_replies(2)
            client.send(r("INCR", "later"))
            leave(client)
            time.sleep(DEFAULT_S + 0.2)
            if not eventually(lambda: it.counted() == (before[0] + 1, before[1] + 1)):
                return f"counted {it.counted()}, before {before}"
            direct.send(r("MGET", "front", "held", "later"))
            seen = direct.read_replies(1)
    return "" if seen == b"*3\r\n$1\r\n1\r\n$-1\r\n$-1\r\n" else f"executed {seen!r}"


def with_a_half_close(it: Guarded, server) -> str:
    return discarded_at(it, server, Client.half_close)


def with_a_close(it: Guarded, server) -> str:
    return discarded_at(it, server, Client.close)


def with_a_reset(it: Guarded, server) -> str:
    def reset(client: Client) -> None:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
    return discarded_at(it, server, reset)


def the_round_trip_counts(server) -> str:
    """A client whose kernel acknowledges late (40 ms) looks far away to the guard's; the barrier lasts so much longer."""
    with Guarded(server.port, SHORT) as it, Client(server.port) as direct, Client(it.port) as near, Client(it.port) as far:
        far.send(r("HELLO", 3) + r("SUBSCRIBE", "news"))
        far.read_until_quiet(0.1)
        for _ in range(20):  # The estimate is an average: an eighth of it is new each time.
            far.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
            direct.ask("PUBLISH", "news", "x")
            time.sleep(0.06)
            far.read_until_quiet(0)
        near_s = min(held_for(near) for _ in range(3))
        far_s = held_for(far)
    return "" if near_s < 0.015 and 0.015 < far_s < 1 else f"held for {near_s} s, and when it is far for {far_s} s"


def main() -> int:
    results = Results()
    with guard.redis() as server:
        with Guarded(server.port, DEFAULT) as it:
            for scenario in (a_client_that_stays, others_are_not_held, with_a_half_close, with_a_close, with_a_reset):
                results.add(scenario.__name__, scenario(it, server))
        results.add("the_round_trip_counts", the_round_trip_counts(server))
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
