"""Prompt files are written with the library's help and run: lens, palette, inputs, the composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.model_picker import choose
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

REVIEW = """---
antiphon: prompt/v1
name: Review a file
models: [demo/echo, demo/terse]
inputs:
  file: {description: the file to review}
  reader: {enum: [its authors, a newcomer]}
  tone: {default: plain}
expect:
  - contains: nobody says this
---
Review {{file}} for {{reader}}, in a {{tone}} tone.
"""
SELECTION = "---\nmodels: [demo/echo]\ncontext: ['@selection']\n---\nExplain this.\n"
OPEN = "await vscode.window.showTextDocument(vscode.Uri.file(args[0]), { preview: false })"
LANGUAGE = "return vscode.window.activeTextEditor?.document.languageId"
MARKS = """
return vscode.languages.getDiagnostics(vscode.Uri.file(args[0]))
  .map(({ message, range }) => [message, range.start.line]);
"""


@pytest.fixture
def library(editor: CodeServer) -> Iterator[Path]:
    """The prompt files of the folder that is open."""
    folder = editor.folder / ".antiphon" / "prompts"
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    for file in folder.iterdir():
        file.unlink()


def lens(vs: Workbench, text: str) -> None:
    """Waits for a lens, and clicks it."""
    found = vs.page.locator(".codelens-decoration a").filter(has_text=text)
    found.wait_for()
    found.click()


def choose_echo(vs: Workbench) -> None:
    """Chooses the model that prompts go to."""
    vs.command("Antiphon: Choose Models")
    choose(vs, "echo")
    vs.page.keyboard.press("Enter")


def test_the_lens_of_a_prompt_file_asks_for_its_inputs_and_runs_it(
    vs: Workbench, library: Path
) -> None:
    file = library / "review.antiphon.md"
    file.write_text(REVIEW)
    vs.eval(OPEN, str(file))
    vs.page.locator(".codelens-decoration a").filter(has_text="Broadcast to").wait_for()
    picture(vs, "prompt-file")
    lens(vs, "Broadcast to 2 models · about")
    expect(vs.quick_title, "Review a file: file (1/2)")
    vs.type_into_quick_input("src/app.py")
    vs.page.keyboard.press("Enter")
    vs.quick_row("a newcomer").wait_for()
    picture(vs, "prompt-file-input")
    vs.page.keyboard.press("ArrowDown")
    vs.page.keyboard.press("Enter")
    expect(lambda: [pane["label"] for pane in vs.panes()], ["echo", "terse"])
    asked = "Review src/app.py for a newcomer, in a plain tone."
    expect(lambda: [asked in text for text in vs.texts().values()], [True, True])
    assert vs.toast("2 of 2 rules are not kept")


def test_the_palette_lists_the_library_and_runs_what_is_picked(
    vs: Workbench, library: Path
) -> None:
    (library / "review.antiphon.md").write_text(REVIEW)
    vs.command("Antiphon: Run Prompt File…")
    vs.quick_row("Write a commit message").wait_for()
    picture(vs, "prompt-library")
    vs.type_into_quick_input("Review a file")
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Review a file: file (1/2)")
    vs.leave()
    assert vs.panes() == []


def test_what_is_selected_goes_to_a_prompt_file_about_the_selection(
    vs: Workbench, library: Path, editor: CodeServer
) -> None:
    (library / "explain.antiphon.md").write_text(SELECTION)
    vs.eval(OPEN, str(editor.folder / "notes.py"))
    vs.eval("vscode.window.activeTextEditor.selection = new vscode.Selection(4, 0, 5, 12);")
    vs.eval(OPEN, str(library / "explain.antiphon.md"))
    lens(vs, "Broadcast to 1 model")
    expect(lambda: ["def two():" in text for text in vs.texts().values()], [True])
    assert "def one():" not in "".join(vs.texts().values())


def test_a_prompt_file_is_completed_and_marked_as_it_is_typed(vs: Workbench, library: Path) -> None:
    file = library / "typed.antiphon.md"
    file.write_text("---\nmodels: [demo/ech]\n---\nHello.\n")
    vs.eval(OPEN, str(file))
    marks = eventually(lambda: vs.eval(MARKS, str(file)))
    assert marks[0][1] == 1
    assert "demo/ech" in marks[0][0]
    vs.page.locator(".monaco-editor .view-line").filter(has_text="models").click()
    vs.page.keyboard.press("End")
    vs.page.keyboard.press("ArrowLeft")
    vs.page.keyboard.press("Control+Space")
    vs.page.locator(".suggest-widget .monaco-list-row").filter(has_text="demo/echo").wait_for()
    picture(vs, "prompt-completion")
    vs.page.keyboard.press("Enter")
    expect(lambda: vs.eval(MARKS, str(file)), [])
    vs.page.keyboard.press("Control+s")
    expect(lambda: "models: [demo/echo]" in file.read_text(), True)


def test_a_prompt_with_front_matter_in_the_composer_runs_as_a_prompt_file(vs: Workbench) -> None:
    vs.command("Antiphon: New Prompt")
    expect(lambda: vs.eval(LANGUAGE), "antiphon")
    vs.page.keyboard.press("Control+a")
    vs.page.keyboard.insert_text("---\nmodels: [demo/echo]\n---\nWhy does {{animal}} sing?")
    vs.page.locator(".codelens-decoration a").filter(has_text="Broadcast to 1 model").wait_for()
    vs.page.keyboard.press("Control+Enter")
    expect(vs.quick_title, "Prompt file: animal")
    vs.type_into_quick_input("a whale")
    vs.page.keyboard.press("Enter")
    expect(lambda: ["Why does a whale sing?" in t for t in vs.texts().values()], [True])


def test_braces_in_a_plain_prompt_are_sent_as_they_are(vs: Workbench) -> None:
    choose_echo(vs)
    vs.command("Antiphon: New Prompt")
    expect(lambda: vs.eval(LANGUAGE), "antiphon")
    vs.page.keyboard.press("Control+a")
    vs.page.keyboard.insert_text("What is {{name}}?")
    vs.page.locator(".codelens-decoration a").filter(has_text="Send to").wait_for()
    vs.page.keyboard.press("Control+Enter")
    expect(lambda: {"What is {{name}}?" in text for text in vs.texts().values()}, {True})


def test_what_is_composed_is_saved_among_the_prompts_of_the_workspace(
    vs: Workbench, library: Path
) -> None:
    choose_echo(vs)
    vs.execute("antiphon.newPrompt")
    vs.page.keyboard.press("Control+a")
    vs.page.keyboard.insert_text("What is wrong here?")
    vs.command("Antiphon: Save as Prompt File…")
    vs.quick_row("This workspace").click()
    vs.type_into_quick_input("Find faults")
    vs.page.keyboard.press("Enter")
    saved = library / "find-faults.antiphon.md"
    eventually(saved.exists)
    text = eventually(saved.read_text)
    head = 'antiphon: prompt/v1\nname: "Find faults"\nmodels: ["demo/echo"]'
    assert text == f"---\n{head}\n---\nWhat is wrong here?\n"
    vs.page.locator(".codelens-decoration a").filter(has_text="Broadcast to").wait_for()
    assert vs.eval("return vscode.workspace.textDocuments.some((d) => d.isUntitled)") is False
