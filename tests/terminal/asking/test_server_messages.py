"""What the server says to the person: short, and each thing once."""

from __future__ import annotations

import pytest

from antiphon_terminal.asking.server import format_warnings

_ONE = "Antiphon: antiphon.timeouts.idleMS: is not a setting (/a/config.toml), did you mean idleMs?"
_TWO = "Antiphon: antiphon.modells: is not a setting (/home/a/config.toml), did you mean models?"
_WHERE = "`antiphon config check` shows where."
_NOT_SO = f"are not valid. {_WHERE}"


@pytest.mark.parametrize(
    ("messages", "lines"),
    [
        ([], []),
        (
            [_ONE, _ONE],
            [f"Warning: timeouts.idleMS is not a setting, did you mean idleMs? {_WHERE}"],
        ),
        ([_ONE, _TWO], [f"Warning: timeouts.idleMS, modells {_NOT_SO}"]),
        (
            ["The day's budget is used up.\x1b[2J", _ONE, _TWO, *(
                f"Antiphon: antiphon.{name}: must be a number" for name in "abc")],
            [
                f"Warning: timeouts.idleMS, modells, a and 2 more {_NOT_SO}",
                "Warning: The day's budget is used up.",
            ],
        ),
    ],
)  # fmt: skip
def test_mistakes_in_the_settings_are_one_line(messages: list[str], lines: list[str]) -> None:
    assert list(format_warnings(messages)) == lines
