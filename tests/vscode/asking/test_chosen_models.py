"""What was chosen is not changed without a word: models that cannot be asked, a later default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.model_picker import choose
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

ROWS = ".quick-input-widget:visible .quick-input-list .monaco-list-row"


def listed(vs: Workbench) -> dict[str, Any]:
    """The models, once the server answers again."""

    def ask() -> dict[str, Any] | None:
        try:
            return vs.execute("antiphon.models", {})
        except RuntimeError:
            return None

    return eventually(ask)


def test_a_provider_finds_its_models_and_the_chosen_ones_are_on_top(vs: Workbench) -> None:
    vs.command("Antiphon: Choose Models")
    choose(vs, "chatty", "poet")
    vs.page.keyboard.press("Enter")
    vs.quick_input().wait_for(state="hidden")
    vs.command("Antiphon: Choose Models")
    vs.quick_row("chatty").wait_for()
    first = vs.page.locator(ROWS + "[aria-checked]")
    names = first.locator(".quick-input-list-label .label-name")
    expect(lambda: names.all_inner_texts()[:4:2], ["chatty", "poet"])
    picture(vs, "chosen-on-top")
    vs.type_into_quick_input("gated")
    vs.quick_row("gated/ok").wait_for()
    assert vs.quick_row("demo/chatty").count() == 0
    vs.type_into_quick_input("")
    for name in ("chatty", "poet"):
        vs.quick_row(name).click()
    vs.page.get_by_text("0 Selected").wait_for()
    vs.page.keyboard.press("Enter")
    expect(lambda: "check one at least" in vs.quick_title(), True)
    vs.leave()


def test_a_chosen_model_that_cannot_be_asked_is_named(vs: Workbench, editor: CodeServer) -> None:
    before = editor.machine_settings()
    vs.command("Antiphon: Choose Models")
    choose(vs, "gated/ok", "terse")
    vs.page.keyboard.press("Enter")
    vs.quick_input().wait_for(state="hidden")
    provider = {**before["antiphon.providers"]["gated"], "apiKeyEnv": "NOT_SET_ANYWHERE"}
    editor.change_machine_settings({**before, "antiphon.providers": {"gated": provider}})
    try:
        eventually(lambda: not available(vs, "gated/ok"))
        vs.begin("antiphon.broadcastPrompt")
        vs.toast("Chosen, but cannot be asked now: gated/ok (NOT_SET_ANYWHERE")
        picture(vs, "model-left-out")
        vs.leave()
        vs.end()
    finally:
        editor.change_machine_settings(before)
        eventually(lambda: available(vs, "gated/ok"))
    vs.begin("antiphon.broadcastPrompt")
    vs.quick_input().wait_for()
    vs.quick_input().fill("Hello?")
    expect(lambda: "2 models · about" in vs.quick_title(), True)
    vs.quick_input().fill("")
    vs.leave()


def available(vs: Workbench, model: str) -> bool:
    """Whether a model can be asked."""
    return any(each["id"] == model and each["available"] for each in listed(vs)["models"])


def test_a_closed_pane_that_is_answering_is_named_and_stopped(
    vs: Workbench, provider: FaultServer
) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Go on.", "models": ["gated/gate-5-20"]})
    provider.wait_held(1)
    eventually(vs.panes)
    vs.execute("workbench.action.closeActiveEditor")
    vs.execute("antiphon.closePanes")
    toast = vs.toast("gate-5-20 is closed and still answering.")
    toast.get_by_role("button", name="Stop").click()
    assert [entry["status"] for entry in vs.end()["results"]] == ["cancelled"]
