"""A comparison on a terminal: side by side where there is room, one column where there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon_terminal.reports.diff_rows import Fold, Line, Row, folded, inline, rows
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.number_format import joined
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from antiphon.model.commands.comparison import ComparedSide, CompareResult

NARROWEST: Final = 80
"""Columns below which two texts do not fit beside each other."""
_GUTTER: Final = " │ "
_TAB: Final = 4
_STYLES: Final = {"-": ("red", "bold red reverse"), "+": ("green", "bold green reverse")}
_LEFT, _RIGHT = "-", "+"


def show(result: CompareResult, *, context: int, plain: bool) -> None:
    """Writes a comparison to stdout; `plain`: one column without colours."""
    console = consoles.stdout()
    if plain:
        console.no_color = True
    width = console.width if console.is_terminal and not plain else None
    for part in lines(console, result, context=context, width=width):
        for line in part:
            console.print(_bare(line) if plain else line)
    console.print(Text(joined(figures_of(result)), "dim"))


def lines(
    console: Console, result: CompareResult, *, context: int, width: int | None
) -> tuple[list[Text], list[Text]]:
    """The titles and the lines of a comparison, in two columns where `width` has room for them.

    No line is wider than `width` cells; `None` where lines may be as long as they are.
    """
    shown = folded(rows(result.segments), context)
    if width is not None and width >= NARROWEST:
        return _beside(console, result, shown, (width - len(_GUTTER)) // 2)
    heads, found = _below(result, shown)
    if width is None:
        return heads, found
    fitting = [
        [piece for line in part for piece in line.wrap(console, width, tab_size=_TAB) or [line]]
        for part in (heads, found)
    ]
    return fitting[0], fitting[1]


def _beside(
    console: Console, result: CompareResult, shown: Sequence[Row | Fold], width: int
) -> tuple[list[Text], list[Text]]:
    titles = [Text(_label(side), "bold") for side in (result.left, result.right)]
    found: list[Text] = []
    for row in shown:
        if isinstance(row, Fold):
            found.append(_fold(row))
            continue
        cells = [
            _cell(line, "" if row.equal else mark, console, width)
            for line, mark in ((row.left, _LEFT), (row.right, _RIGHT))
        ]
        empty = Text("")
        for at in range(max(map(len, cells))):
            pair = [cell[at] if at < len(cell) else empty for cell in cells]
            found.append(_joined(pair[0], pair[1], width))
    return [_joined(titles[0], titles[1], width)], found


def _below(result: CompareResult, shown: Sequence[Row | Fold]) -> tuple[list[Text], list[Text]]:
    heads = [
        Text(f"{mark * 3} {_label(side)}", "bold")
        for mark, side in ((_LEFT, result.left), (_RIGHT, result.right))
    ]
    found: list[Text] = []
    for each in inline(shown):
        if isinstance(each, Fold):
            found.append(_fold(each))
        else:
            mark, line = each
            style = _STYLES[mark][0] if mark in _STYLES else ""
            found.append(Text(mark, style).append_text(_styled(line, mark)))
    return heads, found


def _cell(line: Line | None, mark: str, console: Console, width: int) -> list[Text]:
    if line is None:
        return []
    return list(_styled(line, mark).wrap(console, width, tab_size=_TAB)) or [Text("")]


def _joined(left: Text, right: Text, width: int) -> Text:
    left, right = left.copy(), right.copy()
    left.truncate(width, overflow="ellipsis", pad=True)
    right.truncate(width, overflow="ellipsis")
    line = Text.assemble(left, (_GUTTER, "dim"), right)
    line.rstrip()
    return line


def _styled(line: Line, mark: str) -> Text:
    if mark not in _STYLES:
        return Text(line.text)
    usual, changed = _STYLES[mark]
    text = Text()
    for part, alone in line.parts:
        text.append(part, changed if alone else usual)
    return text


def _fold(fold: Fold) -> Text:
    lines = "line" if fold.count == 1 else "lines"
    return Text(f"⋯ {fold.count:,} equal {lines}", "dim")


def _bare(line: Text) -> Text:
    return Text(line.plain)


def _label(side: ComparedSide) -> str:
    status = f" ({side.status})" if side.status not in {None, "complete"} else ""
    return f"{clean_line(side.label)}{status}"


def figures_of(result: CompareResult) -> tuple[str, str]:
    """How much is the same, and how much each side has alone."""
    stats = result.stats
    left, right = (clean_line(side.label) for side in (result.left, result.right))
    alone = f"{stats.deleted:,} characters only in {left}, {stats.inserted:,} only in {right}"
    return f"{result.similarity:.0%} the same", alone
