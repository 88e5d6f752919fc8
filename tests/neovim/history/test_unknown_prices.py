"""A price that nobody knows is never shown as zero, alone or beside known ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place

STATUS = "return require('antiphon').status()"


@pytest.fixture
def mixed(place: Place, fault_server: FaultServer, start: Callable[..., Editor]) -> Editor:
    """A Neovim with a provider of known prices and one of unknown ones."""
    row = {
        "type": "openai",
        "baseUrl": fault_server.base_url,
        "apiKey": "test-key",
        "maxConcurrency": 16,
    }
    prices = {"prices": {"ok": {"input": "1000", "output": "1000"}}}
    place.settings = {"providers": {"gate": row, "paid": {**row, **prices}}}
    place.options = {"confirm_above": 1e9}
    return start()


def test_answers_without_a_price_are_never_worth_nothing(
    mixed: Editor, fault_server: FaultServer
) -> None:
    mixed.do("Antiphon ask gate/ok gate/gate-3-6 -- Count.")
    before = mixed.lua(STATUS)
    fault_server.wait_held(1)
    during = mixed.expect(lambda: mixed.lua(STATUS), lambda text: text.startswith("1/2 · "))
    assert "unpriced" in during
    assert "$" not in before + during
    fault_server.release()
    mixed.finished()
    bar = mixed.lua("return vim.api.nvim_eval_statusline(vim.wo.winbar, {}).str")
    assert "unpriced" in bar


def test_a_sum_says_how_much_of_it_has_no_price(mixed: Editor, fault_server: FaultServer) -> None:
    mixed.do("Antiphon ask paid/ok gate/ok gate/gate-3-6 -- Count.")
    fault_server.wait_held(1)
    text = mixed.expect(lambda: mixed.lua(STATUS), lambda text: "2/3" in text)
    assert "+ 2 unpriced" in text  # one of them still answers
    assert "$0.00 " not in text
    fault_server.release()
    mixed.finished()
