#!/usr/bin/env python3
"""Events of the running guard, as they are told: the log, /events, /events/stream."""
import http.client
import json
import os
import signal
import socket
import sys
import time
import urllib.error

import guard
from admin import Admin, eventually
from results import Results
from wire import AT_MOST, Client

RULES = """
[probe]
interval = "50ms"
[doctor]
interval = "0"
[upstream]
hold = "20s"
[events]
kept = 50
[[policy.rule]]
id = "no-flush"
match = { command = "flushall" }
action = "reject"
every = "1h"
[[policy.rule]]
id = "no-debug"
match = { command = "debug" }
action = "reject"
[[policy.rule]]
id = "rehearsal"
match = { command = "keys" }
action = "reject"
shadow = true
"""


class Stream:
    """A reader of /events/stream."""

    def __init__(self, admin: Admin, query: str = "", last: str = ""):
        self.connection = http.client.HTTPConnection("127.0.0.1", admin.port, timeout=AT_MOST)
        self.connection.request("GET", "/events/stream" + query, headers={"Last-Event-ID": last} if last else {})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Content-Type"] == "text/event-stream"
        assert self.answer.readline() == b"retry: 2000\n" and self.answer.readline() == b"\n"

    def next(self) -> dict:
        """The next message: its fields, with `data` parsed."""
        message: dict = {}
        while line := self.answer.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            message[name] = json.loads(value) if name == "data" else value
        return message

    def close(self) -> None:
        self.answer.close()  # It owns the socket: the answer says Connection: close.
        self.connection.close()


def say(port: int, *command) -> bytes:
    with Client(port) as client:
        return client.ask(*command)


def a_hit_is_told_everywhere(running, admin: Admin) -> str:
    stream, second = Stream(admin), Stream(admin, "?type=rule_hit")
    with Client(running.port) as client:
        client.ask("CLIENT", "SETNAME", "worker")
        if b"rule=no-debug" not in client.ask("DEBUG", "SLEEP", "0"):
            return "not refused"
    seen = stream.next()
    if seen["event"] != "rule_hit" or second.next() != seen:
        return f"{seen}"
    event = seen["data"]
    wanted = {"type": "rule_hit", "rule": "no-debug", "action": "reject", "command": "debug", "name": "worker",
              "arguments": 3}
    if not wanted.items() <= event.items() or not event["client"].startswith("127.0.0.1:"):
        return f"{event}"
    if admin.events()[-1] != event:
        return f"/events differs: {admin.events()}"
    for reader in (stream, second):
        reader.close()

    def logged() -> bool:
        lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
        return any({"event": "rule_hit", "rule": "no-debug", "action": "reject"}.items() <= l.items() for l in lines)
    if not eventually(logged):
        return "not in the log"
    return "" if eventually(lambda: admin.metric("respguard_event_streams") == 0) else "readers are counted too long"


def every_is_respected(running, admin: Admin) -> str:
    with Client(running.port) as client:
        for _ in range(30):
            client.ask("FLUSHALL")
    hits = [e for e in admin.events("?type=rule_hit") if e["rule"] == "no-flush"]
    if len(hits) != 1:
        return f"{len(hits)} events"
    counted = admin.metric('respguard_policy_hits_total{rule="no-flush",action="reject"}')
    return "" if counted == 30 else f"{counted} hits counted"


def a_shadow_rule_is_told(running, admin: Admin) -> str:
    say(running.port, "KEYS", "nothing*")
    found = [e for e in admin.events() if e.get("rule") == "rehearsal"]
    return "" if [e["action"] for e in found] == ["shadow"] else f"{found}"


def a_storm_is_told(running, admin: Admin) -> str:
    def refused() -> bool:
        say(running.port, "DEBUG", "SLEEP", "0")
        return bool(admin.events("?type=storm"))
    if not eventually(refused):
        return "no storm"
    storm = admin.events("?type=storm")[0]
    return "" if storm["rule"] == "no-debug" and "connections" in storm["reason"] else f"{storm}"


