#!/usr/bin/env python3
"""Live taps of the running guard: what each filter shows, sampling, limits, several at once, and what is hidden."""
import http.client
import itertools
import json
import pathlib
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.error
from collections.abc import Iterator

import guard
from admin import Admin, eventually
from results import Results
from wire import AT_MOST, Client, request

CONFIG = """
[privacy]
show = "{show}"
[policy]
presets = []
[[policy.rule]]
id = "no-flush"
match = {{ command = "flushall" }}
action = "reject"
"""
FILE = pathlib.Path(tempfile.mkdtemp(prefix="respguard-tapping-")) / "respguard.toml"
SCRIPT = "-- countUp\nreturn redis.call('INCR', KEYS[1])"


class Tap:
    """A reader of /tap, which listens once this is made."""

    def __init__(self, admin: Admin, query: str = ""):
        before = admin.metric("respguard_taps")
        self.connection = http.client.HTTPConnection("127.0.0.1", admin.port, timeout=AT_MOST)
        self.connection.request("GET", "/tap" + query)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        assert self.answer.readline() == b"retry: 2000\n" and self.answer.readline() == b"\n"
        # Whoever asks for the counters asks the shards, too: behind the tap.
        assert eventually(lambda: admin.metric("respguard_taps") > before)

    def events(self) -> Iterator[tuple[str, dict]]:
        """(type, data) until the guard ends it."""
        kind = ""
        while line := self.answer.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)
            elif not name:
                kind = ""

    def commands(self, count: int) -> list[dict]:
        return list(itertools.islice((data for kind, data in self.events() if not kind), count))

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def traffic(port: int) -> None:
    """One of each that a filter can tell from the others; the last one ends what readers wait for."""
    with Client(port) as client:
        client.ask("CLIENT", "SETNAME", "first")
        client.ask("SET", "iad:1", "v")
        client.ask("SET", "iam:large:1", "x" * 5000)
        client.ask_bulk("GET", "iam:large:1")
        client.ask("INCR", "iam:large:1")
        client.ask("FLUSHALL")
        client.ask("EVAL", SCRIPT, 1, "counter")
        client.ask("LPUSH", "bull:notify:wait", "1")
        client.ask("SELECT", 3)
        client.ask("STRLEN", "three")
    with Client(port) as other:
        other.ask("CLIENT", "SETNAME", "second")
        other.ask("AUTH", "ops", "word")
        other.ask("EXISTS", "iad:1")
        other.ask("ECHO-IS-NO-COMMAND")


FILTERS = {
    "client=first": {"set", "get", "incr", "flushall", "eval", "lpush", "select", "strlen"},
    "client=127.0.0.1:*&command=exists": {"exists"},
    "client=10.*": set(),
    "user=ops": {"exists", "other"},
    "user=default&command=exists,set": {"set"},
    "db=3": {"strlen"},
    "command=g*": {"get"},
    "command=other": {"other"},
    "key=iam:*": {"set", "get", "incr"},
    "key=counter": {"eval"},
    "queue=not*": {"lpush"},
    "script=countUp": {"eval"},
    "min_bytes=4kb": {"set", "get"},
    "min_ms=5000": set(),
    "min_ms=0.001&command=strlen": {"strlen"},
    "errors=1": {"incr", "flushall", "other"},
    "rules=1": {"flushall"},
}


def each_filter_shows_what_it_says(running, admin: Admin) -> str:
    wrong = []
    items = list(FILTERS.items())
    for some in (items[i:i + 7] for i in range(0, len(items), 7)):  # Eight taps at most.
        taps = [Tap(admin, f"?{query}") for query, _ in some]
        stop = Tap(admin)
        traffic(running.port)
        if "other" not in {one["command"] for one in stop.commands(14)}:
            wrong.append("not all commands in the tap without a filter")
        stop.close()
        # What has been told by now is on its way; a tap that shows nothing has nothing to wait for.
        time.sleep(0.1)
        for tap, (query, commands) in zip(taps, some):
            tap.answer.fp.raw._sock.settimeout(0.3)
            seen = set()
            try:
                seen.update(data["command"] for kind, data in tap.events() if not kind)
            except TimeoutError:
                pass
            if seen != commands:
                wrong.append(f"{query}: {sorted(seen)}")
            tap.close()
    return "; ".join(wrong)


def what_a_line_says(running, admin: Admin) -> str:
    tap = Tap(admin, "?client=first&keys=1")
    traffic(running.port)
    lines = {line["command"]: line for line in tap.commands(9)}
    tap.close()
    wanted = [("set", "family", "iam:*:*"), ("get", "key", "iam:large:1"), ("incr", "outcome", "error"),
              ("incr", "error", "ERR"), ("flushall", "rule", "no-flush"), ("flushall", "outcome", "rejected"),
              ("eval", "script", "countUp"), ("lpush", "queue", "notify"), ("strlen", "db", 3),
              ("get", "name", "first")]
    wrong = [f"{command}.{field} is {lines.get(command, {}).get(field)}" for command, field, value in wanted
             if lines.get(command, {}).get(field) != value]
    if not lines["get"]["reply_bytes"] > 5000 or not lines["get"]["rtt_us"] > 0:
        wrong.append(f"{lines['get']}")
    return "; ".join(wrong)


