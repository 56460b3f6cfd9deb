#!/usr/bin/env python3
"""Every way round the policy that we know, against a real redis-server: nothing denied arrives.

Witnesses are the server's own command statistics, which count what was executed, refused or failed
(MONITOR does not show administrative commands), and MONITOR for the order of everything else. Ends with
random pipelines in which denied commands stand somewhere: what was executed must be what was judged good.
"""
import argparse
import random
import re
import sys
import time

import guard
from wire import Client, request as r

DENIED = re.compile(rb"^-ERR respguard: ")
FORBIDDEN = {"config|set", "config|rewrite", "flushall", "flushdb", "swapdb", "debug", "shutdown", "replicaof", "slaveof",
             "module|load", "acl|setuser", "migrate", "restore", "restore-asking", "save", "script|flush", "function|load",
             "client|pause", "failover", "monitor", "psync", "sync", "replconf", "cluster|meet"}
EVICT = ("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")

# name -> bytes that hold one or more denied commands and nothing else that would answer.
SPELLINGS = {
    "as it is": r(*EVICT),
    "letter case": r("cOnFiG", "sEt", "MaxMemory-Policy", "ALLKEYS-LRU"),
    "inline": b"config set maxmemory-policy allkeys-lru\r\n",
    "inline, only LF, tabs": b"\tconfig\tset  maxmemory-policy \x0ballkeys-lru\n",
    "inline, quotes": b"'config' \"set\" 'maxmemory-policy' \"allkeys-lru\"\r\n",
    "inline, escapes": b"\"\\x63onfig\" \"\\x73et\" \"maxmemory\\x2dpolicy\" \"allkeys\\x2dlru\"\r\n",
    "inline, quote behind a word": b"co\"nfig\" s'et' maxmemory-policy allkeys-lru\r\n",
    "NUL behind the value": r("CONFIG", "SET", "maxmemory-policy", b"allkeys-lru\0x"),
    "NUL behind the parameter": r("CONFIG", "SET", b"maxmemory-policy\0x", "allkeys-lru"),
    "NUL behind the command": r(b"CONFIG\0x", "SET", "maxmemory-policy", "allkeys-lru"),
    "NUL behind the subcommand": r("CONFIG", b"SET\0", "maxmemory-policy", "allkeys-lru"),
    "odd line ends": b"*4\rX$6\rYCONFIGZZ$3\rXSET\r\n$16\r\nmaxmemory-policyAB$11\r\nallkeys-lruQQ",
    "second of two pairs": r("CONFIG", "SET", "hz", "10", "maxmemory-policy", "allkeys-lru"),
    "a good pair behind it": r(*EVICT, "hz", "10"),
    "many pairs": r("CONFIG", "SET", *["loglevel", "notice"] * 50, "maxmemory-policy", "allkeys-lru"),
    "odd tail": r(*EVICT, "hz"),
    "underscores": r("CONFIG", "SET", "maxmemory_policy", "allkeys-lru"),
    "blank in the value": r("CONFIG", "SET", "maxmemory-policy", " allkeys-lru"),
    "alias of a parameter": r("CONFIG", "SET", "slave-read-only", "no"),
    "alias of a command": r("SLAVEOF", "127.0.0.1", "1"),
    "zero in another form": r("CONFIG", "SET", "tcp-keepalive", "00"),
    "large and denied": r("CONFIG", "SET", "proc-title-template", "x" * 200_000, "maxmemory-policy", "allkeys-lru"),
    "FLUSHALL": r("FLUSHALL"), "FLUSHALL SYNC": r("flushall", "SYNC"), "FLUSHDB": r("FLUSHDB", "ASYNC"),
    "SWAPDB": r("SWAPDB", 0, 1), "DEBUG": r("DEBUG", "SLEEP", 0), "DEBUG off": r("DEBUG", "SET-DISABLE-DENY-SCRIPTS", 1),
    "REPLICAOF": r("REPLICAOF", "NO", "ONE"), "MODULE": r("MODULE", "LOAD", "/tmp/x.so"), "SAVE": r("SAVE"),
    "MODULE LOADEX": r("MODULE", "LOADEX", "/tmp/x.so"), "SHUTDOWN": r("SHUTDOWN", "NOSAVE"),
    "MIGRATE": r("MIGRATE", "127.0.0.1", 1, "k", 0, 10), "RESTORE": r("RESTORE", "k", 0, "x"),
    "RESTORE-ASKING": r("RESTORE-ASKING", "k", 0, "x"), "ACL": r("ACL", "SETUSER", "default", "nopass"),
    "SCRIPT FLUSH": r("SCRIPT", "FLUSH"), "FUNCTION LOAD": r("FUNCTION", "LOAD", "#!lua name=x\n"),
    "CLIENT PAUSE": r("CLIENT", "PAUSE", 1), "FAILOVER": r("FAILOVER"), "MONITOR": r("MONITOR"),
    "PSYNC": r("PSYNC", "?", -1), "SYNC": r("SYNC"), "REPLCONF": r("REPLCONF", "ACK", 0),
    "CONFIG REWRITE": r("CONFIG", "REWRITE"), "CLUSTER MEET": r("CLUSTER", "MEET", "127.0.0.1", 1),
    "port": r("CONFIG", "SET", "port", "1"), "dir": r("CONFIG", "SET", "dir", "/tmp"),
    "KeyDB's cron": r("KEYDB.CRON", "x", "single", 1, "x", 0),
}

