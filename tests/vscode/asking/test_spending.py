"""A budget while it is spent: warned of once, cut where it ends, gone over only when confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

# A tenth of a cent for each token. 500 are likely for every answer, so $0.50 are held for it.
PRICES = {name: {"input": "0", "output": "1000"} for name in ("gate-2-12", "gate-1500-1600")}
CHEAP, COSTLY = (f"gated/{name}" for name in PRICES)


@pytest.fixture
def budget(vs: Workbench, editor: CodeServer, tmp_path: Path) -> Iterator[None]:
    """90 cents a day for the provider, a warning at half of them, and a history of its own."""
    before = editor.machine_settings()
    provider = {**before["antiphon.providers"]["gated"], "prices": PRICES}
    row = {"scope": "day", "limit": "0.90", "provider": "gated", "warnAt": "0.5"}
    changed = {
        "antiphon.providers": {"gated": provider},
        "antiphon.budgets": [row],
        "antiphon.history.url": f"sqlite:///{tmp_path / 'spending.db'}",
    }
    editor.change_machine_settings({**before, **changed})
    eventually(lambda: limits(vs) == ["0.9"])
    yield
    editor.change_machine_settings(before)
    eventually(lambda: limits(vs) == ["0.001"])


def limits(vs: Workbench) -> list[str]:
    """The limits of the budgets that the running server has."""
    try:
        meter = vs.execute("antiphon.meter", {"groupBy": "model"})
    except RuntimeError:
        return []  # It is started anew.
    return [budget["limit"] for budget in meter["budgets"]]


def ask(vs: Workbench, model: str) -> None:
    """Begins an answer."""
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Spend.", "models": [model]})


def hover(vs: Workbench, text: str) -> str:
    """What the status bar's item says on hover, once it says that."""
    item = vs.page.locator(".statusbar-item[id$='.answers']")
    card = vs.page.locator(".monaco-hover:visible").filter(has_text=text)

    def found() -> bool:
        vs.page.mouse.move(700, 300)
        item.hover()
        vs.page.wait_for_timeout(700)  # As long as a hover takes to come.
        return card.count() > 0

    eventually(found)
    said = card.first.inner_text().replace("\u00a0", " ")
    vs.page.mouse.move(700, 300)
    return said


def text_of(vs: Workbench, pane: dict[str, Any]) -> str:
    """The text of a pane."""
    return vs.texts()[pane["uri"]]


def test_a_budget_is_warned_of_once_cuts_and_then_has_to_be_confirmed(
    vs: Workbench, provider: FaultServer, budget: None
) -> None:
    ask(vs, CHEAP)
    provider.wait_held(1)
    expect(lambda: vs.toasts("is nearly used up").count(), 1)
    assert "$0.40 left of $0.90 today (gated): $0.00 spent, $0.50 held" in hover(vs, "held")
    picture(vs, "budget-held")
    provider.release()
    assert vs.end()["status"] == "complete"
    vs.execute("notifications.clearAll")

    ask(vs, COSTLY)
    [result] = vs.end()["results"]
    assert result["status"] == "truncated"
    which = {"sessionId": vs.end()["sessionId"]}
    answer = vs.execute("antiphon.session.open", which)["messages"][-1]
    assert (answer["status"], answer["finishReason"]) == ("truncated", "budget")
    assert result["failure"]["kind"] == "budget"
    vs.toast("is used up")
    assert vs.toasts("nearly").count() == 0
    cut = next(pane for pane in vs.panes() if "1500" in pane["label"])
    expect(lambda: "The answer was stopped: the day's budget of $0.90" in text_of(vs, cut), True)
    assert "t500 " in text_of(vs, cut)
    vs.page.locator(".codelens-decoration").filter(has_text="cut by a budget").first.wait_for()
    vs.page.locator(".statusbar-item").filter(has_text="$0.00 left of $0.90 today").wait_for()
    picture(vs, "budget-cut")
    vs.execute("notifications.clearAll")

    ask(vs, CHEAP)
    dialog = vs.dialog("Go over the budget?")
    assert "Nothing was sent." in dialog.inner_text()
    expect(dialog.locator(".monaco-button:focus").all_inner_texts, ["Change Budgets…"])
    picture(vs, "budget-refuses")
    dialog.get_by_role("button", name="Cancel").click()
    assert vs.end() is None
    assert (len(vs.panes()), len(provider.requests())) == (2, 2)

    ask(vs, CHEAP)
    vs.dialog("Go over the budget?").get_by_role("button", name="Go Over").click()
    provider.wait_for(lambda found: len(found) == 3 and found[2]["held"])
    provider.release()
    assert vs.end()["status"] == "complete"
    assert vs.toasts("used up").count() == 0
