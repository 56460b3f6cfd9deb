#!/usr/bin/env python3
"""Rule files as an operator writes and tries them: `respguard check` and `policy test`, as programs.

The ten examples of docs/POLICY.md, each by itself and all together; presets together, in either order; the logs that
`policy test --from-log` reads, taken from a running server and guard.
"""
import concurrent.futures
import re
import subprocess
import sys
import tempfile
import tomllib

import guard
from events import Admin
from wire import Client, request as r
from results import Results

ALLOW, ALERT, REJECT = 0, 1, 2
CHANGED, UNCHANGED, NOTHING = 1, 0, 2


def run(*arguments: str, text: str = "", stdin: str = "") -> subprocess.CompletedProcess:
    """The program with this configuration (`-c` is put in place of FILE)."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(text)
        file.flush()
        return subprocess.run([guard.executable(), *[file.name if a == "FILE" else a for a in arguments]], input=stdin, capture_output=True, text=True)


def judged(text: str, words: str, *sender: str) -> tuple[int, str]:
    """Exit code and rule."""
    ran = run("policy", "test", "-c", "FILE", *sender, "--", *words.split(), text=text)
    rule = re.search(r"^rule +(\S+)", ran.stdout, re.M)
    return ran.returncode, rule[1] if rule else ""


def many(calls) -> list:
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda call: call(), calls))


# rule -> requests, each with options for its sender: one that the rule is about, and one that is just not.
EXAMPLES = {
    "own-keys": (("GET other:1", "--user emailengine", REJECT), ("GET ee:1", "--user emailengine", None), ("GET other:1", "--user x", None)),
    "reports-read-only": (("SET a b", "--user reports", REJECT), ("GET a", "--user reports", None), ("SET a b", "--user writer", None)),
    "flush-tests": (("FLUSHDB", "--db 15 --address 10.20.1.2", ALLOW), ("FLUSHDB", "--db 14 --address 10.20.1.2", None), ("FLUSHDB", "--db 15 --address 10.21.1.2", None)),
    "memory-sensible": (("CONFIG SET maxmemory 4gb", "", ALLOW), ("CONFIG SET maxmemory 1gb", "", None)),
    "over-1mb": (("SET a b", "--size 2mb", ALERT), ("EVAL x 0", "--size 2mb", None), ("SET a b", "--size 1mb", None)),
    "no-keys": (("KEYS *", "", None), ),
    "batch-rate": (("GET a", "--user batch", REJECT), ("GET a", "--user other", None)),
    "huge-reply": (("LRANGE a 0 -1", "", None), ),
    "dangerous-scripts": (("EVAL redis.call('FLUSHALL') 0", "", ALERT), ("EVAL return 0", "", None)),
    "admin-from-outside": (("CONFIG GET x", "--address 10.0.0.1", REJECT), ("CONFIG GET x", "--address unix", None), ("GET a", "--address 10.0.0.1", None)),
}


def ten_examples(results: Results) -> None:
    section = (guard.ROOT / "docs/POLICY.md").read_text().partition("## Ten rules")[2]
    text = section.partition("```toml\n")[2].partition("```")[0]
    parts = [part for part in re.split(r"(?m)^(?=# \d+\. )", text) if part.strip()]
    ids = [rule["id"] for rule in tomllib.loads(text)["policy"]["rule"]]
    results.add("docs/POLICY.md has ten examples, all tested", "" if len(parts) == 10 and ids == list(EXAMPLES) else f"{len(parts)} {ids}")
    checked = run("check", "-c", "FILE", text=text)
    # The text below the examples says why: @dangerous holds INFO.
    warnings = re.findall(r"^warning: .*", checked.stdout + checked.stderr, re.M)
    good = checked.returncode == 0 and len(warnings) == 1 and "'admin-from-outside': it refuses 'info'" in warnings[0]
    results.add("the ten together", "" if good else checked.stdout + checked.stderr)
    for part, name in zip(parts, ids):
        checked = run("check", "-c", "FILE", text=part)
        printed = run("check", "-c", "FILE", "--print", text=part)
        good = checked.returncode == 0 and printed.returncode == 0 and f'"{name}"' in printed.stdout
        results.add(f"example {name}: check", "" if good else checked.stdout + checked.stderr)
        alone = "[policy]\npresets = []\n" + part
        for words, sender, code in EXAMPLES.get(name, ()):
            seen = judged(alone, words, *sender.split())
            right = seen == (code, name) if code is not None else seen[1] != name
            results.add(f"example {name}: {words} {sender}", "" if right else f"{seen}")
    # A shadow rule decides nothing, and is told of.
    ran = run("policy", "test", "-c", "FILE", "--", "KEYS", "*", text="[policy]\npresets = []\n" + text)
    results.add("example no-keys is told of", "" if "no-keys" in ran.stdout else ran.stdout)


# preset -> requests that it refuses by its own words, and which another preset only alerts or allows.
TOGETHER = {
    "shared": ["KEYS *", "CLIENT KILL ID 5", "NOSUCH x", "BGSAVE", "SLOWLOG RESET", "SCRIPT KILL", "MEMORY PURGE", "CONFIG SET maxmemory 1gb",
               "CONFIG SET loglevel debug", "CONFIG RESETSTAT", "CLIENT UNBLOCK 1", "FLUSHALL", "MONITOR"],
    "upstash-1mb": ["CONFIG SET maxmemory 1gb", "CONFIG RESETSTAT", "SLOWLOG RESET", "SLOWLOG LEN", "SET a b --size 2mb"],
    "upstash-10mb": ["CONFIG SET loglevel debug", "CONFIG RESETSTAT", "SLOWLOG GET", "SET a b --size 11mb"],
}


def presets_together(results: Results) -> None:
    for preset, requests in TOGETHER.items():
        for order in (f"{preset},emailengine", f"emailengine,{preset}", preset):
            def one(request: str) -> str:
                words, _, size = request.partition(" --size ")
                ran = run("policy", "test", "--set", f"policy.presets={order}", *(("--size", size) if size else ()), "--", *words.split())
                return "" if ran.returncode == REJECT else f"{request}: {ran.stdout.splitlines()[:2]}"
            wrong = [w for w in many([lambda q=q: one(q) for q in requests]) if w]
            results.add(f"presets {order}: what {preset} refuses", "; ".join(wrong))


RULES = """
[policy]
presets = []
[[policy.rule]]
id = "no-flush"
match = { command = "flushall" }
action = "reject"
[[policy.rule]]
id = "secret"
match = { key = "secret:*" }
action = "reject"
"""


def replayed(results: Results, name: str, arguments: tuple, log: str, code: int, *parts: str) -> None:
    ran = run("policy", "test", "-c", "FILE", *arguments, text=RULES, stdin=log)
    missing = [part for part in parts if part not in ran.stdout + ran.stderr]
    results.add(f"--from-log: {name}", "" if ran.returncode == code and not missing else f"ended with {ran.returncode}, lacks {missing}:\n{ran.stdout}{ran.stderr}")


def from_log(results: Results) -> None:
    stdin = ("--from-log", "-")
    passes = '{"args": ["get", "a"]}\n{"args": ["flushall"], "action": "reject", "rule": "no-flush"}\n'
    changes = passes + '{"args": ["flushall"]}\n{"args": ["get", "secret:1"]}\n{"args": ["ping"], "action": "reject", "rule": "old"}\n'
    replayed(results, "nothing would change", stdin, passes, UNCHANGED, "2 requests: 2 judged")
    replayed(results, "something would", stdin, changes, CHANGED, "3 would change", "passes -> reject by no-flush", "passes -> reject by secret", "reject by old -> passes")
    replayed(results, "nothing to be judged", stdin, "what is this\n", NOTHING, "not understood: 1 line")
    replayed(results, "an empty log", stdin, "", NOTHING)
    replayed(results, "no such file", ("--from-log", "/nowhere/at/all"), "", 64, "/nowhere/at/all")
    replayed(results, "with a command as well", (*stdin, "--", "GET", "a"), passes, 64)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(changes)
        file.flush()
        replayed(results, "a file", ("--from-log", file.name), "", CHANGED, "3 would change")


def from_real_logs(results: Results) -> None:
    """SLOWLOG, MONITOR, /events and the guard's log, each as the manual says."""
    admin = Admin(guard.free_port())
    hits = '[policy]\nbarrier = "0"\npresets = []\n[probe]\ninterval = "0"\n[[policy.rule]]\nid = "old"\nmatch = { command = ["flushall", "keys"] }\naction = "alert"\n'
    with guard.redis("--slowlog-log-slower-than", "0") as server, \
            guard.guard(server.port, hits, "--log-format", "json", admin=f"127.0.0.1:{admin.port}") as running, \
            Client(running.port) as client, Client(server.port) as monitor:
        monitor.ask("MONITOR")
        for words in (("SET", "a", 1), ("GET", "secret:1"), ("FLUSHALL", ), ("ECHO", "the-end")):
            client.send(r(*words))
            client.read_replies(1)
        seen = monitor.read_while(lambda data: b"the-end" not in data).decode()
        slow = subprocess.run(["redis-cli", "-p", str(server.port), "--json", "SLOWLOG", "GET", "128"], capture_output=True, text=True)
        monitored = "\n".join(line.removeprefix("+") for line in seen.split("\r\n"))
        told = admin.get("/events").decode()
        log = running.log.read_text()
    both = ("passes -> reject by no-flush", "passes -> reject by secret")
    replayed(results, "redis-cli --json SLOWLOG GET", ("--from-log", "-"), slow.stdout, CHANGED, *both)
    replayed(results, "redis-cli MONITOR", ("--from-log", "-"), monitored, CHANGED, *both)
    replayed(results, "/events", ("--from-log", "-"), told, CHANGED, "alert by old -> reject by no-flush")
    replayed(results, "the guard's log as JSON", ("--from-log", "-"), log, CHANGED, "alert by old -> reject by no-flush")


def main() -> int:
    results = Results()
    for scenario in (ten_examples, presets_together, from_log, from_real_logs):
        scenario(results)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
