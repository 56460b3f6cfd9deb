#!/usr/bin/env python3
"""Where the time went, and who did it: real slowness, each with its cause, must be named rightly.

A server made slow by DEBUG SLEEP and by a long Lua script, a client that does not read, a long pipeline, a network
made slow by a relay of our own; scripts, queues and kinds of keys; the slow log and what it hides; workers that vanish.
"""
import json
import socket
import subprocess
import sys
import threading
import time

import guard
from admin import Admin, eventually
from results import Results
from wire import AT_MOST, Client, request

CONFIG = """
[probe]
interval = "200ms"
[policy]
presets = []
"""
SPIN = "-- Spins for some milliseconds\nlocal t=redis.call('TIME') local e=t[1]*1000000+t[2]+ARGV[1]*1000 " \
       "repeat t=redis.call('TIME') until t[1]*1000000+t[2]>e return 1"


class SlowNetwork(threading.Thread):
    """A relay that hands every chunk on after `delay` seconds, both ways."""

    def __init__(self, upstream: int, delay: float):
        super().__init__(daemon=True)
        self.upstream, self.delay = upstream, delay
        self.listener = socket.create_server(("127.0.0.1", guard.free_port()))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.upstream))
            for one, other in ((client, server), (server, client)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.hand_on, args=(one, other), daemon=True).start()

    def hand_on(self, one: socket.socket, other: socket.socket):
        try:
            while data := one.recv(1 << 16):
                time.sleep(self.delay)
                other.sendall(data)
        except OSError:
            pass
        for each in (one, other):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def stats(admin: Admin) -> dict:
    return json.loads(admin.get("/stats"))


def table(admin: Admin, name: str) -> list[dict]:
    return json.loads(admin.get(f"/{name}"))[name]


def p99(admin: Admin, command: str) -> str:
    rows = [row for row in stats(admin)["commands"] if row["command"] == command]
    return rows[0]["where"]["p99_words"] if rows else "no such command"


def named(admin: Admin, command: str, words: str) -> str:
    return "" if eventually(lambda: words in p99(admin, command)) else f"{command}: {p99(admin, command)}"


def a_sleeping_server(server, running, admin: Admin) -> str:
    eventually(lambda: stats(admin)["upstream_timing"]["busy_share"] is not None)
    with Client(running.port) as client, Client(server.port) as sleeper:
        for _ in range(5):
            sleeper.send(request("DEBUG", "SLEEP", "0.2"))
            time.sleep(0.02)
            client.ask("STRLEN", "k")
            sleeper.read_line()
    return named(admin, "strlen", "in the server")


def a_long_script(server, running, admin: Admin) -> str:
    with Client(running.port) as client, Client(running.port) as other:
        for _ in range(30):
            client.send(request("EVAL", SPIN, 0, 80))
            time.sleep(0.01)
            other.ask("INCR", "n")
            client.read_line()
        # While it lasts: the probe sees how busy the server is.
        words = p99(admin, "incr")
    if "in the server" not in words:
        return words
    rows = [row for row in table(admin, "scripts") if row["script"] == "Spins for some milliseconds"]
    if not rows or rows[0]["calls"] != 30 or rows[0]["rtt_us"]["p50"] < 70_000:
        return f"{rows}"
    return "" if "evalsha" in words or "eval" in words or "busy" in words else f"not said what with: {words}"


