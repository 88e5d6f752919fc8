"""A session is recorded as a pipeline, which is run, shared and compared with itself, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
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
GATED = """antiphon: pipeline/v1
name: gated
steps:
  - {id: first, type: broadcast, models: [demo/echo], prompt: One., params: {tokensPerSecond: 0}}
  - {id: slow, type: broadcast, models: [gated/gate-5-20], prompt: Two.}
  - {id: last, type: merge, of: [first, slow], model: demo/terse, params: {tokensPerSecond: 0}}
"""
BEGIN_WITH_FILE = """
globalThis.running = vscode.commands.executeCommand(args[0], vscode.Uri.file(args[1]));
"""
ACTIVE = "return vscode.window.activeTextEditor?.document.getText() ?? ''"
LANGUAGE = "return vscode.window.activeTextEditor?.document.languageId"


@pytest.fixture
def library(vs: Workbench) -> Iterator[Workbench]:
    """The window with the view of pipelines, of which there are none before and after."""
    delete_all(vs)
    vs.execute("antiphon.pipelines.focus")
    yield vs
    delete_all(vs)
    vs.execute("workbench.view.explorer")


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


def test_a_session_is_recorded_with_words_of_it_as_an_input_and_run_again(
    library: Workbench,
) -> None:
    vs = library
    asked = {"prompt": "What is a fugue?", "models": ["demo/echo", "demo/terse"], "params": FAST}
    panes = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    vs.execute("antiphon.summarizeAnswers", {
        "paneIds": [pane["id"] for pane in panes], "format": "bullets", "combine": True,
        "model": "demo/terse",
    })  # fmt: skip
    vs.execute("antiphon.closePanes")
    vs.command("Antiphon: Record Session as Pipeline…")
    vs.quick_row("What is a fugue?").click()
    vs.quick_row("Save as a pipeline").wait_for()
    picture(vs, "pipeline-record")
    vs.quick_row("What is a fugue?").click()
    expect(vs.quick_title, "Text of the input")
    vs.type_into_quick_input("a fugue")
    vs.page.keyboard.press("Enter")
    expect(vs.quick_title, "Name of the input")
    vs.type_into_quick_input("topic")
    vs.page.keyboard.press("Enter")
    vs.quick_row("Save as a pipeline").click()
    expect(vs.quick_title, "Name of the pipeline")
    vs.type_into_quick_input("review")
    vs.page.keyboard.press("Enter")
    expect(lambda: "What is {{topic}}?" in vs.eval(ACTIVE), True)
    assert vs.eval(LANGUAGE) == "antiphon-pipeline"
    picture(vs, "pipeline-recorded")
    run_review(vs, "a canon", "review: complete")
    expect(lambda: sum("What is a canon?" in text for text in vs.texts().values()) >= 2, True)
    picture(vs, "pipeline-run")


def test_two_runs_are_compared_answer_by_answer(library: Workbench) -> None:
    vs = library
    save(vs, REVIEW.format(name="review"))
    run_review(vs, "a canon", "review: complete")
    vs.execute("notifications.clearAll")
    run_review(vs, "a fugue", "review: complete")
    vs.toast("review: complete").get_by_role("button", name="Compare with Earlier Run").click()
    expect(lambda: vs.quick_title().startswith("review: 3 answers"), True)
    picture(vs, "pipeline-drift")
    vs.quick_row("ask · echo").click()
    expect(lambda: [label.startswith("ask · echo before ↔ now") for label in vs.diffs()], [True])
    picture(vs, "pipeline-drift-diff")


def test_other_models_are_chosen_step_by_step(library: Workbench) -> None:
    vs = library
    save(vs, REVIEW.format(name="review"))
    menu(vs, "review", "Run Pipeline with Other Models…")
    vs.quick_row("sum").click()
    vs.quick_row("demo/poet").click()
    expect(lambda: "demo/poet" in vs.quick_row("sum").inner_text(), True)
    picture(vs, "pipeline-models")
    vs.quick_row("Run").click()
    expect(vs.quick_title, "review: topic")
    vs.type_into_quick_input("a canon")
    vs.page.keyboard.press("Enter")
    vs.toast("review: complete")
    models = vs.execute("antiphon.session.list", {"limit": 1})["sessions"][0]["panes"]
    assert sorted(pane["model"] for pane in models) == ["demo/echo", "demo/poet", "demo/terse"]


def test_a_run_that_was_stopped_goes_on_where_it_stopped(
    library: Workbench, provider: FaultServer
) -> None:
    vs = library
    save(vs, GATED)
    button(vs, "gated", "Run Pipeline…")
    provider.wait_held(1)
    tree_row(vs, "broadcast · running").wait_for()
    picture(vs, "pipeline-running")
    button(vs, "gated", "Stop Pipeline")
    warned = vs.toast("gated: ")
    tree_row(vs, "merge · cancelled").wait_for()
    picture(vs, "pipeline-stopped")
    provider.release()
    warned.get_by_role("button", name="Resume").click()
    provider.wait_held(1)
    assert sorted(pane["label"] for pane in vs.panes()) == ["echo", "gate-5-20"]
    provider.release()
    vs.toast("gated: complete")
    session = vs.execute("antiphon.session.list", {"limit": 1})["sessions"][0]
    assert len(session["panes"]) == 3


def test_a_text_is_shown_whole_before_it_is_imported(
    library: Workbench, editor: CodeServer
) -> None:
    vs = library
    text = REVIEW.format(name="review")
    file = editor.folder / "given.antiphon.yaml"
    file.write_text(text)
    try:
        vs.eval(BEGIN_WITH_FILE, "antiphon.importPipeline", str(file))
        lens(vs, "Save “review” as it is shown").wait_for()
        expect(lambda: vs.documents("antiphon-pipeline:/shown-"), [text])
        picture(vs, "pipeline-import")
        lens(vs, "Do nothing").click()
        assert vs.end() is None
        assert listed(vs) == []
        vs.eval(BEGIN_WITH_FILE, "antiphon.importPipeline", str(file))
        lens(vs, "Save “review” as it is shown").click()
        expect(lambda: [entry["name"] for entry in listed(vs)], ["review"])
    finally:
        file.unlink()


def test_a_pipeline_is_edited_as_a_file_and_marked_as_it_is_typed(library: Workbench) -> None:
    vs = library
    save(vs, REVIEW.format(name="review"))
    button(vs, "review", "Edit Pipeline…")
    expect(lambda: vs.eval(LANGUAGE), "antiphon-pipeline")
    vs.page.keyboard.press("Control+End")
    vs.page.keyboard.type("x")
    marks = (
        "return vscode.languages.getDiagnostics(vscode.window.activeTextEditor.document.uri).length"
    )
    eventually(lambda: vs.eval(marks))
    vs.page.keyboard.press("Control+s")
    vs.toast("Failed to save")
    vs.page.keyboard.press("Backspace")
    vs.page.keyboard.type("# mine\n")
    vs.page.keyboard.press("Control+s")
    expect(lambda: vs.eval("return vscode.window.activeTextEditor.document.isDirty"), False)
    [entry] = listed(vs)
    kept = vs.execute("antiphon.pipeline.get", {"pipelineId": entry["id"]})["text"]
    assert kept == REVIEW.format(name="review") + "# mine\n"


def test_a_click_shows_the_steps_as_a_graph_with_the_whole_text(library: Workbench) -> None:
    vs = library
    save(vs, REVIEW.format(name="review"))
    tree_row(vs, "review").click()
    expect(lambda: vs.eval(LANGUAGE), "markdown")
    text = vs.eval(ACTIVE)
    assert "── ask   broadcast\n▼\n┬─ sum   summarize  ← ask\n└─ diff  compare    ← ask" in text
    assert REVIEW.format(name="review") in text
    picture(vs, "pipeline-preview")


def test_pipelines_are_renamed_duplicated_exported_and_deleted(
    library: Workbench, tmp_path: Path
) -> None:
    vs = library
    save(vs, REVIEW.format(name="review"))
    menu(vs, "review", "Rename Pipeline…")
    vs.type_into_quick_input("careful")
    vs.page.keyboard.press("Enter")
    tree_row(vs, "careful").wait_for()
    menu(vs, "careful", "Duplicate Pipeline…")
    vs.quick_row("My pipelines").click()
    tree_row(vs, "careful (copy)").wait_for()
    file = tmp_path / "careful.antiphon.yaml"
    [entry] = [entry for entry in listed(vs) if entry["name"] == "careful"]
    vs.eval(
        "return vscode.commands.executeCommand(args[0], args[1], vscode.Uri.file(args[2]))",
        "antiphon.exportPipeline", entry["id"], str(file),
    )  # fmt: skip
    assert file.read_text() == REVIEW.format(name="careful")
    menu(vs, "careful (copy)", "Delete Pipeline…")
    vs.dialog("careful (copy)").get_by_role("button", name="Delete").click()
    expect(lambda: [entry["name"] for entry in listed(vs)], ["careful"])


def test_a_pipeline_of_the_folder_runs_once_its_whole_text_was_agreed_to(
    library: Workbench, editor: CodeServer
) -> None:
    vs = library
    folder = editor.folder / ".antiphon" / "pipelines"
    folder.mkdir(parents=True, exist_ok=True)
    text = REVIEW.format(name="theirs")
    (folder / "theirs.antiphon.yaml").write_text(text)
    try:
        tree_row(vs, "of this workspace · not approved yet").wait_for()
        vs.begin("antiphon.runPipeline")
        vs.quick_row("theirs").click()
        lens(vs, "Run “theirs” of this workspace as it is shown").wait_for()
        expect(lambda: vs.documents("antiphon-pipeline:/shown-"), [text])
        picture(vs, "pipeline-approval")
        vs.page.keyboard.press("Control+Enter")
        expect(vs.quick_title, "theirs: topic")
        vs.type_into_quick_input("a canon")
        vs.page.keyboard.press("Enter")
        vs.toast("theirs: complete")
        vs.end()
        vs.begin("antiphon.runPipeline")
        vs.quick_row("theirs").click()
        expect(vs.quick_title, "theirs: topic")
        vs.leave()
    finally:
        (folder / "theirs.antiphon.yaml").unlink()
