"""Nothing that Antiphon says waits for Enter, and nothing of it is cut for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Place
    from support.neovim.terminal import Terminal

    Launch = Callable[[int, int], Terminal]

UNKNOWN = "nosuch-provider-with-a-rather-long-name-that-nobody-has-ever-heard-of/model"
WAITS = ("Press ENTER", "-- More --")


def waits_for_nothing(screen: str) -> bool:
    return not any(words in screen for words in WAITS)


@pytest.mark.each_neovim
def test_a_long_message_is_shown_in_a_corner_and_stops_nothing(terminal: Launch) -> None:
    screen = terminal(80, 24)
    screen.run(f"Antiphon ask {UNKNOWN} -- Why?")
    text = screen.expect(lambda s: "╭" in s and "ever-heard-of" in s.replace("\n", ""))
    assert waits_for_nothing(text)
    screen.keep("long-message-80x24")
    screen.run("Antiphon panes")
    screen.expect(lambda s: "no pane is open" in s)
    screen.run("Antiphon messages")
    text = screen.expect(lambda s: "Messages" in s and "no pane is open" in s)
    assert "ever-heard-of" in text.replace("\n", "")
    screen.type("q")
    screen.expect(lambda s: "Messages" not in s and waits_for_nothing(s))


@pytest.mark.each_neovim
def test_wrong_settings_and_budgets_are_said_without_waiting(
    place: Place, terminal: Launch
) -> None:
    row = {"scope": "day", "limit": "0.000001", "warnAt": "0.1", "action": "warn"}
    place.settings = {"budgets": [row], "nosuch": {"setting": 1}, "retry": {"maxAttempts": "many"}}
    place.options = {"layout": {"mode": "spiral"}}
    screen = terminal(80, 24)
    screen.run("Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- Why?")
    text = screen.expect(lambda s: "✓ terse" in s and "✓ poet" in s)
    assert waits_for_nothing(text)
    screen.run("Antiphon regenerate nowhere/model")
    text = screen.expect(lambda s: "No provider is configured" in s)
    assert "Did you mean" not in text
    screen.run("Antiphon layout sideways")
    text = screen.expect(lambda s: "a layout is one of" in s)
    assert waits_for_nothing(text)


@pytest.mark.each_neovim
def test_the_keys_are_in_a_window_that_q_closes_alone(terminal: Launch) -> None:
    screen = terminal(80, 24)
    screen.run("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    screen.expect(lambda s: "✓ terse" in s)
    screen.type("g", "?")
    text = screen.expect(lambda s: "reply in all panes" in s and "Keys" in s)
    assert waits_for_nothing(text)
    screen.type("q")
    screen.expect(lambda s: "reply in all panes" not in s and "✓ terse" in s)


@pytest.mark.each_neovim
def test_a_choice_is_made_in_a_window_and_pages_nothing(terminal: Launch) -> None:
    screen = terminal(80, 24)
    screen.run("Antiphon")
    text = screen.expect(lambda s: "ask models" in s and "<CR> choose" in s)
    assert waits_for_nothing(text)
    screen.type("/", "s", "u", "m", "m", "a", "r", "Enter")
    screen.type("Enter")
    text = screen.expect(lambda s: "there is no pane here" in s)
    assert waits_for_nothing(text)
    screen.run("Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- Why?")
    screen.expect(lambda s: "✓ terse" in s and "✓ echo" in s)
    screen.run("Antiphon summarize all")
    screen.expect(lambda s: "What kind of summary" in s)
    screen.type("3")
    text = screen.expect(lambda s: "summary" in s and "used 2 of 2" in s)
    assert waits_for_nothing(text)
    screen.run("Antiphon sessions")
    screen.expect(lambda s: "Why?  (" in s)
    screen.type("q")
    screen.expect(lambda s: "Why?  (" not in s and waits_for_nothing(s))
