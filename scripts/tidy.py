#!/usr/bin/env python3
"""Runs clang-tidy over src/ and proxy/, in parallel, and remembers which files were clean.

    scripts/tidy.py [file...]    needs build/clang-dev built (scripts/check does that first)

A file is looked at again when it, a header of ours that it includes, its command or .clang-tidy changed.
What was clean is kept in build/clang-dev/tidy/; delete the folder to forget it.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/clang-dev"
CLEAN = BUILD / "tidy"
TIDY = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")


def own_dependencies() -> dict[str, list[pathlib.Path]]:
    """Object file -> our files it was made of, from ninja's log of the last build."""
    log = subprocess.run(["ninja", "-C", BUILD, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    dependencies: dict[str, list[pathlib.Path]] = {}
    for line in log.splitlines():
        if line and not line.startswith(" "):
            files = dependencies.setdefault(line.split(":")[0], [])
        elif line.strip():
            path = (BUILD / line.strip()).resolve()
            if path.is_relative_to(ROOT) and path.is_file():
                files.append(path)
    return dependencies


def key(entry: dict, files: list[pathlib.Path]) -> str:
    # The generated version header changes with each commit and holds nothing to find.
    contents = [p.read_bytes() for p in sorted(set(files)) if p.name != "version.hpp"]
    parts = [(ROOT / ".clang-tidy").read_bytes(), entry["command"].encode(), *contents]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def run(path: str) -> tuple[bool, str]:
    result = subprocess.run([TIDY, "-p", BUILD, "--quiet", path], capture_output=True, text=True)
    return result.returncode == 0, result.stdout


def main() -> int:
    if not TIDY:
        sys.exit("no clang-tidy: scripts/bootstrap")
    wanted = {str((ROOT / name).resolve()) for name in sys.argv[1:]}
    dependencies = own_dependencies()
    todo, looked_at = {}, 0
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] not in ("src", "proxy"):
            continue
        if wanted and entry["file"] not in wanted:
            continue
        looked_at += 1
        output = entry["command"].split(" -o ")[1].split()[0]
        stamp = CLEAN / key(entry, [path, *dependencies.get(output, [])])
        if not stamp.exists():
            todo[entry["file"]] = stamp
    CLEAN.mkdir(exist_ok=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (path, stamp), (clean, text) in zip(todo.items(), pool.map(run, todo)):
            if clean:
                stamp.touch()
            else:
                failed += 1
                print(text, flush=True)
    print(f"{looked_at} files, {len(todo)} looked at, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
