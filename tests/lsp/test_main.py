"""Which command lines are the server's own."""

from __future__ import annotations

import pytest

from antiphon.__main__ import _is_plain_serve


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["serve"], True),
        (["serve", "--stdio"], True),
        (["serve", "--stdio", "--clientProcessId=12"], True),
        (["serve", "--help"], False),
        (["ask", "serve"], False),
        ([], False),
    ],
)
def test_only_a_plain_serve_goes_past_the_terminal_client(arguments, expected):
    assert _is_plain_serve(arguments) is expected
