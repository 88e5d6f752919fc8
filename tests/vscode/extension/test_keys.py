"""Keys: where they are from is told, they are set and deleted by the hands, and never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.canaries.canary import canary, traces, traces_in
from support.vscode.window import picture
from support.vscode.workbench import eventually

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

CANARY = "gsk_canaryCANARY0123456789canaryCANARY0123456789"


def test_a_key_is_set_told_of_and_deleted(vs: Workbench, editor: CodeServer) -> None:
    vs.command("Antiphon: Show API Keys")
    vs.type_into_quick_input("groq")
    vs.quick_row("groq").click()
    eventually(lambda: "API key of groq" in vs.quick_title())
    assert vs.quick_input().get_attribute("type") == "password"
    vs.type_into_quick_input(canary("store"))
    vs.page.keyboard.press("Enter")
    vs.command("Antiphon: Show API Keys")
    vs.type_into_quick_input("groq")
    vs.quick_row("from this editor's secret store").wait_for()
    picture(vs, "keys")
    vs.quick_row("groq").hover()
    vs.quick_row("groq").get_by_role("button", name="Delete the key").click()
    vs.toast("The key of groq is deleted.")
    status = vs.execute("antiphon.keys.status", {})
    [groq] = [entry for entry in status["providers"] if entry["name"] == "groq"]
    assert groq["source"] == "none"
    assert traces(str(status).encode()) == []
    assert traces_in(editor.work) == []


def test_a_prompt_with_what_looks_like_a_key_is_asked_about_and_can_stay_here(
    vs: Workbench, provider: FaultServer
) -> None:
    asked = {"prompt": f"Why is {CANARY} refused?", "models": ["gated/ok"]}
    vs.begin("antiphon.broadcastPrompt", asked)
    question = vs.toast("looks like")
    assert CANARY not in question.inner_text()
    picture(vs, "secret-asked")
    question.get_by_role("button", name="Do not send").click()
    assert vs.end() is None
    assert provider.requests() == []
