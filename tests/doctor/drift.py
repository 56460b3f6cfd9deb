#!/usr/bin/env python3
"""The doctor inside the guard: settings changed behind its back on a real server, one event each."""
import contextlib
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import schema
from servers import BIN, ENVIRONMENT, ROOT, Redis, ask, end, free_port, wait_until

GOOD = ["maxmemory 100mb", "maxmemory-policy noeviction", "save 900 1 300 10", "tcp-keepalive 300"]


class Guard:
    def __init__(self, upstream: Redis, *settings: str):
        self.port, self.admin = free_port(), free_port()
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")  # pylint: disable=consider-using-with
        arguments = [a for s in ("doctor.interval=200ms", *settings) for a in ("--set", s)]
        self.process = subprocess.Popen(
            [BIN, "run", "--listen", f"127.0.0.1:{self.port}", "--upstream", upstream.url + "/0", "--admin",
             f"127.0.0.1:{self.admin}", "--log-format", "json", *arguments], stdout=self.log, stderr=self.log, env=ENVIRONMENT)
        wait_until(lambda: self.get("/livez"), what="guard answers")

    def get(self, path: str):
        """(status, body), or None if nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return None

    def doctor(self) -> dict:
        return json.loads(self.get("/doctor")[1])

    def rounds(self, more: int = 2):
        """Waits until the doctor has looked so often again."""
        now = self.doctor().get("rounds", 0)
        wait_until(lambda: self.doctor().get("rounds", 0) >= now + more, 30, "the doctor looks")

    def events(self, kind: str) -> list[dict]:
        text = pathlib.Path(self.log.name).read_text()
        lines = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
        return [line for line in lines if line.get("event") == kind]

    def __enter__(self):
        self.rounds(1)
        return self

    def __exit__(self, *_):
        end(self.process)
        self.log.close()


def setting(name: str, value: str, event: str, old: str, new: str):
    def test(server: Redis, guard: Guard):
        server.ask("CONFIG", "SET", name, value)
        guard.rounds(3)
        seen = guard.events(event)
        assert len(seen) == 1, f"{event}: {seen}"
        assert (seen[0]["old"], seen[0]["new"]) == (old, new), seen
        assert int(seen[0]["old_seen_unix_ms"]) > time.time() * 1000 - 60_000
        told = [e for e in json.loads(guard.get("/events")[1])["events"] if e.get("reason", "").startswith(event + ":")]
        assert len(told) == 1 and told[0]["type"] == "doctor", told
        assert (told[0].get("old", ""), told[0].get("new", "")) == (old, new), told
        assert told[0]["unix_ms"] - 60_000 < told[0]["old_seen_unix_ms"] <= told[0]["unix_ms"], told
    test.__name__ = event
    return test


def replicas(server: Redis, guard: Guard):
    with Redis(f"replicaof 127.0.0.1 {server.port}"):
        wait_until(lambda: guard.events("drift.replicas"), what="a replica came")
    wait_until(lambda: len(guard.events("drift.replicas")) == 2, what="a replica went")


def evictions(server: Redis, guard: Guard):
    server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", "3mb")
    server.ask("EVAL", "for i=1,9000 do redis.call('SET','k'..i,string.rep('x',400)) end", 0)
    guard.rounds(3)
    assert len(guard.events("drift.evicted_keys")) == 1
    assert len(guard.events("drift.memory_use")) == 1, guard.events("drift.memory_use")
    failed = {e["text"].split(":")[0] for e in guard.events("doctor.failed")}
    assert {"evict.policy", "evict.happened", "mem.util"} <= failed, failed
    server.ask("FLUSHALL")
    server.ask("CONFIG", "SET", "maxmemory", "100mb", "maxmemory-policy", "noeviction")
    guard.rounds(3)
    assert any(e["text"].startswith("evict.policy") for e in guard.events("doctor.recovered"))


def memory_use(server: Redis, guard: Guard):
    """80 % alone, well below 95."""
    used = int(next(line for line in server.ask("INFO", "memory").splitlines() if line.startswith("used_memory:"))[12:])
    server.ask("CONFIG", "SET", "maxmemory", used * 100 // 86)
    guard.rounds(3)
    seen = guard.events("drift.memory_use")
    assert len(seen) == 1 and seen[0]["limit"] == "80 %", seen


def password(server: Redis, guard: Guard):
    """A changed password: sessions go on, so only the doctor notices."""
    server.ask("CONFIG", "SET", "requirepass", "sesame")
    wait_until(lambda: guard.events("doctor.failed"), what="the password is noticed")
    guard.rounds(3)
    seen = [e["text"].split(":")[0] for e in guard.events("doctor.failed")]
    assert seen == ["conn.auth"], seen
    ask(server.port, "CONFIG", "SET", "requirepass", "", password="sesame")
    wait_until(lambda: guard.events("doctor.recovered"), what="it is taken back")


def role(server: Redis, guard: Guard):
    with Redis() as other:
        server.ask("REPLICAOF", "127.0.0.1", other.port)
        guard.rounds(3)
        assert [(e["old"], e["new"]) for e in guard.events("drift.role")] == [("master", "slave")]


def restart():
    with Redis(*GOOD) as first, Guard(first) as guard:
        end(first.process)
        with Redis(*GOOD, port=first.port):
            wait_until(lambda: guard.events("drift.restart"), 30, "the restart is noticed")
            guard.rounds(2)
            assert len(guard.events("drift.restart")) == 1


def shown():
    """/doctor, the page, the metrics; the server's settings stay as they were."""
    contract = json.loads((ROOT / "docs/doctor.schema.json").read_text())
    for extra in ("checked_unix_ms", "rounds", "took_ms", "events"):
        contract["properties"][extra] = {}
    with Redis(*GOOD, "maxmemory-policy allkeys-lru") as server, Guard(server) as guard:
        report = guard.doctor()
        assert not schema.problems(report, contract), schema.problems(report, contract)
        metrics = guard.get("/metrics")[1]
        assert 'respguard_check_status{check="evict.policy",status="fail"} 1' in metrics
        assert 'respguard_check_status{check="evict.policy",status="ok"} 0' in metrics
        said = subprocess.run(["promtool", "check", "metrics"], input=metrics, capture_output=True, text=True, check=False)
        assert said.returncode == 0 and not said.stdout + said.stderr, said
        page = guard.get("/")[1]
        assert "Does this Redis suit EmailEngine?" in page and "evict.policy" in page and "allkeys-lru" in page
        assert server.ask("CONFIG", "GET", "maxmemory-policy").endswith("allkeys-lru"), "the guard changed it"


