#!/usr/bin/env python3
"""Every connection state against a real redis-server: the client sees the same, byte for byte.

Each scenario runs twice, directly and through the guard, on one server that is emptied in between: two
would answer in different orders, because each draws a seed for its hash tables. A scenario is a list of
steps: bytes to send, Timed(...) for what a timeout answers, Other(...) for what another client does,
Second(...) for another one whose replies are compared too, CLOSE_WRITE. In place of bytes may stand a
function that makes them from the Observer. No step waits for a guessed time, see Observer.read_settled.
"""
import contextlib
import itertools
import sys

import guard
from observer import Observer
from wire import Client, comparable, request as r


class Other:
    """Requests of another client, straight to the server, each with a reply of one line."""

    def __init__(self, *requests: bytes):
        self.requests = requests


class Second:
    """Requests on a second connection to where the client is connected."""

    def __init__(self, requests: bytes):
        self.requests = requests


class Timed:
    """Requests of the client, some answered only when their time is over: so many replies in all."""

    def __init__(self, requests: bytes, replies: int):
        self.requests, self.replies = requests, replies


def with_id_of(name: str, *arguments):
    """A request with the server's id of the client of that name in place of ID."""
    return lambda observer: r(*[observer.id_of(name) if a is ID else a for a in arguments])


