"""Whose count an answer's figures are, while it runs and when it has ended."""

import pytest

from antiphon.engine.pane.answer_meter import TokenUsageMeter
from antiphon.model.values.usage import Usage

REPORTED = Usage(input_tokens=11, output_tokens=2, source="provider")


@pytest.fixture
def usage_meter() -> TokenUsageMeter:
    return TokenUsageMeter(9, [])


def test_nothing_was_taken_before_anything_was_read(usage_meter):
    assert usage_meter.current() == Usage()
    assert usage_meter.final("cancelled", by_provider=False) == Usage()


def test_ours_counts_until_the_provider_counts(usage_meter):
    usage_meter.parts.append("x" * 40)
    usage_meter.reasoning.add("y" * 8)
    assert usage_meter.current() == Usage(input_tokens=9, output_tokens=10, reasoning_tokens=2)
    assert (usage_meter.written, usage_meter.estimated_reasoning_tokens) == (12, 2)
    usage_meter.report(REPORTED)
    assert usage_meter.current() == Usage(input_tokens=11, output_tokens=10, reasoning_tokens=2)
    assert usage_meter.final("complete", by_provider=True) == REPORTED


@pytest.mark.parametrize("status", ["interrupted", "cancelled", "truncated"])
def test_a_provider_that_was_stopped_has_not_had_the_last_word(usage_meter, status):
    usage_meter.parts.append("x" * 40)
    usage_meter.report(REPORTED)
    assert usage_meter.final(status, by_provider=False).output_tokens == 10


def test_an_accepted_prompt_is_paid_for_unless_the_request_failed(usage_meter):
    usage_meter.accepted = True
    assert usage_meter.final("cancelled", by_provider=False) == Usage(input_tokens=9)
    assert usage_meter.final("failed", by_provider=False) == Usage()
    assert usage_meter.current() == Usage(), "while it waits nothing is claimed"


def test_another_request_begins_anew(usage_meter):
    usage_meter.accepted = True
    usage_meter.report(REPORTED)
    usage_meter.begin_request()
    assert usage_meter.final("cancelled", by_provider=False) == Usage()


ZERO = Usage(source="provider")


def test_a_report_of_zero_is_none_and_leaves_the_real_one_before_it(usage_meter):
    usage_meter.accepted = True
    usage_meter.parts.append("x" * 40)
    usage_meter.report(ZERO)
    estimate = Usage(input_tokens=9, output_tokens=10)
    assert usage_meter.final("complete", by_provider=True) == estimate
    usage_meter.report(REPORTED)
    usage_meter.report(ZERO)
    assert usage_meter.final("complete", by_provider=True) == REPORTED


def test_a_report_without_output_does_not_replace_one_with_it(usage_meter):
    usage_meter.report(REPORTED)
    usage_meter.report(Usage(input_tokens=11, source="provider"))
    assert usage_meter.final("complete", by_provider=True) == REPORTED


def test_a_zero_that_cannot_be_is_estimated(usage_meter):
    usage_meter.parts.append("x" * 40)
    usage_meter.report(Usage(input_tokens=11, source="provider"))
    without_output = usage_meter.final("complete", by_provider=True)
    assert without_output == Usage(input_tokens=11, output_tokens=10)
    usage_meter.report(Usage(output_tokens=12, source="provider"))
    without_input = usage_meter.final("complete", by_provider=True)
    assert without_input == Usage(input_tokens=9, output_tokens=12)


def test_an_answer_without_text_may_have_no_output(usage_meter):
    reported = Usage(input_tokens=11, source="provider")
    usage_meter.report(reported)
    assert usage_meter.final("complete", by_provider=True) == reported