def too_many_are_left_out_and_counted(running, admin: Admin) -> str:
    with Client(running.port) as client:
        for _ in range(500):
            client.ask("DEBUG", "SLEEP", "0")
    time.sleep(1.1)
    say(running.port, "DEBUG", "SLEEP", "0")
    left_out = admin.events()[-1].get("left_out", 0)
    return "" if left_out > 300 else f"{left_out} left out"


def switching_enforce_is_told(running, admin: Admin) -> str:
    admin.post("/policy?enforce=false")
    admin.post("/policy?enforce=true")
    reasons = [e["reason"] for e in admin.events("?type=enforce")]
    return "" if reasons == ["POST /policy?enforce=false", "POST /policy?enforce=true"] else f"{reasons}"


def filters(running, admin: Admin) -> str:
    everything = admin.events()
    newest = everything[-1]["id"]
    if [e["id"] for e in admin.events("?limit=2")] != [newest - 1, newest]:
        return "limit"
    if [e["id"] for e in admin.events(f"?since={newest - 1}")] != [newest]:
        return "since an id"
    if admin.events("?since=1h") != everything or admin.events("?since=0") != everything:
        return "since a time"
    try:
        admin.get("/events?type=nonsense")
    except urllib.error.HTTPError as error:
        return "" if error.code == 400 and b"upstream_lost" in error.read() else "what is wrong is not said"
    return "nonsense is taken"


def upstream_going_and_coming_is_told(server, running, admin: Admin) -> str:
    stream = Stream(admin, "?type=upstream_lost,upstream_back")
    os.kill(server.pid, signal.SIGSTOP)
    try:
        lost = stream.next()
    finally:
        os.kill(server.pid, signal.SIGCONT)
    back = stream.next()
    stream.close()
    if lost["event"] != "upstream_lost" or f":{server.port}" not in lost["data"]["reason"]:
        return f"{lost}"
    return "" if back["event"] == "upstream_back" else f"{back}"


def a_reader_that_comes_back_misses_nothing(running, admin: Admin) -> str:
    stream = Stream(admin)
    admin.post("/policy?enforce=true")
    last = stream.next()["id"]
    stream.close()
    for _ in range(3):
        admin.post("/policy?enforce=true")
    again = Stream(admin, last=last)
    ids = [int(again.next()["id"].split("-")[1]) for _ in range(3)]
    again.close()
    seen = int(last.split("-")[1])
    return "" if ids == [seen + 1, seen + 2, seen + 3] else f"{last}: {ids}"


def a_reader_that_is_late_is_told_what_it_missed(running, admin: Admin) -> str:
    first = int(admin.events()[-1]["id"])
    for _ in range(60):
        admin.post("/policy?enforce=true")
    late = Stream(admin, f"?since={first}")
    told = late.next()
    late.close()
    return "" if told == {"event": "dropped", "data": {"dropped": 10}} else f"{told}"


def slow_readers_harm_nobody(running, admin: Admin) -> str:
    slow = []
    for _ in range(16):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", admin.port))
        reader.sendall(b"GET /events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        slow.append(reader)
    if not eventually(lambda: admin.metric("respguard_event_streams") == 16):
        return "not all are readers"
    start = time.monotonic()
    for _ in range(300):
        admin.post("/policy?enforce=true")
    if say(running.port, "PING") != b"+PONG\r\n" or len(admin.events()) != 50:
        return "others are harmed"
    took = time.monotonic() - start
    for reader in slow:
        reader.close()
    return "" if took < AT_MOST else f"took {took:.1f} s"


def main() -> int:
    results = Results()
    admin = Admin(guard.free_port())
    with guard.redis() as server, guard.guard(server.port, RULES, "--log-format", "json",
                                              admin=f"127.0.0.1:{admin.port}") as running:
        for scenario in (a_hit_is_told_everywhere, every_is_respected, a_shadow_rule_is_told, a_storm_is_told,
                         switching_enforce_is_told, filters, too_many_are_left_out_and_counted):
            results.add(scenario.__name__, scenario(running, admin))
        results.add("upstream_going_and_coming_is_told", upstream_going_and_coming_is_told(server, running, admin))
        for scenario in (a_reader_that_comes_back_misses_nothing, a_reader_that_is_late_is_told_what_it_missed,
                         slow_readers_harm_nobody):
            results.add(scenario.__name__, scenario(running, admin))
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
