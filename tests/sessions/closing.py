#!/usr/bin/env python3
"""Who closes when: client and upstream, orderly and by reset, at every byte; MONITOR and replication.

Against a real redis-server where it can be made to do it, else against a scripted upstream.
"""
import os
import signal
import socket
import struct
import sys
import time

import guard
from admin import eventually
from results import Results
from wire import Client, request as r

QUIET = "[probe]\ninterval = \"0\"\n"
ALLOW_TAKEOVER = QUIET + """
[[policy.rule]]
id = "debugging"
match = { command = ["monitor", "sync", "psync", "replconf"] }
action = "allow"
"""


def reset(client: Client) -> None:
    """Closes with RST."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def connections(direct: Client) -> int:
    """Clients of the server, the asking one included."""
    return direct.ask_bulk("CLIENT", "LIST", "TYPE", "normal").count(b" addr=")


def client_closes_at_every_byte(port: int, direct: Client) -> str:
    whole = r("SET", "k", "v") + r("INCR", "n")
    for how in (Client.close, reset):
        for size in range(len(whole) + 1):
            direct.ask("FLUSHALL")
            client = Client(port)
            client.send(whole[:size])
            if size == len(whole):
                client.read_until(len(b"+OK\r\n:1\r\n"))
            how(client)
            if not eventually(lambda: connections(direct) == 1):
                return f"upstream connection left over after {how.__name__} at byte {size}"
            if size < len(r("SET", "k", "v")) and direct.ask("EXISTS", "k") != b":0\r\n":
                return f"a part of a request was executed, {size} bytes"
    return ""


def blocked_client_goes(port: int, direct: Client) -> str:
    for how in (Client.close, reset):
        direct.ask("FLUSHALL")
        client = Client(port)
        client.send(r("BLPOP", "l", 0))
        time.sleep(0.1)
        how(client)
        if not eventually(lambda: connections(direct) == 1):
            return f"still blocked after {how.__name__}"
        direct.ask("RPUSH", "l", "v")
        if direct.ask("LLEN", "l") != b":1\r\n":
            return f"the dead client took an element after {how.__name__}"
    return ""


def server_kills(port: int, direct: Client) -> str:
    with Client(port) as idle, Client(port) as blocked, Client(port) as asking:
        for client in (idle, asking):
            client.ask("PING")
        blocked.send(r("BLPOP", "nothing", 0))
        time.sleep(0.1)
        direct.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        for name, client in (("idle", idle), ("blocked", blocked), ("asking", asking)):
            got = client.read_to_end()
            if got or not client.ended:
                return f"{name}: got {got!r}, ended {client.ended}"
    return ""


def upstream_closes_at_every_byte() -> str:
    requests = r("PING") + r("LRANGE", "l", 0, 1) + r("PING")
    reply = b"+PONG\r\n*2\r\n$3\r\nabc\r\n:1\r\n"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        with guard.guard(listener.getsockname()[1], QUIET) as running:
            listener.accept()[0].close()  # The check that the guard listens.
            for size in range(len(reply) + 1):
                with Client(running.port) as client:
                    client.send(requests)
                    upstream, _ = listener.accept()  # Of a silent client it would come 200 ms later.
                    # All of it: a close with something unread is a reset, which may overtake the reply.
                    upstream.recv(len(requests), socket.MSG_WAITALL)
                    upstream.sendall(reply[:size])
                    upstream.close()
                    got = client.read_to_end()
                    if got != reply[:size] or not client.ended:
                        return f"after {size} bytes: got {got!r}, ended {client.ended}"
    return ""


def monitor_passes_if_a_rule_says_so(port: int, direct: Client) -> str:
    with Client(port) as client:
        client.send(r("PING") + r("MONITOR"))
        if client.read_until(len(b"+PONG\r\n+OK\r\n")) != b"+PONG\r\n+OK\r\n":
            return "no answer to MONITOR"
        direct.ask("SET", "seen", "x" * 2000)
        line = client.read_until(2000)
        if b'"set" "seen"' not in line.lower():
            return f"got {line!r:.200}"
        direct.ask("SET", "kept", 1)
        client.read_until(1)
        client.send(r("FLUSHALL"))
        if not eventually(lambda: client.read_until_quiet(0) is not None and client.ended):
            return "a refused request behind MONITOR must end the connection"
    return "" if direct.ask("EXISTS", "kept") == b":1\r\n" else "FLUSHALL got through behind MONITOR"


def a_replica_syncs_through(port: int, direct: Client) -> str:
    for i in range(200):
        direct.ask("SET", f"r{i}", "v" * 1000)
    with guard.redis("--replicaof", "127.0.0.1", str(port), "--repl-diskless-sync-delay", "0") as replica:
        with Client(replica.port) as copy:
            if not eventually(lambda: copy.ask("EXISTS", "r199") == b":1\r\n"):
                return "the replica did not get the data set"
            direct.ask("SET", "later", "x")
            if not eventually(lambda: copy.ask("EXISTS", "later") == b":1\r\n"):
                return "a later write did not reach the replica"
    return ""


def hup_ends_nothing(running) -> str:
    with Client(running.port) as client:
        if client.ask("PING") != b"+PONG\r\n":
            return "no answer before HUP"
        os.kill(running.pid, signal.SIGHUP)
        if not eventually(lambda: "reloaded" in running.log.read_text(errors="replace")):
            return "no line in the log"
        return "" if client.ask("PING") == b"+PONG\r\n" else "no answer after HUP"


def main() -> int:
    results = Results()
    with guard.redis() as server, Client(server.port) as direct:
        with guard.guard(server.port, QUIET) as running:
            for scenario in (client_closes_at_every_byte, blocked_client_goes, server_kills):
                results.add(scenario.__name__, scenario(running.port, direct))
            results.add("hup_ends_nothing", hup_ends_nothing(running))
        with guard.guard(server.port, ALLOW_TAKEOVER) as running:
            for scenario in (monitor_passes_if_a_rule_says_so, a_replica_syncs_through):
                results.add(scenario.__name__, scenario(running.port, direct))
    results.add("upstream_closes_at_every_byte", upstream_closes_at_every_byte())
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
