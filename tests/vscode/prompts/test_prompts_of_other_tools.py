"""Prompts of other tools are imported and exported, and what is left behind is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.window import picture
from support.vscode.workbench import expect

if TYPE_CHECKING:
    from pathlib import Path

    from support.vscode.workbench import Workbench

THEIRS = """---
mode: agent
description: Review a file
tools: ['codebase']
---
Review ${input:file} well.
"""
OURS = """---
antiphon: prompt/v1
name: Review
models: [demo/echo]
budget: "0.05"
---
Review it well.
"""
BEGIN_WITH_FILES = """
globalThis.running = vscode.commands.executeCommand(
  ...args.map((it) => it.startsWith("/") ? vscode.Uri.file(it) : it));
"""
ACTIVE = """
const editor = vscode.window.activeTextEditor;
return [editor?.document.languageId, editor?.document.isUntitled, editor?.selection.active.line];
"""
TEXT = "return vscode.window.activeTextEditor?.document.getText() ?? ''"


def test_another_tools_prompt_opens_as_a_prompt_and_what_does_nothing_is_shown_in_its_file(
    vs: Workbench, tmp_path: Path
) -> None:
    file = tmp_path / "review.prompt.md"
    file.write_text(THEIRS)
    vs.eval(BEGIN_WITH_FILES, "antiphon.importPrompt", str(file))
    toast = vs.toast("parts of review.prompt.md do nothing here")
    assert "tools (line 4)" in toast.inner_text()
    assert vs.eval(ACTIVE)[:2] == ["antiphon", True]
    assert vs.eval(TEXT).endswith("---\nReview ${input:file} well.\n")
    picture(vs, "prompt-import")
    toast.get_by_role("button", name="Show Them").click()
    vs.quick_row("tools").wait_for()
    assert "Would run or read something" in vs.quick_row("tools").inner_text()
    vs.quick_row("tools").click()
    expect(lambda: vs.eval(ACTIVE)[2], 3)
    assert vs.eval(TEXT) == THEIRS


def test_a_file_whose_name_says_no_format_is_read_as_the_format_that_is_picked(
    vs: Workbench, tmp_path: Path
) -> None:
    file = tmp_path / "review.yaml"
    file.write_text("prompt: Review $input well.\n")
    vs.eval(BEGIN_WITH_FILES, "antiphon.importPrompt", str(file))
    expect(vs.quick_title, "Format of review.yaml")
    vs.quick_row("llm").click()
    expect(lambda: "Review {{input}} well." in vs.eval(TEXT), True)
    assert vs.toasts("do nothing here").count() == 0


def test_a_prompt_is_written_for_another_tool_and_what_has_no_place_there_is_named(
    vs: Workbench, tmp_path: Path
) -> None:
    file = tmp_path / "review.antiphon.md"
    file.write_text(OURS)
    target = tmp_path / "review.prompt.yml"
    vs.eval("await vscode.window.showTextDocument(vscode.Uri.file(args[0]))", str(file))
    vs.command("Antiphon: Export Prompt for Another Tool…")
    vs.quick_row("GitHub Models").wait_for()
    picture(vs, "prompt-export")
    vs.quick_row("GitHub Models").click()
    # The editor's own dialog suggests a name beside the file.
    expect(lambda: vs.quick_input().input_value(), str(target))
    vs.page.keyboard.press("Enter")
    toast = vs.toast("without one part that has no place there")
    assert "budget (line 5)" in toast.inner_text()
    assert "Review it well." in target.read_text()
