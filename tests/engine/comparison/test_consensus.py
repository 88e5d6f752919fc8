"""What N answers say in the same words, or nearly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.engine.comparison.consensus import compute_agreement, find_consensus

ANSWERS = st.lists(
    st.lists(
        st.sampled_from(
            ["Use an index.", "Name the columns.", "Do not use it.", "It has 3 parts.", "Aye."]
        ),
        max_size=5,
    ).map(" ".join),
    min_size=1,
    max_size=5,
)


def found(*answers: str) -> list[tuple[str, list[int]]]:
    return [(group.claims[0].statement.text, group.answers) for group in find_consensus(answers)]


@given(ANSWERS)
def test_every_statement_of_every_answer_stands_in_one_group(answers):
    said = [each for group in find_consensus(answers) for each in group.claims]
    places = [(each.answer, each.statement.start) for each in said]
    assert len(places) == len(set(places))
    assert sum(len(answer.split(". ")) for answer in answers if answer) == len(places)


@given(ANSWERS)
def test_agreement_is_a_share(answers):
    assert 0 <= compute_agreement(find_consensus(answers), len(answers)) <= 1


@given(ANSWERS.filter(any), st.integers(2, 5))
def test_the_same_answer_n_times_is_full_agreement(answers, times):
    groups = find_consensus([answers[0]] * times)
    assert compute_agreement(groups, times) == 1
    assert all(group.verdict(times) == "all" for group in groups)


def test_statements_in_other_words_of_the_same_are_one():
    assert found(
        "SQLite stores its data in a single file.",
        "It is small. SQLite stores all of its data in one single file.",
        "SQLite keeps a single file in which its data is stored.",
    )[0] == ("SQLite stores its data in a single file.", [0, 1, 2])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You should lock the table first.", "You should not lock the table first."),
        ("It was released in 2004.", "It was released in 2005."),
        ("It isn't safe to call twice.", "It is safe to call twice."),
        ("Das ist sicher im Betrieb.", "Das ist nicht sicher im Betrieb."),
        ("Use a mutex here.", "Prefer channels there."),
    ],
)
def test_a_statement_and_its_contrary_do_not_agree(one, other):
    assert [answers for _, answers in found(one, other)] == [[0], [1]]


def test_what_one_answer_says_twice_is_still_said_by_one():
    groups = find_consensus(["Use an index.", "Drop it. Use an index. Use an index."])
    assert [group.verdict(2) for group in groups] == ["all", "one"]
    assert len(groups[0].claims) == 3


def test_code_agrees_with_code_only():
    code = "```\nUse an index\n```"
    assert [answers for _, answers in found(code, "Use an index", code)] == [[0, 2], [1]]


def test_nothing_said_is_nothing_disagreed_on():
    assert compute_agreement(find_consensus(["", ""]), 2) == 1.0


def test_of_two_groups_that_are_equally_similar_the_first_is_joined():
    assert found("red green blue grey", "red green pink gold", "red green blue pink") == [
        ("red green blue grey", [0, 2]),
        ("red green pink gold", [1]),
    ]


def test_a_statement_without_a_number_agrees_with_one_that_has_it():
    one, other = "The table has 3 columns and many rows.", "The table has columns and many rows."
    assert found(one, other) == [(one, [0, 1])]
