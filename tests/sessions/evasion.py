#!/usr/bin/env python3
"""Every way round the policy that we know, against a real redis-server: nothing denied arrives.

Plays the rows E1 to E33 and E48 of the table in README.md, and compares the table with what was played: a
row without a test fails. What is about sizes, memory and time is in oversize.py, random streams in mutations.py.
"""
import argparse
import re
import sys
import time
import tomllib

import guard
import oversize
import row_table
from spellings import (ALLOWED_IN_SCRIPTS, EVICT, FORBIDDEN_IN_SCRIPTS, HOSTILE, NO_COMMANDS, SPELLINGS)
from wire import Client, request as r
from results import Results
from witness import DENIED, Server, all_of, replies_of

CONFIG = "[policy]\nbarrier = \"0\"\n[probe]\ninterval = \"0\"\n"


def spelled(results: Results, server: Server, port: int) -> None:
    behind = r("ECHO", "behind")
    for name, bad in SPELLINGS.items():
        for form, segments in (("", [bad + behind]), (", byte by byte", [bytes([b]) for b in bad] + [behind])):
            if len(segments) > 1000:
                segments = [bad, behind]
            seen = replies_of(port, segments, b"behind\r\n")
            problem = "" if DENIED.match(seen) and seen.endswith(b"$6\r\nbehind\r\n") else f"answered {seen[:200]!r}"
            results.add(name + form, problem or server.untouched())
        seen = replies_of(port, [r("MULTI") + r("SET", "in-multi", 1) + bad + r("EXEC") + behind], b"behind\r\n")
        good = seen.startswith(b"+OK\r\n+QUEUED\r\n-ERR respguard: ") and b"\r\n-EXECABORT " in seen
        problem = "" if good else f"answered {seen[:200]!r}"
        if not problem and server.ask("EXISTS", "in-multi") != b":0\r\n":
            problem = "the transaction was executed"
        results.add(f"E18 MULTI: {name}", problem or server.untouched())


def cut_everywhere(results: Results, server: Server, port: int) -> None:
    """Each spelling in two parts, at every position; the second part comes when the first one has been read."""
    cuts = 0
    for name, bad in SPELLINGS.items():
        if len(bad) > 1000:
            continue
        wrong = []
        clients = [Client(port) for _ in range(1, len(bad))]
        for cut, client in enumerate(clients, 1):
            client.send(bad[:cut])
        time.sleep(0.01)
        for cut, client in enumerate(clients, 1):
            client.send(bad[cut:] + r("ECHO", "behind"))
        for cut, client in enumerate(clients, 1):
            seen = client.read_while(lambda data: not data.endswith(b"behind\r\n"))
            client.close()
            cuts += 1
            if not (DENIED.match(seen) and seen.endswith(b"$6\r\nbehind\r\n")):
                wrong.append(f"{cut}: {seen[:100]!r}")
        results.add(f"E4 every cut: {name}", "; ".join(wrong[:3]) or server.untouched())
    print(f"{cuts} cuts")


def hostile(results: Results, server: Server, port: int) -> None:
    for name, (data, expected) in HOSTILE.items():
        for form, parts in (("", (data,)), (", byte by byte", tuple(bytes([b]) for b in data))):
            if len(parts) > 1000:
                continue
            seen, _ = all_of(port, *parts)
            problem = "" if re.match(expected, seen) else f"answered {seen[:300]!r}"
            results.add(name + form, server.untouched() or problem)
    for name, words in NO_COMMANDS.items():
        seen = replies_of(port, [words + r("ECHO", "x")], b"x\r\n")
        results.add(name, server.untouched() or ("" if seen.endswith(b"x\r\n") else f"{seen!r}"))
    # The server knows no globs here; the guard lets it say so.
    seen = replies_of(port, [r("CONFIG", "SET", "maxmemory*", "x") + r("ECHO", "x")], b"x\r\n")
    changed = server.parameters() != server.config
    results.add("E12 a glob in CONFIG SET", "was taken" if changed or not seen.startswith(b"-ERR") else "")
    server.forget()