def one_in_so_many(running, admin: Admin) -> str:
    tap = Tap(admin, "?command=ping&every=10")
    with Client(running.port) as client:
        client.send(request("PING") * 100)
        client.read_replies(100)
        time.sleep(0.1)
    seen = tap.commands(10)
    tap.close()
    return "" if len(seen) == 10 else f"{len(seen)}"


def ends_as_asked(running, admin: Admin) -> str:
    limited, timed = Tap(admin, "?command=ping&limit=3"), Tap(admin, "?command=ping&for=300ms")
    with Client(running.port) as client:
        for _ in range(5):
            client.ask("PING")
    ends = [list(tap.events())[-1] for tap in (limited, timed)]
    if ends != [("end", {"why": "limit", "told": 3}), ("end", {"why": "for", "told": 5})]:
        return f"{ends}"
    return "" if eventually(lambda: admin.metric("respguard_taps") == 0) else "still open"


def what_is_dropped_is_told(running, admin: Admin) -> str:
    """A reader that takes nothing loses lines, the client loses nothing; both are counted."""
    tap = Tap(admin)
    with Client(running.port) as client:
        ping, count = request("ECHO", "x" * 20), 60_000
        writer = threading.Thread(target=lambda: client.send(ping * count))
        writer.start()
        size = len(b"$20\r\n" + b"x" * 20 + b"\r\n") * count
        if len(client.read_until(size)) != size:
            return "replies are missing"
        writer.join()
    told = dropped = 0
    for kind, data in tap.events():
        told, dropped = told + (kind == ""), dropped + data.get("dropped", 0)
        if told + dropped >= count:
            break
    tap.close()
    if dropped and admin.metric("respguard_tap_dropped_total") < dropped:
        return f"{dropped} dropped, but not counted"
    return "" if told + dropped == count and told > 1000 else f"{told} told, {dropped} dropped"


def only_so_many_at_once(running, admin: Admin) -> str:
    taps = [Tap(admin) for _ in range(8)]
    try:
        admin.get("/tap")
        status = 200
    except urllib.error.HTTPError as refused:
        status = refused.code
    for tap in taps:
        tap.close()
    return "" if status == 503 else f"{status}"


def status_of(admin: Admin, path: str) -> int:
    try:
        admin.get(path)
        return 200
    except urllib.error.HTTPError as refused:
        return refused.code


def reload_with(running, admin: Admin, show: str) -> None:
    reloads = 'respguard_config_reloads_total{outcome="ok"}'
    before = admin.metric(reloads)
    FILE.write_text(CONFIG.format(show=show))
    running.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: admin.metric(reloads) > before)


def a_reload_hides_the_keys(running, admin: Admin) -> str:
    shows, asks, plain = Tap(admin, "?keys=1"), Tap(admin, "?key=iad:*"), Tap(admin, "?command=strlen")
    reload_with(running, admin, "none")
    ends = [list(tap.events())[-1] for tap in (shows, asks)]
    with Client(running.port) as client:
        client.ask("STRLEN", "iad:secret")
    line = plain.commands(1)[0]
    plain.close()
    if ends != [("end", {"why": "privacy", "told": 0})] * 2:
        return f"{ends}"
    if "key" in line or line["family"] != "iad:*":
        return f"{line}"
    if (status_of(admin, "/tap?keys=1&limit=1"), status_of(admin, "/tap?key=iad:*")) != (400, 400):
        return "a tap of keys could be opened"
    reload_with(running, admin, "keys")
    again = Tap(admin, "?keys=1&limit=1")
    with Client(running.port) as client:
        client.ask("STRLEN", "iad:1")
    return "" if again.commands(1)[0].get("key") == "iad:1" else "no key after the second reload"


def hidden_from_the_start(server) -> str:
    admin = Admin(guard.free_port())
    with guard.guard(server.port, CONFIG.format(show="none"), admin=f"127.0.0.1:{admin.port}"):
        return "" if status_of(admin, "/tap?keys=1&limit=1") == 400 else "a tap of keys could be opened"


def main() -> int:
    results = Results()
    admin = Admin(guard.free_port())
    with guard.redis("--user", "ops", "on", ">word", "~*", "+@all") as server:
        with guard.guard(server.port, CONFIG.format(show="keys"), admin=f"127.0.0.1:{admin.port}",
                         keeps=FILE) as running:
            for scenario in (each_filter_shows_what_it_says, what_a_line_says, one_in_so_many, ends_as_asked,
                             what_is_dropped_is_told, only_so_many_at_once, a_reload_hides_the_keys):
                results.add(scenario.__name__, scenario(running, admin))
        results.add("hidden_from_the_start", hidden_from_the_start(server))
    shutil.rmtree(FILE.parent, ignore_errors=True)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
