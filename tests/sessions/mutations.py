#!/usr/bin/env python3
"""Random streams with denied commands in them, against a real redis-server.

First half: streams that the server understands, with transactions and silenced replies; what it executed must
be what was judged good, in order. Second half: the same kind of stream with bytes changed, added, doubled and
taken out, in any number of parts; nothing denied may be executed or even looked at, whatever became of it.
"""
import argparse
import random
import sys
import time

import guard
from spellings import SPELLINGS
from wire import Client, request as r
from results import Results
from witness import Server, replies_of

CONFIG = "[policy]\nbarrier = \"0\"\n[probe]\ninterval = \"0\"\n"
BAD = [bad for bad in SPELLINGS.values() if len(bad) < 1000]
GOOD = [("SET", "k{}", "v"), ("GET", "k{}"), ("INCR", "n{}"), ("LPUSH", "l{}", "x" * 50), ("HSET", "h{}", "f", "v"), ("ECHO", "e{}"),
        ("DEL", "k{}"), ("SADD", "s{}", "FLUSHALL"), ("SET", "big{}", "y" * 5000)]
# Not compared: MONITOR shows them or not, and the guard sends DISCARD where EXEC was poisoned.
FRAME = {b"multi", b"exec", b"discard", b"client", b"reset", b"hello", b"watch", b"unwatch"}
# Between denied commands in streams that are then spoilt.
AROUND = [r("SET", "a", 1), r("MULTI"), r("EXEC"), r("DISCARD"), r("CLIENT", "REPLY", "SKIP"), r("CLIENT", "REPLY", "OFF"),
          r("CLIENT", "REPLY", "ON"), r("RESET"), r("WATCH", "a"), r("HELLO", 3), r("HELLO", 2), r("SUBSCRIBE", "c"), r("UNSUBSCRIBE"),
          r("BLPOP", "x", "0.01"), b"PING\r\n", b"\r\n", r("ECHO", "x"), r("EVAL", "return redis.error_reply('a\\r\\nb')", 0),
          r("SELECT", 1), b"*0\r\n", b"*-1\r\n", r("EVAL", "return redis.status_reply('OK')", 0)]
# What no spoilt stream may change. (tcp-keepalive may become another number, so only its zero counts.)
GUARDED = ("maxmemory-policy", "replica-read-only", "port", "dir", "dbfilename", "save", "appendonly", "requirepass", "maxclients",
           "proto-max-bulk-len", "client-query-buffer-limit", "min-replicas-to-write", "protected-mode")


class Streams:
    """Well-formed streams, and what the server should execute of them."""

    def __init__(self, seed: int, number: int):
        self.dice = random.Random(seed)
        self.number, self.count = number, 0
        self.bytes = b""
        self.expected: list[list[bytes]] = []
        self.queued: list[list[bytes]] | None = None  # Inside MULTI.
        self.poisoned = False

    def add(self) -> None:
        dice = self.dice.random()
        if dice < 0.35:
            self.bytes += self.dice.choice(BAD)
            self.poisoned = True
        elif dice < 0.6:
            self.frame()
        else:
            self.good()

    def good(self) -> None:
        self.count += 1
        words = [w.format(f"{self.number}-{self.count}") for w in self.dice.choice(GOOD)]
        inline = self.dice.random() < 0.3 and max(map(len, words)) < 1000
        self.bytes += " ".join(words).encode() + b"\r\n" if inline else r(*words)
        (self.expected if self.queued is None else self.queued).append([w.encode() for w in words])

    def frame(self) -> None:
        if self.queued is None:
            kind = self.dice.randrange(5)
            self.bytes += [r("MULTI"), r("multi"), r("CLIENT", "REPLY", self.dice.choice(("OFF", "ON", "SKIP"))),
                           r("HELLO", self.dice.choice((2, 3))), r("WATCH", "w")][kind]
            if kind < 2:
                self.queued, self.poisoned = [], False
            return
        kind = self.dice.randrange(6)
        self.bytes += [r("EXEC"), r("EXEC"), b"exec\r\n", r("DISCARD"), r("MULTI"), r("RESET")][kind]
        if kind < 3 and not self.poisoned:
            self.expected += self.queued
        if kind != 4:  # A nested MULTI is an error, and no more.
            self.queued = None

    def close(self, mark: str) -> bytes:
        if self.queued is not None:
            self.bytes += r("DISCARD")
        self.bytes += r("CLIENT", "REPLY", "ON") + r("ECHO", mark)
        return self.bytes


