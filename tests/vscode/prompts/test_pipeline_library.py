"""Pipelines are kept: shown whole before they are imported or run, edited, renamed, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.pipelines import REVIEW, button, lens, listed, menu, save, tree_row
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from pathlib import Path

    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

BEGIN_WITH_FILE = """
globalThis.running = vscode.commands.executeCommand(args[0], vscode.Uri.file(args[1]));
"""
ACTIVE = "return vscode.window.activeTextEditor?.document.getText() ?? ''"
EXCLUDE = """
const files = vscode.workspace.getConfiguration("files");
return files.update("watcherExclude", args[0] ?? undefined, vscode.ConfigurationTarget.Workspace);
"""
LANGUAGE = "return vscode.window.activeTextEditor?.document.languageId"


def test_a_text_is_shown_whole_before_it_is_imported(
    pipelines: Workbench, editor: CodeServer
) -> None:
    vs = pipelines
    text = REVIEW.format(name="review")
    file = editor.folder / "given.antiphon.yaml"
    file.write_text(text)
    try:
        vs.eval(BEGIN_WITH_FILE, "antiphon.importPipeline", str(file))
        lens(vs, "Save “review” as it is shown").wait_for()
        expect(lambda: vs.eval(ACTIVE), text)
        picture(vs, "pipeline-import")
        lens(vs, "Do nothing").click()
        assert vs.end() is None
        assert listed(vs) == []
        vs.eval(BEGIN_WITH_FILE, "antiphon.importPipeline", str(file))
        lens(vs, "Save “review” as it is shown").click()
        expect(lambda: [entry["name"] for entry in listed(vs)], ["review"])
    finally:
        file.unlink()


def test_a_pipeline_is_edited_as_a_file_and_marked_as_it_is_typed(pipelines: Workbench) -> None:
    vs = pipelines
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


def test_a_click_shows_the_steps_as_a_graph_with_the_whole_text(pipelines: Workbench) -> None:
    vs = pipelines
    save(vs, REVIEW.format(name="review"))
    tree_row(vs, "review").click()
    expect(lambda: vs.eval(LANGUAGE), "markdown")
    text = vs.eval(ACTIVE)
    assert "── ask   broadcast\n▼\n┬─ sum   summarize  ← ask\n└─ diff  compare    ← ask" in text
    assert REVIEW.format(name="review") in text
    picture(vs, "pipeline-preview")


def test_pipelines_are_renamed_duplicated_exported_and_deleted(
    pipelines: Workbench, tmp_path: Path
) -> None:
    vs = pipelines
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
    pipelines: Workbench, editor: CodeServer
) -> None:
    vs = pipelines
    folder = editor.folder / ".antiphon" / "pipelines"
    folder.mkdir(parents=True, exist_ok=True)
    text = REVIEW.format(name="theirs")
    (folder / "theirs.antiphon.yaml").write_text(text)
    try:
        tree_row(vs, "of this workspace · not approved yet").wait_for()
        vs.begin("antiphon.runPipeline")
        vs.quick_row("theirs").click()
        lens(vs, "Run “theirs” of this workspace as it is shown").wait_for()
        expect(lambda: vs.eval(ACTIVE), text)
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


def test_files_that_the_editor_does_not_report_are_listed_as_they_come_and_go(
    pipelines: Workbench, editor: CodeServer
) -> None:
    vs = pipelines
    folder = editor.folder / ".antiphon" / "pipelines"
    folder.mkdir(parents=True, exist_ok=True)
    vs.eval(EXCLUDE, {"**/.antiphon/**": True})
    try:
        for name in ("early", "late"):
            (folder / f"{name}.antiphon.yaml").write_text(REVIEW.format(name=name))
            tree_row(vs, name).wait_for()
    finally:
        for file in folder.iterdir():
            file.unlink()
        tree_row(vs, "late").wait_for(state="detached")
        vs.eval(EXCLUDE, None)


def test_a_pipeline_of_the_folder_is_renamed_and_copied_once_its_text_was_agreed_to(
    pipelines: Workbench, editor: CodeServer
) -> None:
    vs = pipelines
    folder = editor.folder / ".antiphon" / "pipelines"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "foreign.antiphon.yaml"
    text = REVIEW.format(name="foreign")
    file.write_text(text)
    try:
        tree_row(vs, "not approved yet").wait_for()
        menu(vs, "foreign", "Duplicate Pipeline…")
        lens(vs, "Duplicate “foreign” of this workspace as it is shown").wait_for()
        expect(lambda: vs.eval(ACTIVE), text)
        lens(vs, "Do nothing").click()
        menu(vs, "foreign", "Rename Pipeline…")
        lens(vs, "Rename “foreign” of this workspace as it is shown").click()
        expect(vs.quick_title, "Name of the pipeline")
        vs.type_into_quick_input("mine")
        vs.page.keyboard.press("Enter")
        expect(lambda: [(each["name"], each["approved"]) for each in listed(vs)], [("mine", True)])
        assert file.read_text() == REVIEW.format(name="mine")
        file.write_text(text + "# later\n")
        tree_row(vs, "not approved yet").wait_for()
        menu(vs, "foreign", "Duplicate Pipeline…")
        lens(vs, "Duplicate “foreign” of this workspace as it is shown").click()
        vs.quick_row("My pipelines").click()
        expect(lambda: sorted(each["name"] for each in listed(vs)), ["foreign", "foreign (copy)"])
    finally:
        file.unlink()
