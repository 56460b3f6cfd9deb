#!/usr/bin/env python3
"""What the guard notices by itself: error replies and what they mean, replies that are overdue, sizes near a limit,
writes that a dying server left unanswered, clients that connect again and again."""
import json
import sys
import time

import guard
from admin import Admin, eventually
from results import Results
from wire import Client, request

CONFIG = """
[probe]
interval = "200ms"
[policy]
presets = []
[limits]
argument = "8mb"
[[policy.rule]]
id = "size"
match = { request_bytes_over = "1mb" }
action = "reject"
[[policy.rule]]
id = "reply-size"
match = { command = "lrange", reply_bytes_over = "1mb" }
action = "close"
"""
SPIN = "-- Spins for some milliseconds\nlocal t=redis.call('TIME') local e=t[1]*1000000+t[2]+ARGV[1]*1000 " \
       "repeat t=redis.call('TIME') until t[1]*1000000+t[2]>e return 1"


def told(admin: Admin, kind: str, **wanted) -> list[dict]:
    """Events of this type that hold these fields."""
    return [each for each in admin.events(f"?type={kind}") if wanted.items() <= each.items()]


def logged(running, kind: str, **wanted) -> list[dict]:
    lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if {"event": kind, **wanted}.items() <= line.items()]


def memory_is_full(server, running, admin: Admin) -> str:
    with Client(running.port) as client, Client(server.port) as direct:
        direct.ask("CONFIG", "SET", "maxmemory", "1")
        for _ in range(200):
            if not client.ask("SET", "iad:john", "private words").startswith(b"-OOM"):
                return "not refused"
        direct.ask("CONFIG", "SET", "maxmemory", "0")
    if not eventually(lambda: told(admin, "error_reply", error="OOM", command="set")):
        return f"{admin.events()}"
    events, lines = told(admin, "error_reply", error="OOM"), logged(running, "error_reply", error="OOM")
    if len(events) != 1 or len(lines) != 1:
        return f"{len(events)} events, {len(lines)} lines"
    if "401 Bad token" not in events[0]["reason"] or events[0]["family"] != "iad:*":
        return f"{events}"
    if "private words" in running.log.read_text() or "john" in json.dumps(events):
        return "a value or an id is shown"
    counted = admin.metric('respguard_command_errors_total{command="set",error="OOM"}')
    return "" if counted == 200 and admin.metric('respguard_events_total{type="error_reply"}') == 1 else f"{counted}"


def other_errors(server, running, admin: Admin) -> str:
    with Client(server.port) as direct, Client(running.port) as client:
        client.ask("EVALSHA", "0" * 40, 0)
        client.ask("NOSUCHCOMMAND", "secret")
        client.send(request("MULTI") + request("NOSUCHCOMMAND") + request("EXEC"))
        client.read_replies(3)
        direct.ask("ACL", "SETUSER", "limited", "on", ">pw", "~*", "+@all", "-@dangerous")
        client.ask("AUTH", "limited", "wrong")
        client.ask("AUTH", "limited", "pw")
        client.ask("KEYS", "*")
        direct.ask("CONFIG", "SET", "busy-reply-threshold", "50")
        with Client(running.port) as slow:
            slow.send(request("EVAL", SPIN, 0, 600))
            time.sleep(0.3)
            client.ask("GET", "k")
            slow.read_line()
    wanted = {("evalsha", "NOSCRIPT"), ("other", "ERR unknown command"), ("exec", "EXECABORT"), ("auth", "WRONGPASS"),
              ("keys", "NOPERM"), ("get", "BUSY")}
    seen: set = set()

    def all_there() -> bool:
        seen.clear()
        seen.update((each["command"], each["error"]) for each in told(admin, "error_reply") if each.get("reason"))
        return wanted <= seen
    if not eventually(all_there):
        return f"missing: {wanted - seen}"
    if "secret" in json.dumps(admin.events()):
        return "an argument is shown"
    level = logged(running, "error_reply", error="NOSCRIPT")[0]["level"]
    return "" if level == "info" else f"NOSCRIPT is told as {level}"


def too_many_clients() -> str:
    admin = Admin(guard.free_port())
    with guard.redis("--maxclients", "4") as server:
        with guard.guard(server.port, CONFIG, admin=f"127.0.0.1:{admin.port}") as running:
            clients = [Client(running.port) for _ in range(6)]
            for client in clients:
                client.send(request("PING"))
            # Before the first request, or as its answer: who is quicker decides.
            found = eventually(lambda: told(admin, "error_reply", error="ERR max number of clients")
                               or told(admin, "error_reply", error="refused connection"))
            for client in clients:
                client.close()
    return "" if found else "not told"


