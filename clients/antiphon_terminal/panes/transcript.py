"""Prints what remains after a run: every answer in full, and a line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from antiphon.model.values import number_format
from antiphon_terminal.panes import state_symbols
from antiphon_terminal.tty.console import align_columns
from antiphon_terminal.tty.errors import format_failure
from antiphon_terminal.tty.word_flow import UNWRAPPED_PREFIXES
from antiphon_terminal.tty.wrap import wrap_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from antiphon_terminal.panes.pane_view import PaneView
    from antiphon_terminal.panes.run_view import RunView


def print_answers(console: Console, views: Iterable[PaneView]) -> None:
    """Prints every answer in full, each under its heading."""
    unicode = console.encoding.lower().startswith("utf")
    for view in views:
        state_style = state_symbols.STATE_STYLES[view.state]
        mark = state_symbols.find_sign(view.state, unicode=unicode)
        state = "" if view.state == "complete" else f" {state_symbols.find_end_word(view)}"
        rule_width = console.width - cell_len(f"{mark} {view.title}{state} ")
        rule = ("─" if unicode else "-") * max(rule_width, 2)
        console.print(
            Text.assemble(
                (f"{mark} ", state_style.style),
                (view.title, "bold"),
                (state, state_style.style),
                (f" {rule}", "dim"),
            )
        )
        _print_answer(console, view)
        console.print()


def _print_answer(console: Console, view: PaneView) -> None:
    if view.reasoning.summary:
        console.print(Text(view.reasoning.summary, "dim"))
    for line in view.text.rstrip().split("\n") if view.text.strip() else ():
        for piece in _wrap(line, console.width):
            console.out(piece, highlight=False)
    print_remarks(console, view)


def print_remarks(console: Console, view: PaneView) -> None:
    """Prints an answer's failure and its notes."""
    if view.failure is not None and view.state != "complete":
        if view.text.strip():
            console.print()
        for piece in wrap_line(format_failure(view.failure), console.width):
            console.print(Text(piece, state_symbols.STATE_STYLES[view.state].style))
    for note in view.notes:
        console.print(Text(f"Note: {note}", "dim"))


def print_summary(console: Console, run_view: RunView) -> None:
    """Prints a line of figures for each pane, their sum, and how to continue."""
    unicode = console.encoding.lower().startswith("utf")
    rows = [_build_row(view, unicode=unicode) for view in run_view.panes.values()]
    for line in align_columns(rows, right=frozenset({3, 4, 5, 6})):
        console.print(line)
    if len(rows) > 1:
        console.print(Text(number_format.join_parts(run_view.summary()), "bold"))
    session = f"   session {run_view.session_id}" if run_view.session_id else ""
    console.print(Text(f'Follow up: antiphon ask --session last "…"{session}', "dim"))


def _wrap(line: str, width: int) -> Iterator[str]:
    if line[:1] in UNWRAPPED_PREFIXES:
        yield line
    else:
        yield from wrap_line(line.replace("\t", "    "), width)


def _build_row(view: PaneView, *, unicode: bool) -> list[str | tuple[str, str]]:
    state_style = state_symbols.STATE_STYLES[view.state]
    token_count = number_format.count_written_tokens(view.usage)
    return [
        (state_symbols.find_sign(view.state, unicode=unicode), state_style.style),
        (view.title, "bold"),
        (state_symbols.find_end_word(view), state_style.style),
        number_format.format_tokens(token_count) if token_count else "",
        number_format.format_speed(view.latency.tokens_per_second),
        number_format.format_duration(view.latency.total_ms) if view.latency.total_ms else "",
        number_format.format_cost(view.cost.amount) if view.usage.total_tokens else "",
    ]
