"""What answers share, shown in the answers themselves: a mark beside each line, and a colour.

=  all say it        ~  some say it        1  this one alone says it
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

    Span = tuple[int, int, str]

LOOKS: Final = {"all": ("=", "green"), "some": ("~", "yellow"), "one": ("1", "magenta")}
"""By verdict: the mark, which needs no colour, and the colour."""


def show(result: ConsensusResult, titles: Mapping[str, str], texts: Mapping[str, str]) -> None:
    """Prints the documents in `texts` (by address) with the statements in them marked.

    `titles` are by address too.
    """
    console = consoles.stdout()
    console.print(Text("=  all say it   ~  some say it   1  one alone says it", "dim"))
    for uri, text in texts.items():
        console.print()
        console.print(Text(f"# {clean_line(titles[uri])}", "bold"))
        console.print()
        for line in _lines(text, _spans(result.statements, uri, text)):
            console.print(line)


def _spans(statements: Sequence[Statement], uri: str, text: str) -> list[Span]:
    found = [
        (offset_at(text, support.range.start), offset_at(text, support.range.end), each.verdict)
        for each in statements
        for support in each.support
        if support.uri == uri
    ]
    return sorted(found)


def _lines(text: str, spans: Sequence[Span]) -> Iterator[Text]:
    begin = 0
    for raw in text.splitlines(keepends=True):
        end = begin + len(raw)
        here = [(max(start, begin), min(stop, end), verdict) for start, stop, verdict in spans
                if start < end and stop > begin]  # fmt: skip
        marks = "".join(dict.fromkeys(LOOKS[verdict][0] for _, _, verdict in here))
        line = Text(f"{marks:<3} ", "dim")
        at = begin
        for start, stop, verdict in here:
            line.append(_safe(text[at:start]))
            line.append(_safe(text[max(at, start) : stop]), LOOKS[verdict][1])
            at = max(at, stop)
        yield line.append(_safe(text[at:end]))
        begin = end


def _safe(piece: str) -> str:
    return clean(piece).replace("\n", "")
