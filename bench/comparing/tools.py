"""Finds the measuring programs that CMake has built, or builds them without it."""
import os
import pathlib
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent.parent
OWN_BUILD = BENCH.parent / "build" / "bench"
# Program -> what it is linked with, beside its own file. cmake/benchmarks.cmake links all to both.
PROGRAMS = {"block_bench": "block/*.cpp", "floor_relay": "block/endpoint.cpp"}


def newest_source() -> float:
    sources = [*BENCH.glob("block/*"), *(BENCH / f"{name}.cpp" for name in PROGRAMS)]
    return max(path.stat().st_mtime for path in sources)


def find_tools(build: pathlib.Path) -> dict:
    """Program name -> path. Whoever edits a source and runs the bench must not get the old one."""
    wanted = newest_source()
    for folder in (build / "bench", OWN_BUILD):
        found = {name: folder / name for name in PROGRAMS}
        if all(path.exists() and path.stat().st_mtime >= wanted for path in found.values()):
            return found
    return compile_tools()


def compile_tools() -> dict:
    print("compiling bench/ (no up-to-date build of it found)", file=sys.stderr)
    OWN_BUILD.mkdir(parents=True, exist_ok=True)
    flags = [os.environ.get("CXX", "g++"), "-std=c++20", "-O2", "-DNDEBUG"]
    for name, pattern in PROGRAMS.items():
        shared = sorted(BENCH.glob(pattern))
        subprocess.run([*flags, "-o", OWN_BUILD / name, BENCH / f"{name}.cpp", *shared], check=True)
    return {name: OWN_BUILD / name for name in PROGRAMS}
