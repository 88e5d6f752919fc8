"""The live screen, drawn on an emulated terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from antiphon_terminal.panes.run_view import RunView
from antiphon_terminal.screen.screen import Screen
from support.terminal.emulator import Emulator

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StreamEvent


class DrawnScreen:
    """A board, a screen that draws it, and the terminal that it is drawn on."""

    def __init__(self, columns: int = 80, lines: int = 24) -> None:
        self.output = io.StringIO()
        console = Console(
            file=self.output, force_terminal=True, color_system="truecolor", markup=False,
            emoji=False, highlight=False, _environ={},
        )  # fmt: skip
        self.board = RunView()
        self.screen = Screen(console, self.board)
        self.terminal = Emulator(columns, lines)

    def take(self, *events: StreamEvent, now: float = 0.0) -> None:
        for event in events:
            taken = self.board.apply(event, now)
            assert taken is not None
            self.screen.append_text(*taken)

    def draw(self, now: float = 0.0) -> list[str]:
        self.screen.draw(self.terminal.columns, self.terminal.lines, now)
        self.flush()
        return self.terminal.rows

    def flush(self) -> int:
        data = self.output.getvalue()
        self.output.seek(0)
        self.output.truncate()
        self.terminal.write(data.replace("\n", "\r\n").encode())
        return len(data)
