"""A session is recorded as a pipeline, which is run, stopped and compared with itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.other_client import other_client
from support.vscode.pipelines import REVIEW, button, menu, run_review, save, tree_row
from support.vscode.window import picture
from support.vscode.workbench import expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
GATED = """antiphon: pipeline/v1
name: gated
steps:
  - {id: first, type: broadcast, models: [demo/echo], prompt: One., params: {tokensPerSecond: 0}}
  - {id: slow, type: broadcast, models: [gated/gate-5-20], prompt: Two.}
  - {id: last, type: merge, of: [first, slow], model: demo/terse, params: {tokensPerSecond: 0}}
"""
ACTIVE = "return vscode.window.activeTextEditor?.document.getText() ?? ''"
LANGUAGE = "return vscode.window.activeTextEditor?.document.languageId"


def test_a_session_is_recorded_with_words_of_it_as_an_input_and_run_again(
    pipelines: Workbench,
) -> None:
    vs = pipelines
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


def test_two_runs_are_compared_answer_by_answer(pipelines: Workbench) -> None:
    vs = pipelines
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


def test_a_run_of_another_client_is_compared_with_the_last_one_here(
    pipelines: Workbench, editor: CodeServer
) -> None:
    vs = pipelines
    kept = save(vs, REVIEW.format(name="review"))
    with other_client(editor) as other:
        given = {"pipelineId": kept, "inputs": {"topic": "a canon"}}
        assert other.command("antiphon.pipeline.run", given)["status"] == "complete"
    run_review(vs, "a fugue", "review: complete")
    vs.begin("antiphon.comparePipelineRuns", kept)
    expect(lambda: vs.quick_title().startswith("review: 3 answers"), True)
    vs.leave()


def test_other_models_are_chosen_step_by_step(pipelines: Workbench) -> None:
    vs = pipelines
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
    pipelines: Workbench, provider: FaultServer
) -> None:
    vs = pipelines
    save(vs, GATED)
    button(vs, "gated", "Run Pipeline…")
    provider.wait_held(1)
    tree_row(vs, "broadcast · running").wait_for()
    picture(vs, "pipeline-running")
    button(vs, "gated", "Stop Pipeline")
    warned = vs.toast("gated: ")
    tree_row(vs, "merge · cancelled").wait_for()
    picture(vs, "pipeline-stopped")
    provider.reset()
    warned.get_by_role("button", name="Resume").click()
    provider.wait_held(1)
    assert sorted(pane["label"] for pane in vs.panes()) == ["echo", "gate-5-20"]
    provider.release()
    vs.toast("gated: complete")
    session = vs.execute("antiphon.session.list", {"limit": 1})["sessions"][0]
    assert len(session["panes"]) == 3
