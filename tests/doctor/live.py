#!/usr/bin/env python3
"""respguard doctor against real redis-server processes in many configurations, and against what hangs."""
import contextlib
import json
import os
import pathlib
import pty
import socket
import subprocess
import sys
import tempfile
import threading

import schema
from servers import BIN, ENVIRONMENT, ROOT, Redis, Report, doctor, end, free_port, wait_until

GOOD = ["maxmemory 64mb", "maxmemory-policy noeviction", "save 900 1 300 10", "tcp-keepalive 300"]
SCHEMA = json.loads((ROOT / "docs/doctor.schema.json").read_text())
# Of the machine the tests run on, not of the server.
HOST = "--skip=host,net.rtt,net.jitter,persist.fork,server.slow"


def expect(report: Report, code: int, **statuses: str):
    """Exit code, statuses by id (dots written as __), and a document as the schema says."""
    assert report.code == code, f"ended with {report.code}, wanted {code}: {report.out[:3000]}{report.err}"
    found = schema.problems(report.json, SCHEMA)
    assert not found, found
    for name, wanted in statuses.items():
        check = name.replace("__", ".")
        seen = report.statuses.get(check)
        assert seen == wanted, f"{check} is {seen}, wanted {wanted}: " + str(
            [c for c in report.json["checks"] if c["id"] == check])


def fill(server: Redis, mailboxes: int, db: int = 8, prefix: str = ""):
    names = [f"a{i}" for i in range(mailboxes)]
    server.ask("-n", db, "SADD", f"{prefix}ia:accounts", *names)
    server.ask("-n", db, "HSET", f"{prefix}bull:notify:meta", "version", "bullmq:6.2.0")


def good():
    with Redis(*GOOD) as server:
        fill(server, 12)
        server.ask("BGSAVE")
        wait_until(lambda: "rdb_bgsave_in_progress:0" in server.ask("INFO", "persistence"))
        keys = server.ask("INFO", "keyspace")
        report = doctor(server.url, HOST)
        expect(report, 0, engine__id="ok", evict__policy="ok", mem__need="ok", persist__enabled="ok",
               net__keepalive="ok", topology__mode="ok", queue__version="ok", lua__undeclared="ok", conn__db="ok")
        assert report.json["summary"]["fail"] == 0
        assert report.seconds < 3, f"took {report.seconds:.1f} s"
        assert server.ask("INFO", "keyspace") == keys, "the doctor wrote something"
        calls = server.ask("INFO", "commandstats")
        for word in ("config|set", "config|rewrite", "monitor", "keys", "debug", "save", "bgrewriteaof", "set", "del"):
            assert f"cmdstat_{word}:" not in calls, f"the doctor sent {word}"
        assert calls.count("cmdstat_bgsave:calls=1,") == 1, "one BGSAVE is ours"
        rtt = report.json["rtt_us"]
        assert rtt["samples"] == 100 and not rtt["proxied"], rtt
        assert 0 < rtt["min"] <= rtt["p50"] <= rtt["p99"] and rtt["connect_min"] > 0 and rtt["tcp_min"] > 0, rtt
        line = doctor(server.url, "--only", "net.rtt").json["checks"][0]["message"]
        assert "kernel" in line and "handshake" in line and "server" in line, line


def defaults():
    with Redis() as server:
        expect(doctor(server.url, HOST), 0, persist__rdb_age="warn", persist__save_rule="warn", mem__need="skip")
        assert doctor(server.url, HOST, "--strict").code == 1


def bad():
    with Redis("maxmemory 3mb", "maxmemory-policy allkeys-lru", 'save ""', "tcp-keepalive 0", "timeout 60") as server:
        server.ask("EVAL", "for i=1,9000 do redis.call('SET','k'..i,string.rep('x',400)) end", 0)
        expect(doctor(server.url, HOST), 1, evict__policy="fail", evict__happened="fail", mem__util="fail",
               persist__enabled="fail", net__keepalive="fail", net__timeout="warn")


def volatile():
    with Redis(*GOOD, "maxmemory-policy volatile-lru") as server:
        expect(doctor(server.url, HOST, "--only", "evict"), 0, evict__policy="warn")


def aof():
    with Redis("appendonly yes", 'save ""') as server:
        expect(doctor(server.url, HOST), 0, persist__enabled="ok", persist__aof_fsync="ok", persist__aof_iops="skip")


