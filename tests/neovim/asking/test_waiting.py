"""A pane whose request waits says for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place


@pytest.mark.each_neovim
def test_a_pane_that_waits_for_another_at_its_host_says_so(
    place: Place, gated: FaultServer, start: Callable[..., Editor]
) -> None:
    place.settings["providers"]["gate"]["maxConcurrency"] = 1
    editor = start()
    editor.do("Antiphon ask gate/gate-1-3 gate/gate-2-4 -- One by one.")
    gated.wait_held(1)
    notes = [None, "waits for 1 answer"]
    editor.expect(lambda: sorted([p.get("note") for p in editor.panes()], key=str), notes)
    gated.release()
    gated.wait_held(1)
    editor.expect(lambda: [p.get("note") for p in editor.panes()], [None, None])
    gated.release()
    assert [pane["state"] for pane in editor.finished()] == ["complete", "complete"]