def canonical(parameter: str) -> str:
    """As the preset writes it: Redis has kept the old names of these."""
    return {"lua-time-limit": "busy-reply-threshold"}.get(
        parameter, parameter.replace("min-slaves", "min-replicas").replace("slave", "replica"))


def parameters(results: Results, server: Server, port: int) -> None:
    """Every parameter that the server has, under each of its names, to a value that no rule allows."""
    rows = {"files": "E22", "access": "E24", "listener": "E25"}
    preset = tomllib.loads((guard.ROOT / "config/presets/emailengine.toml").read_text())["rule"]
    judged = [rule for rule in preset if "param" in rule["match"] and not {"value", "value_between"} & rule["match"].keys()]

    def patterns(rule: dict) -> list[str]:
        named = rule["match"]["param"]
        return [named] if isinstance(named, str) else named

    def rule_of(parameter: str) -> dict:
        return next(rule for rule in judged for glob in patterns(rule)
                    if re.fullmatch(re.escape(glob).replace(r"\*", ".*"), parameter))

    names = [n.decode() for n in re.findall(rb"\$\d+\r\n([^\r]*)\r\n", server.parameters())[::2]]
    refused = 0
    for name in sorted(names):
        rule = rule_of(canonical(name))
        if rule["action"] != "reject":
            continue
        refused += 1
        alias = canonical(name) != name
        row = "E14" if alias else rows.get(rule["id"], "E26")
        seen = replies_of(port, [r("CONFIG", "SET", name, "~") + r("CONFIG", "SET", name.upper(), "~") + r("ECHO", "x")], b"x\r\n")
        problem = "" if len(re.findall(rb"-ERR respguard: ", seen)) == 2 else f"answered {seen!r}"
        results.add(f"{row} {name}", problem or server.untouched())
    results.add("E26 parameters are looked at", "" if len(names) > 150 and refused > 30 else f"{refused} of {len(names)}")


def lua(results: Results, process) -> None:
    """Without any rule: what Redis itself forbids in scripts, and what nobody can."""
    config = CONFIG.replace("[policy]", "[policy]\npresets = []")
    with guard.guard(process.port, config) as running, Client(running.port) as client:
        witness = Server(process, guarded=False)
        witness.forbidden = {"config|set", "debug", "shutdown", "replicaof", "script|flush", "acl|setuser", "client|pause",
                             "monitor", "save", "psync", "function|flush", "module|list", "auth", "hello"}
        for number, call in enumerate(FORBIDDEN_IN_SCRIPTS):
            body = f"return redis.call({call})"
            sha = client.ask_bulk("SCRIPT", "LOAD", body)
            library = f"#!lua name=lib{number}\nredis.register_function('f{number}', function() {body} end)"
            client.ask_bulk("FUNCTION", "LOAD", library)
            for how, words in (("EVAL", ("EVAL", body, 0)), ("EVALSHA", ("EVALSHA", sha, 0)), ("FCALL", ("FCALL", f"f{number}", 0))):
                seen = client.ask(*words)
                executed = witness.calls(executed_only=True)
                problem = f"executed: {executed}" if executed else "" if seen.startswith(b"-") else f"answered {seen!r}"
                results.add(f"E19 {how} {call}", problem)
        # Known and documented (docs/POLICY.md): no guard can see it.
        for call in ALLOWED_IN_SCRIPTS:
            client.send(r("EVAL", f"return redis.call({call})", 0))
            seen = client.read_replies(1)
            results.add(f"E19 allowed by Redis: {call}", f"answered {seen!r}" if seen.startswith(b"-") else "")
        client.ask("FUNCTION", "FLUSH")
        witness.monitor.close()
        witness.client.close()


