"""The admin endpoint of a running guard, and waiting for what it tells."""
import json
import time
import urllib.request

from wire import AT_MOST


class Admin:
    """The admin endpoint of a guard."""

    def __init__(self, port: int):
        self.port = port

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=AT_MOST) as answer:
            return answer.read()

    def events(self, query: str = "") -> list[dict]:
        return json.loads(self.get("/events" + query))["events"]

    def metric(self, series: str) -> float:
        for line in self.get("/metrics").decode().splitlines():
            if line.startswith(series + " "):
                return float(line.split()[-1])
        return -1

    def post(self, path: str) -> None:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=b"", method="POST")
        urllib.request.urlopen(request, timeout=AT_MOST).close()


def eventually(check) -> bool:
    end = time.monotonic() + AT_MOST
    while not check():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
