"""Looks for keys in what is about to be sent, and asks the user first.

Only what is new is searched: the prompt, system prompts, context and transferred messages. If an
answer is generated again by another vendor's model, the prompts before it are new too. A message
names a location, never a value.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import anyio.to_thread
from msgspec import Struct

from antiphon.model.failure import error
from antiphon.model.secrets.key_shapes import GENERAL, find_shapes
from antiphon.model.values.model_info import split_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from antiphon.engine.planning.plan import PanePlan, RunPlan
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.redaction import Redactor
    from antiphon.model.conversation.message import Message

_log = logging.getLogger(__name__)

Mode = Literal["warn", "block", "off"]

_ON_THE_LOOP: Final = 64 * 1024
"""Longer texts, in characters, are searched in a thread."""
_MAX_NAMED: Final = 5
_LINE_END: Final = re.compile(r"\n")


class OutgoingText(Struct, frozen=True):
    """A text that would be sent, and what a message to the user calls it."""

    name: str
    text: str


class Guard:
    """Stops texts that look like they hold a key. `mode` is `limits.secretsInPrompts`."""

    def __init__(self, redactor: Redactor) -> None:
        self.mode: Mode = "warn"
        self._redactor = redactor

    async def check(self, texts: Iterable[OutgoingText], caller: Caller) -> None:
        """Checks that `texts` may be sent, and asks the caller if that is needed.

        Raises `AntiphonError` of kind `secrets`, which names the locations, if they may not.
        """
        found = await self.warnings(texts)
        if not found:
            return
        if self.mode == "warn" and await caller.may_send(found):
            _log.info("sent although %d places look like keys: it was allowed", len(found))
            return
        _log.info("nothing is sent: %d places look like keys (mode %s)", len(found), self.mode)
        hint = "Remove it, or repeat the command with allowSecrets to send it all the same."
        if self.mode == "block":
            hint = "Remove it. Your own settings have limits.secretsInPrompts: block."
        raise error("secrets", f"Nothing was sent: {summarize_findings(found)}.", hint=hint)

    async def warnings(self, texts: Iterable[OutgoingText]) -> list[str]:
        """Returns a sentence for each location that looks like a key.

        Returns none in the mode `off`.
        """
        if self.mode == "off":
            return []
        unique = list(dict.fromkeys(texts))
        search = partial(_search, unique, self._redactor.known)
        if sum(len(each.text) for each in unique) <= _ON_THE_LOOP:
            return search()
        return await anyio.to_thread.run_sync(search)


def summarize_findings(found: Sequence[str]) -> str:
    """Returns the first findings, and how many more there are."""
    named = ", ".join(found[:_MAX_NAMED])
    return (
        named
        if len(found) <= _MAX_NAMED
        else f"{named}, and {len(found) - _MAX_NAMED} more locations"
    )


def new_texts(plan: RunPlan) -> Iterator[OutgoingText]:
    """Returns the texts of a run that its vendors have not been sent before."""
    for pane in plan.panes:
        for message in (*_earlier_prompts_for_new_vendor(pane), *pane.opening):
            yield from texts_of_message(message, pane.context_texts)


def texts_of_message(message: Message, contexts: Mapping[str, str]) -> Iterator[OutgoingText]:
    """Returns the texts of a message with the names that its user knows them by.

    `contexts` are the texts of its context items, by hash.
    """
    if message.role == "system":
        yield OutgoingText("the system prompt", message.content)
    elif message.provenance is not None:
        yield OutgoingText("the transferred message", message.content)
    else:
        yield OutgoingText("the prompt", message.content)
    for item in message.context or ():
        yield OutgoingText(f"context {item.label}", contexts.get(item.sha256, ""))


def _earlier_prompts_for_new_vendor(pane: PanePlan) -> Sequence[Message]:
    if pane.replaced is None or pane.replaced.model is None:
        return ()
    if split_model_id(pane.replaced.model)[0] == pane.provider:
        return ()
    return [message for message in pane.before if message.role != "assistant"]


def _search(texts: Iterable[OutgoingText], known: Sequence[str]) -> list[str]:
    """Searches `texts` for `known` secrets and for the shapes of keys.

    Blocks: 4 MiB take some hundredths of a second.
    """
    found: dict[str, None] = {}
    for each in texts:
        known_starts = _find_known(each.text, known)
        # A vendor's name says more than that something is assigned to a variable.
        shapes = sorted(find_shapes(each.text), key=lambda one: (one.name == GENERAL, one.start))
        line_ends = [end.start() for end in _LINE_END.finditer(each.text)]
        reported_lines: set[int] = set()
        for start, called in (
            *((at, "") for at in known_starts),
            *((s.start, s.name) for s in shapes),
        ):
            line = bisect_left(line_ends, start) + 1
            if line not in reported_lines:
                reported_lines.add(line)
                what = f"looks like {called}" if called else "holds one of your keys"
                found[f"{each.name} line {line} {what}"] = None
    return list(found)


def _find_known(text: str, known: Iterable[str]) -> Iterator[int]:
    for value in known:
        at = text.find(value)
        while at >= 0:
            yield at
            at = text.find(value, at + len(value))
