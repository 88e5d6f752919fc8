"""What a worker writes to stderr reaches the log without keys and only in part."""

from __future__ import annotations

import logging

import pytest

from antiphon.providers.litellm.stderr_log import MAX_LINE_BYTES, MAX_LINES, StderrLog


@pytest.fixture
def noise(caplog: pytest.LogCaptureFixture) -> StderrLog:
    caplog.set_level(logging.DEBUG)
    return StderrLog(lambda text: text.replace("SECRET", "[key]"))


def test_lines_are_put_together_and_scrubbed(noise, caplog):
    for piece in (b"one SEC", b"RET two\n\nthr", b"ee"):
        noise.feed(piece)
    noise.close()
    assert caplog.messages == ["litellm worker: one [key] two", "litellm worker: three"]
    assert noise.last == "three"


def test_a_key_at_the_place_where_a_line_is_cut_does_not_show(noise, caplog):
    noise.feed(b"x" * (MAX_LINE_BYTES // 2 - 3) + b"SECRET" + b"y" * 10_000_000 + b"\n")
    assert "SEC" not in caplog.text
    assert len(caplog.messages[0]) < MAX_LINE_BYTES


def test_a_flood_is_drained_and_mostly_left_out(noise, caplog):
    noise.feed(b"again\n" * (MAX_LINES * 3))
    assert len(caplog.messages) == MAX_LINES + 1
    assert caplog.messages[-1] == "litellm worker: more is left out"