def readiness():
    with Redis(*GOOD) as server, Guard(server, "doctor.ready=evict.policy,engine.version") as guard:
        assert guard.get("/readyz")[0] == 200
        server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        guard.rounds(2)
        status, text = guard.get("/readyz")
        assert status == 503 and "evict.policy" in text, (status, text)
        server.ask("CONFIG", "SET", "maxmemory-policy", "volatile-lru")
        guard.rounds(2)
        assert guard.get("/readyz")[0] == 200


class SlowWay:
    """Relays bytes to a server, each piece `delay` seconds late."""

    def __init__(self, port: int):
        self.delay, self.to = 0.0, port
        self.listener = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"redis://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):  # Closed: the test is over.
            while True:
                near = self.listener.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.to))
                for one, other in ((near, far), (far, near)):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self.relay, args=(one, other, one is near), daemon=True).start()

    def relay(self, source, sink, late: bool):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if late and self.delay:
                    time.sleep(self.delay)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def slow_way():
    """The round trip gets long and short again: one event each, after it has stayed so."""
    with Redis(*GOOD) as server:
        way = SlowWay(server.port)
        with Guard(way) as guard:
            way.delay = 0.008
            wait_until(lambda: guard.events("drift.rtt"), 60, "a long round trip is noticed")
            first = guard.events("drift.rtt")[-1]
            guard.rounds(3)
            seen = guard.events("drift.rtt")
            assert seen[-1] == first and first["limit"] == "5.00 ms" and float(first["new"].split()[0]) > 8, seen
            way.delay = 0
            wait_until(lambda: len(guard.events("drift.rtt")) > len(seen), 60, "it is short again")
            assert "below" in guard.events("drift.rtt")[-1]["text"], guard.events("drift.rtt")
        way.listener.close()


