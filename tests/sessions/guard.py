"""Starts the guard and the servers it needs; everything is ended by pid."""
import os
import pathlib
import random
import shutil
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def executable() -> str:
    return os.environ.get("SESSIONS_GUARD", str(ROOT / "build/release/respguard"))


_given: list[int] = []


def free_port() -> int:
    """Below the ports that the kernel gives to outgoing connections, which could take it meanwhile. None of the last
    hundred: whoever got one may not listen yet."""
    first, last = map(int, os.environ.get("SESSIONS_PORTS", "20000-31999").split("-"))
    while True:
        port = random.randint(first, last)
        if port in _given[-100:]:
            continue
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                _given.append(port)
                return port
            except OSError:
                continue


def wait_for_port(port: int, process: subprocess.Popen, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not listen on {port}")


class Process:
    """A child in a folder of its own, with its output kept in `log`."""

    def __init__(self, arguments: list[str], port: int, *more_ports: int):
        self.port = port
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="respguard-test-"))
        self.log = self.folder / "output.log"
        # Whoever runs the tests may have settings for a guard of his own.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RESPGUARD_")}
        if io := os.environ.get("SESSIONS_IO"):
            environment["RESPGUARD_RUNTIME_IO"] = io
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(arguments, stdout=out, stderr=out, cwd=self.folder, env=environment)
        try:
            for each in (port, *more_ports):
                wait_for_port(each, self.process)
        except RuntimeError as error:
            output = self.log.read_text(errors="replace")
            self.stop()
            raise RuntimeError(f"{error}:\n{output[-3000:]}") from None

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        output = self.log.read_text(errors="replace")
        code = self.stop()
        if code and not kind:
            raise RuntimeError(f"{self.process.args[0]} ended with {code}:\n{output[-3000:]}")


def redis(*options: str) -> Process:
    port = free_port()
    return Process(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                    "--enable-debug-command", "yes", *options], port)


def guard(upstream_port: int, config: str = "", *options: str, admin: str = "",
          keeps: pathlib.Path | None = None) -> Process:
    """`keeps`: where its configuration shall stay, to be changed and read again."""
    port = free_port()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="respguard-conf-"))
    path = keeps or folder / "respguard.toml"
    path.write_text(config)
    if "barrier" not in config:
        # Suites that look at single replies wait for silence: nothing may be held on purpose.
        options = ("--set", "policy.barrier=0", *options)
    # It has tests of its own; here nobody else may talk to upstream.
    options = ("--set", "doctor.interval=0", *options)
    # It listens for clients first, and a while later on a busy machine for those who ask.
    ports = [port, int(admin.rpartition(":")[2])] if admin else [port]
    try:
        return Process([executable(), "run", "-c", str(path), "--listen", f"127.0.0.1:{port}", "--admin", admin,
                        "--upstream", f"redis://127.0.0.1:{upstream_port}", *options], *ports)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def size_policy(request_bytes: int, skip_bytes: int = 64 << 20) -> str:
    """The default preset, and larger requests refused."""
    return (f"[limits]\nskipped_request = {skip_bytes}\n"
            f"[[policy.rule]]\nid = \"size\"\nmatch = {{ request_bytes_over = {request_bytes} }}\n"
            "action = \"reject\"\n")
