"""Runs a package's tests on the code as it is, and keeps what each of them reaches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scripts.mutate.pool import digest_files, list_kept_files
from scripts.mutate.python.python_copy import ForkServer, PythonCopy
from scripts.mutate.python.reach import RecordedTest, read_recording

_LONGEST_S: Final = 1800.0
_OURS: Final = ("antiphon", "antiphon_client", "antiphon_terminal", "support", "tests", "scripts")


@dataclass(frozen=True)
class CleanRun:
    """The tests of one package, as they are without a mutant."""

    tests: list[RecordedTest]
    modules: list[str]
    """What they import that is not ours, and `antiphon.model`, which imports no other part."""


def list_tests(package: str) -> tuple[str, ...]:
    """Returns the beginnings of the paths of a package's tests and of what they share."""
    return f"{package}/", "tests/support/", "tests/conftest.py"


def run_clean(cache: Path, checkout: Path, package: str, copy: PythonCopy) -> CleanRun:
    """Returns the clean run of a folder of tests.

    Only test files that have changed since the last one are run, unless the code has changed, or
    what the tests share.
    """
    kept = cache / f"clean-{package.replace('/', '-')}.json"
    files = {
        each: digest_files(checkout, [each])
        for each in list_kept_files(checkout)
        if each.startswith(f"{package}/") and each.rpartition("/")[2].startswith("test_")
    }
    shared = [each for each in list_tests(package) if each != f"{package}/"]
    conftests = [
        each for each in list_kept_files(checkout) if each.startswith(package) and each not in files
    ]
    state = digest_files(checkout, ["server/", "clients/", *shared, *conftests])
    recording: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if recording.get("state") != state:
        recording = {"state": state, "files": {}, "tests": {}, "modules": []}
    changed = [each for each in files if recording["files"].get(each) != files[each]]
    if changed:
        more = _record(copy, cache, changed)
        same = {
            name: each
            for name, each in recording["tests"].items()
            if name.partition("::")[0] in files and name.partition("::")[0] not in changed
        }
        modules = sorted({*recording["modules"], *more["modules"]})
        recording |= {"files": files, "tests": same | more["tests"], "modules": modules}
        kept.write_text(json.dumps(recording), encoding="utf-8")
    modules = [each for each in recording["modules"] if _is_shared(each)]
    return CleanRun(read_recording(recording["tests"]), modules)


def _record(copy: PythonCopy, cache: Path, files: list[str]) -> dict[str, Any]:
    server = ForkServer(copy)
    record = cache / "record.json"
    record.unlink(missing_ok=True)
    try:
        outcome = server.run(files, _LONGEST_S, record=str(record))
    finally:
        server.close()
    if not record.exists():
        raise RuntimeError(f"The tests did not run to their end: {outcome['by']}.")
    recording: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    for name, each in recording["tests"].items():
        each["reached"] = [
            (str(Path(file).relative_to(copy.top)), line) for file, line in each["reached"]
        ]
        if not each["passed"]:
            print(f"fails without a mutant, and is left out: {name}", flush=True)
    return recording


def _is_shared(module: str) -> bool:
    """Whether a module can be imported before a mutant of another package is on disk."""
    if module.startswith("antiphon.model."):
        return True
    first = module.partition(".")[0]
    is_private = module.startswith("_") or module == "__main__" or "conftest" in module
    return not is_private and first not in _OURS
