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

# Streams with one of these words, in any letter case, are not played; --help prints this.
FORBIDDEN = {
    "stops or changes the server, or makes it wait for another one": [
        b"shutdown", b"debug", b"replicaof", b"slaveof", b"failover", b"migrate", b"cluster", b"save", b"rewriteaof", b"config",
        b"acl", b"module", b"function", b"script", b"swapdb", b"restore"],
    "ends or stops other clients, the observer too": [b"kill", b"pause", b"unblock"],
    "answers differently each time: times, ids, memory, chance": [
        b"sleep", b"info", b"time", b"rand", b"list", b"client id", b"\r\nid\r\n", b"spop", b"ttl", b"stats", b"latency",
        b"memory", b"slowlog", b"role", b"lolwut"],
    "answers in the order of a hash table that resizes meanwhile": [b"scan", b"keys", b"pubsub"],
    "answers when a time is over or another client comes; real_server.py plays them": [
        b"block", b"blpop", b"brpop", b"blm", b"bz", b"wait", b"tracking"],
    "is answered with the server's own state of users; real_server_access.py plays it": [b"auth"],
    "is no request and reply from there on; closing.py and server_states.py play it": [b"monitor", b"sync", b"replconf"],
    "may be delivered or not when the server hangs up (D2)": [b"post", b"host:"],
    "answers more than 64 KiB, of which the server drops the rest when it sees the half-close in time": [b"command"],
    "stalls the server for ever (D1)": [b"\0"],
}
# Behind MULTI (D6).
MULTI_UNSAFE = [b"subscribe", b"reply", b"hello"]
SILENCED_PUSH = [b"hello", b"reply", b"subscribe", b"publish"]  # All of them together: D11.
OWN = [r("SET", "k", "v"), r("GET", "k"), r("INCR", "n"), r("MULTI"), r("EXEC"), r("DISCARD"), r("LPUSH", "l", "a", "b"),
       r("LRANGE", "l", 0, -1), r("HSET", "h", "f", "v"), r("HGETALL", "h"), r("HELLO", 3), r("HELLO", 2), r("SUBSCRIBE", "a", "b"),
       r("PUBLISH", "a", "m"), r("UNSUBSCRIBE"), r("PSUBSCRIBE", "a*"), r("CLIENT", "REPLY", "OFF"), r("CLIENT", "REPLY", "ON"),
       r("CLIENT", "REPLY", "SKIP"), r("RESET"), r("SELECT", 1), r("ECHO", "x" * 300), r("EVAL", "return {1,{2,'x'}}", 0), b"\r\n",
       b"PING\r\n", b"ECHO \"a b\"\n", b"*0\r\n", b"*-1\r\n", r("WATCH", "k"), r("SADD", "s", "a", "b"), r("SMEMBERS", "s"),
       r("NOSUCH", "x"), r("GET"), r("SET", "big", "y" * 40_000), r("GET", "big"), r("QUIT"), r("OBJECT", "ENCODING", "k")]


def left_out() -> str:
    """For --help."""
    lines = ["not played are streams with one of these words:"]
    for reason, words in FORBIDDEN.items():
        lines.append(f"  {reason}:\n    " + ", ".join(ascii(word.decode())[1:-1] for word in words))
    lines.append("  with MULTI in the same stream (D6):\n    " + ", ".join(word.decode() for word in MULTI_UNSAFE))
    lines.append("  all of them in one stream (D11):\n    " + ", ".join(word.decode() for word in SILENCED_PUSH))
    lines.append("There are no rules, no password, and one server: redis-server as it is installed.")
    return "\n".join(lines)


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
    if any(word in lower for words in FORBIDDEN.values() for word in words) or len(stream) > 60_000:
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
    parser = argparse.ArgumentParser(description=__doc__, epilog=left_out(),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
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
