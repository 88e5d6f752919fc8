"""Runs mutants in several workers at a time, leaving out those whose result is known."""

from __future__ import annotations

import hashlib
import queue
import subprocess
import threading
from typing import TYPE_CHECKING, Protocol

from scripts.mutate.outcomes.report import format_survivor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from scripts.mutate.mutant import Mutant
    from scripts.mutate.outcomes.results import Outcome, Result, Results


class Worker(Protocol):
    """What runs the tests of one mutant after the other."""

    def test(self, mutant: Mutant) -> tuple[Outcome, str]:
        """Returns what became of a mutant, and by which test."""
        ...

    def close(self) -> None:
        """Ends what it has started."""
        ...


def list_kept_files(checkout: Path) -> list[str]:
    """Returns every file that is in the repository, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, check=True, text=True)
    names = filter(None, done.stdout.split("\0"))
    return sorted({name for name in names if (checkout / name).is_file()})


def digest_files(checkout: Path, folders: Iterable[str]) -> str:
    """Returns a digest of all kept files in some folders."""
    found, starts = hashlib.sha256(), tuple(folders)
    for name in list_kept_files(checkout):
        if name.startswith(starts):
            found.update(name.encode() + b"\0" + (checkout / name).read_bytes())
    return found.hexdigest()[:16]


class Pool:
    """One run over the mutants of one language."""

    def __init__(
        self,
        checkout: Path,
        results: Results,
        digest_tests: Callable[[Mutant], str],
        show: Callable[[str], None],
    ) -> None:
        self._checkout = checkout
        self._results = results
        self._digest_tests = digest_tests
        self._show = show
        self._found: list[Result] = []
        self._lock = threading.Lock()

    def run(
        self, mutants: Iterable[Mutant], start_workers: Callable[[list[Mutant]], list[Worker]]
    ) -> list[Result]:
        """Returns what became of each mutant."""
        waiting = [each for each in mutants if not self._is_known(each)]
        self._show(f"{len(self._found)} known from an earlier run, {len(waiting)} to run")
        if waiting:
            left: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
            for each in waiting:
                left.put(each)
            workers = start_workers(waiting)
            threads = [threading.Thread(target=self._work, args=(left, each)) for each in workers]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            if not left.empty():
                raise RuntimeError(f"{left.qsize()} mutants were not run.")
        return self._found

    def _work(self, left: queue.SimpleQueue[Mutant], worker: Worker) -> None:
        try:
            while True:
                try:
                    mutant = left.get_nowait()
                except queue.Empty:
                    return
                outcome, by = worker.test(mutant)
                self._note(mutant, outcome, by, left.qsize())
        finally:
            worker.close()

    def _is_known(self, mutant: Mutant) -> bool:
        known = self._results.find(mutant, self._digest(mutant), self._digest_tests(mutant))
        if known is not None:
            self._found.append(known)
        return known is not None

    def _note(self, mutant: Mutant, outcome: Outcome, by: str, left: int) -> None:
        with self._lock:
            digests = self._digest(mutant), self._digest_tests(mutant)
            result = self._results.add(mutant, outcome, by, *digests)
            self._found.append(result)
            self._show(f"{left:5d} left  {outcome:8}  {format_survivor(result)}  [{by}]")

    def _digest(self, mutant: Mutant) -> str:
        return hashlib.sha256((self._checkout / mutant.path).read_bytes()).hexdigest()[:16]