def a_client_that_does_not_read(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.ask("SET", "large", "x" * 1_000_000)
    with Client(running.port) as client:
        client.send(b"".join(request("GETRANGE", "large", 0, -1) for _ in range(40)))
        time.sleep(1.5)
        waits = [row["client_wait_ms"] for row in table(admin, "clients") if row["commands"] == 40]
        client.read_until(40 * 1_000_000)
    if not waits or waits[0] < 1000:
        return f"the table of clients says {waits}"
    return named(admin, "getrange", "because the client did not read")


def a_long_pipeline(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.send(b"".join(request("EVALSHA", SHA, 0, 5) if i == 0 else request("EXISTS", "k") for i in range(50)))
        client.read_replies(50)
    return named(admin, "exists", "waiting behind earlier commands on the same connection")


def names_and_masks(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.ask("HSET", "iad:john@example.com", "f", "v")
        client.ask("SADD", "bull:notify:wait", "1")
    families = [row["family"] for row in table(admin, "families")]
    if "iad:*" not in families or any("john" in family for family in families):
        return f"{families}"
    queues = [row["queue"] for row in table(admin, "queues")]
    return "" if queues == ["notify"] else f"{queues}"


def the_slow_log_hides_values(server, running, admin: Admin) -> str:
    with Client(running.port) as client, Client(server.port) as sleeper:
        sleeper.send(request("DEBUG", "SLEEP", "0.1"))
        time.sleep(0.02)
        client.ask("HSET", "iad:jane", "subject", "private words")
        sleeper.read_line()
        sleeper.send(request("DEBUG", "SLEEP", "0.1"))
        time.sleep(0.02)
        client.ask("AUTH", "joe", "s3cret")
        sleeper.read_line()
    text = admin.get("/slowlog").decode()
    if "private words" in text or "s3cret" in text or "s3cret" in running.log.read_text():
        return "a secret is shown"
    rows = [row for row in table(admin, "slowlog") if row["command"] == "hset"]
    wanted = ["HSET", "iad:jane", "(7 bytes)", "(13 bytes)"]
    if not rows or rows[0]["arguments"] != wanted or "reply began" not in rows[0]["where"]:
        return f"{rows}"
    return "" if '"event":"slow"' in running.log.read_text() else "not in the log"


def what_is_in_flight(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.send(request("BZPOPMIN", "bull:submit:marker", "3"))
        if not eventually(lambda: any(row["queue"] == "submit" for row in table(admin, "inflight"))):
            return f"{table(admin, 'inflight')}"
        row = [r for r in table(admin, "inflight") if r["queue"] == "submit"][0]
        client.read_replies(1)
    if row["timeout_ms"] != 3000.0 or not row["blocking"] or row["overdue"]:
        return f"{row}"
    return ""


def large_replies(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.ask("SET", "huge", "x" * 2_000_000)
        client.ask_bulk("GET", "huge")
    rows = json.loads(admin.get("/largelog"))["largelog"]
    kinds = {(row["kind"], row["command"]) for row in rows}
    return "" if {("large_request", "set"), ("large_reply", "get")} <= kinds else f"{kinds}"


def the_tables_are_bounded(server, running, admin: Admin) -> str:
    """More names than there are places: the rest is counted together, and it is said how much that is."""
    letters = "abcdefghijklmnopqrst"
    words = [a + b for a in letters for b in letters]
    with Client(running.port) as client:
        client.send(b"".join(request("EVAL", f"-- of {word}\nreturn 1", 0) + request("SADD", f"bull:{word}:wait", 1)
                             + request("SET", f"family{word}:1", 1) for word in words))
        client.read_replies(3 * len(words))
    wrong = []
    for name, column in (("scripts", "script"), ("queues", "queue"), ("families", "family")):
        answer = json.loads(admin.get(f"/{name}"))
        rows, known = answer[name], answer[f"{name}_known"]
        rest = [row for row in rows if row[column] == "__overflow__"]
        counted = admin.metric(f'respguard_label_overflow_total{{label="{column}"}}')
        if len(rows) > known["names_max"] + 1 or not rest or not 0 < rest[0]["calls"] <= known["overflowed"]:
            wrong.append(f"{name}: {len(rows)} rows, {rest}, {known}")
        if counted != known["overflowed"]:
            wrong.append(f"{name}: metric {counted}")
    return "; ".join(wrong)


def in_a_terminal(server, running, admin: Admin) -> str:
    """Each subcommand with --json and without gives what the endpoint has."""
    wrong = []

    def run(*words: str) -> str:
        done = subprocess.run([guard.executable(), *words, "--admin", f"127.0.0.1:{admin.port}"], capture_output=True,
                              text=True, timeout=AT_MOST, check=False)
        if done.returncode:
            wrong.append(f"{words}: {done.returncode} {done.stderr}")
        return done.stdout
    if "queues" not in json.loads(run("stats", "--json") or "{}"):
        wrong.append("stats --json")
    for words, member in ((("slowlog",), "kind"), (("slowlog", "--large"), "kind"), (("events",), "type")):
        lines = run(*words, "--json").splitlines()
        if not lines or not all(member in json.loads(line) for line in lines):
            wrong.append(f"{words} --json: {lines}")
    for words, text in ((("slowlog",), "hset"), (("slowlog", "--large"), "set"), (("stats",), "slowest 1 %"),
                        (("top", "--once", "--keys", "3"), "notify"), (("top", "--once", "--keys", "5"), "keys.hot")):
        if text not in (said := run(*words)):
            wrong.append(f"{words}: {said}")
    return "; ".join(wrong)


def workers_that_vanish(server, running, admin: Admin) -> str:
    stop = threading.Event()
    gone = threading.Event()

    def work(queue: str, until: threading.Event) -> None:
        with Client(running.port) as worker:
            while not until.is_set():
                worker.send(request("BZPOPMIN", f"bull:{queue}:marker", "1"))
                worker.read_replies(1)

    threads = [threading.Thread(target=work, args=(queue, until), daemon=True)
               for queue, until in (("one", stop), ("two", stop), ("three", gone))]
    for thread in threads:
        thread.start()
    time.sleep(2)
    gone.set()
    threads[2].join()

    def lost() -> list[str]:
        return [event["reason"] for event in admin.events("?type=consumers_lost")]
    start = time.monotonic()
    while not any("three" in reason for reason in lost()) and time.monotonic() - start < 40:
        time.sleep(0.5)
    found, metric = lost(), admin.metric('respguard_queue_workers_lost{queue="three"}')
    page = admin.get("/").decode()
    back = threading.Thread(target=work, args=("three", stop), daemon=True)
    back.start()
    is_back = eventually(lambda: any("three" in e["reason"] for e in admin.events("?type=consumers_back")))
    stop.set()
    for thread in (threads[0], threads[1], back):
        thread.join()
    # That of "submit", another scenario's, went as well.
    queues = {reason.split(":")[0] for reason in found}
    if "queue three" not in queues or queues & {"queue one", "queue two"}:
        return f"{found}"
    if metric != 1 or "no workers any more" not in page:
        return f"metric {metric}, or not on the page"
    return "" if is_back else "not told that they are back"


def a_slow_network(server) -> str:
    slow = SlowNetwork(server.port, 0.02)
    admin = Admin(guard.free_port())
    with guard.guard(slow.port, CONFIG, admin=f"127.0.0.1:{admin.port}") as running:
        eventually(lambda: stats(admin)["upstream_timing"]["network_us"] is not None)
        with Client(running.port) as client:
            for _ in range(10):
                client.ask("STRLEN", "k")
        wrong = named(admin, "strlen", "on the network to the server and back")
    slow.listener.close()
    return wrong


def main() -> int:
    global SHA
    results = Results()
    admin = Admin(guard.free_port())
    with guard.redis() as server:
        with Client(server.port) as client:
            SHA = client.ask_bulk("SCRIPT", "LOAD", SPIN).decode()
        with guard.guard(server.port, CONFIG, "--log-format", "json", admin=f"127.0.0.1:{admin.port}") as running:
            for scenario in (names_and_masks, a_sleeping_server, a_long_script, a_client_that_does_not_read,
                             a_long_pipeline, the_slow_log_hides_values, what_is_in_flight, large_replies,
                             workers_that_vanish, in_a_terminal, the_tables_are_bounded):
                results.add(scenario.__name__, scenario(server, running, admin))
        results.add("a_slow_network", a_slow_network(server))
    return results.end()


SHA = ""

if __name__ == "__main__":
    sys.exit(main())
