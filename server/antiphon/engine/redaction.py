"""The secrets that this process knows, and every text without them.

Whoever learns of a secret says so here once (`learn`); whoever lets a text out, into a log or to a
client, asks here (`clean`). A conversation is not cleaned: it is the person's own, and what is
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
"""A value that has fewer letters is no secret but a word, such as the `none` or `ollama` that some
local servers want in a key's place; hiding it would make every text unreadable."""

Named = TypeVar("Named", ModelInfo, ProviderStatus)


class Redactor:
    """Takes known secrets, and what looks like a key, out of texts."""

    def __init__(self) -> None:
        self._forms: dict[str, tuple[str, ...]] = {}
        self.known: tuple[str, ...] = ()
        """The values themselves, to be looked for in what is about to be sent."""
        self._by_mark: dict[str, tuple[str, ...]] = {}

    def learn(self, *secrets: str | None) -> None:
        """Hides these values from now on, with and without quotes around them."""
        given = {each for each in secrets if each}
        given |= {bare(each) for each in given}
        fresh = {each for each in given if len(each) >= SHORTEST} - self._forms.keys()
        if fresh:
            self._forms.update((each, encoded_variants(each)) for each in fresh)
            self.known = tuple(self._forms)
            self._by_mark = group_by_marker(
                {form for forms in self._forms.values() for form in forms}
            )

    def clean(self, text: str) -> str:
        """`text` without secrets."""
        return remove_key_patterns(self._without_known(text))

    def holds(self, name: str) -> bool:
        """Whether a name that somebody else made up has a known secret in it."""
        return self._without_known(name) != name

    def clean_failure(self, failure: Failure) -> Failure:
        """`failure` with its texts cleaned; the same one where there was nothing to hide."""
        message, hint = self.clean(failure.message), self.clean(failure.hint)
        if (message, hint) == (failure.message, failure.hint):
            return failure
        return failure.model_copy(update={"message": message, "hint": hint})

    def clean_reason(self, named: Named) -> Named:
        """A model's card or a provider's status, whose reason may repeat what a provider said."""
        reason = named.reason and self.clean(named.reason)
        return named if reason == named.reason else named.model_copy(update={"reason": reason})

    def clean_json(self, value: Any) -> Any:
        """A JSON value with all its strings cleaned."""
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
        for mark, forms in self._by_mark.items():
            if mark in text:
                text = remove_secrets(text, forms)
        return text


def format_exception_safely(problem: BaseException) -> str:
    """An exception, its members and its causes: types and frames, no text.

    A foreign exception's text may hold a prompt or an answer, which no rule can tell from others.
    """
    return "\n".join(_lines(problem, set()))


def _lines(problem: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(problem))
    kind = type(problem)
    yield f"{kind.__module__}.{kind.__qualname__}"
    yield "".join(traceback.format_tb(problem.__traceback__)).rstrip()
    if isinstance(problem, BaseExceptionGroup):
        for member in problem.exceptions:  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - of any kind
            yield from _lines(member, seen)  # pyright: ignore[reportUnknownArgumentType]
    cause = problem.__cause__ or problem.__context__
    if cause is not None and id(cause) not in seen:
        yield "caused by"
        yield from _lines(cause, seen)
