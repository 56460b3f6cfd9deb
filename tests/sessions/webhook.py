#!/usr/bin/env python3
"""The webhook of the running guard against a real HTTP server that is slow, refuses, fails, or speaks TLS."""
import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import guard
from events import Admin, eventually, say
from results import Results

SECRET = "s3cr3t-token"
RULES = """
[doctor]
interval = "0"
[events]
kept = 20
webhook = "{url}"
webhook_gather = "{gather}"
webhook_timeout = "500ms"
webhook_retry_max = "1s"
{more}
[[policy.rule]]
id = "no-debug"
match = {{ command = "debug" }}
action = "reject"
"""


class Receiver:
    """An HTTP server: `status` is what it answers, `delay` how long that takes."""

    def __init__(self, tls: ssl.SSLContext | None = None, port: int = 0):
        self.posts: list[dict] = []
        self.heads: list = []
        self.status, self.delay, self.attempts = 200, 0.0, 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                receiver.attempts += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(receiver.delay)
                if receiver.status == 200 and not receiver.delay:
                    receiver.posts.append(json.loads(body))
                    receiver.heads.append((self.path, self.headers))
                try:
                    self.send_response(receiver.status)
                    self.end_headers()
                except OSError:
                    pass  # The guard did not wait.

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # A guard that does not trust us hangs up.

        self.server = Server(("127.0.0.1", port or guard.free_port()), Handler)
        self.port = self.server.server_port
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self) -> list[dict]:
        return [event for post in self.posts for event in post["events"]]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Guarded:
    """A guard that posts to `url`, and its admin endpoint."""

    def __init__(self, upstream: int, url: str, more: str = "", gather: str = "0"):
        self.admin = Admin(guard.free_port())
        self.process = guard.guard(upstream, RULES.format(url=url, more=more, gather=gather), "--log-format", "json",
                                   admin=f"127.0.0.1:{self.admin.port}")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.process.__exit__(kind)

    def hit(self, times: int = 1) -> None:
        """So many events; at most ten hits of a rule in a second are told, so another kind."""
        for _ in range(times):
            self.admin.post("/policy?enforce=true")

    def metric(self, name: str) -> float:
        return self.admin.metric(f"respguard_{name}")

    def tells(self, word: str) -> bool:
        """The log has it, or will: it is written behind what the counters show."""
        return eventually(lambda: word in self.log())

    def log(self) -> str:
        return self.process.log.read_text(errors="replace")


def events_arrive(upstream: int) -> str:
    receiver = Receiver()
    with Guarded(upstream, f"http://me:pw@127.0.0.1:{receiver.port}/hook?token={SECRET}", gather="300ms") as it:
        say(it.process.port, "DEBUG", "SLEEP", "0")
        it.hit(4)
        if not eventually(lambda: len(receiver.events()) == 5):
            return f"{receiver.posts}"
        path, head = receiver.heads[0]
        if len(receiver.posts) != 1:
            return f"{len(receiver.posts)} posts for what came at once"
        if path != f"/hook?token={SECRET}" or head["Content-Type"] != "application/json":
            return f"{path} {head}"
        if head["Authorization"] != "Basic bWU6cHc=" or not head["User-Agent"].startswith("respguard/"):
            return f"{head}"
        if receiver.events()[0] != it.admin.events()[0]:
            return f"{receiver.events()[0]}"
        if not eventually(lambda: it.metric("webhook_sent_total") == 5) or it.metric("webhook_waiting") != 0:
            return "not counted"
        if SECRET in it.admin.get("/stats").decode() + it.admin.get("/metrics").decode():
            return "the secret is shown"
    receiver.close()
    return ""


def a_failing_receiver_is_tried_again(upstream: int) -> str:
    receiver = Receiver()
    receiver.status = 500
    with Guarded(upstream, f"http://127.0.0.1:{receiver.port}/{SECRET}") as it:
        it.hit(3)
        if not eventually(lambda: receiver.attempts >= 3):
            return f"{receiver.attempts} attempts"
        receiver.status = 200
        if not eventually(lambda: len(receiver.events()) == 3):
            return f"{receiver.events()}"
        if it.metric("webhook_failures_total") < 3 or it.metric('events_dropped_total{where="webhook"}') != 0:
            return "failures are not counted"
        if not it.tells("it answered 500") or SECRET in it.log():
            return it.log()
    receiver.close()
    return ""


