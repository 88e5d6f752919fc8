"""The library of pipelines, empty before and after each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.pipelines import delete_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.vscode.workbench import Workbench


@pytest.fixture
def pipelines(vs: Workbench) -> Iterator[Workbench]:
    """The window with the view of pipelines, of which there are none before and after."""
    delete_all(vs)
    vs.execute("antiphon.pipelines.focus")
    # It has loaded: a change that comes before may not be shown.
    vs.page.get_by_text("What worked once").wait_for()
    yield vs
    delete_all(vs)
    vs.execute("workbench.view.explorer")
