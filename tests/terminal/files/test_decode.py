"""Text that is not UTF-8 is read all the same, and whoever asks learns what was replaced."""

from __future__ import annotations

import click
import pytest

from antiphon_terminal.files.decode import decoded


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("né".encode(), "né"),
        ("né".encode("utf-8-sig"), "né"),
        ("né".encode("utf-16"), "né"),
        ("né 脚本".encode("utf-16-be").join([b"\xfe\xff", b""]), "né 脚本"),
        (b"", ""),
    ],
)
def test_unicode_is_read_without_a_word(data: bytes, text: str, capsys) -> None:
    assert decoded(data, "x") == text
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("data", "text", "said"),
    [
        (b"caf\xe9!", "caf\ufffd!", "1 byte is not UTF-8 in a.diff"),
        (b"\xe9\xe9", "\ufffd\ufffd", "2 bytes are not UTF-8 in a.diff"),
        ("Größe".encode("latin-1"), "Gr\ufffd\ufffde", "2 bytes are not UTF-8 in a.diff"),
        (b"cut \xe2\x82", "cut \ufffd", "2 bytes are not UTF-8 in a.diff"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd", "3 bytes are not UTF-8 in a.diff"),
        ("脚本".encode("gb18030"), "\ufffd\u0171\ufffd", "2 bytes are not UTF-8 in a.diff"),
    ],
)
def test_other_bytes_are_replaced_and_counted(data: bytes, text: str, said: str, capsys) -> None:
    assert decoded(data, "a.diff") == text
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"\x7fELF\0\xff", b"\xff\xfe\0", b"\xff\0\xff\0"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(click.UsageError, match="NUL"):
        decoded(data, "x")
