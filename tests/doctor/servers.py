"""Real servers for the doctor; everything is ended by pid and leaves no file."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("DOCTOR_GUARD", str(ROOT / "build/release/respguard"))
PORTS = iter(range(int(os.environ.get("DOCTOR_PORTS", "23100")), 65000))

# Whoever runs the tests may have settings for a guard of his own.
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("RESPGUARD_")}


def free_port() -> int:
    for port in PORTS:
        with socket.socket() as s, contextlib.suppress(OSError):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def ask(port: int, *words, password: str = "") -> str:
    """One command with redis-cli; its text."""
    login = ["-a", password, "--no-auth-warning"] if password else []
    done = subprocess.run(["redis-cli", "-p", str(port), *login, *map(str, words)], capture_output=True, text=True,
                          timeout=20, check=False)
    return done.stdout.strip()


def wait_until(condition, seconds: float = 15, what: str = "condition"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise RuntimeError(f"{what}: not within {seconds} s")


def end(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Redis:
    """redis-server with settings "name value"; `sentinel` runs it as a Sentinel."""

    def __init__(self, *settings: str, sentinel: bool = False, port: int = 0, folder: str = "", password: str = ""):
        self.port = port or free_port()
        self.own_folder = not folder
        self.folder = folder or tempfile.mkdtemp(prefix="respguard-doctor-")
        os.chmod(self.folder, 0o755)
        config = pathlib.Path(self.folder, "redis.conf")
        config.write_text("\n".join([f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", *settings, ""]))
        command = ["redis-server", str(config)] + (["--sentinel"] if sentinel else [])
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.password = password
        wait_until(lambda: ask(self.port, "PING", password=password), what="redis-server answers")

    def ask(self, *words) -> str:
        return ask(self.port, *words, password=self.password)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        end(self.process)
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class Report:
    def __init__(self, *arguments: str, environment: dict | None = None):
        self.began = time.monotonic()
        done = subprocess.run([BIN, "doctor", *arguments], capture_output=True, text=True, timeout=60, check=False,
                              env={**ENVIRONMENT, **(environment or {})})
        self.seconds = time.monotonic() - self.began
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self) -> dict:
        return json.loads(self.out)

    @property
    def statuses(self) -> dict:
        return {c["id"]: c["status"] for c in self.json["checks"]}


def doctor(url: str, *arguments: str) -> Report:
    return Report(url, "--json", *arguments)
