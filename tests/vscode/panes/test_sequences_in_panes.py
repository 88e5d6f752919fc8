"""Control sequences in an answer are signs on VS Code's screen, as they came and in plain sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.terminal.control_sequences import SEQUENCES
from support.vscode.workbench import expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench


HIDDEN = {chr(code) for code in (0, *range(9, 14), *range(0x80, 0xA0))}
"""Line ends, blanks, and the controls of eight bits, which the editor keeps and has no sign for."""


def as_shown(text: str) -> str:
    """How VS Code's editor spells controls."""
    return text.translate({**{code: 0x2400 + code for code in range(32)}, 127: 0x2421})


def test_every_sequence_of_an_answer_is_shown(vs: Workbench) -> None:
    shown = [f"seen{each}end" for each in SEQUENCES if not HIDDEN & set(each)]
    prompt = "\n".join(" ".join(shown[at : at + 6]) for at in range(0, len(shown), 6))
    asked = {"prompt": prompt, "models": ["demo/echo"], "params": {"tokensPerSecond": 0}}
    [pane] = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    assert all(each in vs.texts()[pane["uri"]] for each in shown)
    lines = vs.page.locator(".view-lines")

    def missing() -> list[str]:
        text = lines.inner_text().replace("\n", "").replace("\xa0", " ")
        return [each for each in map(as_shown, shown) if each not in text]

    expect(missing, [])
