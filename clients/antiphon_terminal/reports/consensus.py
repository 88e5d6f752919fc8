"""Prints answers with a mark and a colour for the statements that others share.

=  all say it        ~  some say it        1  only this one says it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon.model.values.positions import offset_at
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from antiphon.model.commands.comparison import ConsensusResult, Statement

    MarkedRange = tuple[int, int, str]

VERDICT_STYLES: Final = {"all": ("=", "green"), "some": ("~", "yellow"), "one": ("1", "magenta")}
"""By verdict: the mark, for terminals without colours, and the colour."""


def show(result: ConsensusResult, titles: Mapping[str, str], texts: Mapping[str, str]) -> None:
    """Prints the documents in `texts` with their statements marked.

    `titles` and `texts` are by URI.
    """
    console = consoles.make_stdout_console()
    console.print(Text("=  all say it   ~  some say it   1  only one says it", "dim"))
    for uri, text in texts.items():
        console.print()
        console.print(Text(f"# {clean_line(titles[uri])}", "bold"))
        console.print()
        for line in _mark_lines(text, _find_ranges(result.statements, uri, text)):
            console.print(line)


def _find_ranges(statements: Sequence[Statement], uri: str, text: str) -> list[MarkedRange]:
    found = [
        (offset_at(text, support.range.start), offset_at(text, support.range.end), each.verdict)
        for each in statements
        for support in each.support
        if support.uri == uri
    ]
    return sorted(found)


def _mark_lines(text: str, ranges: Sequence[MarkedRange]) -> Iterator[Text]:
    begin = 0
    for raw in text.splitlines(keepends=True):
        end = begin + len(raw)
        in_line = [(max(start, begin), min(stop, end), verdict) for start, stop, verdict in ranges
                if start < end and stop > begin]  # fmt: skip
        marks = "".join(dict.fromkeys(VERDICT_STYLES[verdict][0] for _, _, verdict in in_line))
        line = Text(f"{marks:<3} ", "dim")
        at = begin
        for start, stop, verdict in in_line:
            line.append(_to_one_line(text[at:start]))
            line.append(_to_one_line(text[max(at, start) : stop]), VERDICT_STYLES[verdict][1])
            at = max(at, stop)
        yield line.append(_to_one_line(text[at:end]))
        begin = end


def _to_one_line(piece: str) -> str:
    return clean(piece).replace("\n", "")
