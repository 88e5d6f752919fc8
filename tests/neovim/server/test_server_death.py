"""A server that dies is started again, and the panes show what the history has."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place


@pytest.mark.each_neovim
def test_panes_are_healed_after_the_server_was_killed_in_mid_stream(
    gated: FaultServer, editor: Editor
) -> None:
    editor.do("Antiphon ask gate/gate-3-5 demo/terse tokensPerSecond=0 -- Count.")
    gated.wait_held()
    editor.expect(editor.states, ["streaming", "complete"])
    editor.expect(lambda: editor.panes()[0]["text"].endswith("t2 "), True)
    before = editor.server_pid()
    os.kill(before, signal.SIGKILL)
    first, second = editor.expect_states("interrupted", "complete")
    assert first["text"].startswith("## You\n\nCount.\n\n## gate-3-5\n\nt0 t1 t2 ")
    assert "Regenerate to ask again" in first["text"]
    assert editor.server_pid() != before
    editor.expect(lambda: len(editor.events("AntiphonRestart")), 1)
    for pane in (first, second):
        assert editor.document(pane["uri"]) == editor.buffer_text(pane["uri"])


def test_a_healed_pane_can_go_on(gated: FaultServer, editor: Editor) -> None:
    editor.do("Antiphon ask gate/gate-3-5 -- Count.")
    gated.wait_held()
    editor.expect(lambda: editor.panes()[0]["text"].endswith("t2 "), True)
    os.kill(editor.server_pid(), signal.SIGKILL)
    editor.expect_states("interrupted")
    editor.do("Antiphon regenerate gate/ok")
    pane = editor.expect_states("complete")[0]
    assert pane["text"] == "## You\n\nCount.\n\n## ok\n\nHello wörld€😀\n"


def test_a_server_that_keeps_dying_is_left_alone(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.options = {"restart": {"limit": 1, "within_ms": 600_000}}
    editor = start()
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    editor.finished()
    for deaths in (1, 2):
        editor.expect(lambda: is_ready(editor), True)
        os.kill(editor.server_pid(), signal.SIGKILL)
        told = editor.expect(lambda: editor.lua("return _G.told"), lambda t, n=deaths: len(t) >= n)
    assert "keeps ending (signal 9)" in told[-1]
    editor.do("Antiphon restart")
    editor.expect_states("complete")


def is_ready(editor: Editor) -> Any:
    return editor.lua("""local client = require('antiphon.server.client').current()
      return client ~= nil and client.initialized == true
        and require('antiphon.panes').all()[1].state == 'complete'""")
