"""Control sequences in an answer are letters on Neovim's screen, and nothing to its terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.terminal.control_sequences import SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Place
    from support.neovim.terminal import Terminal

STATE = (
    "#{pane_title} #{alternate_on} #{insert_flag} #{wrap_flag} #{origin_flag} #{keypad_flag} "
    "#{mouse_any_flag} #{mouse_all_flag} #{cursor_flag} #{pane_width} #{pane_path}"
)
LINES_OF_A_PAGE = 40


def as_shown(text: str) -> str:
    """How Neovim spells controls."""
    return "".join(
        f"^{chr(ord(each) ^ 64)}"
        if ord(each) < 32 or ord(each) == 127
        else f"<{ord(each):02x}>"
        if 128 <= ord(each) < 160
        else each
        for each in text
    )


@pytest.mark.each_neovim
def test_every_sequence_of_an_answer_is_shown_as_letters(
    place: Place, terminal: Callable[..., Terminal]
) -> None:
    shown = [each for each in SEQUENCES if not set(each) & {"\r", "\x85", "\0"}]
    prompt = place.folder / "prompt.json"
    prompt.write_text(json.dumps("\n".join(f"seen{each}end" for each in shown)))
    screen = terminal(100, 50)
    screen.tmux("set", "-g", "set-clipboard", "on")
    screen.run("Antiphon ask demo/terse tokensPerSecond=0 -- Before.")
    screen.expect(lambda s: "✓ terse" in s)
    before = screen.tmux("display-message", "-p", "-t", "t", STATE)
    read = f"vim.json.decode(table.concat(vim.fn.readfile('{prompt}')))"
    ask = "require('antiphon').ask({ models = { 'demo/echo' }, params = { tokensPerSecond = 0 }, "
    screen.run(f"lua {ask} prompt = {read} }})")
    screen.expect(lambda s: "✓ echo" in s)
    screen.run("only | set nowrap")
    for first in range(0, len(shown), LINES_OF_A_PAGE):
        # By its number: a page that is turned while the last is still drawn would be left out.
        screen.run(f"1 | call search('^## echo') | normal! {first + 2}jzt")
        page = [f"seen{as_shown(each)}end" for each in shown[first : first + LINES_OF_A_PAGE]]
        screen.expect(lambda s, page=page: all(each in s for each in page))
    assert screen.tmux("display-message", "-p", "-t", "t", STATE) == before
    assert screen.tmux("list-buffers") == ""
