#!/usr/bin/env python3
"""Passwords and users against a real redis-server: as real_server.py, with a server that asks who it is.

Also what has no counterpart without the guard: a request refused inside MULTI for users who may not
DISCARD or EXEC, where the guard can not end the transaction as it does for everybody else.
"""
import sys

import guard
from observer import Observer
from real_server import NO_RULES, Other, compare, with_id_of, ID
from wire import Client, request as r

USERS = {"lim": "+@all -multi -client &yes", "nod": "+@all -discard", "noe": "+@all -exec",
         "few": "+get +ping +multi +exec"}
REFUSE_DEL = NO_RULES + '[[policy.rule]]\nid = "no-del"\nmatch = { command = "del" }\naction = "reject"\n'

SCENARIOS = {
    "noauth": [r("PING"), r("GET", "a"), r("NOSUCH"), r("AUTH", "wrong"), r("PING"), r("AUTH", "pw"), r("PING")],
    "auth errors": [r("AUTH"), r("AUTH", "a", "b", "c"), r("AUTH", "nobody", "pw"), r("AUTH", "default", "pw"), r("AUTH", "no") + r("PING")],
    "auth, inline": [b"AUTH wrong\r\nAUTH pw\r\nPING\r\n"],
    "hello auth": [r("HELLO", 3), r("HELLO"), r("HELLO", 3, "AUTH", "default", "bad"), r("HELLO", 3, "AUTH", "default", "pw", "SETNAME", "n"), r("PING"), r("RESET"), r("PING")],
    "hello auth, then an error": [r("HELLO", 3, "AUTH", "default", "pw", "FOO"), r("PING"), r("HGETALL", "none")],
    "hello auth, bad version": [r("HELLO", 4, "AUTH", "default", "pw"), r("PING")],
    "before auth: 10 arguments": [r("SET", *["x"] * 9), r("PING")],
    "before auth: 11 arguments": [r("PING") + r("SET", *["x"] * 10) + r("PING")],
    "before auth: 16384 bytes": [r("SET", "a", "x" * 16384), r("PING")],
    "before auth: 16385 bytes": [r("SET", "a", "x" * 16385) + r("PING")],
    "before auth: 16385 bytes, slowly": [r("PING") + b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n", b"$16385\r\nxx", b"x"],
    "behind auth in one write": [r("AUTH", "pw") + r("SET", "a", "x" * 20000) + r("GET", "a") + r("RPUSH", "l", *["x"] * 50)],
    "behind a wrong auth in one write": [r("AUTH", "wrong") + r("PING") + r("SET", "a", "x" * 20000) + r("GET", "a")],
    "limits are back after reset": [r("AUTH", "pw") + r("SET", "a", "x" * 20000), r("RESET"), r("SET", "a", "x" * 20000)],
    "limits stay off when auth fails later": [r("AUTH", "pw"), r("AUTH", "wrong"), r("SET", "a", "x" * 20000), r("GET", "a")],
    "before auth: multi": [r("MULTI"), r("EXEC"), r("AUTH", "pw"), r("MULTI") + r("AUTH", "no") + r("PING") + r("EXEC")],
    "before auth: client reply": [r("CLIENT", "REPLY", "OFF"), r("PING"), r("AUTH", "pw"), r("CLIENT", "REPLY", "OFF") + r("PING", 1), r("CLIENT", "REPLY", "ON"), r("PING", 2)],
    "before auth: subscribe": [r("SUBSCRIBE", "a"), r("UNSUBSCRIBE"), r("PSUBSCRIBE", "a", "b"), r("AUTH", "pw"), r("SUBSCRIBE", "a"), Other(r("PUBLISH", "a", "m")), r("UNSUBSCRIBE")],
    "before auth: quit": [r("PING") + r("QUIT") + r("PING")],
    "before auth: blocking": [r("BLPOP", "l", 0) + r("PING"), r("XREAD", "BLOCK", 0, "STREAMS", "s", "$")],
    "no multi, no client": [r("AUTH", "lim", "lp"), r("MULTI") + r("SET", "a", 1) + r("EXEC") + r("DISCARD"), r("GET", "a"), r("CLIENT", "REPLY", "OFF"), r("PING"), r("CLIENT", "SETNAME", "n"), r("SELECT", 1)],
    "no channel but one": [r("AUTH", "lim", "lp"), r("SUBSCRIBE", "no", "yes"), r("SUBSCRIBE", "yes"), Other(r("PUBLISH", "yes", "m")), r("UNSUBSCRIBE"), r("PSUBSCRIBE", "*"), r("PING")],
    "no channel but one, resp3": [r("HELLO", 3, "AUTH", "lim", "lp"), r("SUBSCRIBE", "no") + r("SUBSCRIBE", "yes") + r("PING"), r("PUBLISH", "no", "m"), r("PUBLISH", "yes", "m")],
    "no discard": [r("AUTH", "nod", "np"), r("MULTI"), r("PING"), r("DISCARD"), r("EXEC"), r("PING")],
    "no exec": [r("AUTH", "noe", "np"), r("MULTI"), r("SET", "a", 1), r("EXEC"), r("GET", "a"), r("MULTI"), r("PING"), r("DISCARD")],
    "few commands": [r("AUTH", "few", "np"), r("MULTI") + r("SET", "a", 1) + r("GET", "a") + r("EXEC"), r("SUBSCRIBE", "a"), r("HELLO", 3), r("WATCH", "a"), r("RESET"), r("QUIT")],
    "another user": [r("AUTH", "lim", "lp"), r("MULTI"), r("AUTH", "noe", "np"), r("MULTI") + r("PING"), r("EXEC"), r("AUTH", "pw"), r("MULTI") + r("PING") + r("EXEC")],
    "the user is deleted": [r("AUTH", "gone", "gp"), r("CLIENT", "SETNAME", "it"), Other(r("ACL", "DELUSER", "gone")), r("PING")],
    "killed by user": [r("AUTH", "noe", "np"), r("CLIENT", "SETNAME", "it"), r("PING"), Other(with_id_of("it", "CLIENT", "KILL", "ID", ID))],
}


class Administrator(Observer):
    """Has the password, and makes the users anew whenever everything is emptied."""

    def __init__(self, *processes):
        super().__init__(*processes)
        if self.ask("AUTH", "pw") != b"+OK\r\n":
            raise RuntimeError("the password is not taken")

    def empty(self) -> None:
        super().empty()
        for user, rights in {**USERS, "gone": "+@all"}.items():
            word = {"lim": "lp", "gone": "gp"}.get(user, "np")
            if self.ask("ACL", "SETUSER", user, "reset", "on", f">{word}", "~*", *rights.split()) != b"+OK\r\n":
                raise RuntimeError(f"user {user} is not taken")


def refused_inside_multi(user: str, ends: bool, port: int, observer: Administrator) -> str:
    """`ends`: the guard can only hang up, because the server would stay inside MULTI."""
    observer.empty()
    with Client(port) as client:
        client.send(r("AUTH", user, "np") + r("MULTI") + r("SET", "written", 1) + r("DEL", "x") + r("EXEC"))
        got = client.read_replies(5)
        if not got.startswith(b"+OK\r\n+OK\r\n+QUEUED\r\n-"):
            return f"{got!r}"
        if ends:
            got += client.read_to_end()
            if not client.ended or b"-NOPERM" not in got:
                return f"must end with the server's error: {got!r}, ended {client.ended}"
        elif b"-EXECABORT" not in got or client.ask("PING") != b"+PONG\r\n":
            return f"must abort and live on: {got!r}"
    if not observer.is_alone():
        return "the connection to the server is left open"
    return "" if observer.ask("EXISTS", "written") == b":0\r\n" else "the rest of the transaction was executed"


def main() -> int:
    with guard.redis("--requirepass", "pw") as server, guard.guard(server.port, NO_RULES) as running, \
            guard.guard(server.port, REFUSE_DEL) as refusing, Administrator(server, running) as observer:
        passed, failed = compare(SCENARIOS, server, running, observer)
        for user, ends in (("nod", True), ("noe", False)):
            wrong = refused_inside_multi(user, ends, refusing.port, observer)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong:
                print(f"FAILED a request refused inside MULTI, user {user}: {wrong}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
