"""What a suite counts, and the last line that tests/sessions/run reads."""


class Results:
    def __init__(self):
        self.passed = self.failed = 0
        self.names: list[str] = []

    def add(self, name: str, problem: str) -> None:
        """`problem` is what was wrong, empty if nothing was."""
        self.names.append(name)
        if problem:
            self.failed += 1
            print(f"FAILED {name}: {problem}", flush=True)
        else:
            self.passed += 1

    def end(self) -> int:
        """Prints the counts. Returns the exit code; that nothing was tested is a failure as well."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0
