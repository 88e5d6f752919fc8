"""Whom not to ask at the moment; all times by a clock that is moved by hand."""

from __future__ import annotations

import pytest

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure, FailureKind
from antiphon.providers.registry.circuit_breaker import CircuitBreaker

A, B, C, OTHER = "work/a", "work/b", "work/c", "home/a"


def problem(
    kind: FailureKind, *, status: int | None = None, retry_after_s: float | None = None
) -> ProviderError:
    wait = None if retry_after_s is None else int(retry_after_s * 1000)
    return ProviderError(Failure.of(kind, http_status=status, retry_after_ms=wait))


@pytest.fixture
def cooldowns(time) -> CircuitBreaker:
    return CircuitBreaker(time)


def break_provider(cooldowns: CircuitBreaker) -> None:
    for _ in range(5):
        cooldowns.report(A, problem("server_error", status=500))


def admitted(cooldowns: CircuitBreaker, *model_ids: str) -> list[bool]:
    return [cooldowns.admit(model_id) is None for model_id in model_ids]


def test_nobody_is_left_alone_at_first(cooldowns):
    assert admitted(cooldowns, A, B, OTHER) == [True, True, True]


def test_a_refused_key_rests_for_five_minutes(cooldowns, time):
    cooldowns.report(A, problem("authentication", status=401))
    time.now += 299
    assert admitted(cooldowns, A, B, OTHER) == [False, True, True]
    time.now += 1
    assert admitted(cooldowns, A) == [True]


def test_a_second_refusal_condemns_the_key_for_all_models_of_the_provider(cooldowns):
    cooldowns.report(A, problem("authentication", status=401))
    cooldowns.report(B, problem("authentication", status=401))
    assert admitted(cooldowns, A, B, C, OTHER) == [False, False, False, True]
    assert "refused the key" in (cooldowns.provider_reason("work") or "")


def test_the_same_model_refused_twice_condemns_only_itself(cooldowns):
    for _ in range(3):
        cooldowns.report(A, problem("authentication", status=401))
    assert admitted(cooldowns, A, B) == [False, True]


def test_a_vendors_first_refusal_condemns_a_key_that_has_never_worked(cooldowns, time):
    cooldowns.report(A, problem("authentication", status=401), one_key=True)
    assert admitted(cooldowns, A, B, OTHER) == [False, False, True]
    time.now += 300
    assert admitted(cooldowns, A, B) == [True, True]


def test_a_key_that_has_worked_is_not_condemned_by_one_refusal(cooldowns):
    cooldowns.accepted("work")
    cooldowns.report(A, problem("authentication", status=401), one_key=True)
    assert admitted(cooldowns, A, B) == [False, True]


@pytest.mark.parametrize(
    ("kind", "status", "proven"),
    [
        ("rate_limited", 429, True),
        ("model_not_found", 404, True),
        ("bad_request", 400, True),
        ("authentication", 401, False),
        ("permission", 403, False),
        ("server_error", 500, False),
        ("network", None, False),
    ],
)
def test_a_refusal_for_another_reason_shows_that_the_key_is_good(cooldowns, kind, status, proven):
    assert not cooldowns.is_proven("work")
    cooldowns.report(A, problem(kind, status=status))
    assert cooldowns.is_proven("work") is proven


def test_a_key_is_unproven_again_when_it_has_changed(cooldowns):
    cooldowns.report(A, None)
    assert cooldowns.is_proven("work")
    cooldowns.pardon("work")
    assert cooldowns.is_proven("work")
    cooldowns.forget("work")
    assert not cooldowns.is_proven("work")


def test_a_model_that_its_provider_does_not_know_is_off_until_the_models_are_listed_anew(
    cooldowns, time
):
    cooldowns.report(A, problem("model_not_found", status=404))
    time.now += 100_000
    withheld = cooldowns.look(A)
    assert withheld is not None
    assert (withheld.failure.kind, withheld.wait_hint) == ("model_not_found", "never")
    assert "work does not know the model a" in withheld.failure.message
    assert "--refresh" in withheld.failure.hint
    assert admitted(cooldowns, A, B) == [False, True]
    cooldowns.pardon("work")
    assert admitted(cooldowns, A) == [True]


def test_an_answer_lifts_what_is_held_against_the_key_and_not_against_another_model(cooldowns):
    cooldowns.report(A, problem("authentication"))
    cooldowns.report(B, problem("authentication"))
    cooldowns.report(C, None)
    assert admitted(cooldowns, A, B, C) == [False, False, True]
    cooldowns.report(A, None)
    assert admitted(cooldowns, A, B) == [True, False]


def test_refusals_from_before_an_answer_do_not_condemn_the_key(cooldowns, time):
    cooldowns.report(A, problem("authentication"))
    time.now += 1
    cooldowns.report(C, None)
    time.now += 1
    cooldowns.report(B, problem("authentication"))
    assert admitted(cooldowns, A, B, C) == [False, False, True]


def test_a_key_that_is_changed_is_tried_again(cooldowns):
    cooldowns.report(A, problem("authentication"))
    cooldowns.forget("work")
    assert admitted(cooldowns, A) == [True]


