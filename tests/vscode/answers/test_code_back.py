"""Code of an answer goes back to its file: shown first, then one edit, one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.vscode.workbench import Workbench

import pytest

BEFORE = "def one():\n    return 1\n"
FAST = {"tokensPerSecond": 0}


@pytest.fixture
def code(vs: Workbench) -> Iterator[Path]:
    file = vs.server.folder / "code.py"
    file.write_text(BEFORE)
    yield file
    vs.execute("workbench.action.revertAndCloseActiveEditor")
    vs.clear()


def propose(vs: Workbench, file: Path, code: str, marker: str) -> dict[str, Any]:
    """Has a model say the code, and proposes it for the file; the block's place."""
    asked = {
        "prompt": f"```python\n{code}```\n",
        "models": ["demo/echo"],
        "params": FAST,
        "context": [{"uri": file.as_uri()}],
    }
    [pane] = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    expect(lambda: [marker in text for text in vs.texts().values()], [True])
    text = vs.texts()[pane["uri"]]
    line = text.rpartition(marker)[0].count("\n")
    place = {"uri": pane["uri"], "position": {"line": line, "character": 0}}
    vs.execute("antiphon.applyCode", place)
    return place


def test_code_is_shown_against_its_file_and_accepted_as_one_undo(vs: Workbench, code: Path) -> None:
    propose(vs, code, "def one():\n    return 11\n", "return 11")
    expect(vs.diffs, ["code.py ↔ code of the answer"])
    vs.page.locator(".monaco-diff-editor .line-insert").first.wait_for()
    picture(vs, "code-proposed")
    vs.toast("Put this code into code.py?").get_by_role("button", name="Apply").click()
    text = "return vscode.workspace.textDocuments.find((d) => d.fileName === args[0])?.getText()"
    expect(lambda: vs.eval(text, str(code)), "def one():\n    return 11\n")
    expect(vs.diffs, [])
    vs.execute("undo")
    expect(lambda: vs.eval(text, str(code)), BEFORE)
    assert code.read_text() == BEFORE


def test_code_with_what_cannot_be_seen_is_not_taken_unasked(vs: Workbench, code: Path) -> None:
    propose(vs, code, "def one():\n    return 12  # \u202e\n", "return 12")
    expect(vs.diffs, ["code.py ↔ code of the answer"])
    vs.toast("1 characters that cannot be seen").get_by_role("button", name="Apply").click()
    dialog = vs.dialog("U+202E")
    picture(vs, "code-unseen")
    dialog.get_by_role("button", name="Cancel").click()
    text = "return vscode.workspace.textDocuments.find((d) => d.fileName === args[0])?.getText()"
    assert vs.eval(text, str(code)) == BEFORE
    vs.execute("antiphon.discardCode")
    expect(vs.diffs, [])


def test_lines_that_the_model_was_not_shown_are_replaced_only_if_that_is_meant(
    vs: Workbench, code: Path
) -> None:
    after = "def one():\n    return 13\n"
    said = propose(vs, code, after, "return 13")
    vs.execute("antiphon.discardCode")
    expect(vs.diffs, [])
    code.write_text("# new\n" + BEFORE)
    first = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}
    vs.execute("antiphon.applyCode", {**said, "target": {"uri": code.as_uri(), "range": first}})
    expect(vs.diffs, ["code.py, lines 1 to 2 ↔ code of the answer"])
    text = "return vscode.workspace.textDocuments.find((d) => d.fileName === args[0])?.getText()"
    for button, wanted in (
        ("Cancel", "# new\n" + BEFORE),
        ("Replace Them", after + "    return 1\n"),
    ):
        question = vs.toast("Put this code into code.py, lines 1 to 2")
        question.get_by_role("button", name="Apply").click()
        dialog = vs.dialog("lines 1 to 2 are not what the model was shown")
        picture(vs, "code-overtaken")
        dialog.get_by_role("button", name=button).click()
        expect(lambda: vs.eval(text, str(code)), wanted)
        if button == "Cancel":
            vs.execute(
                "antiphon.applyCode", {**said, "target": {"uri": code.as_uri(), "range": first}}
            )
    expect(vs.diffs, [])


def test_code_that_names_another_file_goes_where_it_is_chosen_to(vs: Workbench, code: Path) -> None:
    after = "# retry.py\ndef again():\n    return 14\n"
    asked = {
        "prompt": f"```python\n{after}```\n",
        "models": ["demo/echo"],
        "params": FAST,
        "context": [{"uri": code.as_uri()}],
    }
    [pane] = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    line = vs.texts()[pane["uri"]].rpartition("return 14")[0].count("\n")
    place = {"uri": pane["uri"], "position": {"line": line, "character": 0}}
    vs.begin("antiphon.applyCode", place)
    expect(vs.quick_title, "Where the code goes")
    picture(vs, "code-named")
    vs.quick_row("code.py").wait_for()
    vs.quick_row("A new file retry.py").click()
    text = (
        "const { document } = vscode.window.activeTextEditor ?? {};"
        "return document && [document.isUntitled, document.fileName.endsWith('/retry.py'),"
        " document.getText()]"
    )
    expect(lambda: vs.eval(text), [True, True, after])
    assert vs.diffs() == []
    vs.end()
