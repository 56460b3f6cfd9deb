"""Rows E34 to E47 of the table in README.md: sizes, memory and time, against a real redis-server."""
import pathlib
import re
import time

import guard
from wire import AT_MOST, Client, request as r
from results import Results
from witness import all_of

TOO_LARGE = re.compile(rb"^-ERR respguard: command larger than the limit of \d+ bytes\r\n")
PROBE_OFF = "[probe]\ninterval = \"0\"\n"
LIMIT = 1 << 20
MB = 1 << 20


def resident(pid: int) -> int:
    """Bytes of memory that the process has."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


def server_memory(direct: Client) -> int:
    return int(re.search(rb"used_memory:(\d+)", direct.ask_bulk("INFO", "memory"))[1])


def sizes(results: Results, server) -> None:
    """One limit for what is large in whatever way; the connection lives on."""
    with guard.guard(server.port, guard.size_policy(LIMIT) + PROBE_OFF) as running, Client(server.port) as direct:
        for name, data in (("E34 one large argument", r("SET", "big", "x" * 2 * MB)),
                           ("E34 a large key", r("SET", "x" * 2 * MB, "big")),
                           ("E35 many small arguments", r("MSET", *["big"] * 200_000)),
                           ("E35 many empty arguments", r("DEL", "big", *[""] * 200_000))):
            for form, parts in (("", [data]), (", in parts", [data[at:at + 9973] for at in range(0, len(data), 9973)])):
                seen, ended = all_of(running.port, *parts)
                arrived = direct.ask("DBSIZE") != b":0\r\n"
                results.add(name + form, "arrived" if arrived else "" if TOO_LARGE.match(seen) and not ended else f"answered {seen[:200]!r}")
    with guard.guard(server.port, guard.size_policy(1000, 2 * MB) + PROBE_OFF) as running, Client(server.port) as direct:
        seen, ended = all_of(running.port, r("SET", "big", "x" * MB))
        results.add("E45 what is skipped", "" if TOO_LARGE.match(seen) and not ended else f"answered {seen[:200]!r}")
        seen, ended = all_of(running.port, r("SET", "big", "x" * 3 * MB) + r("SET", "behind", 1))
        kept = direct.ask("EXISTS", "big", "behind") == b":0\r\n"
        results.add("E45 what is too large to be skipped", "" if ended and kept else f"answered {seen[:200]!r}")


def many(results: Results, server) -> None:
    """No single request of a pipeline is too large; how many they may be, a rate says."""
    rate = ('[policy]\nbarrier = "0"\n[[policy.rule]]\nid = "rate"\nmatch = { command = ["set", "incr"] }\naction = "reject"\n'
            'over = "100/m"\nper = "client"\n')
    with guard.guard(server.port, rate + PROBE_OFF) as running, Client(server.port) as direct:
        seen, _ = all_of(running.port, r("SET", "n", 1) * 1000)
        counted = (seen.count(b"+OK\r\n"), seen.count(b"(rule=rate)"))
        results.add("E36 a pipeline", "" if counted[0] in range(100, 110) and sum(counted) == 1000 else f"{counted}")
        direct.ask("DEL", "n")
        seen, _ = all_of(running.port, r("MULTI") + r("INCR", "n") * 1000 + r("EXEC"))
        good = b"\r\n-EXECABORT " in seen and direct.ask("EXISTS", "n") == b":0\r\n"
        results.add("E37 a transaction", "" if good else f"answered {seen[-200:]!r}")


def announced(results: Results, server) -> None:
    """A head that promises a lot costs neither the server nor the guard anything."""
    with guard.guard(server.port, guard.size_policy(LIMIT) + PROBE_OFF) as running, Client(server.port) as direct:
        before = server_memory(direct), resident(running.pid)
        for name, head in (("E38 a long argument", b"*1\r\n$536870912\r\n"), ("E38 the last argument", b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\n"),
                           ("E39 as many arguments as Redis takes", b"*2147483647\r\n"), ("E39 a million arguments", b"*1048576\r\n$1\r\n")):
            clients = [Client(running.port) for _ in range(20)]
            for client in clients:
                client.send(head)
            with Client(running.port) as other:
                other.ask("PING")
            grown = server_memory(direct) - before[0], resident(running.pid) - before[1]
            for client in clients:
                client.close()
            results.add(name, "" if grown[0] < 4 * MB and grown[1] < 16 * MB else f"grew by {grown} bytes")
        for name, data in (("E40 a head without an end", b"*" + b"1" * 70_000), ("E40 a length without an end", b"*1\r\n$" + b"1" * 70_000),
                           ("E40 an inline request without an end", b"x" * 70_000)):
            seen, ended = all_of(running.port, data)
            results.add(name, "" if ended and seen.startswith(b"-ERR Protocol error: ") else f"answered {seen[:200]!r}")


def offsets(results: Results, server) -> None:
    """A few bytes that would make the server allocate hundreds of megabytes."""
    rule = '[[policy.rule]]\nid = "offset"\nmatch = { command = ["setrange", "setbit", "bitfield"], offset_over = "1mb" }\naction = "reject"\n'
    with guard.guard(server.port, "[policy]\nbarrier = \"0\"\n" + rule + PROBE_OFF) as running, Client(server.port) as direct:
        before = server_memory(direct)
        for name, data in (("SETRANGE", r("SETRANGE", "k", 536870911, "x")), ("SETBIT", r("SETBIT", "k", 4294967295, 1)),
                           ("BITFIELD", r("BITFIELD", "k", "SET", "u8", "#500000000", 1)), ("the second of two", r("BITFIELD", "k", "SET", "u8", 0, 1, "INCRBY", "i5", 4000000000, 1))):
            for form, stream in (("", data), (", inside MULTI", r("MULTI") + data + r("EXEC"))):
                seen, ended = all_of(running.port, stream)
                grown = direct.ask("EXISTS", "k") != b":0\r\n" or server_memory(direct) - before > 4 * MB
                results.add(f"E42 {name}{form}", "arrived" if grown else "" if b"(rule=offset)" in seen and not ended else f"answered {seen!r}")
        seen, _ = all_of(running.port, r("SETRANGE", "k", 1000, "x") + r("SETBIT", "k", 8000, 1) + r("BITFIELD", "k", "GET", "u8", 4000000000))
        results.add("E42 what is below, or reads", "" if b"respguard" not in seen else f"answered {seen!r}")
        direct.ask("DEL", "k")


def slow_senders(results: Results, server) -> None:
    """Half a request is not waited for; of one that is held until it can be judged, a byte now and then is no help.

    What is not held passes at the client's pace, as without a guard: it is the server's affair then.
    """
    with guard.guard(server.port, PROBE_OFF, "--set", "client.request_timeout=400ms") as running:
        head = b"*4\r\n$6\r\nCONFIG\r\n$3\r\nSET\r\n$1000\r\n"
        for name, begun, drip in (("E41 half a request", b"*2\r\n$4\r\nECHO\r\n$1000\r\n", b""), ("E41 half a held request", head, b""),
                                  ("E41 a held request, one byte now and then", head, b"a")):
            with Client(running.port) as client:
                client.send(begun)
                end = time.monotonic() + AT_MOST
                while not client.ended and time.monotonic() < end:
                    client.send(drip)
                    client.read_until_quiet(0.05)
                results.add(name, "" if client.ended else "stands")


def replies(results: Results, server) -> None:
    rule = '[[policy.rule]]\nid = "reply"\nmatch = { command = ["mget", "lrange"], reply_bytes_over = "1mb" }\naction = "close"\n'
    with guard.guard(server.port, rule + PROBE_OFF) as running, Client(server.port) as direct:
        direct.ask("SET", "v", "x" * 100_000)
        seen, ended = all_of(running.port, r("MGET", *["v"] * 5000))
        results.add("E43 a reply of 500 MB", "" if ended and len(seen) <= LIMIT else f"{len(seen)} bytes came")
        deep = ("EVAL", "local t = {} for i = 1, 5000 do t = {t, i} end return t", 0)
        told = []
        for port in (server.port, running.port):
            told.append(all_of(port, r(*deep))[0])
        results.add("E44 5000 levels", "" if told[0] == told[1] and len(told[0]) > 20_000 else f"{[len(t) for t in told]} bytes")
        direct.ask("DEL", "v")


def floods(results: Results, server) -> None:
    with guard.guard(server.port, PROBE_OFF) as running, Client(server.port) as direct:
        before = resident(running.pid)
        with Client(running.port) as client:
            client.socket.settimeout(1)
            flood, sent = r("FLUSHALL") * 20_000, 0
            try:
                while sent < 100 * len(flood):
                    sent += client.socket.send(flood[sent % len(flood):])
            except TimeoutError:
                pass  # It is not read from any more: what was to be seen.
            grown = resident(running.pid) - before
            with Client(running.port) as other:
                alive = other.ask("PING") == b"+PONG\r\n"
        results.add("E46 two million refusals that nobody reads", "" if grown < 16 * MB and alive else f"grew by {grown} bytes, {alive}")

        # Below redis-server's own limit for subscribers (32 MB) nothing may be lost or kept in the guard.
        with Client(running.port) as slow:
            slow.ask("SUBSCRIBE", "news")
            slow.read_until_quiet(0.1)
            before = resident(running.pid)
            for _ in range(200):
                direct.ask("PUBLISH", "news", "x" * 100_000)
            grown = resident(running.pid) - before
            one = len(r("message", "news", "x" * 100_000))
            got = len(slow.read_until(200 * one))
        results.add("E47 20 MB for a subscriber that does not read", "" if grown < 8 * MB and got == 200 * one else f"grew by {grown}, got {got} bytes")


def play(results: Results) -> None:
    with guard.redis() as server:
        for scenario in (sizes, many, announced, offsets, slow_senders, replies, floods):
            scenario(results, server)
