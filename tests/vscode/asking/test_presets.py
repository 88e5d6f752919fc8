"""Presets are saved, asked, renamed and deleted from the list of models; git is context."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.model_picker import choose
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

PRESETS = (
    "return vscode.workspace.getConfiguration('antiphon.models').inspect('presets').globalValue"
)
SET = """
const models = vscode.workspace.getConfiguration("antiphon.models");
await models.update(args[0], args[1] ?? undefined, vscode.ConfigurationTarget.Global);
"""


@pytest.fixture
def picker(vs: Workbench) -> Iterator[Workbench]:
    """The window, whose user has no presets and no line-ups before and after."""
    yield vs
    vs.leave() if vs.quick_input().count() else None
    for key in ("presets", "lineups"):
        vs.eval(SET, key, None)


def fill(vs: Workbench, title: str, text: str) -> None:
    """Fills the box with that title."""
    expect(vs.quick_title, title)
    vs.type_into_quick_input(text)
    vs.page.keyboard.press("Enter")


def presets(vs: Workbench) -> Any:
    """The presets of the user's settings."""
    return vs.eval(PRESETS)


def test_a_model_is_saved_as_a_preset_asked_renamed_and_deleted(picker: Workbench) -> None:
    vs = picker
    vs.command("Antiphon: Choose Models")
    choose(vs, "echo")
    vs.page.get_by_role("button", name="Save the checked model as a preset…").click()
    fill(vs, "Name of the preset", "careful")
    fill(vs, "System prompt of @careful", "Be careful.")
    fill(vs, "Parameters of @careful", "temperature=0.2")
    saved = {"model": "demo/echo", "system": "Be careful.", "params": {"temperature": 0.2}}
    expect(lambda: presets(vs), {"careful": saved})
    expect(lambda: vs.quick_row("@careful").get_attribute("aria-checked"), "true")
    picture(vs, "presets")
    vs.page.keyboard.press("Enter")
    eventually(lambda: "careful" in vs.execute("antiphon.models", {})["presets"])
    vs.command("Antiphon: Broadcast Prompt")
    vs.type_into_quick_input("Why?")
    vs.page.keyboard.press("Enter")
    expect(lambda: [pane["label"] for pane in vs.panes()], ["careful"])
    expect(lambda: ["Be careful." in text for text in vs.texts().values()], [True])
    vs.command("Antiphon: Choose Models")
    vs.quick_row("@careful").hover()
    vs.quick_row("@careful").get_by_role("button", name="Rename the preset…").click()
    fill(vs, "Name of the preset", "slow")
    expect(lambda: presets(vs), {"slow": saved})
    expect(lambda: vs.quick_row("@slow").get_attribute("aria-checked"), "true")
    vs.quick_row("@slow").hover()
    vs.quick_row("@slow").get_by_role("button", name="Delete the preset").click()
    vs.dialog("@slow").get_by_role("button", name="Delete").click()
    expect(lambda: presets(vs), {})
    expect(vs.quick_row("@slow").count, 0)


def test_a_line_up_is_asked_with_its_titles_and_parameters(picker: Workbench) -> None:
    vs = picker
    brief = {"model": "demo/echo", "title": "brief", "params": {"temperature": 0.2}}
    vs.eval(SET, "lineups", {"twice": [brief, "demo/echo"]})
    eventually(lambda: "twice" in vs.execute("antiphon.models", {})["lineups"])
    vs.command("Antiphon: Choose Models")
    choose(vs, "twice")
    vs.page.keyboard.press("Enter")
    vs.command("Antiphon: Broadcast Prompt")
    expect(lambda: vs.quick_title().startswith("Broadcast"), True)
    vs.type_into_quick_input("Why?")
    vs.page.keyboard.press("Enter")
    expect(lambda: [pane["label"] for pane in vs.panes()], ["brief", "echo"])


def test_what_has_changed_in_git_is_added_to_a_prompt(vs: Workbench, editor: CodeServer) -> None:
    folder = editor.folder
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    before = (folder / "notes.py").read_text()
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "notes.py"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "One"], check=True)
    try:
        (folder / "notes.py").write_text(before + "\n\ndef three():\n    return 3\n")
        vs.command("Antiphon: Choose Models")
        choose(vs, "echo")
        vs.page.keyboard.press("Enter")
        vs.execute("antiphon.newPrompt")
        vs.page.keyboard.insert_text("What has changed?")
        vs.page.locator(".codelens-decoration a").filter(has_text="Add context…").click()
        vs.quick_row("@diff").click()
        picture(vs, "diff-context")
        vs.page.keyboard.press("Enter")
        vs.page.locator(".codelens-decoration a").filter(has_text="with @diff").wait_for()
        vs.page.keyboard.press("Control+Enter")
        expect(lambda: ["+def three():" in text for text in vs.texts().values()], [True])
    finally:
        (folder / "notes.py").write_text(before)
        subprocess.run(["rm", "-rf", str(folder / ".git")], check=True)
