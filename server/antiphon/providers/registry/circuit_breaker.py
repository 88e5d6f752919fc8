"""Decides which models are not asked for a time, after they failed.

    a refused key      (`authentication`)  its model for 5 minutes. All of the provider's models,
                                           if the key has never worked and a vendor's own host
                                           refuses it, or once a second model is refused
    an unknown model   (`model_not_found`) until the models are listed again, or the settings change
    a long Retry-After (over 60 s)         its model until then
    a broken provider  (five `server_error` or `overloaded` within 60 s)
                                           all of its models for 30 s, then one request as a trial

One refusal by a gateway does not block the whole key, since some gateways have models with keys of
their own. An answer that worked unblocks its model and the whole key, and resets the count of
errors.

The state belongs to a provider with one key, which is known by its fingerprint: a request that was
sent with the former key, and is refused after another was set, does not affect the new one.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from antiphon.engine.ports.deltas import ProviderError
from antiphon.model.failure import Failure
from antiphon.model.values.ids import split_model_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.engine.ports import Clock
    from antiphon.model.failure import FailureKind

_log = logging.getLogger(__name__)

REFUSED_KEY_S: Final = 300.0
LONG_WAIT_S: Final = 60.0
BREAKER_FAILURES: Final = 5
BREAKER_WINDOW_S: Final = 60.0
BREAKER_OPEN_S: Final = 30.0

_CONDEMNING_MODELS: Final = 2
_NO_MODEL: Final = ""
_SERVER_SIDE: Final = frozenset({"server_error", "overloaded"})
_SAYS_NOTHING_GOOD_OF_THE_KEY: Final = frozenset({"authentication", "permission"})


class NotAskedError(ProviderError):
    """Nothing was sent: the provider cannot be used, or is not asked for a time."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure, wait_hint="never")


class _State(Struct):
    """The state of one provider with one key. All times are the clock's."""

    refused: dict[str, float] = field(default_factory=dict[str, float])
    worked_at: float = -math.inf
    """The time of the last answer."""
    condemned_at: float = -math.inf
    """The time at which the key as a whole was refused."""
    is_proven: bool = False
    """The key has been accepted once."""
    unknown: set[str] = field(default_factory=set[str])
    waiting: dict[str, float] = field(default_factory=dict[str, float])
    failures: deque[float] = field(default_factory=lambda: deque(maxlen=BREAKER_FAILURES))
    broken_until: float | None = None
    trial_until: float = -math.inf
    """The time at which a trial without a report ends (its pane was stopped)."""