def failed_bgsave():
    folder = tempfile.mkdtemp(prefix="respguard-doctor-")
    with Redis("save 3600 1", folder=folder) as server:
        server.ask("SET", "a", 1)
        os.mkdir(pathlib.Path(folder, "dump.rdb"))  # rename() onto a folder fails, also for root.
        server.ask("BGSAVE")
        wait_until(lambda: "rdb_last_bgsave_status:err" in server.ask("INFO", "persistence"))
        expect(doctor(server.url, HOST), 1, conn__ping="fail", persist__status="fail", lua__undeclared="ok")
        server.ask("CONFIG", "SET", "save", "")  # Else it would not end before it could save.
    subprocess.run(["rm", "-r", folder], check=True)


def loading():
    folder = tempfile.mkdtemp(prefix="respguard-doctor-")
    with Redis("save 3600 1", folder=folder) as server:
        server.ask("EVAL", "for i=1,30000 do redis.call('SET','k'..i,i) end", 0)
        server.ask("SAVE")
    with Redis("save 3600 1", "key-load-delay 1000", "loading-process-events-interval-bytes 1024",
               folder=folder) as server:
        expect(doctor(server.url, HOST), 1, conn__ping="fail", server__loading="fail", lua__undeclared="skip")
        server.ask("CONFIG", "SET", "key-load-delay", 0)
        report = doctor(server.url, HOST, "--wait", "30s")
        expect(report, 0, conn__ping="ok", server__loading="ok")
    subprocess.run(["rm", "-r", folder], check=True)


def oom():
    with Redis("maxmemory 3mb", "maxmemory-policy noeviction") as server:
        for i in range(60):
            server.ask("SETRANGE", f"k{i}", 60000, "x")
        expect(doctor(server.url, HOST), 1, mem__util="fail", mem__oom_past="warn", server__errors="warn")


def acl_without_info():
    with Redis(*GOOD) as server:
        server.ask("ACL", "SETUSER", "app", "on", ">secret7", "~*", "&*", "+@all", "-@dangerous")
        report = doctor(f"redis://app:secret7@127.0.0.1:{server.port}", HOST)
        expect(report, 1, access__info="fail", access__config="skip", evict__policy="skip", engine__id="ok",
               engine__version="ok", persist__enabled="skip")
        assert "secret7" not in report.out + report.err
        refused = {e.split(" ")[0]: e for e in server.ask("ACL", "LOG").replace("\n", " ").split("object ")[1:]}
        assert "config|get" in refused, refused
        denied = next(line for line in server.ask("INFO", "errorstats").splitlines() if "NOPERM" in line)
        assert int(denied.split("=")[1]) <= 8, f"{denied}: a refusal is not asked for again and again"


def renamed_config():
    with Redis(*GOOD, 'rename-command CONFIG ""') as server:
        expect(doctor(server.url, HOST), 0, access__config="skip", net__keepalive="skip", evict__policy="ok",
               persist__enabled="warn")


def replica():
    with Redis(*GOOD) as primary, Redis(*GOOD, f"replicaof 127.0.0.1 {primary.port}") as server:
        wait_until(lambda: "master_link_status:up" in server.ask("INFO", "replication"))
        expect(doctor(server.url, HOST), 1, topology__role="fail", ha__link="ok")
        expect(doctor(primary.url, HOST), 0, topology__role="ok", ha__replicas="ok", ha__min_replicas="warn")


def cluster():
    # Its own bus port would be 10000 higher, where the kernel picks ports for clients.
    with Redis("cluster-enabled yes", f"cluster-port {free_port()}") as server:
        report = doctor(server.url, HOST)
        expect(report, 1, topology__mode="fail", lua__undeclared="fail", conn__db="fail")
        fix = {c["id"]: c["fix"] for c in report.json["checks"]}
        assert "cluster mode" in fix["conn.db"] and "cluster mode" in fix["lua.undeclared"], fix


