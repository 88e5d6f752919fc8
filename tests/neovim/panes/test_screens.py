"""What a person sees, in a real terminal; the screens are kept to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Place
    from support.neovim.terminal import Terminal

    Launch = Callable[[int, int], Terminal]


@pytest.mark.each_neovim
def test_two_answers_stand_side_by_side_on_a_small_terminal(terminal: Launch) -> None:
    screen = terminal(80, 24)
    screen.run("Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- What is an antiphon?")
    text = screen.expect(lambda s: "✓ terse" in s and "✓ echo" in s)
    screen.keep("two-answers-80x24")
    lines = text.splitlines()
    assert all(len(line) <= 80 for line in lines)
    heading = next(line for line in lines if line.startswith("## You"))
    assert heading.index("## You", 1) == 41


def test_eight_answers_share_a_small_terminal_and_a_second_tab(terminal: Launch) -> None:
    screen = terminal(80, 24)
    models = " ".join(["demo/terse", "demo/poet"] * 4)
    screen.run(f"Antiphon ask {models} tokensPerSecond=0 -- Why?")
    names = ("terse", "poet", "terse#2", "poet#2")
    screen.expect(lambda s: all(f"✓ {name} · " in s for name in names))
    screen.keep("eight-answers-80x24")


def test_eight_answers_on_a_large_terminal(terminal: Launch) -> None:
    screen = terminal(160, 48)
    names = ["terse", "chatty", "poet", "coder", "unicode", "echo", "refuses", "cut"]
    models = " ".join(f"demo/{name}" for name in names)
    screen.run(f"Antiphon ask {models} tokensPerSecond=0 -- What is an antiphon?")
    screen.expect(lambda s: s.count("· complete") == 6 and "◐ cut" in s)
    screen.keep("eight-answers-160x48")


def test_panes_show_how_they_stream(gated: FaultServer, terminal: Launch) -> None:
    screen = terminal(120, 36)
    screen.run("Antiphon ask gate/gate-30-60 gate/stall-headers demo/refuses -- Count, please.")
    gated.wait_held(1)
    screen.expect(lambda s: "t29" in s and "waiting" in s and "authentication" in s)
    screen.keep("streaming-120x36")


@pytest.mark.each_neovim
def test_models_are_chosen_in_a_small_window(terminal: Launch) -> None:
    screen = terminal(100, 30)
    screen.run("Antiphon models")
    screen.expect(lambda s: "demo/terse" in s and "0 chosen" in s)
    screen.type("Space", "j", "Space")
    screen.expect(lambda s: "2 chosen" in s)
    screen.keep("models-100x30")
    screen.type("Enter")
    screen.expect(lambda s: "from now on" in s)


def test_a_prompt_is_written_with_its_estimate_in_sight(place: Place, terminal: Launch) -> None:
    notes = place.folder / "notes.txt"
    notes.write_text("A note to ask about.\n", encoding="utf-8")
    screen = terminal(100, 30)
    screen.run(f"edit {notes}")
    screen.expect(lambda s: "A note to ask about." in s)
    screen.run("%Antiphon compose demo/terse demo/coder --")
    screen.expect(lambda s: "To demo/terse, demo/coder" in s)
    screen.type("i", "Explain this, please.")
    screen.expect(lambda s: "tokens · $0.00" in s and "INSERT" in s)
    screen.keep("composer-100x30")
    screen.type("Escape")
    screen.expect(lambda s: "INSERT" not in s)
    screen.run("w")
    screen.expect(lambda s: "● terse" in s or "✓ terse" in s)


def test_the_keys_are_listed_on_request(terminal: Launch) -> None:
    screen = terminal(80, 24)
    screen.run("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    screen.expect(lambda s: "✓ terse" in s)
    screen.type("g", "?")
    screen.expect(lambda s: "reply in all panes" in s)
    screen.keep("keys-80x24")
