#!/usr/bin/env python3
"""/keys/hot of the running guard: the keys used most under a skewed load, the bounds it states, and what is hidden."""
import collections
import json
import pathlib
import random
import shutil
import signal
import sys
import tempfile

import guard
from admin import Admin, eventually
from results import Results
from wire import Client, request

CONFIG = """
[runtime]
threads = 2
[keys]
hot = {hot}
[privacy]
show = "{show}"
"""
FILE = pathlib.Path(tempfile.mkdtemp(prefix="respguard-hot-keys-")) / "respguard.toml"
SHOWN = 5


def hot(admin: Admin) -> dict:
    return json.loads(admin.get("/keys/hot"))


def reload_with(running, admin: Admin, **values) -> None:
    reloads = 'respguard_config_reloads_total{outcome="ok"}'
    before = admin.metric(reloads)
    FILE.write_text(CONFIG.format(**values))
    running.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: admin.metric(reloads) > before)


def skewed_load(port: int) -> collections.Counter:
    """From several clients, on both threads: two hot keys, thousands that are not."""
    used: collections.Counter = collections.Counter()
    rng = random.Random(5)
    for _ in range(8):
        batch = []
        for _ in range(500):
            keys = [f"iam:cold{rng.randrange(100_000)}"]
            if rng.random() < 0.5:
                keys.append("iam:hot")
            if rng.random() < 0.3:
                keys.append("bull:notify:id")
            used.update(keys)
            batch.append(request("MGET", *keys))
        with Client(port) as client:
            client.send(b"".join(batch))
            client.read_replies(len(batch))
    return used


def off_by_default(running, admin: Admin) -> str:
    with Client(running.port) as client:
        client.ask("STRLEN", "iam:secret")
    answer = hot(admin)
    return "" if answer["keys"] == [] and answer["keys_counted"]["on"] is False else f"{answer}"


def the_hottest_are_found(running, admin: Admin) -> str:
    reload_with(running, admin, hot=SHOWN, show="keys")
    used = skewed_load(running.port)
    answer = hot(admin)
    rows, counted = answer["keys"], answer["keys_counted"]
    if [row["key"] for row in rows[:2]] != ["iam:hot", "bull:notify:id"] or len(rows) != SHOWN:
        return f"{rows}"
    wrong = [f"{row}: it was {used[row['key']]}" for row in rows
             if not row["uses_min"] <= used[row["key"]] <= row["uses"]]
    if counted["uses"] != used.total() or not 0 < counted["unseen_max"] < used["bull:notify:id"]:
        wrong.append(f"{counted}")
    # Space-saving's bound, for each of the two threads.
    if counted["unseen_max"] > used.total() / (SHOWN * 16):
        wrong.append(f"the bound is {counted['unseen_max']} of {used.total()}")
    if abs(rows[0]["share"] - rows[0]["uses"] / used.total()) > 1e-9:
        wrong.append("share")
    if b"iam:hot" not in admin.get("/"):
        wrong.append("not on the page")
    return "; ".join(wrong)


def ids_are_masked(running, admin: Admin) -> str:
    reload_with(running, admin, hot=SHOWN, show="none")
    skewed_load(running.port)
    text = admin.get("/keys/hot").decode()
    answer = json.loads(text)
    if "cold" in text or "hot\"" in text.replace("keys/hot", "") or not answer["keys_counted"]["masked"]:
        return text
    return "" if answer["keys"][0]["key"] == "iam:*" else text


def and_forgotten(running, admin: Admin) -> str:
    reload_with(running, admin, hot=0, show="keys")
    return "" if hot(admin)["keys"] == [] else f"{hot(admin)}"


def main() -> int:
    results = Results()
    admin = Admin(guard.free_port())
    with guard.redis() as server, guard.guard(server.port, CONFIG.format(hot=0, show="keys"),
                                              admin=f"127.0.0.1:{admin.port}", keeps=FILE) as running:
        for scenario in (off_by_default, the_hottest_are_found, ids_are_masked, and_forgotten):
            wrong = scenario(running, admin)
            results.add(scenario.__name__, wrong)
    shutil.rmtree(FILE.parent, ignore_errors=True)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
