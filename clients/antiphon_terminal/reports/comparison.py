"""Prints a comparison side by side, or in one column if the terminal is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon.model.values.number_format import format_percent, join_parts
from antiphon_terminal.reports.diff_rows import (
    Fold,
    Line,
    Row,
    build_rows,
    fold_equal_rows,
    to_one_column,
)
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from antiphon.model.commands.comparison import ComparedSide, CompareResult

MIN_TWO_COLUMNS: Final = 80
"""The least width at which two texts fit beside each other."""
_GUTTER: Final = " │ "
_TAB: Final = 4
_STYLES: Final = {"-": ("red", "bold red reverse"), "+": ("green", "bold green reverse")}
_LEFT, _RIGHT = "-", "+"


def show(result: CompareResult, *, context: int, plain: bool) -> None:
    """Prints a comparison, in one column without colours if `plain` is set."""
    console = consoles.make_stdout_console()
    if plain:
        console.no_color = True
    width = console.width if console.is_terminal and not plain else None
    for part in render_lines(console, result, context=context, width=width):
        for line in part:
            console.print(_without_style(line) if plain else line)
    console.print(Text(join_parts(format_stats(result)), "dim"))


def render_lines(
    console: Console, result: CompareResult, *, context: int, width: int | None
) -> tuple[list[Text], list[Text]]:
    """Renders the titles and the lines of a comparison, in two columns if they fit.

    No line is wider than `width` cells. `None` means that lines are not wrapped.
    """
    shown = fold_equal_rows(build_rows(result.segments), context)
    if width is not None and width >= MIN_TWO_COLUMNS:
        return _render_two_columns(console, result, shown, (width - len(_GUTTER)) // 2)
    heads, found = _render_one_column(result, shown)
    if width is None:
        return heads, found
    fitting = [
        [piece for line in part for piece in line.wrap(console, width, tab_size=_TAB) or [line]]
        for part in (heads, found)
    ]
    return fitting[0], fitting[1]


def _render_two_columns(
    console: Console, result: CompareResult, shown: Sequence[Row | Fold], width: int
) -> tuple[list[Text], list[Text]]:
    titles = [Text(_format_label(side), "bold") for side in (result.left, result.right)]
    found: list[Text] = []
    for row in shown:
        if isinstance(row, Fold):
            found.append(_render_fold(row))
            continue
        cells = [
            _render_cell(line, "" if row.equal else mark, console, width)
            for line, mark in ((row.left, _LEFT), (row.right, _RIGHT))
        ]
        empty = Text("")
        for at in range(max(map(len, cells))):
            pair = [cell[at] if at < len(cell) else empty for cell in cells]
            found.append(_join_columns(pair[0], pair[1], width))
    return [_join_columns(titles[0], titles[1], width)], found


def _render_one_column(
    result: CompareResult, shown: Sequence[Row | Fold]
) -> tuple[list[Text], list[Text]]:
    heads = [
        Text(f"{mark * 3} {_format_label(side)}", "bold")
        for mark, side in ((_LEFT, result.left), (_RIGHT, result.right))
    ]
    found: list[Text] = []
    for each in to_one_column(shown):
        if isinstance(each, Fold):
            found.append(_render_fold(each))
        else:
            mark, line = each
            style = _STYLES[mark][0] if mark in _STYLES else ""
            found.append(Text(mark, style).append_text(_highlight(line, mark)))
    return heads, found


def _render_cell(line: Line | None, mark: str, console: Console, width: int) -> list[Text]:
    if line is None:
        return []
    return list(_highlight(line, mark).wrap(console, width, tab_size=_TAB)) or [Text("")]


def _join_columns(left: Text, right: Text, width: int) -> Text:
    left, right = left.copy(), right.copy()
    left.truncate(width, overflow="ellipsis", pad=True)
    right.truncate(width, overflow="ellipsis")
    line = Text.assemble(left, (_GUTTER, "dim"), right)
    line.rstrip()
    return line


def _highlight(line: Line, mark: str) -> Text:
    if mark not in _STYLES:
        return Text(line.text)
    normal, changed = _STYLES[mark]
    text = Text()
    for part, alone in line.parts:
        text.append(part, changed if alone else normal)
    return text


def _render_fold(fold: Fold) -> Text:
    lines = "line" if fold.count == 1 else "lines"
    return Text(f"⋯ {fold.count:,} equal {lines}", "dim")


def _without_style(line: Text) -> Text:
    return Text(line.plain)


def _format_label(side: ComparedSide) -> str:
    status = f" ({side.status})" if side.status not in {None, "complete"} else ""
    return f"{clean_line(side.label)}{status}"


def format_stats(result: CompareResult) -> tuple[str, str]:
    """Formats how much is the same, and how much only one side has."""
    stats = result.stats
    left, right = (clean_line(side.label) for side in (result.left, result.right))
    alone = f"{stats.deleted:,} characters only in {left}, {stats.inserted:,} only in {right}"
    return f"{format_percent(result.similarity)} alike", alone
