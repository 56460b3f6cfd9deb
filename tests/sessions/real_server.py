#!/usr/bin/env python3
"""Every connection state against a real redis-server: the client sees the same, byte for byte.

Each scenario runs twice, directly and through the guard, on one server that is emptied in between: two
would answer in different orders, because each draws a seed for its hash tables. A scenario is a list of
steps: bytes to send, Timed(...) for what a timeout answers, Other(...) for what another client does,
CLOSE_WRITE. No step waits for a guessed time, see Observer.read_settled.
"""
import itertools
import sys

import guard
from observer import Observer
from wire import Client, comparable, request as r


class Other:
    """Requests of another client, straight to the server, each with a reply of one line."""

    def __init__(self, *requests: bytes):
        self.requests = requests


class Timed:
    """Requests of the client, some answered only when their time is over: so many replies in all."""

    def __init__(self, requests: bytes, replies: int):
        self.requests, self.replies = requests, replies


CLOSE_WRITE = object()
SUBSCRIBE_MANY = r("SUBSCRIBE", *[f"c{i}" for i in range(40)])

SCENARIOS = {
    "ping": [r("PING"), r("PING", "x")],
    "inline forms": [b"PING\r\nECHO 'a b'\n\r\n  \r\nECHO \"\\x41\\n\"\r\n", b"SET k \"\"\r\nGET k\r\n"],
    "hello 2, 3 and back": [r("HELLO", 3), r("HGETALL", "none"), r("HELLO", 2), r("HGETALL", "none"), r("HELLO")],
    "hello errors": [r("HELLO", 4), r("HELLO", "x"), r("HELLO", 3, "AUTH", "u", "p"), r("HELLO", 3, "FOO"), r("PING")],
    "hello setname": [r("HELLO", 3, "SETNAME", "n1"), r("CLIENT", "GETNAME"), r("RESET"), r("CLIENT", "GETNAME")],
    "auth without password": [r("AUTH", "x"), r("AUTH", "default", "x"), r("PING")],
    "select": [r("SELECT", 3) + r("SET", "a", 1), r("SELECT", 0) + r("GET", "a"), r("SELECT", 99), r("SELECT", "x")],
    "multi exec": [r("MULTI") + r("SET", "a", 1) + r("INCR", "a") + r("EXEC"), r("EXEC"), r("DISCARD")],
    "multi with an error": [r("MULTI"), r("NOSUCH"), r("SET", "a", 1), r("EXEC"), r("GET", "a")],
    "multi discard": [r("MULTI"), r("SET", "a", 1), r("DISCARD"), r("GET", "a")],
    "nested multi, watch inside": [r("MULTI"), r("MULTI"), r("WATCH", "a"), r("PING"), r("EXEC")],
    "exec with arguments": [r("MULTI"), r("PING"), r("EXEC", "x"), r("PING")],
    "discard with arguments": [r("MULTI"), r("DISCARD", "x"), r("PING"), r("EXEC")],
    "watch conflict, resp2": [r("WATCH", "w"), Other(r("SET", "w", 1)), r("MULTI"), r("GET", "w"), r("EXEC")],
    "watch conflict, resp3": [r("HELLO", 3), r("WATCH", "w"), Other(r("SET", "w", 1)), r("MULTI") + r("GET", "w") + r("EXEC")],
    "watch, no conflict": [r("WATCH", "w"), r("UNWATCH"), r("MULTI") + r("SET", "w", 2) + r("EXEC")],
    "select inside multi": [r("MULTI") + r("SELECT", 5) + r("SET", "m", 1) + r("EXEC"), r("GET", "m"), r("SELECT", 0)],
    "subscribe, message, unsubscribe": [r("SUBSCRIBE", "a"), Other(r("PUBLISH", "a", "hi")), r("UNSUBSCRIBE", "a"), r("GET", "zz")],
    "subscribe twice, patterns": [r("SUBSCRIBE", "a", "b", "a") + r("PSUBSCRIBE", "a*"), Other(r("PUBLISH", "a", "x")), r("UNSUBSCRIBE"), r("PUNSUBSCRIBE"), r("PING")],
    "subscribe without channels": [r("SUBSCRIBE"), r("PSUBSCRIBE"), r("SSUBSCRIBE"), r("PING")],
    "unsubscribe without subscriptions": [r("UNSUBSCRIBE"), r("PUNSUBSCRIBE"), r("SUNSUBSCRIBE"), r("UNSUBSCRIBE", "a", "b"), r("PING")],
    "forty channels": [SUBSCRIBE_MANY, Other(r("PUBLISH", "c7", "x")), r("UNSUBSCRIBE"), r("GET", "zz")],
    "subscribed: other commands are refused": [r("SUBSCRIBE", "a"), r("GET", "x"), r("HELLO", 3), r("PING"), r("PING", "y"), r("RESET"), r("GET", "x")],
    "subscribed: multi": [r("MULTI"), r("PING"), r("DISCARD"), r("SUBSCRIBE", "a"), r("MULTI"), r("EXEC"), r("UNSUBSCRIBE", "a"), r("EXEC")],
    "sharded": [r("SSUBSCRIBE", "s1", "s2"), Other(r("SPUBLISH", "s1", "m")), r("SUNSUBSCRIBE"), r("PING")],
    "resp3 pub/sub with commands between": [r("HELLO", 3), r("SUBSCRIBE", "a", "b"), Other(r("PUBLISH", "a", "1")), r("SET", "k", 1) + r("GET", "k"), Other(r("PUBLISH", "b", "2")), r("UNSUBSCRIBE"), r("PING")],
    "resp3 own publish": [r("HELLO", 3), r("SUBSCRIBE", "a"), r("PUBLISH", "a", "self"), r("MULTI") + r("PUBLISH", "a", "m") + r("SET", "k", 1) + r("EXEC")],
    "hello 2 while subscribed": [r("HELLO", 3), r("SUBSCRIBE", "a"), r("HELLO", 2), Other(r("PUBLISH", "a", "x")), r("UNSUBSCRIBE")],
    "keyspace events inside replies": [r("CONFIG", "SET", "notify-keyspace-events", "KEA"), r("HELLO", 3), r("PSUBSCRIBE", "__key*__:*"), Other(r("DEBUG", "SET-ACTIVE-EXPIRE", 0)), r("SET", "a", 1, "PX", 1) + r("SET", "b", 1, "PX", 1), Other(r("DEBUG", "SLEEP", 0.005)), r("MGET", "l", "a", "x", "b"), Other(r("DEBUG", "SET-ACTIVE-EXPIRE", 1)), r("CONFIG", "SET", "notify-keyspace-events", "")],
    "an array that looks like a message": [r("RPUSH", "l", "message", "a", "b"), r("LRANGE", "l", 0, -1), r("PING")],
    "client reply off and on": [r("CLIENT", "REPLY", "OFF"), r("SET", "a", 1) + r("GET", "a"), r("CLIENT", "REPLY", "ON"), r("PING")],
    "client reply skip": [r("CLIENT", "REPLY", "SKIP") + r("PING", 1) + r("PING", 2), r("CLIENT", "REPLY", "SKIP") + b"\r\n" + r("PING", 3)],
    "client reply skip skip": [r("CLIENT", "REPLY", "SKIP") + r("CLIENT", "REPLY", "SKIP") + r("PING", 1) + r("PING", 2)],
    "client reply skip, on": [r("CLIENT", "REPLY", "SKIP") + r("CLIENT", "REPLY", "ON") + r("PING", 1)],
    "client reply off, reset": [r("CLIENT", "REPLY", "OFF") + r("PING", 1) + r("RESET") + r("PING", 2)],
    "client reply skip, reset": [r("CLIENT", "REPLY", "SKIP") + r("RESET") + r("PING", 2)],
    "client reply off, subscribe": [r("CLIENT", "REPLY", "OFF"), r("SUBSCRIBE", "a"), Other(r("PUBLISH", "a", "x")), r("RESET"), r("PING")],
    "client reply errors": [r("CLIENT", "REPLY"), r("CLIENT", "REPLY", "maybe"), r("CLIENT", "REPLY", "ON", "x"), r("PING")],
    "tracking, resp3": [r("HELLO", 3) + r("CLIENT", "TRACKING", "ON") + r("GET", "k"), Other(r("SET", "k", 2)), r("GET", "k"), r("SET", "k", 3), Other(r("FLUSHALL")), r("PING")],
    "blocking pop, served": [r("BLPOP", "l", 0) + r("PING"), Other(r("RPUSH", "l", "v")), Timed(r("BLMOVE", "l", "m", "LEFT", "LEFT", 0.02), 1)],
    "blocking pop, time out": [Timed(r("BLPOP", "l", 0.02), 1), Timed(r("BZPOPMIN", "z", 0.02) + r("PING"), 2)],
    "blocking, resp3": [r("HELLO", 3), r("BZPOPMIN", "z", 0), Other(r("ZADD", "z", 1, "m")), Timed(r("BLPOP", "l", 0.02), 1)],
    "xread block": [r("XREAD", "BLOCK", 0, "STREAMS", "s", "$"), Other(r("XADD", "s", "1-1", "f", "v")), Timed(r("XREAD", "BLOCK", 20, "STREAMS", "s", "$"), 1), r("XREAD", "STREAMS", "s", 0)],
    "blocking inside multi": [r("MULTI") + r("BLPOP", "l", 0) + r("EXEC")],
    "wait": [r("WAIT", 0, 20), Timed(r("WAIT", 1, 20) + r("PING"), 2)],
    "reset clears everything": [r("HELLO", 3), r("MULTI"), r("SET", "a", 1), r("RESET"), r("GET", "a"), r("EXEC")],
    "reset with arguments": [r("MULTI"), r("RESET", "x"), r("EXEC"), r("PING")],
    "quit": [r("PING") + r("QUIT") + r("PING")],
    "quit inside multi": [r("MULTI") + r("SET", "a", 1) + r("QUIT", "x", "y")],
    "protocol error behind replies": [r("PING") + b"*1\r\n+PING\r\n" + r("PING")],
    "bad counts": [b"*x\r\n"], "bad length": [b"*1\r\n$-1\r\n"], "unbalanced quotes": [b"PING \"a\r\n"],
    "too many arguments": [b"*2147483648\r\n"], "huge header": [b"*" + b"1" * 66000],
    "half-close with replies due": [r("PING", 1) + r("ECHO", "x" * 1000) + r("INCR", "n"), CLOSE_WRITE],
    "half-close behind a pipeline": [b"".join(r("INCR", "n") for _ in range(2000)), CLOSE_WRITE],
    "half-close inside a request": [r("PING") + b"*2\r\n$4\r\nECHO\r\n$5\r\nab", CLOSE_WRITE],
    "half-close while blocked": [r("BLPOP", "l", 0) + r("PING"), CLOSE_WRITE],
    "unknown commands": [r("NOSUCH", "a\r\nb"), r("FT.SEARCH", "i", "q"), r("JSON.GET", "k"), r("")],
    "scripts": [r("EVAL", "return {1,'a',redis.status_reply('S'),redis.error_reply('E x'),{2}}", 0), r("EVALSHA", "0" * 40, 0), r("SCRIPT", "LOAD", "return 1"), r("SCRIPT", "EXISTS", "0" * 40)],
    "deep and long replies": [r("EVAL", "local t={} for i=1,2000 do t={t} end return t", 0), r("EVAL", "return redis.status_reply(string.rep('x',200000))", 0)],
    "resp3 types": [r("HELLO", 3)] + [r("DEBUG", "PROTOCOL", kind) for kind in ("string", "integer", "double", "null", "array", "set", "map", "attrib", "push", "verbatim", "true", "false", "bignum")],
    "resp2 types": [r("DEBUG", "PROTOCOL", kind) for kind in ("string", "integer", "double", "null", "array", "set", "map", "verbatim", "true", "bignum")],
    "large values": [r("SET", "big", "v" * 3_000_000), r("GET", "big"), r("SETRANGE", "big", 10, "x"), r("STRLEN", "big")],
    "many large arguments": [r("MSET", *[x for i in range(40) for x in (f"k{i}", "v" * 100_000)]), r("MGET", *[f"k{i}" for i in range(40)])],
    "one hundred thousand arguments": [r("RPUSH", "l", *["e"] * 100_000), r("LLEN", "l")],
    "empty arguments": [r("SET", "", ""), r("GET", ""), r("ECHO", "")],
    "odd terminators": [b"*2\rX$4\rYECHOZZ$3\r\nabcQQ" + r("PING"), b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$70000\r\n" + b"v" * 70000 + b"zz" + r("STRLEN", "k")],
    "shifted by a wrong length": [b"*1\r\n$3\r\nPING\r\n*1\r\n$4\r\nPING\r\n"],
}


def act(step, client: Client, observer: Observer) -> None:
    if isinstance(step, Other):
        for one in step.requests:
            observer.send(one)
            observer.read_replies(1)
    elif step is CLOSE_WRITE:
        client.half_close()
    else:
        client.send(step.requests if isinstance(step, Timed) else step)


def play(steps: list, port: int, observer: Observer, wanted: list) -> list:
    """`wanted`: as it came directly, to wait for; nothing if this is the direct turn."""
    observer.empty()
    with Client(port) as client:
        seen = []
        for number, step in enumerate(steps):
            act(step, client, observer)
            data = client.read_replies(step.replies) if isinstance(step, Timed) else b""
            if wanted:
                data += client.read_while(lambda more: len(comparable(data + more)) < len(wanted[number]))
            seen.append(comparable(data + observer.read_settled(client)))
        if wanted and wanted[-1]:
            seen[-1] += client.read_to_end()
        return seen + [client.ended]


def shown(value) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}... ({len(value)} bytes)"


def main() -> int:
    passed = failed = 0
    # No rules: what the policy does is tested elsewhere; here nothing may differ.
    config = "[policy]\npresets = []\n[probe]\ninterval = \"0\"\n"
    with guard.redis() as server, guard.guard(server.port, config) as running, \
            Observer(server, running) as observer:
        for name, steps in SCENARIOS.items():
            direct = play(steps, server.port, observer, [])
            through = play(steps, running.port, observer, direct)
            if not observer.is_alone():
                through.append("left its connection to the server open")
            if direct == through:
                passed += 1
                continue
            failed += 1
            print(f"FAILED {name}")
            for number, (a, b) in enumerate(itertools.zip_longest(direct, through), 1):
                if a != b:
                    print(f"  step {number} direct: {shown(a)}\n  step {number} guard:  {shown(b)}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
