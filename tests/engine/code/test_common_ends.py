"""Only what differs is edited: whole lines at both ends stay as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.code.apply import _common_ends

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n"]), max_size=6).map("".join)


@given(TEXTS, TEXTS)
def test_the_common_ends_are_equal_and_as_long_as_they_can_be(before: str, after: str) -> None:
    head, tail = _common_ends(before, after)
    assert before[:head] == after[:head]
    assert before[len(before) - tail :] == after[len(after) - tail :]
    old = before[head : len(before) - tail].splitlines()
    new = after[head : len(after) - tail].splitlines()
    assert head + tail <= min(len(before), len(after))
    assert not old or not new or (old[0] != new[0] and old[-1] != new[-1])