def silent():
    with Redis(*GOOD) as server, Guard(server, "doctor.auto=off") as guard:
        server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        guard.rounds(3)
        assert not guard.events("drift.maxmemory_policy")
        assert guard.doctor()["events"]["drift.maxmemory_policy"] == 1


def off():
    with Redis(*GOOD) as server:
        guard = Guard(server, "doctor.interval=0")
        try:
            assert "off" in guard.doctor()["state"]
            assert "respguard_check_status" not in guard.get("/metrics")[1]
        finally:
            end(guard.process)


def stops_at_once():
    """A server that hangs must not keep the guard from ending."""
    with Redis(*GOOD) as server:
        guard = Guard(server)
        server.process.send_signal(19)
        time.sleep(0.5)
        began = time.monotonic()
        end(guard.process)
        took = time.monotonic() - began
        server.process.send_signal(18)
        assert took < 3, took


def limits():
    with Redis(*GOOD) as server, Guard(server) as guard:
        subprocess.run(["redis-cli", "-p", str(guard.port), "-x", "SET", "big"], input=b"x" * 1_200_000, check=True,
                       capture_output=True)
        done = subprocess.run([BIN, "report", "limits", "--limit", "2mb", "--admin", f"127.0.0.1:{guard.admin}"],
                              capture_output=True, text=True, check=True, env=ENVIRONMENT)
        assert "a vendor's decimal 1 MB" in done.stdout, done.stdout
        assert "over 1mb" in done.stdout and "set " in done.stdout and "1200" in done.stdout, done.stdout
        script = "return #ARGV[1]"
        sha = ask(guard.port, "SCRIPT", "LOAD", script)
        ask(guard.port, "EVALSHA", sha, 1, "bull:notify:wait", "x" * 50_000)
        ask(guard.port, "EVAL", script, 1, "ee:bull:submit:wait", "x" * 20_000)
        seen = json.loads(guard.get("/stats")[1])["limits"]
        assert {row["script"] for row in seen["largest_by_script"]} == {sha, "EVAL"}, seen
        assert [row["queue"] for row in seen["largest_by_queue"]] == ["notify", "submit"], seen
        assert next(row for row in seen["over"] if row["limit_bytes"] == 1_000_000)["requests_over"] == 1, seen


def exposed():
    """A warning worth an event is told once, with nothing before it."""
    with Redis(*GOOD, "enable-debug-command yes") as server, Guard(server) as guard:
        guard.rounds(4)
        seen = [(e["text"].split(":")[0], e["old"], e["new"]) for e in guard.events("doctor.failed")]
        assert seen == [("access.local", "", "warn")], seen


BEHIND_ITS_BACK = [
    setting("maxmemory-policy", "volatile-ttl", "drift.maxmemory_policy", "noeviction", "volatile-ttl"),
    setting("maxmemory", "200mb", "drift.maxmemory", "104857600", "209715200"),
    setting("tcp-keepalive", "0", "drift.tcp_keepalive", "300", "0"),
    setting("save", "", "drift.save", "900 1 300 10", ""),
    setting("appendonly", "yes", "drift.appendonly", "no", "yes"), replicas, evictions, memory_use, password,
    role]
ALONE = [restart, shown, readiness, slow_way, silent, off, stops_at_once, limits, exposed]


def run(test) -> bool:
    try:
        if test in ALONE:
            test()
        else:
            with Redis(*GOOD) as server, Guard(server) as guard:
                test(server, guard)
        return True
    except Exception as problem:  # pylint: disable=broad-except  # One failed test must not hide the others.
        print(f"FAILED {test.__name__}: {type(problem).__name__}: {problem}", flush=True)
        return False


def main() -> int:
    chosen = [t for t in BEHIND_ITS_BACK + ALONE if len(sys.argv) < 2 or t.__name__ in sys.argv[1:]]
    results = [run(test) for test in chosen]
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
