#!/usr/bin/env python3
"""More causes of slowness, each to be named rightly: an upstream that delays what it answers, a large reply in front of
others; and what Redis and the kernel measure themselves, to compare with (docs/LATENCY.md)."""
import re
import socket
import sys
import threading
import time

import guard
from admin import Admin, eventually
from observing import CONFIG, SPIN, SlowNetwork, named, stats, table
from results import Results
from wire import Client, request

LIBRARY = "#!lua name=mylib\nredis.register_function('my_count', function(keys) return redis.call('INCR', keys[1]) end)"


class DelayingUpstream(threading.Thread):
    """Answers every request with +OK, PING at once, all others after `delay` seconds, INFO not at all."""

    def __init__(self, delay: float):
        super().__init__(daemon=True)
        self.delay = delay
        self.listener = socket.create_server(("127.0.0.1", guard.free_port()))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client: socket.socket):
        try:
            while data := client.recv(1 << 16):
                for name in re.findall(rb"\*\d+\r\n\$\d+\r\n(\w+)\r\n", data):
                    if name == b"PING":
                        client.sendall(b"+PONG\r\n")
                    elif name == b"INFO":
                        client.sendall(b"-NOPERM this user has no permissions\r\n")
                    else:
                        time.sleep(self.delay)
                        client.sendall(b"+OK\r\n")
        except OSError:
            pass


def an_upstream_that_delays() -> str:
    fake = DelayingUpstream(0.03)
    admin = Admin(guard.free_port())
    with guard.guard(fake.port, CONFIG, admin=f"127.0.0.1:{admin.port}") as running:
        eventually(lambda: stats(admin)["upstream_timing"]["network_us"] is not None)
        with Client(running.port) as client:
            for _ in range(20):
                client.ask("STRLEN", "k")
            wrong = named(admin, "strlen", "in the server")
            client.send(b"".join(request("EXISTS", "k") for _ in range(20)))
            client.read_replies(20)
            wrong = wrong or named(admin, "exists", "waiting behind earlier commands on the same connection")
        where = [row["where"]["avg_us"] for row in stats(admin)["commands"] if row["command"] == "strlen"][0]
        said = stats(admin)["upstream_timing"]["latencystats"]
    fake.listener.close()
    if wrong:
        return wrong
    if not 29_000 < where["server"] < 45_000 or where["network"] > 10_000:
        return f"{where}"
    return "" if said == "cannot be read: INFO is denied" else said


def a_large_reply_in_front(server) -> str:
    """Through a network that needs 5 ms for 64 KB: 2 MB take long, and what is asked behind them waits."""
    with Client(server.port) as direct:
        direct.ask("SET", "huge", "x" * 2_000_000)
    slow = SlowNetwork(server.port, 0.005)
    admin = Admin(guard.free_port())
    with guard.guard(slow.port, CONFIG, admin=f"127.0.0.1:{admin.port}") as running:
        with Client(running.port) as client:
            for _ in range(3):
                client.send(request("GET", "huge") + request("TTL", "huge"))
                client.read_until(2_000_000 + len("$2000000\r\n\r\n:-1\r\n"))
        wrong = named(admin, "get", "transferring the reply") or \
            named(admin, "ttl", "waiting behind earlier commands on the same connection")
    slow.listener.close()
    return wrong


def redis_own_measure(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        for _ in range(5):
            client.send(request("EVAL", SPIN, 0, 40))
            client.read_line()

    def measured() -> bool:
        rows = [row["server_us"] for row in stats(admin)["commands"] if row["command"] == "eval"]
        return bool(rows and rows[0] and rows[0]["p50"] > 38_000)
    if not eventually(measured):
        return f"{stats(admin)['commands']}"
    with Client(running.port) as client:
        client.ask("PING")
        all_of, row = stats(admin)["upstream_paths"], table(admin, "clients")[0]
    if stats(admin)["upstream_timing"]["latencystats"] != "read":
        return f"{stats(admin)['upstream_timing']}"
    if not all_of["connections"] or not 0 < all_of["rtt_min_us"] <= all_of["rtt_median_us"] <= all_of["rtt_max_us"]:
        return f"{all_of}"
    return "" if row["upstream_path_us"] > 0 and row["upstream_path_min_us"] > 0 else f"{row}"


def redis_own_measure_is_off(server, running, admin: Admin) -> str:
    with Client(server.port) as direct:
        direct.ask("CONFIG", "SET", "latency-tracking", "no")
        off = eventually(lambda: "latency-tracking is off" in stats(admin)["upstream_timing"]["latencystats"])
        direct.ask("CONFIG", "SET", "latency-tracking", "yes")
    return "" if off else f"{stats(admin)['upstream_timing']}"


def functions_by_name(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.ask_bulk("FUNCTION", "LOAD", LIBRARY)
        for _ in range(3):
            client.ask("FCALL", "my_count", 1, "n")
    rows = [row for row in table(admin, "scripts") if row["script"] == "my_count"]
    if not rows or rows[0]["calls"] != 3 or rows[0].get("library") != "mylib":
        return f"{table(admin, 'scripts')}"
    return ""


def main() -> int:
    results = Results()
    results.add("an_upstream_that_delays", an_upstream_that_delays())
    admin = Admin(guard.free_port())
    with guard.redis() as server:
        with guard.guard(server.port, CONFIG, admin=f"127.0.0.1:{admin.port}") as running:
            for scenario in (redis_own_measure, redis_own_measure_is_off, functions_by_name):
                results.add(scenario.__name__, scenario(server, running, admin))
        results.add("a_large_reply_in_front", a_large_reply_in_front(server))
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