class CircuitBreaker:
    """Records how requests ended, and refuses those that would fail again."""

    def __init__(self, clock: Clock, key_of: Callable[[str], str] = lambda _: "") -> None:
        """Keeps `key_of`, which returns the fingerprint of a provider's present key."""
        self._clock = clock
        self._key_of = key_of
        self._states: dict[tuple[str, str], _State] = {}

    def admit(self, model_id: str) -> NotAskedError | None:
        """Returns why a request to the model must not be sent now, or `None`.

        If the provider is due for its trial, the caller's request becomes that trial.
        """
        problem = self.look(model_id)
        state = self._present(split_model_id(model_id)[0])
        if problem is None and state is not None and state.broken_until is not None:
            _log.debug("circuit breaker: a request to %s is the trial", model_id)
            state.trial_until = self._clock() + BREAKER_OPEN_S
        return problem

    def look(self, model_id: str) -> NotAskedError | None:
        """Returns the same as `admit` without starting a trial, for display."""
        provider, model = split_model_id(model_id)
        state = self._present(provider)
        if state is None:
            return None
        return (
            self._refused(state, provider, model)
            or _unknown(state, provider, model)
            or self._waiting(state, provider, model)
            or self._broken(state, provider)
        )

    def provider_reason(self, provider: str) -> str | None:
        """Returns why none of the provider's models may be asked now, or `None`."""
        state = self._present(provider)
        if state is None:
            return None
        problem = self._refused(state, provider, _NO_MODEL) or self._broken(state, provider)
        return None if problem is None else problem.failure.message

    def is_proven(self, provider: str) -> bool:
        """Checks whether the provider has accepted its key before."""
        state = self._present(provider)
        return state is not None and state.is_proven

    def accepted(self, provider: str, *, key: str | None = None) -> None:
        """Records that the provider accepted `key`, by default its present key."""
        self._state(provider, key).is_proven = True

    def report(
        self,
        model_id: str,
        problem: ProviderError | None,
        *,
        one_key: bool = False,
        key: str | None = None,
    ) -> None:
        """Records how a request with `key` ended, with `None` for one that worked.

        `one_key` means that the provider judges the key alone, whichever model is asked. A
        `NotAskedError` is ignored, since no request was sent.
        """
        if isinstance(problem, NotAskedError):
            return
        provider, model = split_model_id(model_id)
        state = self._state(provider, key)
        if problem is None:
            state.is_proven = True
            state.worked_at = self._clock()
            state.refused.pop(model, None)
            state.condemned_at = -math.inf
            state.unknown.discard(model)
            state.waiting.pop(model, None)
            _close(state, provider)
            return
        now = self._clock()
        failure = problem.failure
        if failure.kind in _SERVER_SIDE:
            _count(state, now, provider)
        elif failure.http_status is not None:
            _close(state, provider)  # it refuses, but it answers
            state.is_proven |= failure.kind not in _SAYS_NOTHING_GOOD_OF_THE_KEY
        if failure.kind == "authentication":
            self._refuse(state, model, condemns=one_key and not state.is_proven)
            target = "its provider" if state.condemned_at == now else "it"
            _log.debug(
                "%s: key refused, %s is not asked for %.0f s", model_id, target, REFUSED_KEY_S
            )
        elif failure.kind == "model_not_found":
            state.unknown.add(model)
            _log.debug("%s is unknown there: not asked again until models are listed", model_id)
        wait_s = (failure.retry_after_ms or 0) / 1000
        if wait_s > LONG_WAIT_S:
            state.waiting[model] = now + wait_s
            _log.debug("%s is not asked for %.0f s: the provider said so", model_id, wait_s)

    def pardon(self, provider: str, *, key: str | None = None) -> None:
        """Clears the provider's failures, since it has just listed its models."""
        key = self._key_of(provider) if key is None else key
        state = self._states.pop((provider, key), None)
        if state is not None and state.is_proven:
            self.accepted(provider, key=key)

    def forget(self, provider: str) -> None:
        """Clears all state of the provider, whose key or address has changed."""
        for each in [each for each in self._states if each[0] == provider]:
            del self._states[each]

    def _present(self, provider: str) -> _State | None:
        """Returns the state of the provider with its present key, or `None`."""
        return self._states.get((provider, self._key_of(provider)))

    def _state(self, provider: str, key: str | None) -> _State:
        key = self._key_of(provider) if key is None else key
        return self._states.setdefault((provider, key), _State())

    def _refuse(self, state: _State, model: str, *, condemns: bool) -> None:
        now = self._clock()
        state.refused[model] = now
        since = max(now - REFUSED_KEY_S, state.worked_at)
        recent = [at for at in state.refused.values() if at > since]
        if condemns or len(recent) >= _CONDEMNING_MODELS:
            state.condemned_at = now

    def _refused(self, state: _State, provider: str, model: str) -> NotAskedError | None:
        since = max(state.condemned_at, state.refused.get(model, -math.inf))
        left = since + REFUSED_KEY_S - self._clock()
        if left <= 0:
            return None
        what = "refused the key a moment ago, and is not asked again"
        hint = "Set another key, or list the models again once the provider accepts this one."
        return _error("authentication", provider, what, left, hint)

    def _waiting(self, state: _State, provider: str, model: str) -> NotAskedError | None:
        left = state.waiting.get(model, -math.inf) - self._clock()
        if left <= 0:
            return None
        what = "asked for fewer requests, and is not asked again"
        return _error("rate_limited", provider, what, left, "Wait, or choose another model.")

    def _broken(self, state: _State, provider: str) -> NotAskedError | None:
        now = self._clock()
        until = state.broken_until
        if until is None or (now >= until and now >= state.trial_until):
            return None
        what = f"had {BREAKER_FAILURES} errors in a row, and is not asked again"
        left = max(until, state.trial_until) - now
        return _error("overloaded", provider, what, left, "Wait, or choose another provider.")


def _unknown(state: _State, provider: str, model: str) -> NotAskedError | None:
    if model not in state.unknown:
        return None
    failure = Failure.of(
        "model_not_found",
        f"{provider} does not know the model {model}, and is not asked for it again.",
        hint="If it has it by now, list the models again: `antiphon models --refresh`.",
        provider=provider,
    )
    return NotAskedError(failure)


def _count(state: _State, now: float, provider: str) -> None:
    if state.broken_until is not None and now < state.broken_until:
        return  # it was sent before the others failed, so it is not a new failure
    state.failures.append(now)
    enough = len(state.failures) == BREAKER_FAILURES
    recent = now - state.failures[0] <= BREAKER_WINDOW_S
    if state.broken_until is not None or (enough and recent):
        state.broken_until = now + BREAKER_OPEN_S
        _log.info("circuit breaker: %s is not asked for %.0f s", provider, BREAKER_OPEN_S)
        state.trial_until = -math.inf


def _close(state: _State, provider: str) -> None:
    if state.broken_until is not None:
        _log.info("circuit breaker: %s answers again", provider)
    state.broken_until = None
    state.trial_until = -math.inf
    state.failures.clear()


def _error(kind: FailureKind, provider: str, what: str, left_s: float, hint: str) -> NotAskedError:
    seconds = math.ceil(left_s)
    shown = f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"
    failure = Failure.of(
        kind,
        f"{provider} {what} for {shown}.",
        hint=hint,
        provider=provider,
        retry_after_ms=math.ceil(left_s * 1000),
    )
    return NotAskedError(failure)
