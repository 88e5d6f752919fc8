"""What stays in the terminal after a run: every answer in full, and one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from antiphon_terminal.panes import state_symbols
from antiphon_terminal.tty import number_format
from antiphon_terminal.tty.console import table
from antiphon_terminal.tty.errors import sentence
from antiphon_terminal.tty.word_flow import KEPT_WHOLE
from antiphon_terminal.tty.wrap import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from antiphon_terminal.panes.pane_view import PaneView
    from antiphon_terminal.panes.run_view import RunView


def print_answers(console: Console, views: Iterable[PaneView]) -> None:
    """Prints every answer in full, each under its heading."""
    unicode = console.encoding.lower().startswith("utf")
    for view in views:
        look = state_symbols.LOOKS[view.state]
        mark = state_symbols.sign(view.state, unicode=unicode)
        state = "" if view.state == "complete" else f" {look.word}"
        room = console.width - cell_len(f"{mark} {view.title}{state} ")
        rule = ("─" if unicode else "-") * max(room, 2)
        console.print(
            Text.assemble(
                (f"{mark} ", look.style),
                (view.title, "bold"),
                (state, look.style),
                (f" {rule}", "dim"),
            )
        )
        _print_answer(console, view)
        console.print()


def _print_answer(console: Console, view: PaneView) -> None:
    if view.thinking.told:
        console.print(Text(view.thinking.told, "dim"))
    for line in view.text.rstrip().split("\n") if view.text.strip() else ():
        for piece in _pieces(line, console.width):
            console.out(piece, highlight=False)
    print_remarks(console, view)


def print_remarks(console: Console, view: PaneView) -> None:
    """Prints what is to be said about an answer: its failure, its oddities."""
    if view.failure is not None and view.state != "complete":
        if view.text.strip():
            console.print()
        for piece in fold(sentence(view.failure), console.width):
            console.print(Text(piece, state_symbols.LOOKS[view.state].style))
    for note in view.notes:
        console.print(Text(f"Note: {note}", "dim"))


def print_summary(console: Console, board: RunView) -> None:
    """Prints a line of figures for each pane, their sum, and how to go on."""
    unicode = console.encoding.lower().startswith("utf")
    rows = [_row(view, unicode=unicode) for view in board.panes.values()]
    for line in table(rows, right=frozenset({3, 4, 5, 6})):
        console.print(line)
    if len(rows) > 1:
        console.print(Text(number_format.joined(board.summary()), "bold"))
    session = f"   session {board.session_id}" if board.session_id else ""
    console.print(Text(f'Follow up: antiphon ask --session last "…"{session}', "dim"))


def _pieces(line: str, width: int) -> Iterator[str]:
    if line[:1] in KEPT_WHOLE:
        yield line
    else:
        yield from fold(line.replace("\t", "    "), width)


def _row(view: PaneView, *, unicode: bool) -> list[str | tuple[str, str]]:
    look = state_symbols.LOOKS[view.state]
    written = number_format.written_tokens(view.usage)
    return [
        (state_symbols.sign(view.state, unicode=unicode), look.style),
        (view.title, "bold"),
        (look.word, look.style),
        number_format.tokens(written) if written else "",
        number_format.speed(view.latency.tokens_per_second),
        number_format.duration(view.latency.total_ms) if view.latency.total_ms else "",
        number_format.cost(view.cost) if written else "",
    ]
