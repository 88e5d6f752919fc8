"""How a prompt is written and sent, with the hands: palette, pickers, the composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.model_picker import choose
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench


def test_the_palette_leads_from_models_to_a_prompt_to_panes(vs: Workbench) -> None:
    vs.command("Antiphon: Choose Models")
    choose(vs, "terse", "echo", "poet")
    picture(vs, "picker")
    vs.page.keyboard.press("Enter")
    vs.quick_input().wait_for(state="hidden")

    vs.command("Antiphon: Broadcast Prompt")
    vs.type_into_quick_input("What is counterpoint?")
    expect(lambda: "3 models · about" in vs.quick_title(), True)
    picture(vs, "prompt")
    vs.page.keyboard.press("Enter")
    eventually(lambda: len(vs.panes()) == 3)
    expect(lambda: sorted(pane["label"] for pane in vs.panes()), ["echo", "poet", "terse"])
    expect(lambda: all("What is counterpoint?" in text for text in vs.texts().values()), True)


def test_the_composer_says_what_it_would_take_and_sends(vs: Workbench) -> None:
    vs.eval("globalThis.models = ['demo/terse', 'demo/echo']")
    vs.command("Antiphon: Choose Models")
    choose(vs, "terse", "echo")
    vs.page.keyboard.press("Enter")
    vs.command("Antiphon: New Prompt")
    eventually(
        lambda: vs.eval("return vscode.window.activeTextEditor?.document.languageId") == "antiphon"
    )
    vs.page.keyboard.type("# A long prompt\n\nwith *two* paragraphs.")
    vs.page.locator(".codelens-decoration a").filter(has_text="Send to 2 models · about").wait_for()
    picture(vs, "composer")
    vs.page.keyboard.press("Control+Enter")
    expect(lambda: [pane["label"] for pane in vs.panes()], ["terse", "echo"])
    expect(lambda: all("with *two* paragraphs." in text for text in vs.texts().values()), True)
    assert vs.eval("return vscode.workspace.textDocuments.some((d) => d.isUntitled)") is False


def test_a_follow_up_can_go_to_every_pane_from_the_prompt(vs: Workbench) -> None:
    models = ["demo/echo", "demo/terse"]
    vs.execute(
        "antiphon.broadcastPrompt",
        {"prompt": "One.", "models": models, "params": {"tokensPerSecond": 0}},
    )
    vs.page.locator(".codelens-decoration a").filter(has_text="Follow up").first.click()
    vs.type_into_quick_input("And two?")
    vs.page.get_by_role("button", name="Ask in every pane of the session").click()
    expect(lambda: [text.count("And two?") >= 1 for text in vs.texts().values()], [True, True])


def test_the_buttons_of_a_pane_ask_for_its_next_prompt(vs: Workbench) -> None:
    vs.execute("antiphon.broadcastPrompt", {"prompt": "Press.", "models": ["demo/echo"]})
    vs.page.get_by_role("button", name="Follow Up…").click()
    expect(lambda: vs.quick_title().startswith("Follow up: echo"), True)
    vs.type_into_quick_input("Pressed.")
    vs.page.keyboard.press("Enter")
    expect(lambda: [text.count("Pressed.") for text in vs.texts().values()], [2])