# Not commands to Redis at all: the server says so, nothing denied can come of it.
NO_COMMANDS = {
    "no abbreviations": r("CONF", "SET", "maxmemory-policy", "allkeys-lru"),
    "no abbreviated parameter": r("CONFIG", "GET", "maxmemory-pol"),
    "one word with a blank": r("CONFIG SET", "maxmemory-policy", "allkeys-lru"),
    "one word with a bar": r("CONFIG|SET", "maxmemory-policy", "allkeys-lru"),
}

# Lua: what Redis itself forbids in scripts.
IN_SCRIPTS = ["'config','set','maxmemory-policy','allkeys-lru'", "'debug','sleep',0", "'shutdown'", "'replicaof','no','one'",
              "'module','list'", "'script','flush'", "'acl','setuser','x'", "'client','pause',1", "'monitor'", "'save'",
              "'psync','?',-1", "'function','flush'"]


class Server:
    """The real one, asked directly."""

    def __init__(self, process):
        self.client = Client(process.port)
        self.policy = self.ask("CONFIG", "GET", "maxmemory-policy")

    def ask(self, *words) -> bytes:
        self.client.send(r(*words))
        return self.client.read_replies(1)

    def forbidden_calls(self, executed_only: bool = False) -> dict:
        """Of denied commands: how often the server executed one, or looked at one and refused it."""
        seen = {}
        for line in self.ask("INFO", "commandstats").split(b"\r\n"):
            match = re.match(rb"cmdstat_([^:]+):calls=(\d+),.*rejected_calls=(\d+),failed_calls=(\d+)", line)
            if match and match[1].decode() in FORBIDDEN:
                calls = int(match[2]) + (0 if executed_only else int(match[3]) + int(match[4]))
                if calls:
                    seen[match[1].decode()] = calls
        return seen

    def untouched(self) -> str:
        if self.forbidden_calls():
            return f"arrived: {self.forbidden_calls()}"
        if self.ask("CONFIG", "GET", "maxmemory-policy") != self.policy:
            return "maxmemory-policy was changed"
        return ""


class Results:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name: str, problem: str) -> None:
        if problem:
            self.failed += 1
            print(f"FAILED {name}: {problem}", flush=True)
        else:
            self.passed += 1


def replies_of(port: int, segments: list[bytes], expect_end: bytes) -> bytes:
    with Client(port) as client:
        for segment in segments:
            client.send(segment)
        return client.read_while(lambda data: not data.endswith(expect_end))


