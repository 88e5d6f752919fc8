"""Pipelines: the state of their steps is live, their answers stream into panes, and they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor

TEXT = """\
antiphon: pipeline/v1
name: review
inputs:
  topic: {description: what it is about}
steps:
  - id: ask
    type: broadcast
    models: [demo/terse, demo/poet]
    prompt: "What is {{topic}}?"
    params: {tokensPerSecond: 0}
  - {id: crit, type: send, from: ask.1, to: ask.2, mode: ask, prompt: Is it right?}
  - {id: sum, type: summarize, of: [ask], model: demo/terse, format: bullets}
  - {id: diff, type: compare, left: ask.1, right: ask.2}
"""

STEPS = """for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  if vim.bo[buffer].filetype == 'antiphon-steps' then
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  end
end"""

SELECT = """_G.choices, _G.index, _G.shown = {}, ..., {}
vim.ui.select = function(items, options, done)
  table.insert(_G.choices, options.prompt)
  table.insert(_G.shown, table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') .. '\\n')
  done(items[_G.index], _G.index)
end"""


@pytest.fixture
def pipeline(editor: Editor, tmp_path: Path) -> Editor:
    """An editor in a folder with a pipeline, which is in the window."""
    (tmp_path / "review.antiphon.yaml").write_text(TEXT, encoding="utf-8")
    editor.do(f"cd {tmp_path}")
    editor.do("edit review.antiphon.yaml")
    return editor


def told(editor: Editor) -> list[str]:
    return editor.lua("return _G.told")


def step_lines(editor: Editor) -> list[str]:
    return editor.lua(STEPS)


@pytest.mark.each_neovim
def test_a_pipeline_is_served_while_it_is_written(pipeline: Editor) -> None:
    assert pipeline.lua("return vim.bo.filetype") == "antiphon-pipeline"
    pipeline.do("%s/left: ask.1/left: asc.1/")
    found = "return vim.tbl_map(function(each) return each.message end, vim.diagnostic.get(0))"
    pipeline.expect(lambda: pipeline.lua(found), lambda all_: any("asc" in each for each in all_))


@pytest.mark.each_neovim
def test_the_answers_of_a_run_get_panes_and_its_steps_are_listed(pipeline: Editor) -> None:
    pipeline.do("Antiphon run topic=fugues")
    panes = pipeline.finished()
    assert [pane["title"] for pane in panes] == ["terse", "poet", "summary"]
    assert [pane["state"] for pane in panes] == ["complete"] * 3
    assert panes[0]["text"].startswith("## You\n\nWhat is fugues?\n\n## terse\n\n")
    assert all(pane["text"] == pipeline.document(pane["uri"]) for pane in panes)
    assert all(pane["window"] != -1 for pane in panes)
    lines = step_lines(pipeline)
    assert [line.split()[:4] for line in lines] == [
        ["✓", "ask", "broadcast", "complete"],
        ["✓", "crit", "send", "complete"],
        ["✓", "sum", "summarize", "complete"],
        ["✓", "diff", "compare", "complete"],
    ]
    assert "2 answers" in lines[0]
    assert "alike" in lines[3]


def test_a_run_asks_for_its_inputs_and_takes_other_models(pipeline: Editor) -> None:
    pipeline.lua("vim.ui.input = function(options, done) done('canons') end")
    pipeline.do("Antiphon pipeline run -- ask.2=demo/echo sum=demo/echo")
    panes = pipeline.finished()
    assert [pane["model"] for pane in panes] == ["demo/terse", "demo/echo", "demo/echo"]
    assert "What is canons?" in panes[0]["text"]


def test_a_stopped_run_goes_on_where_it_was(pipeline: Editor) -> None:
    pipeline.do("%s/tokensPerSecond: 0/tokensPerSecond: 5/")
    pipeline.do("Antiphon run topic=fugues")
    pipeline.expect(pipeline.states, lambda states: "streaming" in states)
    pipeline.do("Antiphon pipeline stop")
    pipeline.expect(lambda: len(pipeline.events("AntiphonDone")), 1)
    assert step_lines(pipeline)[0].split()[3] == "cancelled"
    pipeline.do("Antiphon pipeline resume")
    pipeline.expect(pipeline.states, lambda states: "streaming" in states)
    pipeline.do("Antiphon stop all")
    pipeline.expect(lambda: len(pipeline.events("AntiphonDone")), 2)


def test_a_pipeline_is_kept_renamed_copied_shown_and_deleted(pipeline: Editor) -> None:
    pipeline.lua(SELECT, 1)
    path = pipeline.lua("return vim.api.nvim_buf_get_name(0)")
    pipeline.do(f"Antiphon pipeline import {path}")
    pipeline.expect(lambda: told(pipeline), ["Antiphon: imported: review"])
    assert pipeline.lua("return _G.choices") == ["Save this pipeline?"]
    assert pipeline.lua("return _G.shown") == [TEXT]
    pipeline.do("Antiphon pipeline rename review careful review")
    pipeline.expect(lambda: told(pipeline)[-1], "Antiphon: the pipeline is called careful review")
    pipeline.do("Antiphon pipeline duplicate careful review second")
    pipeline.expect(lambda: told(pipeline)[-1], "Antiphon: the copy is called second")
    names = pipeline.lua("return vim.fn.getcompletion('Antiphon pipeline run ', 'cmdline')")
    assert sorted(names) == ["careful review", "second"]
    pipeline.do("Antiphon pipeline show second")
    is_shown = "return vim.api.nvim_buf_get_name(0)"
    pipeline.expect(lambda: pipeline.lua(is_shown), "antiphon://pipeline/1")
    pipeline.do("%s/Is it right/Is it wrong/")
    pipeline.do("write")
    pipeline.expect(lambda: told(pipeline)[-1], "Antiphon: the pipeline second is saved")
    pipeline.lua("_G.index = 2")
    pipeline.do("Antiphon pipeline delete careful review")
    pipeline.expect(lambda: told(pipeline)[-1], 'Antiphon: "careful review" is deleted')
    pipeline.do("Antiphon pipeline export second out.antiphon.yaml")
    pipeline.expect(lambda: told(pipeline)[-1], "Antiphon: written to out.antiphon.yaml")
    written = (pipeline.place.folder / "out.antiphon.yaml").read_text(encoding="utf-8")
    assert written == TEXT.replace("name: review", "name: second").replace("right?", "wrong?")


def test_what_is_not_agreed_to_is_neither_saved_nor_run(pipeline: Editor, tmp_path: Path) -> None:
    folder = tmp_path / ".antiphon" / "pipelines"
    folder.mkdir(parents=True)
    (folder / "theirs.antiphon.yaml").write_text(
        TEXT.replace("name: review", "name: theirs"), encoding="utf-8"
    )
    pipeline.lua(SELECT, 2)
    pipeline.do("Antiphon pipeline import review.antiphon.yaml")
    pipeline.expect(lambda: pipeline.lua("return #_G.choices"), 1)
    pipeline.do("Antiphon pipeline run theirs topic=fugues")
    pipeline.expect(lambda: pipeline.lua("return #_G.choices"), 2)
    assert "name: theirs" in pipeline.lua("return _G.shown[2]")
    assert pipeline.events("AntiphonStart") == []
    names = pipeline.lua("return vim.fn.getcompletion('Antiphon pipeline run ', 'cmdline')")
    assert names == ["theirs"]
    pipeline.lua("_G.index = 1")
    pipeline.do("Antiphon pipeline run theirs topic=fugues")
    assert len(pipeline.finished()) == 3


def test_a_text_with_an_error_names_its_line_and_nothing_is_sent(pipeline: Editor) -> None:
    pipeline.do("%s/left: ask.1/left: asc.1/")
    pipeline.do("Antiphon run topic=fugues")
    pipeline.expect(lambda: told(pipeline), lambda all_: len(all_) == 1)
    assert told(pipeline)[0].startswith("Antiphon: line 13: There is no step")
    assert pipeline.events("AntiphonStart") == []


def test_a_pipeline_of_the_folder_is_renamed_and_copied_once_its_text_was_agreed_to(
    pipeline: Editor, tmp_path: Path
) -> None:
    folder = tmp_path / ".antiphon" / "pipelines"
    folder.mkdir(parents=True)
    theirs = TEXT.replace("name: review", "name: theirs")
    (folder / "theirs.antiphon.yaml").write_text(theirs, encoding="utf-8")
    pipeline.lua(SELECT, 2)
    pipeline.do("Antiphon pipeline rename theirs ours")
    pipeline.expect(lambda: pipeline.lua("return _G.shown"), [theirs])
    pipeline.do("Antiphon pipeline duplicate theirs mine")
    pipeline.expect(lambda: pipeline.lua("return #_G.choices"), 2)
    names = "return vim.fn.getcompletion('Antiphon pipeline run ', 'cmdline')"
    assert pipeline.lua(names) == ["theirs"]
    pipeline.lua("_G.index = 1")
    pipeline.do("Antiphon pipeline duplicate theirs mine")
    pipeline.expect(lambda: told(pipeline), ["Antiphon: the copy is called mine"])
    pipeline.do("Antiphon pipeline rename theirs ours")
    pipeline.expect(lambda: told(pipeline)[-1], "Antiphon: the pipeline is called ours")
    assert sorted(pipeline.lua(names)) == ["mine", "ours"]


def test_a_recorded_run_is_replayed_without_its_models(
    gated: FaultServer, start: Callable[..., Editor], tmp_path: Path
) -> None:
    pipeline = start()
    text = """\
antiphon: pipeline/v1
name: review
inputs: {topic: {}}
steps:
  - {id: ask, type: broadcast, models: [gate/ok, gate/flood-3], prompt: "What is {{topic}}?"}
"""
    (tmp_path / "review.antiphon.yaml").write_text(text, encoding="utf-8")
    pipeline.do(f"cd {tmp_path}")
    pipeline.do("edit review.antiphon.yaml")
    pipeline.do("Antiphon pipeline run topic=fugues record=kept")
    first = pipeline.finished()
    assert [pane["state"] for pane in first] == ["complete"] * 2
    assert len(gated.requests()) == 2
    pipeline.do("tab drop review.antiphon.yaml")
    pipeline.do("Antiphon pipeline run topic=fugues replay=kept")
    again = pipeline.finished(2)[2:]
    assert [pane["text"] for pane in again] == [pane["text"] for pane in first]
    pipeline.do("tab drop review.antiphon.yaml")
    pipeline.do("Antiphon pipeline run topic=canons replay=kept")
    assert {pane["state"] for pane in pipeline.finished(3)[4:]} == {"failed"}
    assert len(gated.requests()) == 2


def test_names_inputs_folders_and_steps_are_completed(pipeline: Editor) -> None:
    pipeline.lua(SELECT, 1)
    pipeline.do("%s/{description: what it is about}/{enum: [fugues, canons]}/")
    pipeline.do("write")
    pipeline.do("Antiphon pipeline import review.antiphon.yaml")
    pipeline.expect(lambda: told(pipeline), ["Antiphon: imported: review"])
    pipeline.do("Antiphon pipeline rename review careful review")
    pipeline.expect(lambda: told(pipeline)[-1], "Antiphon: the pipeline is called careful review")

    def complete(typed: str) -> list[str]:
        return pipeline.lua("return vim.fn.getcompletion(..., 'cmdline')", typed)

    assert complete("Antiphon pipeline show careful re") == ["review"]
    run = "Antiphon pipeline run careful review "
    assert complete(run) == ["topic=fugues", "topic=canons", "record=", "replay=", "--"]
    assert complete(run + "topic=c") == ["topic=canons"]
    assert complete(run + "-- cr") == ["crit="]
    assert "sum=demo/echo" in complete(run + "-- sum=demo/e")