def password():
    with Redis(*GOOD, "requirepass sesame", password="sesame") as server:
        for login, code, auth in (("", 3, "fail"), (":wrong@", 3, "fail"), (":sesame@", 0, "ok")):
            report = doctor(f"redis://{login}127.0.0.1:{server.port}", HOST)
            expect(report, code, conn__auth=auth)
            assert "sesame" not in report.out + report.err and "wrong@" not in report.out
            fix = {c["id"]: c["fix"] for c in report.json["checks"] if c["status"] == "fail"}
            wrong = {fix[id] for id in ("conn.ping", "access.info", "engine.id") if id in fix}
            assert wrong <= {"the password: see conn.auth"}, fix
        server.ask("CONFIG", "SET", "tcp-keepalive", 0)
        advice = doctor(f"redis://:sesame@127.0.0.1:{server.port}", "--only", "net.keepalive").json["checks"][0]["fix"]
        assert f"redis-cli -p {server.port} --askpass CONFIG SET tcp-keepalive 300" in advice, advice


def single_database():
    with Redis(*GOOD, "databases 1") as server:
        expect(doctor(server.url, HOST), 1, conn__db="fail")
        expect(doctor(server.url + "/0", HOST), 0, conn__db="ok")


def unix_socket():
    with tempfile.TemporaryDirectory() as folder, Redis(*GOOD, f"unixsocket {folder}/r.sock", "unixsocketperm 700"):
        expect(doctor(f"unix://{folder}/r.sock?db=3", HOST), 0, conn__db="ok", net__tls="ok")


def other_database_and_prefix():
    with Redis(*GOOD) as server:
        fill(server, 40, db=2, prefix="ee:")
        report = doctor(server.url, HOST, "--prefix", "ee")
        expect(report, 1, mem__need="fail")
        assert "40 mailboxes" in report.out, report.out


def sentinel():
    with Redis(*GOOD) as primary, Redis(f"sentinel monitor mymaster 127.0.0.1 {primary.port} 1",
                                        sentinel=True) as watcher:
        report = doctor(watcher.url, HOST)
        expect(report, 1, engine__id="fail", topology__mode="fail", sentinel__quorum="warn")
        checks = {c["id"]: c for c in report.json["checks"]}
        for name in ("engine.id", "topology.mode", "lua.undeclared"):
            assert checks[name]["fix"].startswith(f"redis://127.0.0.1:{primary.port}, "), checks[name]
        assert checks["conn.db"]["status"] == "skip", checks["conn.db"]
        first = Report(watcher.url, HOST, "--nagios").out
        assert first.startswith("REDIS CRITICAL - engine.id: "), first
        wait_until(lambda: primary.ask("PUBSUB", "NUMSUB", "__sentinel__:hello").endswith("1"))
        expect(doctor(primary.url, HOST), 0, sentinel__client="warn")


def hanging():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}"
        report = doctor(url, "--timeout", "500ms")
        expect(report, 3, conn__reach="ok", conn__ping="fail", evict__policy="skip", engine__id="skip")
        assert "T in ps" in report.out, report.out
        assert report.seconds < 4, report.seconds


def stopped_process():
    """A server that is there and does not answer: SIGSTOP."""
    with Redis(*GOOD) as server:
        server.process.send_signal(19)
        try:
            report = doctor(server.url, "--timeout", "500ms")
            expect(report, 3, conn__ping="fail")
        finally:
            server.process.send_signal(18)


def full_house():
    """maxclients: turned away before a word is said."""
    with Redis(*GOOD, "maxclients 1") as server, socket.create_connection(("127.0.0.1", server.port)):
        report = doctor(server.url, "--timeout", "1s")
        expect(report, 3, conn__ping="fail", conn__auth="skip", access__info="skip", engine__id="skip")
        fix = {c["id"]: c["fix"] for c in report.json["checks"]}
        assert "raise maxclients" in fix["conn.ping"], fix
        assert report.json["summary"]["fail"] == 1, report.out


def slow_log_is_off():
    with Redis(*GOOD, "slowlog-log-slower-than -1") as server:
        expect(doctor(server.url, "--only", "server.slow"), 0, server__slow="skip")


def own_keys_only():
    """An ACL that leaves out keys: EmailEngine's scripts would not run."""
    with Redis(*GOOD) as server:
        server.ask("ACL", "SETUSER", "app", "on", ">secret7", "~foo:*", "&*", "+@all")
        report = doctor(f"redis://app:secret7@127.0.0.1:{server.port}", "--only", "lua.undeclared")
        expect(report, 0, lua__undeclared="warn")
        assert "ACL SETUSER <user> ~*" in report.json["checks"][0]["fix"], report.out


