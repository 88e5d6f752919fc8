"""What is logged of the settings: once, then what changes, and all again at a lower level."""

from __future__ import annotations

import logging

import pytest

from antiphon.settings.sources.origins_log import OriginsLog

NAME = "antiphon.settings.sources.origins_log"
TWO = "[timeouts]\nidleMs = 1000\n[retry]\nmaxAttempts = 2\n"


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture):
    """Returns the lines since the last look, at a level, without the file's name."""
    origins = OriginsLog()

    def look(loaded, level: int) -> list[str]:
        caplog.clear()
        caplog.set_level(level, NAME)
        origins.log(loaded)
        return [each.getMessage().partition(" (")[0] for each in caplog.records]

    return look


def test_at_debug_each_setting_has_its_source_and_a_plain_value(load, logged):
    found = logged(load(TWO, {"ANTIPHON_TIMEOUTS__IDLE_MS": "7"}), logging.DEBUG)
    assert found[0] == "settings: 1 from environment, 1 from file, 0 problems"
    assert found[1].startswith("setting timeouts.idleMs = 7: from environment")
    assert found[2] == "setting retry.maxAttempts = 2: from file"
    assert len(found) == 3


def test_at_info_there_is_one_line_and_above_it_none(load, logged):
    assert logged(load(TWO), logging.INFO) == ["settings: 2 from file, 0 problems"]
    assert logged(load("[retry]\nmaxAttempts = 3\n"), logging.WARNING) == []


def test_what_has_not_changed_is_not_logged_again(load, logged):
    assert len(logged(load(TWO), logging.DEBUG)) == 3
    assert logged(load(TWO), logging.DEBUG) == []


def test_only_what_changes_and_what_is_dropped_is_logged(load, logged):
    logged(load(TWO), logging.DEBUG)
    assert logged(load("[timeouts]\nidleMs = 5\n"), logging.DEBUG) == [
        "settings: 1 from file, 0 problems",
        "setting timeouts.idleMs = 5: from file",
        "setting retry.maxAttempts: the default again",
    ]
    assert logged(load(""), logging.DEBUG)[0] == "settings: all defaults, 0 problems"


def test_at_a_lower_level_than_before_all_are_logged_again(load, logged):
    assert logged(load(TWO), logging.INFO) == ["settings: 2 from file, 0 problems"]
    assert logged(load(TWO), logging.INFO) == []
    assert len(logged(load(TWO), logging.DEBUG)) == 3
    assert logged(load(TWO), logging.INFO) == []


def test_text_is_left_out_since_it_may_be_an_address_with_a_password(load, logged):
    found = logged(load("[history]\nurl = 'postgresql://ada:pw@host/db'\n"), logging.DEBUG)
    assert found[1:] == ["setting history.url: from file"]