def test_a_long_retry_after_rests_its_model_until_then(cooldowns, time):
    cooldowns.report(A, problem("rate_limited", status=429, retry_after_s=90))
    time.now += 30
    withheld = cooldowns.admit(A)
    assert withheld is not None
    assert (withheld.failure.kind, withheld.failure.retry_after_ms) == ("rate_limited", 60_000)
    assert withheld.wait_hint == "never"
    assert "60 seconds" in withheld.failure.message
    assert admitted(cooldowns, B) == [True]
    time.now += 60
    assert admitted(cooldowns, A) == [True]


def test_a_short_retry_after_is_left_to_the_retry_policy(cooldowns):
    cooldowns.report(A, problem("rate_limited", retry_after_s=60))
    assert admitted(cooldowns, A) == [True]


def test_an_answer_of_another_model_does_not_shorten_the_wait(cooldowns):
    cooldowns.report(A, problem("rate_limited", retry_after_s=90))
    cooldowns.report(B, None)
    assert admitted(cooldowns, A) == [False]


def test_five_errors_in_a_minute_open_the_breaker_for_thirty_seconds(cooldowns, time):
    break_provider(cooldowns)
    assert admitted(cooldowns, A, B, OTHER) == [False, False, True]
    time.now += 29.9
    withheld = cooldowns.admit(A)
    assert withheld is not None
    assert (withheld.failure.kind, withheld.wait_hint) == ("overloaded", "never")


def test_four_errors_or_five_over_a_longer_time_do_not(cooldowns, time):
    for _ in range(8):
        cooldowns.report(A, problem("overloaded", status=529))
        time.now += 15.1
    assert admitted(cooldowns, A) == [True]


def test_an_answer_between_the_errors_starts_the_count_anew(cooldowns):
    for _ in range(4):
        cooldowns.report(A, problem("server_error"))
    cooldowns.report(B, None)
    cooldowns.report(A, problem("server_error"))
    assert admitted(cooldowns, A) == [True]


@pytest.mark.parametrize("kind", ["bad_request", "rate_limited", "quota", "timeout_idle"])
def test_what_is_not_the_servers_error_does_not_count(cooldowns, kind):
    for _ in range(10):
        cooldowns.report(A, problem(kind))
    assert admitted(cooldowns, A) == [True]


def test_after_the_pause_exactly_one_request_is_the_trial(cooldowns, time):
    break_provider(cooldowns)
    time.now += 30
    assert admitted(cooldowns, A, B, A) == [True, False, False]


def test_a_trial_that_works_closes_the_breaker(cooldowns, time):
    break_provider(cooldowns)
    time.now += 30
    assert admitted(cooldowns, A) == [True]
    cooldowns.report(A, None)
    assert admitted(cooldowns, A, B) == [True, True]


def test_a_trial_that_fails_opens_it_again_at_once(cooldowns, time):
    break_provider(cooldowns)
    time.now += 30
    assert admitted(cooldowns, A) == [True]
    cooldowns.report(A, problem("server_error"))
    assert admitted(cooldowns, A) == [False]
    time.now += 30
    assert admitted(cooldowns, A, B) == [True, False]


def test_a_refusal_shows_that_the_server_is_back(cooldowns, time):
    break_provider(cooldowns)
    time.now += 30
    assert admitted(cooldowns, A) == [True]
    cooldowns.report(A, problem("bad_request", status=400))
    assert admitted(cooldowns, A, B) == [True, True]


def test_a_trial_that_never_reports_is_given_up(cooldowns, time):
    break_provider(cooldowns)
    time.now += 30
    assert admitted(cooldowns, A) == [True]
    time.now += 30
    assert admitted(cooldowns, B, A) == [True, False]


def test_late_errors_of_the_same_fan_out_do_not_prolong_the_pause(cooldowns, time):
    break_provider(cooldowns)
    time.now += 20
    cooldowns.report(B, problem("server_error"))
    time.now += 10
    assert admitted(cooldowns, A) == [True]


def test_looking_is_not_asking(cooldowns, time):
    break_provider(cooldowns)
    time.now += 30
    assert cooldowns.look(A) is None
    assert admitted(cooldowns, A) == [True]


def test_what_was_never_asked_says_nothing_about_the_provider(cooldowns, time):
    cooldowns.report(A, problem("authentication"))
    withheld = cooldowns.admit(A)
    time.now += 200
    cooldowns.report(A, withheld)
    time.now += 100
    assert admitted(cooldowns, A) == [True]


def test_a_late_refusal_of_the_former_key_is_not_held_against_the_present_one(time):
    keys = {"work": "old"}
    cooldowns = CircuitBreaker(time, keys.__getitem__)
    keys["work"] = "new"
    for model in (A, B):
        cooldowns.report(model, problem("authentication", status=401), one_key=True, key="old")
    cooldowns.accepted("work", key="old")
    assert admitted(cooldowns, A, B, C) == [True, True, True]
    assert cooldowns.provider_reason("work") is None
    assert not cooldowns.is_proven("work"), "it was the former key that was accepted"
    keys["work"] = "old"
    assert admitted(cooldowns, A, B, C) == [False, False, False]
    cooldowns.forget("work")
    assert admitted(cooldowns, A, B, C) == [True, True, True]


def test_a_late_answer_to_the_former_key_lifts_nothing_of_the_present_one(time):
    keys = {"work": "new"}
    cooldowns = CircuitBreaker(time, keys.__getitem__)
    cooldowns.report(A, problem("authentication", status=401), key="new")
    cooldowns.report(A, None, key="old")
    cooldowns.pardon("work", key="old")
    assert admitted(cooldowns, A) == [False]