def spelled(results: Results, server: Server, port: int) -> None:
    behind = r("ECHO", "behind")
    for name, bad in SPELLINGS.items():
        for form, segments in (("at once", [bad + behind]),
                               ("byte by byte", [bytes([b]) for b in (bad + behind)] if len(bad) < 1000 else [bad, behind])):
            seen = replies_of(port, segments, b"behind\r\n")
            problem = "" if DENIED.match(seen) and seen.endswith(b"$6\r\nbehind\r\n") else f"answered {seen[:200]!r}"
            results.add(f"{name}, {form}", problem or server.untouched())
        seen = replies_of(port, [r("MULTI") + r("SET", "in-multi", 1) + bad + r("EXEC") + behind], b"behind\r\n")
        good = seen.startswith(b"+OK\r\n+QUEUED\r\n-ERR respguard: ") and b"\r\n-EXECABORT " in seen
        problem = "" if good else f"answered {seen[:200]!r}"
        if not problem and server.ask("EXISTS", "in-multi") != b":0\r\n":
            problem = "the transaction was executed"
        results.add(f"{name}, inside MULTI", problem or server.untouched())


def others(results: Results, server: Server, port: int) -> None:
    for name, words in NO_COMMANDS.items():
        seen = replies_of(port, [words + r("ECHO", "x")], b"x\r\n")
        results.add(name, "" if seen.endswith(b"x\r\n") and not server.untouched() else f"{seen!r} {server.untouched()}")
    for call in IN_SCRIPTS:
        with Client(port) as client:
            seen = client.ask("EVAL", f"return redis.call({call})", 0)
        executed = server.forbidden_calls(executed_only=True)
        results.add(f"script {call}", f"executed: {executed}" if executed else "" if seen.startswith(b"-") else f"answered {seen!r}")
    server.ask("CONFIG", "RESETSTAT")  # The server has counted what it refused.
    # What Lua can still do is documented (docs/POLICY.md): scripts_containing tells about it.
    with Client(port) as client:
        seen = client.ask("EVAL", "return redis.call('FLUSH' .. 'DB')", 0)
    results.add("a script may flush: known, documented", "" if seen == b"+OK\r\n" else f"answered {seen!r}")
    server.ask("CONFIG", "RESETSTAT")  # That was expected.
    for text in (b"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + r(*EVICT), b"GET / HTTP/1.1\r\nHost: x\r\n" + r(*EVICT)):
        with Client(port) as client:
            client.send(text)
            client.read_to_end()
            results.add("cross-protocol", server.untouched() or ("" if client.ended else "the connection stands"))
    with Client(port) as client:
        client.send(r("BLPOP", "none", "0.2") + r(*EVICT) + r("ECHO", "x"))
        seen = client.read_while(lambda data: not data.endswith(b"$1\r\nx\r\n"))
    good = seen.startswith(b"*-1\r\n-ERR respguard: ") and seen.endswith(b"x\r\n")
    results.add("behind a blocked request", server.untouched() or ("" if good else f"answered {seen!r}"))
    with Client(port) as client:
        client.send(r("QUIT") + r(*EVICT))
        results.add("behind QUIT", server.untouched() or ("" if client.read_to_end() == b"+OK\r\n" else "no"))


def modes(results: Results, server: Server, port: int) -> None:
    """A reject in every mode that a connection can be in."""
    denied = rb"-ERR respguard: command 'flushall' denied by policy \(rule=flush\)\r\n"
    cases = {
        "RESP3": (r("HELLO", 3) + r("FLUSHALL") + r("ECHO", "x"), rb"(?s)%.*" + denied + rb"\$1\r\nx\r\n$"),
        "CLIENT REPLY OFF": (r("CLIENT", "REPLY", "OFF") + r("FLUSHALL") + r("CLIENT", "REPLY", "ON") + r("ECHO", "x"),
                             rb"\+OK\r\n\$1\r\nx\r\n$"),
        "CLIENT REPLY SKIP": (r("CLIENT", "REPLY", "SKIP") + r("FLUSHALL") + r("ECHO", "x"), rb"\$1\r\nx\r\n$"),
        "subscribed": (r("SUBSCRIBE", "a") + r("FLUSHALL") + r("PING"), rb"(?s)\*3.*:1\r\n" + denied + rb"\*2\r\n\$4\r\npong\r\n"),
        "subscribed, RESP3": (r("HELLO", 3) + r("SUBSCRIBE", "a") + r("FLUSHALL") + r("PING"), rb"(?s)%.*>3.*:1\r\n" + denied + rb"\+PONG\r\n$"),
        "first in MULTI": (r("MULTI") + r("FLUSHALL") + r("SET", "m", 1) + r("EXEC"), rb"\+OK\r\n" + denied + rb"\+QUEUED\r\n-EXECABORT .*\r\n$"),
        "last in MULTI": (r("MULTI") + r("SET", "m", 1) + r("FLUSHALL") + r("EXEC"), rb"\+OK\r\n\+QUEUED\r\n" + denied + rb"-EXECABORT .*\r\n$"),
        "alone in MULTI": (r("MULTI") + r("FLUSHALL") + r("EXEC") + r("ECHO", "x"), rb"\+OK\r\n" + denied + rb"-EXECABORT .*\r\n\$1\r\nx\r\n$"),
        "MULTI, DISCARD": (r("MULTI") + r("FLUSHALL") + r("DISCARD") + r("EXEC"), rb"\+OK\r\n" + denied + rb"\+OK\r\n-ERR EXEC without MULTI\r\n$"),
        "nested MULTI": (r("MULTI") + r("FLUSHALL") + r("MULTI") + r("SET", "m", 1) + r("EXEC"), rb"\+OK\r\n" + denied + rb"-ERR MULTI calls.*\r\n\+QUEUED\r\n-EXECABORT .*\r\n$"),
        "WATCH": (r("WATCH", "m") + r("MULTI") + r("FLUSHALL") + r("SET", "m", 1) + r("EXEC"), rb"\+OK\r\n\+OK\r\n" + denied + rb"\+QUEUED\r\n-EXECABORT .*\r\n$"),
        "the next MULTI is clean": (r("MULTI") + r("FLUSHALL") + r("EXEC") + r("MULTI") + r("ECHO", "x") + r("EXEC"), rb"(?s).*-EXECABORT [^\r]*\r\n\+OK\r\n\+QUEUED\r\n\*1\r\n\$1\r\nx\r\n$"),
        "RESET out of MULTI": (r("MULTI") + r("FLUSHALL") + r("RESET") + r("ECHO", "x"), rb"\+OK\r\n" + denied + rb"\+RESET\r\n\$1\r\nx\r\n$"),
    }
    for name, (stream, expected) in cases.items():
        with Client(port) as client:
            client.send(stream)
            seen = client.read_while(lambda data, wanted=expected: not re.match(wanted, data))
            seen += client.read_until_quiet(0.05)  # Nothing behind it.
        problem = "" if re.match(expected, seen) else f"answered {seen!r}"
        if not problem and server.ask("EXISTS", "m") != b":0\r\n":
            problem = "part of the transaction was executed"
        results.add(f"reject: {name}", problem or server.untouched())
    with Client(port) as client:  # The client is gone before its EXEC.
        client.send(r("MULTI") + r("SET", "m", 1) + r("FLUSHALL"))
        client.read_replies(3)
    time.sleep(0.1)
    results.add("reject: client gone inside MULTI", server.untouched() or ("" if server.ask("EXISTS", "m") == b":0\r\n" else "executed"))


def renamed(results: Results) -> None:
    config = "[policy]\nrenamed = { config = \"b840fc02\" }\n[probe]\ninterval = \"0\"\n"
    with guard.redis("--rename-command", "CONFIG", "b840fc02") as server, guard.guard(server.port, config) as running, \
            Client(server.port) as direct:
        for words in (("b840fc02", "SET", "maxmemory-policy", "allkeys-lru"), ("B840FC02", "set", "maxmemory-policy", "allkeys-lru")):
            for data in (r(*words), " ".join(words).encode() + b"\r\n"):
                seen = replies_of(running.port, [data + r("ECHO", "x")], b"x\r\n")
                direct.send(r("b840fc02", "GET", "maxmemory-policy"))
                changed = b"allkeys" in direct.read_replies(1)
                results.add(f"renamed {words[0]}", "" if DENIED.match(seen) and not changed else f"answered {seen!r}")
        seen = replies_of(running.port, [r("b840fc02", "GET", "maxmemory-policy") + r("ECHO", "x")], b"x\r\n")
        results.add("renamed, allowed", "" if b"noeviction" in seen else f"answered {seen!r}")


GOOD = [("SET", "k{}", "v"), ("GET", "k{}"), ("INCR", "n{}"), ("LPUSH", "l{}", "x" * 50), ("HSET", "h{}", "f", "v"), ("ECHO", "e{}"),
        ("DEL", "k{}"), ("SADD", "s{}", "FLUSHALL"), ("SET", "big{}", "y" * 5000)]


def fuzz(results: Results, server: Server, process, seconds: float, seed: int) -> None:
    config = "[policy]\nbarrier = \"0\"\n[probe]\ninterval = \"0\"\n"
    bad = [b for name, b in SPELLINGS.items() if len(b) < 1000]
    played = 0
    with guard.guard(process.port, config) as running, Client(process.port) as monitor:
        monitor.ask("MONITOR")
        server.ask("CONFIG", "RESETSTAT")  # That one was ours.
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            dice = random.Random(seed + played)
            number, stream, expected = 0, b"", []
            for _ in range(dice.randint(1, 12)):
                if dice.random() < 0.4:
                    stream += dice.choice(bad)
                    continue
                number += 1
                words = [w.format(f"{played}-{number}") for w in dice.choice(GOOD)]
                if dice.random() < 0.3 and max(map(len, words)) < 1000:
                    stream += " ".join(words).encode() + b"\r\n"
                else:
                    stream += r(*words)
                expected.append([w.encode() for w in words])
            mark = f"mark-{played}"
            stream += r("ECHO", mark)
            cuts = sorted(dice.randrange(len(stream) + 1) for _ in range(dice.choice((0, 1, 3, 8))))
            segments = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)]) if b > a]
            replies_of(running.port, segments, mark.encode() + b"\r\n")
            seen = monitor.read_while(lambda data: mark.encode() not in data)
            executed = [re.findall(rb'"((?:[^"\\]|\\.)*)"', line) for line in seen.split(b"\r\n") if b"]" in line]
            executed = [words for words in executed if words[-1:] != [mark.encode()]]
            played += 1
            if executed != expected:
                results.add(f"fuzz seed {seed + played - 1}", f"sent {stream[:800]!r}\n  judged   {expected}\n  executed {executed}")
    print(f"{played} random pipelines, first seed {seed}")
    results.add("random pipelines: judged is executed", "" if played and not server.untouched() else "none played, or " + server.untouched())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="of random pipelines")
    parser.add_argument("--seed", type=int, default=0, help="of the first one; 0: by the clock")
    options = parser.parse_args()
    results = Results()
    with guard.redis() as process, guard.guard(process.port, "[policy]\nbarrier = \"2ms\"\n[probe]\ninterval = \"0\"\n") as running:
        server = Server(process)
        spelled(results, server, running.port)
        modes(results, server, running.port)
        others(results, server, running.port)
        fuzz(results, server, process, options.seconds, options.seed or int(time.time() * 1000))
    renamed(results)
    print(f"{results.passed} passed, {results.failed} failed")
    return 1 if results.failed or not results.passed else 0


if __name__ == "__main__":
    sys.exit(main())
