"""The test stand: starts programs, knows their process ids, and ends exactly these again."""
import ctypes
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# Another range where several people measure on one machine: BENCH_PORTS=24000-24999.
PORTS = range(*(int(port) + i for i, port in enumerate(os.environ.get("BENCH_PORTS", "18000-18999").split("-"))))
START_PATIENCE_S = 10
STOP_PATIENCE_S = 5
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class NotStarted(Exception):
    """A program is there but does not answer."""


def open_files_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


class Stand:
    """Use as a context: whatever way it is left, all its processes and files are gone afterwards."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="respguard-bench-"))
        self._processes = []
        self._ports = iter(PORTS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A second Ctrl-C must not stop the cleaning up half way.
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        for process in reversed(self._processes):
            self.stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def free_port(self) -> int:
        for port in self._ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
        raise NotStarted(f"no free port left in {PORTS.start}-{PORTS.stop - 1}")

    def socket_path(self, name: str) -> str:
        return str(self.folder / f"{name}.sock")

    def log_of(self, name: str) -> pathlib.Path:
        return self.folder / f"{name}.log"

    def start(self, name: str, command: list, cpu: int | None, **popen) -> subprocess.Popen:
        """Starts a program pinned to one core (None: not pinned), its output in log_of(name)."""
        parent = os.getpid()

        def prepare():
            # Ends with us even if we are killed; and Ctrl-C reaches only us, who stop it in order.
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)
            hard = open_files_limit()
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            if cpu is not None:
                os.sched_setaffinity(0, {cpu})

        if "stdout" not in popen:
            log = open(self.log_of(name), "wb")
            popen.update(stdout=log, stderr=subprocess.STDOUT)
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                   start_new_session=True, preexec_fn=prepare, **popen)
        self._processes.append(process)
        return process

    def await_ping(self, name: str, address: str, process: subprocess.Popen) -> None:
        """Waits until PING through `address` is answered. Raises NotStarted with the log's end."""
        give_up = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < give_up and process.poll() is None:
            if answers_ping(address):
                return
            time.sleep(0.05)
        self.stop(process)
        log = self.log_of(name).read_text(errors="replace").strip().splitlines()[-5:]
        raise NotStarted("does not answer PING: " + (" / ".join(log) or "its log is empty"))

    def stop(self, process: subprocess.Popen) -> None:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()


def answers_ping(address: str) -> bool:
    try:
        if address.startswith("unix:"):
            link = socket.socket(socket.AF_UNIX)
            where = address.removeprefix("unix:")
        else:
            link = socket.socket()
            host, port = address.rsplit(":", 1)
            where = (host, int(port))
        with link:
            link.settimeout(1)
            link.connect(where)
            link.sendall(b"*1\r\n$4\r\nPING\r\n")
            return link.recv(64) == b"+PONG\r\n"
    except OSError:
        return False