def honest_scripts(results: Results, server: Server, process) -> None:
    """A rule about texts finds those that say what they do."""
    config = CONFIG + '[[policy.rule]]\nid = "texts"\nmatch = { scripts_containing = ["flushall"] }\naction = "reject"\n'
    with guard.guard(process.port, config) as running:
        for words in (("EVAL", "return redis.call('FlushAll')", 0), ("SCRIPT", "LOAD", "redis.call('flushall')"),
                      ("EVAL_RO", "--FLUSHALL", 0), ("FUNCTION", "LOAD", "#!lua name=x\n-- flushall")):
            seen = replies_of(running.port, [r(*words) + r("ECHO", "x")], b"x\r\n")
            results.add(f"E19 scripts_containing: {words[0]} {words[1]}",
                        server.untouched() or ("" if DENIED.match(seen) else f"answered {seen!r}"))


def local_clients(results: Results, server: Server, port: int) -> None:
    """The server takes the guard's clients for local ones: only the guard can refuse them."""
    direct = server.ask("DEBUG", "SLEEP", 0)
    server.forget()
    seen = replies_of(port, [r("DEBUG", "SLEEP", 0) + r("ECHO", "x")], b"x\r\n")
    results.add("E20 the server itself allows DEBUG", "" if direct == b"+OK\r\n" else f"{direct!r}")
    results.add("E20 the guard does not", server.untouched() or ("" if DENIED.match(seen) else f"{seen!r}"))


def identity(results: Results, process) -> None:
    """A rule that is about a user can not be left by AUTH, HELLO and RESET in one go."""
    config = CONFIG.replace("[policy]", "[policy]\npresets = []") + """
[[policy.rule]]
id = "reports"
match = { command = "set", user = "reports" }
action = "reject"
"""
    with guard.guard(process.port, config) as running, Client(process.port) as direct:
        direct.ask("ACL", "SETUSER", "reports", "on", ">pw", "~*", "+@all")
        login, write = r("AUTH", "reports", "pw"), r("SET", "e30", "written")
        streams = {
            "AUTH": login + write, "HELLO": r("HELLO", 3, "AUTH", "reports", "pw") + write,
            "HELLO that fails behind its AUTH": r("HELLO", 3, "AUTH", "reports", "pw", "FOO") + write,
            "AUTH that fails behind it": login + r("AUTH", "reports", "wrong") + write,
            "RESET inside MULTI": login + r("MULTI") + r("RESET", "x") + write + r("EXEC"),
            "AUTH inside MULTI": r("MULTI") + login + r("EXEC") + write,
        }
        for name, stream in streams.items():
            seen, _ = all_of(running.port, stream)
            kept = direct.ask("EXISTS", "e30") == b":0\r\n"
            results.add(f"E30 {name}", "" if kept and b"(rule=reports)" in seen else f"answered {seen!r}")
            direct.ask("DEL", "e30")
        direct.ask("ACL", "DELUSER", "reports")


