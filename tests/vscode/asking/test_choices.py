"""The choices of the pickers that send, sum up and merge: each one reaches the server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench


def broadcast(vs: Workbench, prompt: str, *models: str) -> list[dict[str, Any]]:
    """Asks; the panes that have answered."""
    asked = {"prompt": prompt, "models": list(models), "params": {"tokensPerSecond": 0}}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"]


QUOTE = r"One summary of {} · by demo/\w+ · about [\d,]+ tokens( · .*)?"


def press(vs: Workbench, name: str) -> None:
    """Clicks a button of the quick input that is open."""
    vs.page.locator(".quick-input-widget:visible").get_by_role("button", name=name).click()


def hint(vs: Workbench) -> str | None:
    """What the field of the quick input says where nothing is written."""
    return vs.quick_input().get_attribute("placeholder")


def enter(vs: Workbench, title: str, text: str = "") -> None:
    """Answers the quick input of that title."""
    expect(vs.quick_title, title)
    if text:
        vs.type_into_quick_input(text)
    vs.page.keyboard.press("Enter")


def messages(vs: Workbench, pane: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands in a pane."""
    opened = vs.execute("antiphon.session.open", {"sessionId": pane["sessionId"]})
    return [message for message in opened["messages"] if message["paneId"] == pane["id"]]


def test_an_answer_is_the_question_to_several_panes_and_a_new_one(vs: Workbench) -> None:
    echo, terse, poet = broadcast(vs, "What now?", "demo/echo", "demo/terse", "demo/poet")
    vs.begin("antiphon.sendAnswer", echo["uri"])
    enter(vs, "Messages to send from echo")
    expect(vs.quick_title, "Send to")
    for name in ("terse", "poet", "demo/coder"):
        vs.type_into_quick_input(name)
        vs.quick_row(name).click()
    picture(vs, "send-to-several")
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Send it as")
    vs.quick_row("The question itself").click()
    assert vs.end()["status"] == "complete"
    expect(lambda: [pane["label"] for pane in vs.panes()], ["echo", "terse", "poet", "coder"])
    for pane in (terse, poet):
        _, _, asked, answer = messages(vs, pane)
        assert (asked["role"], answer["role"]) == ("user", "assistant")
        assert asked["provenance"]["model"] == "demo/echo"
    assert len(messages(vs, echo)) == 2


def test_the_note_and_the_role_of_what_is_sent_are_chosen(vs: Workbench) -> None:
    echo, poet = broadcast(vs, "Mark my words.", "demo/echo", "demo/poet")
    vs.begin("antiphon.sendAnswer", echo["uri"])
    enter(vs, "Messages to send from echo")
    expect(vs.quick_title, "Send to")
    vs.quick_row("poet").click()
    vs.page.keyboard.press("Enter")
    expect(lambda: hint(vs), "It is said by you, as a quotation")
    press(vs, "Add a note")
    enter(vs, "A note that is kept with it", "for the minutes")
    expect(lambda: hint(vs), "It is said by you, as a quotation. Note: for the minutes")
    press(vs, "Keep who said it")
    expect(lambda: hint(vs), "It stays said by who said it. Note: for the minutes")
    picture(vs, "send-note-and-role")
    vs.quick_row("Context for later").click()
    [sent] = vs.end()["messages"]
    assert (sent["role"], sent["content"], sent["paneId"]) == (
        "assistant",
        "Mark my words.",
        poet["id"],
    )
    assert sent["provenance"]["note"] == "for the minutes"
    expect(lambda: "for the minutes" in vs.texts()[poet["uri"]], True)


def test_a_summary_of_each_is_written_by_the_model_that_is_chosen(vs: Workbench) -> None:
    panes = broadcast(vs, "Each by itself.", "demo/terse", "demo/poet")
    vs.begin("antiphon.summarizeAnswers", panes[0]["uri"])
    enter(vs, "Answers to sum up")
    # An automatic choice: the model that answered most cheaply, and its cost, are known before.
    expect(lambda: bool(re.fullmatch(QUOTE.format("all"), hint(vs) or "")), True)
    press(vs, "One of all, or one of each")
    expect(lambda: bool(re.fullmatch(QUOTE.format("each"), hint(vs) or "")), True)
    press(vs, "Choose the model that sums up")
    expect(vs.quick_title, "The model that sums up")
    vs.quick_row("demo/echo").click()
    expect(lambda: "One summary of each · by demo/echo · about " in (hint(vs) or ""), True)
    picture(vs, "summary-choices")
    vs.quick_row("Technical").click()
    made = vs.end()["panes"]
    assert [pane["model"] for pane in made] == ["demo/echo", "demo/echo"]
    assert [len(pane["sources"]) for pane in made] == [1, 1]
    vs.toast("Summary: used 2 of 2.")
    columns = {pane["column"] for pane in vs.panes() if pane["uri"] in {p["uri"] for p in made}}
    assert len(columns) == 1


def test_a_merge_takes_its_instructions(vs: Workbench) -> None:
    panes = broadcast(vs, "Make us one.", "demo/terse", "demo/poet")
    vs.begin("antiphon.mergeAnswers", panes[0]["uri"])
    enter(vs, "Answers to merge")
    expect(vs.quick_title, "Merge 2 answers into one")
    press(vs, "Choose the model that merges")
    expect(vs.quick_title, "The model that merges")
    vs.quick_row("demo/echo").click()
    quote = "Enter merges, Escape leaves · by demo/echo · about "
    vs.page.locator(".quick-input-message").filter(has_text=quote).wait_for()
    picture(vs, "merge-instructions")
    enter(vs, "Merge 2 answers into one", "Keep the rhymes.")
    [merged] = vs.end()["panes"]
    assert merged["model"] == "demo/echo"
    assert "Keep the rhymes." in vs.texts()[merged["uri"]]
    assert len(merged["sources"]) == 2


def test_leaving_any_of_the_questions_sends_nothing(vs: Workbench) -> None:
    echo, poet = broadcast(vs, "Not yet.", "demo/echo", "demo/poet")
    vs.begin("antiphon.sendAnswer", echo["uri"])
    enter(vs, "Messages to send from echo")
    expect(vs.quick_title, "Send to")
    vs.quick_row("poet").click()
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Send it as")
    press(vs, "Add a note")
    expect(vs.quick_title, "A note that is kept with it")
    vs.page.keyboard.press("Escape")
    expect(vs.quick_title, "Send it as")
    vs.quick_row("Context and a question").click()
    expect(vs.quick_title, "The question that goes with it")
    vs.page.keyboard.press("Escape")
    assert vs.end() is None
    vs.begin("antiphon.mergeAnswers", echo["uri"])
    enter(vs, "Answers to merge")
    expect(vs.quick_title, "Merge 2 answers into one")
    vs.page.keyboard.press("Escape")
    assert vs.end() is None
    assert eventually(lambda: len(vs.panes())) == 2
    assert len(messages(vs, poet)) == 2
