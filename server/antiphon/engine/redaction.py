"""Removes the secrets that this process knows from texts.

Code that reads a secret registers it here once (`learn`). Code that writes a text to a log or to a
client cleans it here (`clean`). A conversation is not cleaned: it is the user's own, and what is
shown must equal what was sent and stored.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from antiphon.model.secrets.redaction import (
    bare,
    encoded_variants,
    group_by_marker,
    remove_key_patterns,
    remove_secrets,
)
from antiphon.model.values.model_info import ModelInfo, ProviderStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.model.failure import Failure

SHORTEST: Final = 8
"""A value with fewer characters is not a secret but a word, such as the `none` or `ollama` that
some local servers want instead of a key. Hiding it would make every text unreadable."""

Named = TypeVar("Named", ModelInfo, ProviderStatus)


class Redactor:
    """Removes known secrets, and what looks like a key, from texts.

    A process that serves several clients has one for its log, which knows the secrets of all, and
    a `part` of it for each client, which knows that client's alone: what is shown to one client,
    and searched in its prompts, must not tell what another's keys are.
    """

    def __init__(self, whole: Redactor | None = None) -> None:
        self._whole = whole
        self._parts: list[Redactor] = []
        self._own: dict[str, tuple[str, ...]] = {}
        self.known: tuple[str, ...] = ()
        """The known secrets, for a search in what is about to be sent."""
        self._by_marker: dict[str, tuple[str, ...]] = {}

    def learn(self, *secrets: str | None) -> None:
        """Hides these values from now on, with and without quotes around them."""
        values = {each for each in secrets if each}
        values |= {bare(each) for each in values}
        new_values = {each for each in values if len(each) >= SHORTEST} - self._own.keys()
        if new_values:
            self._own.update((each, encoded_variants(each)) for each in new_values)
            self.gather()

    def part(self) -> Redactor:
        """Returns a redactor for one client, whose secrets this one knows until it is closed."""
        part = Redactor(self)
        self._parts.append(part)
        return part

    def close(self) -> None:
        """Lets the redactor that this is a part of forget the secrets of this one."""
        if self._whole is not None:
            self._whole.drop(self)

    def drop(self, part: Redactor) -> None:
        """Forgets the secrets of a part, but those that another one knows."""
        self._parts = [each for each in self._parts if each is not part]
        self.gather()

    def gather(self) -> None:
        """Collects its own secrets and those of its parts again."""
        forms = self.forms
        self.known = tuple(forms)
        self._by_marker = group_by_marker({form for each in forms.values() for form in each})
        if self._whole is not None:
            self._whole.gather()

    @property
    def forms(self) -> dict[str, tuple[str, ...]]:
        """Every known secret with the ways in which it may be written."""
        forms = dict(self._own)
        for part in self._parts:
            forms.update(part.forms)
        return forms

    def clean(self, text: str) -> str:
        """Returns `text` without secrets."""
        return remove_key_patterns(self._without_known(text))

    def holds(self, name: str) -> bool:
        """Checks whether a name from outside has a known secret in it."""
        return self._without_known(name) != name

    def clean_failure(self, failure: Failure) -> Failure:
        """Returns `failure` with cleaned texts, or the same object if nothing was hidden."""
        message, hint = self.clean(failure.message), self.clean(failure.hint)
        if (message, hint) == (failure.message, failure.hint):
            return failure
        return failure.model_copy(update={"message": message, "hint": hint})

    def clean_reason(self, named: Named) -> Named:
        """Returns a model's card or a provider's status with a cleaned reason.

        The reason may repeat text of the provider.
        """
        reason = named.reason and self.clean(named.reason)
        return named if reason == named.reason else named.model_copy(update={"reason": reason})

    def clean_json(self, value: Any) -> Any:
        """Returns a JSON value with all its strings cleaned."""
        match value:
            case str():
                return self.clean(value)
            case dict():
                members = cast("dict[str, Any]", value)
                return {name: self.clean_json(each) for name, each in members.items()}
            case list():
                return [self.clean_json(each) for each in cast("list[Any]", value)]
            case _:
                return value

    def _without_known(self, text: str) -> str:
        for marker, forms in self._by_marker.items():
            if marker in text:
                text = remove_secrets(text, forms)
        return text


def format_exception_safely(exception: BaseException) -> str:
    """Returns the types and frames of an exception, its members and its causes.

    Texts are left out: the text of a library's exception may hold a prompt or an answer, and no
    rule can recognize these.
    """
    return "\n".join(_format_lines(exception, set()))


def _format_lines(exception: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(exception))
    kind = type(exception)
    yield f"{kind.__module__}.{kind.__qualname__}"
    yield "".join(traceback.format_tb(exception.__traceback__)).rstrip()
    if isinstance(exception, BaseExceptionGroup):
        for member in exception.exceptions:  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - of any kind
            yield from _format_lines(member, seen)  # pyright: ignore[reportUnknownArgumentType]
    cause = exception.__cause__ or exception.__context__
    if cause is not None and id(cause) not in seen:
        yield "caused by"
        yield from _format_lines(cause, seen)