def without_a_file():
    """CONFIG REWRITE fails on a server that was started without a file: it is not advised."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(["redis-server", "--port", str(port), "--dir", folder, "--save", "",
                                    "--tcp-keepalive", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: is_listening(port), what="redis-server listens")
            fix = doctor(f"redis://127.0.0.1:{port}", "--only", "net.keepalive").json["checks"][0]["fix"]
            assert "REWRITE" not in fix and "CONFIG SET tcp-keepalive 300" in fix and "command line" in fix, fix
        finally:
            end(process)


def wrong_database():
    """Mailboxes are in 8, the URL names 2."""
    with Redis("maxmemory 1gb", *GOOD[1:]) as server:
        fill(server, 3)
        report = doctor(server.url + "/2", "--only", "mem.need")
        expect(report, 0, mem__need="warn")
        assert "they are in database 8, not 2" in report.out, report.out
        expect(doctor(server.url + "?db=8", "--only", "mem.need"), 0, mem__need="ok")


def nobody():
    report = doctor(f"redis://127.0.0.1:{free_port()}/3")
    expect(report, 3, conn__reach="fail", evict__policy="skip")
    assert Report(f"redis://127.0.0.1:{free_port()}", "--nagios").code == 3


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def guard_before(server: Redis, *arguments: str):
    port = free_port()
    process = subprocess.Popen([BIN, "run", "--listen", f"127.0.0.1:{port}", "--upstream", server.url, "--admin", "",
                                *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=ENVIRONMENT)
    try:
        wait_until(lambda: is_listening(port), what="guard listens")
        yield port
    finally:
        end(process)


def through_the_guard():
    with Redis(*GOOD) as server, guard_before(server) as port:
        report = doctor(f"redis://127.0.0.1:{port}", HOST)
        expect(report, 0, conn__ping="ok", engine__id="ok")
        direct = doctor(server.url, "--only", "net.rtt").json["checks"][0]["message"]
        behind = doctor(f"redis://127.0.0.1:{port}", "--only", "net.rtt").json["checks"][0]["message"]
        assert "proxy" in behind and "proxy" not in direct, (direct, behind)


def outputs():
    with Redis(*GOOD, "maxmemory-policy allkeys-lru") as server:
        text = Report(server.url, HOST)
        assert text.code == 1 and "  FAIL  evict.policy" in text.out and "\x1b" not in text.out
        assert all(len(line) <= 80 for line in text.out.splitlines()), text.out
        quiet = Report(server.url, HOST, "--quiet")
        assert "  ok " not in quiet.out and "evict.policy" in quiet.out
        nagios = Report(server.url, HOST, "--nagios")
        assert nagios.code == 2 and nagios.out.startswith("REDIS CRITICAL - ") and nagios.out.count("\n") == 1
        accepted = Report(server.url, HOST, "--skip", "evict.policy")
        assert accepted.code == 0 and "accepted by you" in accepted.out


def usage():
    for arguments in ([], ["redis://h", "--only", "evict.polcy"], ["redis://h", "--bogus"], ["redis://"],
                      ["rediss://h"], ["redis-sentinel://h:1/m"], ["redis://h", "--json", "--nagios"],
                      ["redis://h", "--wait", "5"], ["redis://h", "--mailboxes", "-1"]):
        report = Report(*arguments)
        assert report.code == 2 and report.err, (arguments, report.code, report.err)
    assert "not asked yet" in Report("rediss://h").err
    for arguments in (["redis://u:xq7zw@h", "redis://u:xq7zw@h"], ["redis://u:xq7zw@h", "--only", "x"],
                      ["redis://u:xq7zw@h:x"], ["rediss://u:xq7zw@h"], ["--json", "redis://u:xq7@zw@h", "--nagios"],
                      ["redis-sentinel://u:xq7zw@h/m"], ["http://u:xq7zw@h"]):
        report = Report(*arguments)
        assert report.code == 2 and "xq7" not in report.err + report.out, (arguments, report.err)


def sizing_and_backup():
    report = Report("--mailboxes", "5000")
    assert report.code == 0 and "9.8 GiB to 19.5 GiB" in report.out, report.out
    with tempfile.TemporaryDirectory() as folder, Redis(*GOOD) as server:
        backup = pathlib.Path(folder, "dump-1.rdb")
        backup.write_bytes(b"x" * 100_000)
        expect(doctor(server.url, HOST, "--backup", f"{folder}/*.rdb"), 0, backup__fresh="ok")
        os.utime(backup, (1, 1))
        expect(doctor(server.url, HOST, "--backup", f"{folder}/*.rdb"), 1, backup__fresh="fail")
        expect(doctor(server.url, HOST, "--mailboxes", "5000"), 1, mem__need="fail")
        server.ask("SAVE")
        rows = pathlib.Path(folder, "appendonlydir")
        rows.mkdir()
        for name in ("base.rdb", "incr.aof"):
            (rows / name).write_bytes(b"x" * 50_000)
        report = doctor(server.url, "--only", "backup", "--backup", f"{folder}/appendonly*")
        expect(report, 0, backup__fresh="ok")
        assert "97.7 KiB" in report.out, report.out


def disk():
    """A scratch file on a disk is measured; memory is refused as one. Nothing stays behind."""
    with Redis("appendonly yes", 'save ""') as server, tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        report = doctor(server.url, HOST, "--only", "persist.aof_iops", "--probe-disk", folder)
        check = report.json["checks"][0]
        assert check["status"] != "skip" and "/s at depth 16" in check["message"], check
        assert not os.listdir(folder)
        with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
            report = doctor(server.url, HOST, "--only", "persist.aof_iops", "--probe-disk", memory)
            expect(report, 1, persist__aof_iops="fail")
            assert "tmpfs" in report.out and not os.listdir(memory)
        expect(doctor(server.url, HOST, "--only", "persist.aof_iops", "--probe-disk", "/nowhere"), 0,
               persist__aof_iops="skip")


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a person sees: standard output is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([BIN, "doctor", *arguments], stdout=theirs, stderr=subprocess.DEVNULL,
                               env={**{k: v for k, v in ENVIRONMENT.items() if k != "NO_COLOR"}, **environment})
    os.close(theirs)
    seen = b""
    with contextlib.suppress(OSError):  # EIO: the other side has ended.
        while part := os.read(ours, 65536):
            seen += part
    os.close(ours)
    process.wait(30)
    return seen.decode()


def colours():
    with Redis(*GOOD, "maxmemory-policy allkeys-lru") as server:
        coloured = on_a_terminal(server.url, "--only", "evict", TERM="xterm")
        plain = on_a_terminal(server.url, "--only", "evict", NO_COLOR="1")
        assert "\x1b" in on_a_terminal(server.url, "--only", "evict", NO_COLOR="", TERM="xterm")
        assert "\x1b" not in on_a_terminal(server.url, "--only", "evict", TERM="dumb")
        assert "\x1b[1;31mFAIL" in coloured, coloured
        assert "\x1b" not in plain and "FAIL" in plain, plain


def size_limit():
    """One command over the limit, sent directly and through a guard that refuses it."""
    with Redis(*GOOD) as server, guard_before(server, "--set", "policy.presets=upstash-1mb") as port:
        expect(doctor(server.url, HOST, "--probe-limits"), 0, queue__blobs="ok")
        report = doctor(f"redis://127.0.0.1:{port}", HOST, "--probe-limits")
        expect(report, 1, queue__blobs="fail")
        assert "is refused" in report.out and "xxxx" not in report.out


def wait_for_start():
    port = free_port()
    started = []
    timer = threading.Timer(1.0, lambda: started.append(Redis(*GOOD, port=port)))
    timer.start()
    report = doctor(f"redis://127.0.0.1:{port}", HOST, "--wait", "20s")
    timer.join()
    with started[0]:
        expect(report, 0, conn__reach="ok")


TESTS = [good, defaults, bad, volatile, aof, failed_bgsave, loading, oom, acl_without_info, renamed_config, replica,
         cluster, password, single_database, unix_socket, other_database_and_prefix, sentinel, hanging,
         stopped_process, full_house, slow_log_is_off, own_keys_only, without_a_file, wrong_database, nobody, through_the_guard, outputs, usage, sizing_and_backup, disk, colours, size_limit,
         wait_for_start]


def main() -> int:
    passed = failed = 0
    for test in TESTS:
        if len(sys.argv) > 1 and test.__name__ not in sys.argv[1:]:
            continue
        try:
            test()
            passed += 1
        except Exception as problem:  # pylint: disable=broad-except  # One failed test must not hide the others.
            failed += 1
            print(f"FAILED {test.__name__}: {type(problem).__name__}: {problem}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