ID = object()
CLOSE_WRITE = object()
# What the policy does is tested elsewhere; here nothing may differ.
NO_RULES = "[policy]\npresets = []\n[probe]\ninterval = \"0\"\n"
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
    "watch, expired": [r("SET", "w", 1, "PX", 300) + r("WATCH", "w"), Other(r("DEBUG", "SLEEP", 0.4)), r("MULTI") + r("PING") + r("EXEC")],
    "errors inside exec": [r("MULTI") + r("SET", "a", "x") + r("INCR", "a") + r("LPUSH", "a", "x") + r("EXEC"), r("GET", "a")],
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
    "tracking, bcast": [r("HELLO", 3) + r("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "k"), Other(r("SET", "k1", 2)), r("PING"), r("CLIENT", "TRACKING", "OFF"), Other(r("SET", "k1", 3)), r("PING")],
    "tracking, optin": [r("HELLO", 3) + r("CLIENT", "TRACKING", "ON", "OPTIN"), r("GET", "j") + r("CLIENT", "CACHING", "YES") + r("GET", "k"), Other(r("SET", "k", 2), r("SET", "j", 2)), r("PING")],
    "tracking, noloop": [r("HELLO", 3) + r("CLIENT", "TRACKING", "ON", "NOLOOP") + r("GET", "k"), r("SET", "k", 1), r("GET", "k"), Other(r("SET", "k", 2)), r("PING")],
    "tracking, redirect to nobody": [r("HELLO", 2), r("CLIENT", "TRACKING", "ON", "REDIRECT", 99999), r("PING")],
    "tracking, resp2 redirect": [Second(r("CLIENT", "SETNAME", "second") + r("SUBSCRIBE", "__redis__:invalidate")), with_id_of("second", "CLIENT", "TRACKING", "ON", "REDIRECT", ID), r("GET", "k"), Other(r("SET", "k", 1)), r("GET", "k"), r("SET", "k", 2), Other(r("FLUSHALL")), r("PING"), Second(r("UNSUBSCRIBE") + r("PING"))],
    "tracking, resp3 redirect": [Second(r("HELLO", 3, "SETNAME", "second")), with_id_of("second", "CLIENT", "TRACKING", "ON", "REDIRECT", ID), r("GET", "k"), Second(r("GET", "k") + r("SET", "k", 1) + r("GET", "k")), r("PING")],
    "tracking, redirect broken": [Second(r("HELLO", 3, "SETNAME", "second")), r("HELLO", 3), with_id_of("second", "CLIENT", "TRACKING", "ON", "REDIRECT", ID), r("GET", "k"), Second(r("QUIT")), Other(r("SET", "k", 1)), r("PING")],
    "a channel that is called like invalidations": [r("SUBSCRIBE", "__redis__:invalidate"), Other(r("PUBLISH", "__redis__:invalidate", "x")), r("UNSUBSCRIBE"), r("PING")],
    "blocking pop, served": [r("BLPOP", "l", 0) + r("PING"), Other(r("RPUSH", "l", "v")), Timed(r("BLMOVE", "l", "m", "LEFT", "LEFT", 0.02), 1)],
    "blocking pop, time out": [Timed(r("BLPOP", "l", 0.02), 1), Timed(r("BZPOPMIN", "z", 0.02) + r("PING"), 2)],
    "blocking, resp3": [r("HELLO", 3), r("BZPOPMIN", "z", 0), Other(r("ZADD", "z", 1, "m")), Timed(r("BLPOP", "l", 0.02), 1)],
    "xread block": [r("XREAD", "BLOCK", 0, "STREAMS", "s", "$"), Other(r("XADD", "s", "1-1", "f", "v")), Timed(r("XREAD", "BLOCK", 20, "STREAMS", "s", "$"), 1), r("XREAD", "STREAMS", "s", 0)],
    "blmpop, bzmpop": [r("BLMPOP", 0, 1, "l", "LEFT"), Other(r("RPUSH", "l", "v")), r("BZMPOP", 0, 1, "z", "MIN"), Other(r("ZADD", "z", 1, "m"))],
    "brpoplpush, bzpopmax": [r("BRPOPLPUSH", "l", "m", 0), Other(r("RPUSH", "l", "v")), r("BZPOPMAX", "z", 0), Other(r("ZADD", "z", 1, "m"))],
    "xreadgroup block": [r("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"), r("XREADGROUP", "GROUP", "g", "c", "BLOCK", 0, "STREAMS", "s", ">"), Other(r("XADD", "s", "1-1", "f", "v")), r("PING")],
    "blocked: the group is destroyed": [r("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM"), r("XREADGROUP", "GROUP", "g", "c", "BLOCK", 0, "STREAMS", "s", ">") + r("PING"), Other(r("XGROUP", "DESTROY", "s", "g"), r("XADD", "s", "1-1", "f", "v"))],
    "blocked: a key of another type": [r("BLPOP", "l", 0), Other(r("SET", "l", "v"), r("DEL", "l"), r("RPUSH", "l", "a"))],
    "blocked: client unblock": [r("CLIENT", "SETNAME", "it"), r("BLPOP", "l", 0) + r("PING"), Other(with_id_of("it", "CLIENT", "UNBLOCK", ID, "TIMEOUT")), r("HELLO", 3) + r("BZPOPMIN", "z", 0) + r("PING"), Other(with_id_of("it", "CLIENT", "UNBLOCK", ID, "ERROR")), r("PING")],
    "blocked: killed": [r("CLIENT", "SETNAME", "it"), r("PING") + r("BLPOP", "l", 0) + r("PING"), Other(with_id_of("it", "CLIENT", "KILL", "ID", ID))],
    "client pause": [Other(r("CLIENT", "PAUSE", 60_000, "WRITE")), r("GET", "a") + r("SET", "a", 1) + r("GET", "a"), Other(r("CLIENT", "UNPAUSE")), r("PING")],
    "blocking inside multi": [r("MULTI") + r("BLPOP", "l", 0) + r("EXEC")],
    "wait": [r("WAIT", 0, 20), Timed(r("WAIT", 1, 20) + r("PING"), 2)],
    "reset clears everything": [r("HELLO", 3), r("MULTI"), r("SET", "a", 1), r("RESET"), r("GET", "a"), r("EXEC")],
    "reset with arguments": [r("MULTI"), r("RESET", "x"), r("EXEC"), r("PING")],
    "post": [b"POST / HTTP/1.1\r\nHost: x\r\n\r\n"], "host": [b"Host: x\r\n"], "get of a browser": [b"GET / HTTP/1.1\r\n"],
    "quit": [r("PING") + r("QUIT") + r("PING")],
    "client kills itself": [r("HELLO", 3) + r("SUBSCRIBE", "a"), r("PING", 1) + r("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "no") + r("PING", 2)],
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
    "functions": [r("FUNCTION", "LOAD", "REPLACE", "#!lua name=x\nredis.register_function('f', function(k, a) return {1, 'a', redis.error_reply('E x')} end)"), r("FCALL", "f", 0) + r("FCALL_RO", "f", 0), r("FUNCTION", "FLUSH")],
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


def play(steps: list, port: int, observer: Observer, wanted: list) -> list:
    """`wanted`: as it came directly, to wait for; nothing if this is the direct turn."""
    observer.empty()
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(port))]
        seen = []
        for number, step in enumerate(steps):
            if isinstance(step, Second) and len(clients) == 1:
                clients.append(stack.enter_context(Client(port)))
            act(step, clients, observer)
            data = [b""] * len(clients)
            if isinstance(step, Timed):
                data[0] = clients[0].read_replies(step.replies)
            if wanted:
                data = [have + client.read_while(lambda more, h=have, w=due: len(comparable(h + more)) < len(w))
                        for client, have, due in zip(clients, data, wanted[number])]
            data = [have + more for have, more in zip(data, observer.read_all_settled(clients))]
            seen.append([comparable(each) for each in data])
        if wanted and wanted[-1][0]:
            seen[-1][0] += clients[0].read_to_end()
        return seen + [[client.ended for client in clients]]


def act(step, clients: list[Client], observer: Observer) -> None:
    if isinstance(step, Other):
        for one in step.requests:
            observer.send(made(one, observer))
            observer.read_replies(1)
    elif step is CLOSE_WRITE:
        clients[0].half_close()
    elif isinstance(step, Second):
        clients[1].send(step.requests)
    else:
        clients[0].send(step.requests if isinstance(step, Timed) else made(step, observer))


def made(request, observer: Observer) -> bytes:
    return request(observer) if callable(request) else request


def shown(value) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:300]}... ({len(value)} bytes)"


def compare(scenarios: dict, server, running, observer: Observer) -> tuple[int, int]:
    """How many are equal and how many are not, which are printed."""
    failed = 0
    for name, steps in scenarios.items():
        direct = play(steps, server.port, observer, [])
        through = play(steps, running.port, observer, direct)
        if not observer.is_alone():
            through.append("left its connection to the server open")
        if direct == through:
            continue
        failed += 1
        print(f"FAILED {name}")
        for number, (a, b) in enumerate(itertools.zip_longest(direct, through), 1):
            if a != b:
                print(f"  step {number} direct: {shown(a)}\n  step {number} guard:  {shown(b)}", flush=True)
    return len(scenarios) - failed, failed


def main() -> int:
    with guard.redis() as server, guard.guard(server.port, NO_RULES) as running, \
            Observer(server, running) as observer:
        passed, failed = compare(SCENARIOS, server, running, observer)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
