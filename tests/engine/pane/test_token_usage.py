"""Whose count an answer's figures are, while it runs and when it has ended."""

import pytest

from antiphon.engine.pane.answer_meter import TokenUsageMeter
from antiphon.model.values.usage import Usage

REPORTED = Usage(input_tokens=11, output_tokens=2, source="provider")


@pytest.fixture
def tally() -> TokenUsageMeter:
    return TokenUsageMeter(input_tokens=9)


def test_nothing_was_taken_before_anything_was_read(tally):
    assert tally.current() == Usage()
    assert tally.final("cancelled", by_provider=False) == Usage()


def test_ours_counts_until_the_provider_counts(tally):
    tally.text("x" * 40)
    tally.reasoning("y" * 8)
    assert tally.current() == Usage(input_tokens=9, output_tokens=10, reasoning_tokens=2)
    assert (tally.written, tally.thought) == (12, 2)
    tally.report(REPORTED)
    assert tally.current() == Usage(input_tokens=11, output_tokens=10, reasoning_tokens=2)
    assert tally.final("complete", by_provider=True) == REPORTED


@pytest.mark.parametrize("status", ["interrupted", "cancelled", "truncated"])
def test_a_provider_that_was_stopped_has_not_had_the_last_word(tally, status):
    tally.text("x" * 40)
    tally.report(REPORTED)
    assert tally.final(status, by_provider=False).output_tokens == 10


def test_an_accepted_prompt_is_paid_for_unless_the_request_failed(tally):
    tally.accepted = True
    assert tally.final("cancelled", by_provider=False) == Usage(input_tokens=9)
    assert tally.final("failed", by_provider=False) == Usage()
    assert tally.current() == Usage(), "while it waits nothing is claimed"


def test_another_request_begins_anew(tally):
    tally.accepted = True
    tally.report(REPORTED)
    tally.begin_request()
    assert tally.final("cancelled", by_provider=False) == Usage()


ZERO = Usage(source="provider")


def test_a_report_of_zero_is_none_and_leaves_the_real_one_before_it(tally):
    tally.accepted = True
    tally.text("x" * 40)
    tally.report(ZERO)
    estimate = Usage(input_tokens=9, output_tokens=10)
    assert tally.final("complete", by_provider=True) == estimate
    tally.report(REPORTED)
    tally.report(ZERO)
    assert tally.final("complete", by_provider=True) == REPORTED


def test_a_report_without_output_does_not_replace_one_with_it(tally):
    tally.report(REPORTED)
    tally.report(Usage(input_tokens=11, source="provider"))
    assert tally.final("complete", by_provider=True) == REPORTED


def test_a_zero_that_cannot_be_is_estimated(tally):
    tally.text("x" * 40)
    tally.report(Usage(input_tokens=11, source="provider"))
    without_output = tally.final("complete", by_provider=True)
    assert without_output == Usage(input_tokens=11, output_tokens=10)
    tally.report(Usage(output_tokens=12, source="provider"))
    without_input = tally.final("complete", by_provider=True)
    assert without_input == Usage(input_tokens=9, output_tokens=12)


def test_an_answer_without_text_may_have_no_output(tally):
    reported = Usage(input_tokens=11, source="provider")
    tally.report(reported)
    assert tally.final("complete", by_provider=True) == reported
