#!/usr/bin/env python3
"""A real Prometheus scrapes the guard and answers the questions of docs/METRICS.md; promtool finds nothing to say.

Both come from Debian's package `prometheus`; without it nothing is tested, and that is said.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import guard
from admin import Admin, eventually
from results import Results
from wire import AT_MOST, Client, request

CONFIG = """
[[policy.rule]]
id = "no-flush"
match = { command = "flushall" }
action = "reject"
"""
MANUAL = guard.ROOT / "docs" / "METRICS.md"


def questions() -> dict[str, str]:
    """The indented expressions of "... questions in PromQL", by the words in front of them."""
    part = MANUAL.read_text().split("questions in PromQL\n", 1)[1].split("\n## ", 1)[0]
    blocks = [block for block in part.split("\n\n") if block.strip()]
    return {words.strip().split(":")[0]: " ".join(query.split())
            for words, query in zip(blocks, blocks[1:]) if query.startswith("    ")}


def load(port: int) -> None:
    with Client(port) as client:
        for i in range(20):
            client.ask("SET", f"iad:{i}", "v")
            client.ask("FLUSHALL")
            client.send(request("BZPOPMIN", "bull:notify:marker", "0.05"))
            client.read_replies(1)


def prometheus(admin: int, folder: pathlib.Path) -> guard.Process:
    port = guard.free_port()
    config = folder / "prometheus.yml"
    config.write_text(f"global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs:\n- job_name: respguard\n"
                      f"  static_configs: [{{targets: ['127.0.0.1:{admin}']}}]\n")
    return guard.Process(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
                          f"--web.listen-address=127.0.0.1:{port}"], port)


def ask(port: int, query: str) -> list[dict]:
    url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
    with urllib.request.urlopen(url, timeout=AT_MOST) as answer:
        return json.load(answer)["data"]["result"]


def value(rows: list[dict], **labels) -> float | None:
    for row in rows:
        if all(row["metric"].get(k) == v for k, v in labels.items()):
            return float(row["value"][1])
    return None


def main() -> int:
    results = Results()

    def check(name: str, holds: bool, seen: object) -> None:
        results.add(name, "" if holds else f"{seen}")

    missing = [program for program in ("prometheus", "promtool") if not shutil.which(program)]
    if missing:
        results.add(f"{missing} installed", "run scripts/bootstrap")
        return results.end()
    admin = Admin(guard.free_port())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="respguard-prometheus-"))
    asked = questions()
    try:
        with guard.redis() as server, guard.guard(server.port, CONFIG,
                                                  admin=f"127.0.0.1:{admin.port}") as running:
            load(running.port)
            linted = subprocess.run(["promtool", "check", "metrics"], input=admin.get("/metrics"), capture_output=True,
                                    timeout=AT_MOST, check=False)
            check("promtool", linted.returncode == 0, linted.stderr.decode() + linted.stdout.decode())
            with prometheus(admin.port, folder) as scraper:
                def of(words: str) -> list[dict]:
                    load(running.port)
                    return ask(scraper.port, asked[words].replace("[5m]", "[20s]"))

                slow, blocked, rejected = "The slowest commands", "Which queue's workers wait most", "Rejects per rule"
                for name, words, labels in (("p99 per command", slow, {"command": "set"}),
                                            ("share of time blocked per queue", blocked, {"queue": "notify"}),
                                            ("rejects per rule", rejected, {"rule": "no-flush"})):
                    seen = eventually(lambda: (value(of(words), **labels) or 0) > 0)  # noqa: B023
                    check(name, seen, of(words))
                for words, query in asked.items():
                    check(words, isinstance(ask(scraper.port, query), list), query)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
