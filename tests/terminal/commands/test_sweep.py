"""Every command there is, under conditions that nobody writes a test for: none ever loses its head.

The commands and their options are read from click's own tree, so a new one is swept by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import pytest

from antiphon_terminal.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_TIMEOUT_S = 60
_NEVER_ENDS = frozenset({"--follow"})
_ARGUMENTS = {"left": "1", "right": "2", "provider": "groq", "title": "x", "query": "why"}
_VALUES = {"--param": "maxTokens=9", "--since": "2026-01-01", "--session": "last", "--pane": "1",
           "--to": "2", "--model": "demo/terse", "--output": "out.md"}  # fmt: skip
_ASCII_ONLY = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "TERM": "dumb",
               "NO_COLOR": "1"}  # fmt: skip


class Leaf(NamedTuple):
    """One command of the tree."""

    path: tuple[str, ...]
    command: click.Command

    def arguments(self) -> Iterator[str]:
        for param in self.command.params:
            if isinstance(param, click.Argument) and param.required:
                is_file = isinstance(param.type, click.File)
                yield "-" if is_file else _ARGUMENTS.get(param.name or "", "last")

    def options(self) -> Iterator[str]:
        """One of each kind: where a form of output excludes another, the first is taken."""
        seen: set[str] = set()
        for param in self.command.params:
            if not isinstance(param, click.Option):
                continue
            name = max(param.opts, key=len)
            form = {"--json", "--csv", "--plain", "--estimate"}
            if name in _NEVER_ENDS or (name in form and seen & form):
                continue
            seen.add(name)
            yield name
            if not param.is_flag:
                yield _VALUES.get(name) or _sample(param.type)


def _sample(kind: click.ParamType) -> str:
    if isinstance(kind, click.Choice):
        return str(kind.choices[0])
    return "1" if isinstance(kind, click.IntRange | click.types.IntParamType) else "x"


def leaves(command: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    if not isinstance(command, click.Group):
        yield Leaf(path, command)
        return
    if command.invoke_without_command:
        yield Leaf(path, command)
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, (*path, name))


LEAVES = [leaf for leaf in leaves() if leaf.path != ("serve",)]
"""`serve` speaks the protocol alone, and says nothing to people."""


def antiphon(
    *arguments: str, env: dict[str, str], cwd: Path, stdout: int = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "antiphon", *arguments],
        env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
        timeout=_TIMEOUT_S, check=False,
    )  # fmt: skip


def troubles(
    run: Callable[[Leaf], subprocess.CompletedProcess[bytes]], swept: Sequence[Leaf]
) -> list[str]:
    """What went wrong, by command; they run side by side, since each waits for its server."""

    def look(leaf: Leaf) -> str | None:
        done = run(leaf)
        said = done.stderr.decode("utf-8", "replace")
        if b"Traceback" in (done.stdout or b"") + done.stderr or done.returncode not in {0, 1, 2}:
            return f"{' '.join(leaf.path)}: {done.returncode} {said}"
        is_silent = done.returncode != 0 and not said and not done.stdout
        return f"{' '.join(leaf.path)}: failed without a word" if is_silent else None

    with ThreadPoolExecutor(3) as pool:
        return [found for found in pool.map(look, swept) if found is not None]


def test_every_command_and_every_option_says_what_it_is_for() -> None:
    for leaf in LEAVES:
        assert leaf.command.help, leaf.path
        for param in leaf.command.params:
            if isinstance(param, click.Option) and not param.hidden:
                told = param.help or isinstance(param.type, click.Choice | click.IntRange)
                assert told, (leaf.path, param.name)


@pytest.mark.slow
def test_nothing_fails_with_an_empty_home_and_ascii_alone(
    environment: dict[str, str], home: Path
) -> None:
    env = environment | _ASCII_ONLY

    def run(leaf: Leaf) -> subprocess.CompletedProcess[bytes]:
        return antiphon(*leaf.path, *leaf.arguments(), env=env, cwd=home)

    assert troubles(run, LEAVES) == []


@pytest.mark.slow
def test_every_option_works_or_says_why_not(environment: dict[str, str], home: Path) -> None:
    models = ("-m", "demo/terse", "-m", "demo/poet")
    antiphon("ask", "Why?", *models, "--param", "tokensPerSecond=0", env=environment, cwd=home)

    def run(leaf: Leaf) -> subprocess.CompletedProcess[bytes]:
        given = [*leaf.path, *leaf.options(), *leaf.arguments()]
        return antiphon(*given, env=environment, cwd=home)

    with_options = [leaf for leaf in LEAVES if list(leaf.options())]
    assert troubles(run, with_options) == []


_PRINTING = [("models",), ("sessions",), ("meter", "--csv"), ("config", "show", "--json"),
             ("show",), ("ask", "hi", "-m", "demo/flood", "--plain")]  # fmt: skip


@pytest.mark.slow
def test_output_that_finds_no_room_or_no_reader_is_a_sentence_at_most(
    environment: dict[str, str], home: Path
) -> None:
    antiphon("ask", "Why?", "-m", "demo/flood", "--plain", env=environment, cwd=home)
    with Path("/dev/full").open("wb") as full:
        run = partial(antiphon, env=environment, cwd=home, stdout=full.fileno())
        with ThreadPoolExecutor(3) as pool:
            for done in pool.map(lambda arguments: run(*arguments), _PRINTING):
                assert done.returncode == 1
                assert done.stderr.startswith(b"Error: The output could not be written: No space")
    for arguments in _PRINTING[-2:]:
        reader, writer = os.pipe()
        os.close(reader)
        done = antiphon(*arguments, env=environment, cwd=home, stdout=writer)
        os.close(writer)
        assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_the_shell_closed_are_as_good_as_empty(
    closed: str, environment: dict[str, str], home: Path
) -> None:
    command = [sys.executable, "-P", "-m", "antiphon", "ask", "hi", "-m", "demo/terse", "--plain"]
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", *command, "--param", "tokensPerSecond=0"],
        env=environment, cwd=home, capture_output=True, timeout=_TIMEOUT_S, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert (b"I am demo/terse" in done.stdout) == (">&-" not in closed.split()[:2])


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("sessions",), ("show",), ("search", "x"), ("meter",)])
def test_a_home_that_keeps_nothing_is_told_and_not_taken_for_an_empty_one(
    arguments: tuple[str, ...], environment: dict[str, str], home: Path
) -> None:
    (home / "file").write_text("")
    env = environment | {"ANTIPHON_HISTORY__URL": f"sqlite:///{home / 'file' / 'history.db'}"}
    done = antiphon(*arguments, env=env, cwd=home)
    assert done.returncode == 1
    assert b"History is off" in done.stderr
