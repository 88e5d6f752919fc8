"""`python -m benchmarks [names…] [--quick] [--json FILE] [--write]`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.harness import bench, machine, page

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench
    from benchmarks.harness.report import Table

BENCHMARKS: Final = {
    "start": ("server.start", "spawn to the first answers, memory of an idle server"),
    "first_token": ("server.first_token", "cold and warm, beside a raw client and the llm CLI"),
    "shared": ("server.shared", "the terminal at a shared server, the memory of eight editors"),
    "shared_limits": ("server.shared_limits", "what limits over Redis cost a request"),
    "many_clients": (
        "server.many_clients",
        "64 answers to eight followers, a token's way to another client",
    ),
    "throughput": ("server.throughput", "1, 8 and 64 answers at full rate"),
    "observing": ("server.observing", "a token's CPU with metrics and traces, and without"),
    "live": ("server.live", "64 answers at a person's pace, requests meanwhile, slow editors"),
    "storage": ("history.storage", "keeping an answer, beside sqlite3 alone"),
    "metering": (
        "history.metering",
        "a run with prices and budgets, reservations, the meter over 1 M answers",
    ),
    "comparing": (
        "text.comparing",
        "compare two answers of 4 to 400 kB, live updates, consensus over 2 to 24",
    ),
    "search": ("history.search", "search over 10 k to 1 M messages, a session of 1,000 messages"),
    "postgresql_storage": (
        "history.postgresql.saving",
        "keeping an answer and a reservation in PostgreSQL, beside SQLite and asyncpg",
    ),
    "postgresql_streams": (
        "history.postgresql.streams",
        "the first token and 64 answers into PostgreSQL, beside SQLite",
    ),
    "postgresql_search": (
        "history.postgresql.search",
        "search over 100 k and 1 M messages in PostgreSQL, beside SQLite and asyncpg",
    ),
    "pipelines": (
        "history.pipelines",
        "50 steps, a library of 1,000, a replay of 1,000 answers",
    ),
    "listing": ("providers.listing", "a gateway's 20,000 models: the list, and Tab"),
    "prompt_files": (
        "text.prompt_files",
        "a key in a prompt file of 100 kB, its diagnostics, a stream beside it",
    ),
    "redaction": ("text.redaction", "log records, chunks and prompts without secrets"),
    "stalls": ("server.stalls", "the longest wait while something is imported"),
    "adapters": (
        "providers.adapters",
        "each adapter alone, beside the raw reader and the vendor's SDK",
    ),
    "litellm_worker": (
        "providers.litellm_worker",
        "a vendor behind litellm: cold, warm, and stalls while it loads",
    ),
    "editors": (
        "editors.neovim_panes",
        "keys and CPU of Neovim beside live panes, the plugin's load",
    ),
    "vscode": ("editors.vscode", "the same in VS Code, the extension's activation"),
}


def main() -> int:
    """Runs what the command line names, all of them by default; 0 where all of it ran."""
    arguments = _arguments()
    if not sys.platform.startswith("linux"):
        print("The benchmarks read /proc, which only Linux has.", file=sys.stderr)
        return 2
    names: list[str] = arguments.names or list(BENCHMARKS)
    load_before = machine.load()
    with bench.prepared(quick=arguments.quick) as prepared:
        tables = [table for name in names if (table := _table(name, prepared)) is not None]
    setting = page.Setting(_command(arguments), machine.describe(), load_before, machine.load())
    print(setting.markdown())
    if arguments.json:
        found = {"machine": setting.machine, "tables": [table.to_json() for table in tables]}
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")
    if arguments.write:
        page.write(tables, setting)
    return 0 if len(tables) == len(names) else 1


def _table(name: str, prepared: Bench) -> Table | None:
    """Runs one benchmark and prints what came of it; `None` where it broke."""
    began = time.perf_counter()
    try:
        table: Table = importlib.import_module(f"benchmarks.{BENCHMARKS[name][0]}").run(prepared)
    except Exception:  # noqa: BLE001 - minutes of figures by the others are not thrown away for it
        traceback.print_exc()
        return None
    print(table.markdown(), flush=True)
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return table


def _arguments() -> argparse.Namespace:
    listed = "\n".join(f"  {name:12} {what}" for name, (_, what) in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures against floors of the same run; asserts nothing.",
        epilog=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="three repetitions at most")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to FILE")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {page.PATH}")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name!r}")
    return arguments


def _command(arguments: argparse.Namespace) -> str:
    quick = ["--quick"] if arguments.quick else []
    return " ".join(["python -m benchmarks", *arguments.names, *quick])


if __name__ == "__main__":
    sys.exit(main())
