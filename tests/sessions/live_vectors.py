#!/usr/bin/env python3
"""Plays tests/data/vectors/sessions.json against the running guard.

A scripted client and a scripted upstream stand on both sides; each vector says who sends what and
what each side must see. The guard is started once for each policy that the vectors ask for.
"""
import argparse
import json
import re
import select
import socket
import sys
import time

import guard
from notation import decode

WAIT = 20.0  # for something that must come
QUIET = 0.08  # for something that must not


class Peer:
    """One side's socket and what it has received and not yet been asked for."""

    def __init__(self, connection: socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection, self.received, self.ended = connection, b"", False

    def pump(self, seconds: float) -> bool:
        if self.ended:
            return False
        ready, _, _ = select.select([self.connection], [], [], seconds)
        if not ready:
            return False
        try:
            data = self.connection.recv(1 << 16)
        except OSError:
            data = b""
        self.received += data
        self.ended = not data
        return True

    def wait_until(self, enough) -> None:
        end = time.monotonic() + WAIT
        while not enough() and not self.ended and time.monotonic() < end:
            self.pump(0.05)

    def settle(self, seconds: float = QUIET) -> None:
        while self.pump(seconds):
            pass

    def take(self, item, who: str) -> str:
        """Compares what comes next with bytes or {"err": pattern}; returns what is wrong."""
        if isinstance(item, dict):
            self.wait_until(lambda: b"\r\n" in self.received)
            line, end, rest = self.received.partition(b"\r\n")
            if not end or not re.match(item["err"].encode("latin1"), line):
                return f"{who}: wanted error {item['err']!r}, got {self.received[:120]!r}"
            self.received = rest
            return ""
        wanted = decode(item)
        self.wait_until(lambda: len(self.received) >= len(wanted))
        if not self.received.startswith(wanted):
            return f"{who}: wanted {wanted[:120]!r}, got {self.received[:120]!r}"
        self.received = self.received[len(wanted):]
        return ""


def settle(peers) -> None:
    """Until nothing came to any of them."""
    while any([peer.pump(0) for peer in peers]) or select.select([p.connection for p in peers if not p.ended], [], [], 0.03)[0]:
        pass


def play_step(step: dict, client: Peer, upstream: Peer | None) -> str:
    (kind, value), = ((k, v) for k, v in step.items() if k != "note")
    if kind == "c":
        try:
            client.connection.sendall(decode(value))
        except OSError:
            pass  # Closed already: what the next steps expect will tell whether that is right.
    elif kind == "u":
        upstream.connection.sendall(decode(value))
    elif kind == "u_eof":
        upstream.connection.close()
    elif kind == "u>":
        return upstream.take(value, "upstream")
    elif kind == "c>":
        mixed = isinstance(value, list) and any("err" in x for x in value if isinstance(x, dict))
        return next(filter(None, (client.take(x, "client") for x in (value if mixed else [value]))), "")
    elif kind in ("c_none", "u_none"):
        peer, who = (client, "client") if kind == "c_none" else (upstream, "upstream")
        peer.settle()
        return f"{who} got {peer.received[:120]!r}" if peer.received else ""
    elif kind == "closed":
        client.wait_until(lambda: False) if value else client.settle()
        return "" if client.ended == value else f"closed={client.ended}, wanted {value}"
    elif kind != "aux":  # aux: something another client does to a real server; the script says the rest
        return f"unknown step {kind}"
    return ""


def play(vector: dict, port: int, listener: socket.socket) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        client, steps = Peer(connection), vector["steps"]
        # The guard's connection comes with what it forwards first, and 200 ms later if that is nothing.
        speaks_first = "c" in steps[0]
        if speaks_first:
            play_step(steps[0], client, None)
        try:
            accepted, _ = listener.accept()
        except socket.timeout:
            return "the guard did not connect upstream"
        with accepted:
            upstream = Peer(accepted)
            for number, step in enumerate(steps[speaks_first:], 1 + speaks_first):
                wrong = play_step(step, client, upstream)
                if wrong:
                    return f"step {number}: {wrong}"
            sides = {"client": client} | ({"upstream": upstream} if accepted.fileno() >= 0 else {})
            settle(sides.values())
            for who, side in sides.items():
                if side.received:
                    return f"{who} left over {side.received[:120]!r}"
    return ""


def listen() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="vectors whose id holds this text")
    only = parser.parse_args().only
    vectors = json.loads((guard.ROOT / "tests/data/vectors/sessions.json").read_text())["vectors"]
    groups: dict = {}
    for vector in vectors:
        if not only or only in vector["id"]:
            groups.setdefault(json.dumps(vector.get("policy", {}), sort_keys=True), []).append(vector)

    passed = failed = 0
    for text, group in groups.items():
        policy = json.loads(text)
        config = guard.size_policy(policy.get("max_command_bytes", 1 << 20), policy.get("drain_max", 64 << 20))
        config += "[probe]\ninterval = \"0\"\n"
        with listen() as listener:
            with guard.guard(listener.getsockname()[1], config) as running:
                listener.settimeout(WAIT)
                listener.accept()[0].close()  # The check that the guard listens.
                for vector in group:
                    wrong = play(vector, running.port, listener)
                    passed, failed = passed + (not wrong), failed + bool(wrong)
                    if wrong:
                        print(f"FAILED {vector['id']} {vector['desc']}: {wrong}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
