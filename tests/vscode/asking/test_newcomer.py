"""The extension's README, followed to the letter in an editor that has never been used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.code_server import ROOT
from support.vscode.model_picker import choose
from support.vscode.window import SERVER, picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.vscode.workbench import Workbench

README = (ROOT / "vscode-extension" / "README.md").read_text()


@pytest.fixture
def installed(newcomer: Workbench, programs: Path) -> Iterator[Workbench]:
    """The bare editor after the README's part on installing."""
    (programs / "antiphon").symlink_to(SERVER)
    newcomer.execute("antiphon.restartServer")
    yield newcomer
    picture(newcomer, "newcomer-end")
    newcomer.execute("antiphon.closePanes")
    (programs / "antiphon").unlink()


def test_the_quick_start_leads_to_three_answers_and_on(installed: Workbench) -> None:
    vs = installed
    assert "Check `terse`, `chatty` and `poet`" in README
    vs.command("Antiphon: Choose Models")
    choose(vs, "terse", "chatty", "poet")
    vs.page.keyboard.press("Enter")
    vs.quick_input().wait_for(state="hidden")

    assert "Run **Antiphon: Broadcast Prompt…**, type a question, press `Enter`" in README
    vs.command("Antiphon: Broadcast Prompt")
    vs.page.get_by_placeholder("What do you want to ask?").wait_for()
    vs.page.keyboard.type("What is counterpoint?")
    vs.page.keyboard.press("Enter")
    expect(lambda: [pane["label"] for pane in vs.panes()], ["terse", "chatty", "poet"])
    lenses = vs.page.locator(".codelens-decoration a")
    states = vs.page.locator(".part.statusbar")
    eventually(lambda: "tok" in states.inner_text() and "/3" not in states.inner_text())
    # The others are longer than their panes, and are followed at their ends.
    eventually(lambda: lenses.filter(has_text="Regenerate").count() > 0)
    picture(vs, "quick-start")

    assert "Press `Enter` in a pane to go on with its model" in README
    vs.page.locator(".monaco-editor .view-lines").first.click()
    vs.page.keyboard.press("Enter")
    expect(lambda: "Follow up: terse" in vs.quick_title(), True)
    vs.page.keyboard.press("Escape")
    vs.quick_input().wait_for(state="hidden")

    assert "click *in all* above its first line to go on" in README
    lenses.filter(has_text="in all").first.click()
    asked = vs.page.get_by_placeholder("What do you want to ask next?")
    asked.fill("And a fugue?")
    asked.press("Enter")
    eventually(lambda: [t.count("## You") for t in vs.texts().values()] == [2, 2, 2])
