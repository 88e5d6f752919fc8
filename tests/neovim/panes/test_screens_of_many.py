"""What is done with many answers, as a person sees it; the screens are kept to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.terminal import Terminal

    Launch = Callable[[int, int], Terminal]

ASK = "Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- What is an antiphon?"


def asked(launch: Launch, columns: int, lines: int, ask: str = ASK) -> Terminal:
    screen = launch(columns, lines)
    screen.run(ask)
    screen.expect(lambda s: "✓ terse" in s and "✓ echo" in s)
    return screen


@pytest.mark.each_neovim
def test_a_comparison_on_a_small_terminal(terminal: Launch) -> None:
    screen = asked(terminal, 80, 24)
    screen.type("D")
    screen.expect(lambda s: s.count("% alike") == 2)
    screen.keep("comparison-80x24")
    screen.type("q")
    screen.expect(lambda s: "## You" in s)


def test_a_comparison_of_eight(terminal: Launch) -> None:
    models = "terse echo poet coder unicode chatty terse echo"
    ask = " ".join(f"demo/{name}" for name in models.split())
    ask = f"Antiphon ask {ask} tokensPerSecond=0 -- Hello."
    screen = asked(terminal, 160, 48, ask)
    screen.run("Antiphon compare all")
    screen.expect(lambda s: s.count("% like terse") == 7)
    screen.keep("comparison-of-eight-160x48")


def test_what_answers_say_alike(terminal: Launch) -> None:
    ask = "Antiphon ask demo/echo demo/echo demo/terse tokensPerSecond=0 -- Use an index."
    screen = asked(terminal, 120, 36, ask)
    screen.run("Antiphon consensus")
    screen.expect(lambda s: "What they say" in s and "# What 3 answers say" in s)
    screen.keep("consensus-120x36")


def test_whom_to_send_to(terminal: Launch) -> None:
    screen = asked(terminal, 100, 30)
    screen.type("S")
    screen.expect(lambda s: "Send to: 0 chosen" in s and "new pane" in s)
    screen.keep("send-100x30")


def test_a_summary_below_its_sources(terminal: Launch) -> None:
    screen = asked(terminal, 100, 30)
    screen.run("Antiphon summarize bullets all model=demo/echo")
    screen.expect(lambda s: "✓ summary" in s and "2 of 2" in s)
    screen.keep("summary-100x30")


def test_the_meter(terminal: Launch) -> None:
    screen = asked(terminal, 120, 30)
    screen.run("Antiphon meter")
    screen.expect(lambda s: "together" in s and "demo/terse" in s)
    screen.keep("meter-120x30")
    screen.type("q")
    screen.run("Antiphon keys")
    screen.expect(lambda s: "key from" in s)
    screen.keep("keys-of-providers-120x30")


def test_hits_in_the_quickfix_window(terminal: Launch) -> None:
    screen = asked(terminal, 100, 30)
    screen.run("Antiphon! search antiphon")
    screen.expect(lambda s: "just now |" in s)
    screen.keep("search-100x30")


def test_code_beside_its_file(terminal: Launch) -> None:
    screen = terminal(100, 30)
    screen.run("cd $HOME")
    screen.run("call writefile(['def add(a, b):', '    return a - b'], 'adding.py')")
    screen.run("edit adding.py")
    screen.expect(lambda s: "return a - b" in s)
    screen.run("%Antiphon ask demo/coder tokensPerSecond=0 -- Is it right?")
    screen.expect(lambda s: "✓ coder" in s)
    screen.type("G")
    screen.run("call search('^```', 'bw') | call search('^```', 'bw')")
    screen.type("j")
    screen.run("Antiphon apply")
    screen.expect(lambda s: "<CR> accept" in s)
    screen.keep("apply-100x30")
