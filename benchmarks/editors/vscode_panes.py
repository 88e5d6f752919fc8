"""Live panes in VS Code, ours and naive ones: the same text, pace and places."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from benchmarks.editors import vscode_window

if TYPE_CHECKING:
    from collections.abc import Mapping

PACE: Final = 50
"""Tokens a second, each pane."""
_ENDLESS: Final = 100_000
_SAMPLE: Final = 2_000
_BEGUN: Final = 300
_DROP_JS: Final = """
// Closing a document that has unsaved letters would ask what to do with them.
for (const document of vscode.workspace.textDocuments.filter((each) => each.isUntitled)) {
  await vscode.window.showTextDocument(document, { viewColumn: 1 });
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
}
"""
_NOTE_JS: Final = """
const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: "" });
await vscode.window.showTextDocument(document, { viewColumn: 1 });
"""
_SETTING_JS: Final = """
const layout = vscode.workspace.getConfiguration("antiphon.layout");
await layout.update("maxSplits", 16, vscode.ConfigurationTarget.Global);
"""
_STREAMING_JS: Final = """
const streaming = ({ uri }) => uri.scheme === "antiphon" || uri.scheme === "naive";
return vscode.window.visibleTextEditors
  .filter(({ document }) => streaming(document) && document.getText().length > args[0]).length;
"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What naive panes have to be like: where ours stand, and what they say."""

    layout: Any
    text: str


def prepare(shown: Any) -> None:
    """Lets the window show up to 16 panes at a time, which need all of its width."""
    shown.eval(_SETTING_JS)
    shown.execute("workbench.action.closeSidebar")


def likeness(shown: Any, count: int) -> Likeness:
    """The grid of `count` panes of ours beside a note, and the beginning of an answer."""
    note(shown)
    shown.execute("antiphon.broadcastPrompt", _asked(count, {"tokens": _SAMPLE}))
    time.sleep(1)  # until rows that were squeezed are even again
    return Likeness(shown.execute("vscode.getEditorLayout"), shown.panes()[0]["text"])


def note(shown: Any) -> None:
    """An empty note to type into, and nothing else."""
    shown.execute("floor.stop")
    shown.execute("antiphon.stopAll")
    shown.eval(_DROP_JS)
    shown.clear()
    shown.eval(_NOTE_JS)


def ours(shown: Any, count: int) -> None:
    """Returns when `count` panes of ours stream beside the note."""
    shown.begin(
        "antiphon.broadcastPrompt", _asked(count, {"tokens": _ENDLESS}, tokens_per_second=PACE)
    )
    _until_streaming(shown, count)


def naive(shown: Any, count: int, like: Likeness) -> None:
    """Returns when `count` naive documents stream beside the note."""
    wanted = {"layout": like.layout, "text": like.text, "count": count, "tokensPerSecond": PACE}
    shown.execute("floor.stream", wanted)
    if shown.execute("vscode.getEditorLayout") != like.layout:
        shown.execute("workbench.action.evenEditorWidths")  # as ours do with squeezed rows
    _until_streaming(shown, count)


def _asked(count: int, params: Mapping[str, int], *, tokens_per_second: int = 0) -> dict[str, Any]:
    return {
        "prompt": "Tell me all.",
        "models": ["demo/chatty"] * count,
        "params": {**params, "tokensPerSecond": tokens_per_second},
    }


def _until_streaming(shown: Any, count: int) -> None:
    ends = time.perf_counter() + vscode_window.PATIENCE_S
    while (streaming := shown.eval(_STREAMING_JS, _BEGUN)) < count:
        if time.perf_counter() > ends:
            raise TimeoutError(f"only {streaming} of {count} panes stream")
        time.sleep(0.2)
