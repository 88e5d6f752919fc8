"""Drives the model picker of VS Code as a user does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench


def choose(vs: Workbench, *models: str) -> None:
    """Checks exactly these models in the picker that is open."""
    vs.quick_row("terse").wait_for()
    boxes = vs.page.locator(
        ".quick-input-widget:visible .quick-input-list .monaco-list-row[aria-checked='true']"
    )
    while boxes.count():
        boxes.first.click()
    for model in models:
        vs.type_into_quick_input(model)
        vs.quick_row(model).click()
    vs.type_into_quick_input("")
