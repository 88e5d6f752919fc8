"""Drives the library of pipelines of VS Code as a user does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from support.vscode.workbench import Workbench

REVIEW = """# Kept with the pipeline.
antiphon: pipeline/v1
name: {name}
inputs:
  topic: {{description: what to explain}}
steps:
  - id: ask
    type: broadcast
    models: [demo/echo, demo/terse]
    params: {{tokensPerSecond: 0}}
    prompt: Explain {{{{topic}}}}.
  - {{id: sum, type: summarize, of: ask, model: demo/terse, params: {{tokensPerSecond: 0}}}}
  - {{id: diff, type: compare, left: ask.1, right: ask.2}}
"""


def delete_all(vs: Workbench) -> None:
    """Empties the library."""
    for entry in listed(vs):
        vs.execute("antiphon.pipeline.delete", {"pipelineId": entry["id"]})


def listed(vs: Workbench) -> list[dict[str, Any]]:
    """The library."""
    return vs.execute("antiphon.pipeline.list", {})["pipelines"]


def save(vs: Workbench, text: str) -> str:
    """Saves a pipeline, and returns its id."""
    return vs.execute("antiphon.pipeline.save", {"pipeline": text})["pipeline"]["id"]


def tree_row(vs: Workbench, text: str) -> Locator:
    """A row of the view of pipelines."""
    header = vs.page.locator(".pane-header").filter(has_text="Pipelines")
    view = vs.page.locator(".monaco-pane-view .pane").filter(has=header)
    return view.locator(".monaco-list-row").filter(has_text=text).first


def button(vs: Workbench, row: str, name: str) -> None:
    """Clicks a button in a row of the view."""
    tree_row(vs, row).hover()
    tree_row(vs, row).get_by_role("button", name=name).click()


def menu(vs: Workbench, row: str, item: str) -> None:
    """Chooses an item of the context menu of a row."""
    tree_row(vs, row).click(button="right")
    shown = vs.page.locator(".monaco-menu:visible")
    shown.wait_for()

    def is_chosen() -> bool:
        # A menu ignores a click just after it was opened.
        if shown.is_visible():
            shown.get_by_text(item).click()
        return not shown.is_visible()

    eventually(is_chosen)


def lens(vs: Workbench, text: str) -> Locator:
    """A lens above a line."""
    return vs.page.locator(".codelens-decoration a").filter(has_text=text)


def run_review(vs: Workbench, topic: str, done: str) -> None:
    """Runs the pipeline from its row."""
    button(vs, "review", "Run Pipeline…")
    expect(vs.quick_title, "review: topic")
    vs.type_into_quick_input(topic)
    vs.page.keyboard.press("Enter")
    vs.toast(done)
