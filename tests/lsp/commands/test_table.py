"""One table says which command takes what; whatever else names commands agrees with it."""

from __future__ import annotations

from antiphon.lsp import capabilities
from antiphon.lsp.commands.table import COMMANDS


def test_the_commands_that_are_advertised_are_those_of_the_table():
    assert list(capabilities.COMMANDS) == list(COMMANDS)


def test_every_command_has_our_name_and_two_documented_shapes():
    for name, kind in COMMANDS.items():
        assert name.startswith("antiphon.")
        assert kind.params.__doc__
        assert kind.result.__doc__


def test_a_command_that_streams_answers_though_it_is_stopped():
    cooperative = {name for name, kind in COMMANDS.items() if kind.cooperative}
    assert cooperative == {
        "antiphon.broadcast",
        "antiphon.regenerate",
        "antiphon.sendTo",
        "antiphon.summarize",
        "antiphon.merge",
        "antiphon.prompt.run",
        "antiphon.pipeline.run",
        "antiphon.session.follow",
    }
