"""The bytes of a document become text, or are refused by line."""

from __future__ import annotations

import pytest

from antiphon.engine.source_text.decode import MOST_BYTES, check_text, decode_source
from antiphon.engine.source_text.problems import UnreadableSourceError
from antiphon.model.values.positions import LineStarts


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode_source("\ufeffa\r\n".encode()) == "a\r\n"


def test_bytes_that_are_not_utf_8_are_refused_at_their_place() -> None:
    with pytest.raises(UnreadableSourceError) as refused:
        decode_source("\ufeffé\nb ".encode() + b"\xff rest")
    assert LineStarts("é\nb ").at(refused.value.problem.start) == (1, 2)


def test_a_document_of_fifty_megabytes_is_refused_unread() -> None:
    data = b"x" * 50_000_000
    with pytest.raises(UnreadableSourceError, match="50,000,000 bytes"):
        decode_source(data)
    with pytest.raises(UnreadableSourceError, match="50,000,000 bytes"):
        check_text(data.decode())


def test_text_is_measured_in_bytes() -> None:
    check_text("é" * (MOST_BYTES // 2))
    with pytest.raises(UnreadableSourceError):
        check_text("é" * (MOST_BYTES // 2 + 1))


def test_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(UnreadableSourceError) as refused:
        check_text("ab\ud83d")
    assert refused.value.problem.start == 2
