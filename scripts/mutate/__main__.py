"""Runs `make mutate`: mutants of the files below some paths, and what became of them."""

from __future__ import annotations

import argparse
import fcntl
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from scripts.mutate.drawing import Maker, draw_mutants, list_files
from scripts.mutate.lua.mutants import LuaMaker
from scripts.mutate.lua.worker import UNITS, LuaWorker, list_pure_modules
from scripts.mutate.outcomes.accepted import load_accepted
from scripts.mutate.outcomes.report import (
    count_by_package,
    format_survivor,
    format_table,
    list_survivors,
)
from scripts.mutate.outcomes.results import Result, Results
from scripts.mutate.pool import Pool, Worker, digest_files
from scripts.mutate.python.clean_run import list_tests
from scripts.mutate.python.mirrored_tests import find_mirrored_tests
from scripts.mutate.python.mutants import MutantMaker
from scripts.mutate.python.worker import start_workers
from scripts.mutate.typescript.stryker import CORE, run_stryker

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.mutate.mutant import Mutant

CHECKOUT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = (CHECKOUT / ".cache").resolve() / "mutate" / CHECKOUT.name
NVIM: Final = CHECKOUT / ".cache" / "neovim" / "bin" / "nvim"
WORKERS: Final = 2
_locks: list[TextIO] = []
"""Open files: a lock ends with its file."""


def main() -> None:
    """Runs what the arguments name."""
    options = _parse_arguments()
    begun = time.monotonic()
    found: list[Result] = []
    for kind in (_Python, _Lua):
        files = kind.list_files(options.paths)
        if not files:
            continue
        mutants = draw_mutants(kind.make_maker(), files, options.sample, options.seed)
        if options.list:
            for each in mutants:
                print(f"{each.path}:{each.line}  {each.before}  →  {each.after}  [{each.operator}]")
        else:
            _lock(kind.__name__)
            results = Results(CACHE / "results")
            pool = Pool(CHECKOUT, results, _digester(kind.list_tests), _show)
            found += pool.run(mutants, kind.start_workers)
    typescript = [each for each in list_files(CHECKOUT, options.paths, ".ts") if _is_core(each)]
    if typescript and not options.list:
        _lock("_TypeScript")
        found += run_stryker(CHECKOUT, CACHE, typescript, Results(CACHE / "results"), WORKERS)
    if not options.list:
        _print_report(found)
        _show(f"{time.monotonic() - begun:.0f} s")


class _Python:
    @staticmethod
    def list_tests(mutant: Mutant) -> tuple[str, ...]:
        return list_tests(find_mirrored_tests(CHECKOUT, mutant.path).package)

    @staticmethod
    def list_files(paths: list[str]) -> list[str]:
        return list_files(CHECKOUT, paths, ".py")

    @staticmethod
    def make_maker() -> Maker:
        return MutantMaker(CHECKOUT)

    @staticmethod
    def start_workers(mutants: list[Mutant]) -> list[Worker]:
        return [*start_workers(CHECKOUT, CACHE, mutants, _show, WORKERS)]


class _Lua:
    @staticmethod
    def list_tests(mutant: Mutant) -> tuple[str, ...]:
        del mutant
        return (f"{UNITS}/", "neovim-plugin/", "clients/protocol/")

    @staticmethod
    def list_files(paths: list[str]) -> list[str]:
        pure = list_pure_modules(CHECKOUT)
        return [each for each in list_files(CHECKOUT, paths, ".lua") if each in pure]

    @staticmethod
    def make_maker() -> Maker:
        return LuaMaker(CHECKOUT, NVIM)

    @staticmethod
    def start_workers(mutants: list[Mutant]) -> list[Worker]:
        del mutants
        return [LuaWorker(CHECKOUT, CACHE / f"lua-{number}", NVIM) for number in range(WORKERS)]


def _lock(name: str) -> None:
    """Takes the copies for this process until it ends."""
    CACHE.mkdir(parents=True, exist_ok=True)
    lock = (CACHE / f"lock{name}").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("Another run uses the copies of this checkout.")
    _locks.append(lock)


def _digester(list_tests: Callable[[Mutant], tuple[str, ...]]) -> Callable[[Mutant], str]:
    """Returns a function that digests the tests of a mutant, each folder once."""

    @cache
    def digest(folders: tuple[str, ...]) -> str:
        return digest_files(CHECKOUT, folders)

    return lambda mutant: digest(list_tests(mutant))


def _is_core(path: str) -> bool:
    return path.startswith(f"{CORE}/")


def _show(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    parser.add_argument("paths", nargs="+", help="files or folders, from the top of the checkout")
    parser.add_argument("--sample", type=int, help="so many mutants of each part, at random")
    parser.add_argument("--seed", type=int, default=14, help="another one draws another sample")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    return parser.parse_args()


def _print_report(found: list[Result]) -> None:
    accepted = load_accepted()
    for each in list_survivors(found, accepted):
        print(format_survivor(each))
    print(f"\n{format_table(count_by_package(found, accepted))}")


if __name__ == "__main__":
    main()
