"""What answers share, marked in the answers themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.commands.comparison import ConsensusResult, Statement, Support
from antiphon.model.conversation.events import Position
from antiphon.model.values.positions import Range
from antiphon_terminal.reports import consensus

if TYPE_CHECKING:
    import pytest

URI = "antiphon:/pane/s/p/terse"


def support(line: int, start: int, end: int, end_line: int | None = None) -> Support:
    last = line if end_line is None else end_line
    place = Range(
        start=Position(line=line, character=start), end=Position(line=last, character=end)
    )
    return Support(pane_id="p", message_id="m", uri=URI, range=place, text="")


def statement(verdict: str, *found: Support) -> Statement:
    return Statement.model_validate({"text": "x", "support": list(found), "verdict": verdict})


def shown(text: str, *statements: Statement, capsys: pytest.CaptureFixture[str]) -> list[str]:
    result = ConsensusResult(statements=[*statements], agreement=0.5, compared=2, uri="antiphon:/o")
    consensus.show(result, {URI: "terse"}, {URI: text})
    return capsys.readouterr().out.splitlines()


def test_each_line_says_who_says_it_without_any_colour(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shown(
        "## terse\n\nAll say so. \U0001f600 One says.\nSome go\non here.\n",
        statement("all", support(2, 0, 11)),
        statement("one", support(2, 12, 24)),
        statement("some", support(3, 0, 8, end_line=4)),
        capsys=capsys,
    )
    assert lines[0].split("  ")[0] == "="
    assert lines[2] == "# terse"
    assert lines[4:] == [
        "    ## terse",
        "    ",
        "=1  All say so. \U0001f600 One says.",
        "~   Some go",
        "~   on here.",
    ]


def test_statements_of_other_documents_and_escapes_mark_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = support(0, 0, 3).model_copy(update={"uri": "antiphon:/message/s/p/m/x"})
    lines = shown("a\x1b[2Jb\u202ec\n", statement("all", other), capsys=capsys)
    assert lines[-1] == "    ab<U+202E>c"
