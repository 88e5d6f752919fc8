"""A pane whose request waits says for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.workbench import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench


@pytest.fixture
def one_at_a_time(vs: Workbench, editor: CodeServer) -> Iterator[None]:
    """A provider that is asked for one answer at a time."""
    before = editor.machine_settings()
    provider = {**before["antiphon.providers"]["gated"], "maxConcurrency": 1}
    row = {"scope": "day", "limit": "77", "model": "gated/never"}
    changed = {"antiphon.providers": {"gated": provider}, "antiphon.budgets": [row]}
    editor.change_machine_settings({**before, **changed})
    eventually(lambda: has_budget(vs, "77"))
    yield
    editor.change_machine_settings(before)
    eventually(lambda: not has_budget(vs, "77"))


def has_budget(vs: Workbench, limit: str) -> bool:
    """Whether the running server has the budget of the settings."""
    try:
        budgets = vs.execute("antiphon.meter", {"groupBy": "model"})["budgets"]
    except RuntimeError:
        return False  # It is being started again.
    return limit in [budget["limit"] for budget in budgets]


def lens(vs: Workbench, text: str) -> Locator:
    return vs.page.locator(".codelens-decoration").filter(has_text=text)


@pytest.mark.usefixtures("one_at_a_time")
def test_a_pane_that_waits_for_another_at_its_host_says_so(
    vs: Workbench, provider: FaultServer
) -> None:
    asked = {"prompt": "One by one.", "models": ["gated/gate-1-3", "gated/gate-2-4"]}
    vs.begin("antiphon.broadcastPrompt", asked)
    provider.wait_held(1)
    lens(vs, "waits for 1 answer").wait_for()
    provider.release()
    provider.wait_held(1)
    lens(vs, "waits for 1 answer").wait_for(state="hidden")
    provider.release()
    assert vs.end()["status"] == "complete"


def test_a_pane_that_was_refused_for_its_rate_says_when_it_asks_again(vs: Workbench) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Slowly.", "models": ["gated/s429ra1"]})
    lens(vs, "rate limited, attempt").wait_for()
    assert vs.end()["status"] == "failed"