def an_overdue_reply(server, running, admin: Admin) -> str:
    with Client(running.port) as worker, Client(server.port) as sleeper:
        worker.send(request("BZPOPMIN", "bull:late:marker", "1"))
        time.sleep(0.1)
        sleeper.send(request("DEBUG", "SLEEP", "5"))
        began = time.monotonic()
        found = eventually(lambda: told(admin, "overdue", queue="late", command="bzpopmin"))
        took = time.monotonic() - began
        now = admin.metric("respguard_overdue_commands")
        worker.read_replies(1)
        sleeper.read_line()
    if not found or took > 4:
        return f"told: {found}, after {took:.1f} s"
    event = told(admin, "overdue", queue="late")[0]
    if not event["reason"].startswith("waits since ") or "with a time-out of 1.0 s" not in event["reason"]:
        return f"{event}"
    if now != 1 or admin.metric("respguard_commands_overdue_total") != 1:
        return f"{now} overdue, {admin.metric('respguard_commands_overdue_total')} in all"
    over = eventually(lambda: admin.metric("respguard_overdue_commands") == 0)
    return "" if over and len(told(admin, "overdue")) == 1 else "not over, or told twice"


def a_reply_in_time(server, running, admin: Admin) -> str:
    before = admin.metric("respguard_commands_overdue_total")
    with Client(running.port) as worker:
        # The second one has to wait for the first one, and is not late.
        worker.send(request("BZPOPMIN", "bull:ontime:marker", "1") + request("BZPOPMIN", "bull:ontime:marker", "1"))
        worker.read_replies(2)
    return "" if admin.metric("respguard_commands_overdue_total") == before else "counted as overdue"


def near_limits(server, running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.ask("HSET", "iaq:acct", "m", "x" * 600_000)
        client.ask("SADD", "bull:notify:wait", "x" * 900_000)
        client.ask("SET", "small", "x" * 500_000)
        for _ in range(7):
            client.ask("RPUSH", "iam:acct:g", "x" * 100_000)
        client.send(request("LRANGE", "iam:acct:g", 0, -1))
        client.read_replies(1)
    if not eventually(lambda: len(told(admin, "near_limit")) == 3):
        return f"{told(admin, 'near_limit')}"
    hset, sadd, lrange = (told(admin, "near_limit", command=each)[0] for each in ("hset", "sadd", "lrange"))
    if "57 % of 1mb (rule size)" not in hset["reason"] or "EENGINE_MAX_SIZE" not in hset["reason"]:
        return f"{hset}"
    if "85 % of 1mb (rule size)" not in sadd["reason"] or "notifyTextSize" not in sadd["reason"]:
        return f"{sadd}"
    if sadd["queue"] != "notify" or hset["family"] != "iaq:*":
        return f"{hset} {sadd}"
    if "reply of" not in lrange["reason"] or "(rule reply-size)" not in lrange["reason"] or "log" not in lrange["reason"]:
        return f"{lrange}"
    counts = [admin.metric(f'respguard_near_limit_total{{direction="{d}",percent="{p}"}}')
              for d, p in (("request", 50), ("request", 80), ("reply", 50))]
    return "" if counts == [1, 1, 1] else f"{counts}"


def clients_that_reconnect(server, running, admin: Admin) -> str:
    if told(admin, "reconnects"):
        return f"too early: {told(admin, 'reconnects')}"
    for _ in range(6):
        with Client(running.port) as client:
            client.ask("NOSUCHCOMMAND")
    if not eventually(lambda: told(admin, "reconnects")):
        return "not told"
    event = told(admin, "reconnects")[0]
    if "behind an error reply" not in event["reason"] or admin.metric("respguard_reconnect_storms_total") != 1:
        return f"{event}"
    return "" if logged(running, "reconnects") else "not in the log"


def writes_left_unanswered() -> str:
    admin = Admin(guard.free_port())
    server = guard.redis()
    with guard.guard(server.port, CONFIG + '[upstream]\nhold = "0"\n', admin=f"127.0.0.1:{admin.port}") as running:
        with Client(running.port) as client, Client(running.port) as waiting, Client(server.port) as sleeper:
            waiting.send(request("BZPOPMIN", "bull:notify:marker", "5"))
            client.ask("PING")
            sleeper.send(request("DEBUG", "SLEEP", "20"))
            time.sleep(0.1)
            client.send(request("INCR", "n") + request("GET", "n") + request("SADD", "bull:notify:wait", "1")
                        + request("SADD", "bull:submit:wait", "1"))
            time.sleep(0.1)
            server.process.kill()
            server.process.wait()
            found = eventually(lambda: told(admin, "duplicate_risk"))
        events = told(admin, "duplicate_risk")
        total = admin.metric("respguard_unanswered_writes_total")
    server.stop()
    if not found or len(events) != 1 or total != 3:
        return f"{events}, {total}"
    wanted = "3 writes sent and not answered when the connection ended: incr, sadd (2); queue notify, submit"
    return "" if events[0]["reason"] == wanted else f"{events}"


def main() -> int:
    results = Results()
    admin = Admin(guard.free_port())
    with guard.redis() as server, guard.guard(server.port, CONFIG, "--log-format", "json",
                                              admin=f"127.0.0.1:{admin.port}") as running:
        for scenario in (memory_is_full, other_errors, an_overdue_reply, a_reply_in_time, near_limits,
                         clients_that_reconnect):
            results.add(scenario.__name__, scenario(server, running, admin))
    results.add("too_many_clients", too_many_clients())
    results.add("writes_left_unanswered", writes_left_unanswered())
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
