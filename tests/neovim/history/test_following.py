"""A session that another client uses is live: two Neovims show the same text, whoever asks."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from support.neovim.editor import SERVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place
    from support.neovim.terminal import Terminal

SHARED = {"cmd": [*SERVER, "--idle-seconds=3"], "server": {"shared": True}}
with_one_server = pytest.mark.parametrize("options", [SHARED], ids=["one server"])
with_two_servers = pytest.mark.parametrize("options", [{}], ids=["two servers"])
with_any_server = pytest.mark.parametrize(
    "options", [SHARED, {}], ids=["one server", "two servers"]
)


@pytest.fixture
def editors(
    options: dict[str, Any], place: Place, gated: FaultServer, start: Callable[..., Editor]
) -> tuple[Editor, Editor]:
    """Two Neovims on one history. The first has asked, and its answer is held in the middle."""
    place.options = options
    first = start()
    first.do("Antiphon ask gate/gate-3-6 -- Count.")
    gated.wait_held()
    first.expect(lambda: first.panes()[0]["text"].endswith("t2 "), True)
    return first, start()


def text(editor: Editor, index: int = 0) -> str:
    return editor.panes()[index]["text"]


def settle(*editors: Editor) -> list[dict[str, Any]]:
    """Waits until nothing answers anywhere and all show what is stored, and returns the panes."""
    for each in editors:
        each.expect(each.panes, lambda panes: all(pane["state"] == "complete" for pane in panes))
    stored = [editors[0].document(pane["uri"]) for pane in editors[0].panes()]
    for each in editors:
        each.expect(lambda shows=each: [pane["text"] for pane in shows.panes()], stored)
    return editors[0].panes()


def open_in(second: Editor, first: Editor) -> None:
    """Opens the session of `first`, and waits until its running answer is followed."""
    second.do(f"Antiphon open {first.panes()[0]['session']}")
    second.expect(second.states, ["streaming"])
    is_followed = "return require('antiphon.panes').reducer:is_answering(...)"
    second.expect(lambda: second.lua(is_followed, first.panes()[0]["id"]), True)


@with_any_server
def test_an_answer_that_another_neovim_asked_for_streams_here(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    second.expect(lambda: text(second), text(first))
    gated.release()
    assert settle(first, second)[0]["text"].endswith("t3 t4 t5 \n")
    assert len(second.events("AntiphonPaneDone")) == 1
    assert len(first.events("AntiphonPaneDone")) == 1


@with_any_server
def test_a_follow_up_from_either_side_streams_on_the_other(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    gated.release()
    settle(first, second)
    for number, (asks, shows) in enumerate([(second, first), (first, second)], 1):
        asks.do(f"Antiphon reply -- More {number}.")
        gated.wait_held()
        wanted = f"More {number}.\n\n## gate-3-6\n\nt0 t1 t2 "
        shows.expect(lambda each=shows, end=wanted: text(each).endswith(end), True)
        gated.release()
        settle(first, second)


@with_one_server
def test_what_is_sent_to_a_new_model_opens_its_pane_on_the_other_side(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    gated.release()
    settle(first, second)
    second.do("Antiphon send gate/ok -- Is it right?")
    first.expect(lambda: len(first.panes()), 2)
    new = settle(first, second)[1]
    assert (new["title"], new["window"] != -1) == ("ok", True)


@with_one_server
def test_an_answer_asked_for_again_replaces_the_last_on_the_other_side(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    gated.release()
    settle(first, second)
    second.do("Antiphon regenerate gate/ok")
    first.expect(lambda: "Hello" in text(first), True)
    assert "t5" not in settle(first, second)[0]["text"]


@with_two_servers
def test_a_session_that_is_shown_again_has_what_came_meanwhile(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    second.do("enew")
    gated.release()
    first.expect_states("complete")
    first.do("Antiphon reply -- More.")
    gated.wait_held()
    second.do(f"buffer {second.panes()[0]['buffer']}")
    second.expect(lambda: text(second).endswith("More.\n\n## gate-3-6\n\nt0 t1 t2 "), True)
    gated.release()
    settle(first, second)


@with_one_server
def test_a_new_title_is_reported_on_the_other_side(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    gated.release()
    settle(first, second)
    before = len(first.events("AntiphonChange"))
    second.do("Antiphon sessions rename Numbers")
    first.expect(lambda: len(first.events("AntiphonChange")) > before, True)


@with_one_server
def test_what_a_person_sees_while_another_neovim_asks(
    editors: tuple[Editor, Editor], gated: FaultServer, terminal: Callable[[int, int], Terminal]
) -> None:
    first, second = editors
    screen = terminal(100, 24)
    screen.run(f"Antiphon open {first.panes()[0]['session']}")
    screen.expect(lambda s: "● gate-3-6" in s and "t0 t1 t2" in s)
    screen.keep("followed-100x24")
    open_in(second, first)
    gated.release()
    screen.expect(lambda s: "✓ gate-3-6" in s and "t4 t5" in s)
    settle(first, second)
    second.do("Antiphon send gate/gate-2-4 -- Is it right?")
    gated.wait_held()
    screen.expect(lambda s: "● gate-2-4" in s and "✓ gate-3-6" in s and "t0 t1 " in s)
    screen.keep("followed-new-pane-100x24")
    gated.release()
    screen.expect(lambda s: "✓ gate-2-4" in s)


@with_two_servers
def test_the_server_that_follows_is_killed_and_nothing_is_lost(
    editors: tuple[Editor, Editor], gated: FaultServer
) -> None:
    first, second = editors
    open_in(second, first)
    os.kill(second.server_pid(), signal.SIGKILL)
    second.expect(lambda: len(second.events("AntiphonRestart")), 1)
    second.expect(lambda: text(second).endswith("t2 "), True)
    second.expect_states("streaming")
    gated.release()
    settle(first, second)
