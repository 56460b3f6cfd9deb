#!/usr/bin/env python3
"""Prints "PASSED FAILED SKIPPED" of a GoogleTest JSON report; exit 1 if there is none or it is cut off."""
import collections
import json
import sys


def outcome(case: dict) -> str:
    if case.get("failures"):
        return "failed"
    # NOTRUN: disabled, or left out by a filter. Neither has shown anything.
    return "passed" if case["result"] == "COMPLETED" else "skipped"


def main() -> int:
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            suites = json.load(file)["testsuites"]
    except (OSError, ValueError, KeyError) as error:
        print(f"no usable test report: {error}", file=sys.stderr)
        return 1
    counts = collections.Counter(outcome(case) for suite in suites for case in suite["testsuite"])
    print(counts["passed"], counts["failed"], counts["skipped"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