def in_parts(dice: random.Random, stream: bytes, counts) -> list[bytes]:
    cuts = sorted(dice.randrange(len(stream) + 1) for _ in range(dice.choice(counts)))
    return [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)]) if b > a]


def judged_is_executed(results: Results, server: Server, port: int, seconds: float, seed: int) -> None:
    played = wrong = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and wrong < 5:
        made = Streams(seed + played, played)
        for _ in range(made.dice.randint(1, 16)):
            made.add()
        mark = f"mark-{played}"
        stream = made.close(mark)
        replies_of(port, in_parts(made.dice, stream, (0, 1, 3, 8)), mark.encode() + b"\r\n")
        executed = [words for words in server.executed() if words[0].lower() not in FRAME and words[-1] != mark.encode()]
        played += 1
        if executed != made.expected:
            wrong += 1
            results.add(f"seed {seed + played - 1}", f"sent {stream[:1500]!r}\n  judged   {made.expected}\n  executed {executed}")
    print(f"{played} well-formed streams, first seed {seed}")
    results.add("what was judged good is what was executed", "" if played and not server.untouched() else server.untouched() or "none played")


def spoilt(dice: random.Random, stream: bytearray) -> bytes:
    for _ in range(dice.choice((0, 1, 1, 2, 3, 5))):
        if not stream:
            break
        at, kind = dice.randrange(len(stream)), dice.randrange(5)
        if kind == 0:
            stream[at] = dice.randrange(256)
        elif kind == 1:
            stream[at:at] = bytes([dice.choice(b"\0\r\n*$ \"'019-+_:\\x\xff\x0b\t")])
        elif kind == 2:
            del stream[at:at + dice.randint(1, 3)]
        elif kind == 3:
            stream[at:at] = stream[at:at + dice.randint(1, 40)]
        else:
            stream[at] ^= 0x20
    return bytes(stream)


def guarded(server: Server) -> list[bytes]:
    values = [server.ask("CONFIG", "GET", name) for name in GUARDED]
    return values + [b"no keep-alive" if server.ask("CONFIG", "GET", "tcp-keepalive").endswith(b"\r\n0\r\n") else b""]


def nothing_denied_arrives(results: Results, server: Server, port: int, seconds: float, seed: int) -> None:
    server.forbidden = server.forbidden - {"config|set"}  # Spoilt, it may well be one that is allowed.
    server.forget()
    before, recent, played, wrong = guarded(server), [], 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and wrong < 5:
        for _ in range(20):
            dice = random.Random(seed + played)
            stream = spoilt(dice, bytearray(b"".join(dice.choice(BAD if dice.random() < 0.5 else AROUND) for _ in range(dice.randint(1, 8)))))
            with Client(port) as client:
                for part in in_parts(dice, stream, (0, 0, 1, 3)):
                    client.send(part)
                client.half_close()
                client.read_to_end()
            recent = [*recent[-19:], stream[:300]]
            played += 1
        problem = f"{server.calls() or ''}"
        if (now := guarded(server)) != before:
            problem += f" changed: {[value for value in now if value not in before]}"
        if problem:
            wrong += 1
            results.add(f"one of the 20 seeds before {seed + played}", problem + "".join(f"\n    {stream!r}" for stream in recent))
            before = now
            server.forget()
    print(f"{played} spoilt streams, first seed {seed}")
    results.add("of spoilt streams nothing denied arrives", "" if played else "none played")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the first stream; 0: by the clock")
    options = parser.parse_args()
    seed = options.seed or int(time.time() * 1000)
    results = Results()
    with guard.redis() as process, guard.guard(process.port, CONFIG) as running:
        server = Server(process)
        judged_is_executed(results, server, running.port, options.seconds / 2, seed)
        nothing_denied_arrives(results, server, running.port, options.seconds / 2, seed)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