def modes(results: Results, server: Server, port: int) -> None:
    """A reject in every mode that a connection can be in."""
    denied = rb"-ERR respguard: command 'flushall' denied by policy \(rule=flush\)\r\n"
    ok, queued, aborted = rb"\+OK\r\n", rb"\+QUEUED\r\n", rb"-EXECABORT [^\r]*\r\n"
    bad, multi, write, execute = r("FLUSHALL"), r("MULTI"), r("SET", "m", 1), r("EXEC")
    cases = {
        "E32 RESP3": (r("HELLO", 3) + bad, rb"(?s)%.*" + denied),
        "E32 CLIENT REPLY OFF": (r("CLIENT", "REPLY", "OFF") + bad + r("CLIENT", "REPLY", "ON"), ok),
        "E32 CLIENT REPLY SKIP": (r("CLIENT", "REPLY", "SKIP") + bad, rb""),
        "E18 first in MULTI": (multi + bad + write + execute, ok + denied + queued + aborted),
        "E18 last in MULTI": (multi + write + bad + execute, ok + queued + denied + aborted),
        "E18 alone in MULTI": (multi + bad + execute, ok + denied + aborted),
        "E18 DISCARD": (multi + bad + r("DISCARD") + execute, ok + denied + rb"\+OK\r\n-ERR EXEC without MULTI\r\n"),
        "E18 DISCARD with arguments": (multi + bad + r("DISCARD", "x") + execute, ok + denied + rb"-ERR wrong number[^\r]*\r\n" + aborted),
        "E18 nested MULTI": (multi + bad + multi + write + execute, ok + denied + rb"-ERR MULTI calls[^\r]*\r\n" + queued + aborted),
        "E18 WATCH": (r("WATCH", "m") + multi + bad + write + execute, ok + ok + denied + queued + aborted),
        "E18 WATCH of a changed key": (r("SET", "w", 1) + r("WATCH", "w") + r("SET", "w", 2) + multi + bad + write + execute, ok * 4 + denied + queued + aborted),
        "E18 EXEC with arguments": (multi + write + bad + r("EXEC", "x") + execute, ok + queued + denied + aborted + rb"-ERR EXEC without MULTI\r\n"),
        "E18 EXEC inline": (multi + write + bad + b"exec\r\n", ok + queued + denied + aborted),
        "E18 EXEC twice": (multi + bad + execute + execute, ok + denied + aborted + rb"-ERR EXEC without MULTI\r\n"),
        "E18 the next MULTI is clean": (multi + bad + execute + multi + r("ECHO", "x") + execute, rb"(?s).*" + aborted + ok + queued + rb"\*1\r\n\$1\r\nx\r\n"),
        "E18 RESET": (multi + bad + r("RESET"), ok + denied + rb"\+RESET\r\n"),
        "E18 refused by the server as well": (multi + r("NOSUCH") + bad + execute, ok + rb"-ERR unknown[^\r]*\r\n" + denied + aborted),
        "E18 RESP3": (r("HELLO", 3) + multi + write + bad + execute, rb"(?s)%.*" + ok + queued + denied + aborted),
        "E18 CLIENT REPLY ON between": (multi + bad + r("CLIENT", "REPLY", "SKIP") + execute, ok + denied + rb"-ERR respguard: [^\r]*\r\n" + aborted),
    }
    for name, (stream, expected) in cases.items():
        for form, parts in (("", [stream]), (", one request after the other", re.split(rb"(?<=\n)(?=\*)", stream))):
            seen, ended = all_of(port, *parts)
            problem = "" if re.match(expected + rb"(?:\$7\r\nthe-end\r\n)?$", seen, re.S) and not ended else f"answered {seen!r}"
            if not problem and server.ask("EXISTS", "m") != b":0\r\n":
                problem = "part of the transaction was executed"
            results.add(name + form, problem or server.untouched())
    for name, stream, expected in (("subscribed", r("SUBSCRIBE", "a"), rb"(?s)\*3.*:1\r\n" + denied + rb"\*2\r\n\$4\r\npong\r\n"),
                                   ("subscribed, RESP3", r("HELLO", 3) + r("SUBSCRIBE", "a"), rb"(?s)%.*>3.*:1\r\n" + denied + rb"\+PONG\r\n$")):
        with Client(port) as client:
            client.send(stream + bad + r("PING"))
            seen = client.read_while(lambda data, wanted=expected: not re.match(wanted, data))
            seen += client.read_until_quiet(0.05)  # Nothing behind it.
        results.add(f"E32 {name}", server.untouched() or ("" if re.match(expected, seen) else f"answered {seen!r}"))
    with Client(port) as client:  # The client is gone before its EXEC.
        client.send(multi + write + bad)
        client.read_replies(3)
    time.sleep(0.1)
    results.add("E18 client gone inside MULTI", server.untouched() or ("" if server.ask("EXISTS", "m") == b":0\r\n" else "executed"))