def a_receiver_that_is_not_there(upstream: int) -> str:
    port = guard.free_port()
    with Guarded(upstream, f"http://127.0.0.1:{port}/") as it:
        it.hit(50)
        if not eventually(lambda: it.metric("webhook_failures_total") >= 2):
            return "no attempts"
        if it.metric("webhook_waiting") > 20 + 30 or say(it.process.port, "PING") != b"+PONG\r\n":
            return "not bounded"
        receiver = Receiver(port=port)
        if not eventually(lambda: it.metric("webhook_waiting") == 0):
            return "not sent when it is there"
        ids = [event["id"] for event in receiver.events()]
        dropped = it.metric('events_dropped_total{where="webhook"}')
        receiver.close()
        return "" if ids == list(range(31, 51)) and dropped == 30 else f"{ids}, {dropped} dropped"


def a_slow_receiver_is_not_waited_for(upstream: int) -> str:
    receiver = Receiver()
    receiver.delay = 2
    with Guarded(upstream, f"http://127.0.0.1:{receiver.port}/") as it:
        it.hit()
        if not eventually(lambda: it.metric("webhook_failures_total") >= 1):
            return "waits for ever"
        if not it.tells("timeout") or say(it.process.port, "PING") != b"+PONG\r\n":
            return it.log()
        receiver.delay = 0
        if not eventually(lambda: len(receiver.events()) == 1):
            return "not sent when it is fast again"
    receiver.close()
    return ""


def what_the_receiver_refuses_is_dropped(upstream: int) -> str:
    receiver = Receiver()
    receiver.status = 400
    with Guarded(upstream, f"http://127.0.0.1:{receiver.port}/") as it:
        it.hit()
        if not eventually(lambda: it.metric('events_dropped_total{where="webhook"}') == 1):
            return "tried for ever"
        receiver.status = 200
        it.hit()
        if not eventually(lambda: [e["id"] for e in receiver.events()] == [2]):
            return f"{receiver.events()}"
    receiver.close()
    return ""


def certificates(folder: pathlib.Path, name: str) -> ssl.SSLContext:
    """A CA (`ca.pem`) and a server with a certificate of it for `name`."""
    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=test CA")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=x")
    (folder / "names").write_text(f"subjectAltName={name}\n")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            "cert.pem", "-days", "2", "-extfile", "names")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def tls_with_an_own_ca(upstream: int) -> str:
    with tempfile.TemporaryDirectory() as path:
        folder = pathlib.Path(path)
        receiver = Receiver(certificates(folder, "DNS:localhost"))
        ca = f'webhook_ca = "{folder / "ca.pem"}"'
        with Guarded(upstream, f"https://localhost:{receiver.port}/hook", ca) as it:
            it.hit()
            if not eventually(lambda: len(receiver.events()) == 1):
                return it.log()
        # The name is checked: this certificate is not for the address.
        with Guarded(upstream, f"https://127.0.0.1:{receiver.port}/hook", ca) as it:
            it.hit()
            if not eventually(lambda: it.metric("webhook_failures_total") >= 1) or not it.tells("TLS"):
                return "the name is not checked"
        # So is the chain.
        with Guarded(upstream, f"https://localhost:{receiver.port}/hook") as it:
            it.hit()
            if not eventually(lambda: it.metric("webhook_failures_total") >= 1) or not it.tells("certificate"):
                return "the chain is not checked"
        received = len(receiver.events())
        receiver.close()
        return "" if received == 1 else "an unverified receiver got something"


def wrong_settings_are_told(upstream: int) -> str:
    for url, more, part in (("ftp://x/" + SECRET, "", "events.webhook"), ("http://", "", "events.webhook"),
                            ("https://x/", 'webhook_ca = "/nowhere/ca.pem"', "events.webhook_ca")):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(RULES.format(url=url, more=more, gather="0"))
            file.flush()
            ran = subprocess.run([guard.executable(), "check", "-c", file.name], capture_output=True, text=True)
        if ran.returncode == 0 or part not in ran.stdout + ran.stderr or SECRET in ran.stdout + ran.stderr:
            return f"{ran}"
    return ""


def main() -> int:
    results = Results()
    with guard.redis() as server:
        for scenario in (events_arrive, a_failing_receiver_is_tried_again, a_receiver_that_is_not_there,
                         a_slow_receiver_is_not_waited_for, what_the_receiver_refuses_is_dropped, tls_with_an_own_ca,
                         wrong_settings_are_told):
            wrong = scenario(server.port)
            results.add(scenario.__name__, wrong)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
