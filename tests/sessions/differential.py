#!/usr/bin/env python3
"""The same bytes to redis-server directly and through the guard: what the client sees must be equal.

Streams are made from the requests of the vectors, joined, cut and mutated at random; each ends with a
half-close, so both sides answer everything and close. Both are played on the same server, emptied in
between: the order of its hash tables (SMEMBERS, UNSUBSCRIBE) hangs on a seed that each process draws
for itself. What may differ is in docs/PROTOCOL.md ("Where the guard differs"); streams that would run
into it are not made, except for NUL bytes behind a name (replies.py). A difference prints the seed and
the stream; `--seed N --count 1` plays it again.
"""
import argparse
import json
import random
import sys
import time

import guard
from notation import decode
from observer import Observer
from replies import check_itself, equal_but_for_nul
from wire import Client, comparable, request as r

# What would stop or change the server, answers differently each time, or is a documented difference:
# NUL bytes (D1), HTTP (D2), several reply modes and subscriptions inside MULTI (D6).
FORBIDDEN = [b"\0", b"post", b"host:", b"shutdown", b"debug", b"monitor", b"sync", b"replconf", b"replicaof", b"slaveof",
             b"failover", b"migrate", b"cluster", b"save", b"rewriteaof", b"config", b"kill", b"pause", b"sleep", b"info",
             b"time", b"rand", b"scan", b"acl", b"module", b"function", b"list", b"client id", b"\r\nid\r\n", b"spop",
             b"ttl", b"keys", b"pubsub", b"stats", b"latency", b"memory", b"slowlog", b"command", b"auth", b"block", b"blpop",
             b"brpop", b"blm", b"bz", b"wait", b"swapdb", b"restore", b"unblock", b"object", b"role", b"lolwut", b"script",
             b"tracking"]
MULTI_UNSAFE = [b"subscribe", b"reply", b"hello"]
SILENCED_PUSH = [b"hello", b"reply", b"subscribe", b"publish"]  # All of them together: D11.
OWN = [r("SET", "k", "v"), r("GET", "k"), r("INCR", "n"), r("MULTI"), r("EXEC"), r("DISCARD"), r("LPUSH", "l", "a", "b"),
       r("LRANGE", "l", 0, -1), r("HSET", "h", "f", "v"), r("HGETALL", "h"), r("HELLO", 3), r("HELLO", 2), r("SUBSCRIBE", "a", "b"),
       r("PUBLISH", "a", "m"), r("UNSUBSCRIBE"), r("PSUBSCRIBE", "a*"), r("CLIENT", "REPLY", "OFF"), r("CLIENT", "REPLY", "ON"),
       r("CLIENT", "REPLY", "SKIP"), r("RESET"), r("SELECT", 1), r("ECHO", "x" * 300), r("EVAL", "return {1,{2,'x'}}", 0), b"\r\n",
       b"PING\r\n", b"ECHO \"a b\"\n", b"*0\r\n", b"*-1\r\n", r("WATCH", "k"), r("SADD", "s", "a", "b"), r("SMEMBERS", "s"),
       r("NOSUCH", "x"), r("GET"), r("SET", "big", "y" * 40_000), r("GET", "big"), r("QUIT")]


def seeds() -> list[bytes]:
    data = guard.ROOT / "tests/data/vectors"
    found = [decode(v["in"]) for v in json.loads((data / "requests.json").read_text())["vectors"]]
    for vector in json.loads((data / "sessions.json").read_text())["vectors"]:
        found += [decode(step["c"]) for step in vector["steps"] if "c" in step]
    return [s for s in found if len(s) < 5000] + OWN * 4


def make(dice: random.Random, material: list[bytes]) -> list[bytes]:
    """A stream in segments; empty if it may not be played."""
    stream = bytearray(b"".join(dice.choices(material, k=dice.randint(1, 8))))
    for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 4))):
        at = dice.randrange(len(stream)) if stream else 0
        kind = dice.randrange(4)
        if kind == 0 and stream:
            stream[at] = dice.randrange(1, 256)
        elif kind == 1:
            stream[at:at] = bytes([dice.choice(b"\r\n*$ \"'019-+:ax\xff")])
        elif kind == 2:
            del stream[at:at + dice.randint(1, 3)]
        elif stream:
            stream[at:at] = stream[at:at + dice.randint(1, 40)]
    lower = bytes(stream).lower()
    if any(word in lower for word in FORBIDDEN) or len(stream) > 60_000:
        return []
    if b"multi" in lower and any(word in lower for word in MULTI_UNSAFE):
        return []
    if all(word in lower for word in SILENCED_PUSH):
        return []
    cuts = sorted(dice.randrange(len(stream) + 1) for _ in range(dice.choice((0, 0, 1, 3))))
    return [bytes(stream[a:b]) for a, b in zip([0, *cuts], [*cuts, len(stream)]) if b > a]


def send(client: Client, segments: list[bytes]) -> None:
    for number, segment in enumerate(segments):
        if number:
            time.sleep(0.001)  # Another read of the server, most of the time; the result may not depend on it.
        client.send(segment)
    client.half_close()


def difference(segments: list[bytes], direct_port: int, guard_port: int, observer: Observer) -> str:
    observer.empty()
    with Client(direct_port) as client:
        send(client, segments)
        # Not to the end: with replies switched off the server never closes after an error or QUIT (D4).
        direct = comparable(observer.read_settled(client))
    observer.empty()
    with Client(guard_port) as client:
        send(client, segments)
        through = comparable(client.read_to_end())
        closed = client.ended
    nul = b"\\x00" in b"".join(segments).lower()
    equal = direct == through or (nul and equal_but_for_nul(direct, through))
    wrong = [not equal and "different", not closed and "the guard did not close",
             not observer.is_alone() and "the guard left its connection to the server open"]
    wrong = ", ".join(filter(None, wrong))
    return wrong and f"{wrong}\n  direct: {direct!r:.600}\n  guard:  {through!r:.600}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--count", type=int, default=0, help="so many streams instead of a time")
    parser.add_argument("--seed", type=int, default=0, help="of the first stream; 0: by the clock")
    options = parser.parse_args()
    seed = options.seed or int(time.time() * 1000)
    material = seeds()
    played = failed = 0
    config = "[policy]\npresets = []\n[probe]\ninterval = \"0\"\n"
    check_itself()
    with guard.redis() as server, guard.guard(server.port, config) as running, \
            Observer(server, running) as observer:
        end = time.monotonic() + options.seconds
        while (played < options.count) if options.count else (time.monotonic() < end):
            seed += 1
            segments = make(random.Random(seed), material)
            if not segments:
                continue
            played += 1
            wrong = difference(segments, server.port, running.port, observer)
            if wrong:
                failed += 1
                print(f"FAILED seed {seed - 1}: {segments!r:.1500}\n  {wrong}", flush=True)
                if failed >= 20:
                    break
    print(f"{played} streams compared, last seed {seed}")
    print(f"{played - failed} passed, {failed} failed")
    return 1 if failed or not played else 0


if __name__ == "__main__":
    sys.exit(main())