def refusals_of_other_kinds(results: Results, server: Server, process) -> None:
    """MULTI with a reject by size, rate or key, or with a close; and a reject while a client is in MONITOR's mode."""
    config = CONFIG + """
[[policy.rule]]
id = "watching"
match = { command = "monitor" }
action = "allow"
[[policy.rule]]
id = "size"
match = { request_bytes_over = 1000 }
action = "reject"
[[policy.rule]]
id = "key"
match = { key = "secret*" }
action = "reject"
[[policy.rule]]
id = "rate"
match = { command = "incr" }
action = "reject"
over = "1/h"
per = "client"
[[policy.rule]]
id = "end"
match = { command = "lolwut" }
action = "close"
"""
    aborted = rb"(?s).*-ERR respguard: [^\r]*\r\n.*-EXECABORT [^\r]*\r\n\$7\r\nthe-end\r\n$"
    with guard.guard(process.port, config) as running:
        for name, bad in (("size", r("SET", "m", "x" * 2000)), ("key", r("GET", "secret:1")), ("rate", r("INCR", "n") * 2)):
            seen, _ = all_of(running.port, r("MULTI") + r("SET", "m", 1) + bad + r("EXEC"))
            problem = "" if re.match(aborted, seen) else f"answered {seen!r}"
            results.add(f"E18 refused by {name}", problem or ("executed" if server.ask("EXISTS", "m", "n") != b":0\r\n" else ""))
        seen, ended = all_of(running.port, r("MULTI") + r("SET", "m", 1) + r("LOLWUT") + r("EXEC"))
        results.add("E18 closed by a rule", "" if ended and server.ask("EXISTS", "m") == b":0\r\n" else f"answered {seen!r}")
        with Client(running.port) as client:
            client.ask("MONITOR")
            client.send(r("FLUSHALL"))
            client.read_to_end()
            ended = client.ended
        # It can not be answered among MONITOR's lines, so the connection ends.
        flushed = any(words[0].lower() == b"flushall" for words in server.executed())
        results.add("E32 MONITOR's mode", "arrived" if flushed or "flushall" in server.calls() else "" if ended else "stands")
    server.forget()


def renamed(results: Results) -> None:
    config = "[policy]\nrenamed = { config = \"b840fc02\" }\n[probe]\ninterval = \"0\"\n"
    with guard.redis("--rename-command", "CONFIG", "b840fc02") as server, guard.guard(server.port, config) as running, \
            Client(server.port) as direct:
        for words in (("b840fc02", "SET", *EVICT[2:]), ("B840FC02", "set", *EVICT[2:])):
            for form, data in (("", r(*words)), (", inline", " ".join(words).encode() + b"\r\n")):
                seen = replies_of(running.port, [data + r("ECHO", "x")], b"x\r\n")
                direct.send(r("b840fc02", "GET", "maxmemory-policy"))
                changed = b"allkeys" in direct.read_replies(1)
                results.add(f"E17 {words[0]}{form}", "" if DENIED.match(seen) and not changed else f"answered {seen!r}")
        seen = replies_of(running.port, [r("b840fc02", "GET", "maxmemory-policy") + r("ECHO", "x")], b"x\r\n")
        results.add("E17 what is allowed", "" if b"noeviction" in seen else f"answered {seen!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", action="store_true", help="write the table into README.md")
    options = parser.parse_args()
    results = Results()
    with guard.redis() as process, guard.guard(process.port, CONFIG) as running:
        server = Server(process)
        results.add("witness: it knows what is denied", "" if len(server.forbidden) > 45 else f"{sorted(server.forbidden)}")
        for scenario in (spelled, cut_everywhere, hostile, parameters, local_clients, modes):
            scenario(results, server, running.port)
        honest_scripts(results, server, process)
        refusals_of_other_kinds(results, server, process)
        identity(results, process)
        lua(results, process)
    renamed(results)
    oversize.play(results)
    row_table.check(results, write=options.table)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
