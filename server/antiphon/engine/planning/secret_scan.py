"""Looks for keys in what is about to leave for N vendors, and asks before it goes.

Only what is new is looked at: the prompt, system prompts, context, passages that are sent on; and,
where an answer is generated again by another vendor's model, the prompts before it. A place is
named, a value never.
"""

from __future__ import annotations

import logging
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import anyio.to_thread

from antiphon.model.failure import error
from antiphon.model.secrets.key_shapes import GENERAL, find_shapes
from antiphon.model.values.model_info import split_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from antiphon.engine.planning.plan import PanePlan, RunPlan
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.redaction import Redactor
    from antiphon.model.conversation.message import Message

_log = logging.getLogger(__name__)

Mode = Literal["warn", "block", "off"]

_ON_THE_LOOP: Final = 64 * 1024
"""More characters are looked through in a thread."""
_NAMED: Final = 5
_LINE_END: Final = re.compile(r"\n")


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text that would be sent, and what the person calls it."""

    place: str
    text: str


class Guard:
    """Holds back what looks like a key; `mode` is `limits.secretsInPrompts`."""

    def __init__(self, redactor: Redactor) -> None:
        self.mode: Mode = "warn"
        self._redactor = redactor

    async def check(self, texts: Iterable[OutgoingText], caller: Caller) -> None:
        """Returns where `texts` may be sent.

        Raises `AntiphonError` of kind `secrets`, naming the places, where they may not.
        """
        found = await self.warnings(texts)
        if not found:
            return
        if self.mode == "warn" and await caller.may_send(found):
            _log.info("sent although %d places look like keys: it was allowed", len(found))
            return
        _log.info("nothing is sent: %d places look like keys (mode %s)", len(found), self.mode)
        hint = "Take it out, or, to send it all the same, repeat the command with allowSecrets."
        if self.mode == "block":
            hint = "Take it out. limits.secretsInPrompts is block, in your own settings."
        raise error("secrets", f"Nothing was sent: {summarize_findings(found)}.", hint=hint)

    async def warnings(self, texts: Iterable[OutgoingText]) -> list[str]:
        """A sentence for each place that looks like a key; none in the mode `off`."""
        if self.mode == "off":
            return []
        wanted = list(dict.fromkeys(texts))
        look = partial(_look, wanted, self._redactor.known)
        if sum(len(each.text) for each in wanted) <= _ON_THE_LOOP:
            return look()
        return await anyio.to_thread.run_sync(look)


def summarize_findings(found: Sequence[str]) -> str:
    """The first places, and how many more there are."""
    named = ", ".join(found[:_NAMED])
    return named if len(found) <= _NAMED else f"{named}, and {len(found) - _NAMED} places more"


def new_texts(plan: RunPlan) -> Iterator[OutgoingText]:
    """What of a run is new to the vendors that it goes to."""
    for pane in plan.panes:
        for message in (*_before_another_vendor(pane), *pane.opening):
            yield from texts_of_message(message)
            for item in message.context or ():
                if item.sha256 in plan.contexts:
                    yield OutgoingText(f"context {item.label}", plan.contexts[item.sha256])
                else:  # it comes with a passage from another pane
                    yield OutgoingText("what is sent", pane.request.turns[-1].content)


def texts_of_message(message: Message) -> Iterator[OutgoingText]:
    """One message, as the person calls it."""
    if message.role == "system":
        yield OutgoingText("the system prompt", message.content)
    elif message.provenance is not None:
        yield OutgoingText("the passage that is sent on", message.content)
    else:
        yield OutgoingText("the prompt", message.content)


def _before_another_vendor(pane: PanePlan) -> Sequence[Message]:
    if pane.replaced is None or pane.replaced.model is None:
        return ()
    if split_model_id(pane.replaced.model)[0] == pane.provider:
        return ()
    return [message for message in pane.before if message.role != "assistant"]


def _look(texts: Iterable[OutgoingText], known: Sequence[str]) -> list[str]:
    """Blocks; 4 MiB take some hundredths of a second."""
    found: dict[str, None] = {}
    for each in texts:
        own = _places_of(each.text, known)
        # A vendor's name says more than that something is assigned to a variable.
        shapes = sorted(find_shapes(each.text), key=lambda one: (one.name == GENERAL, one.start))
        line_ends = [end.start() for end in _LINE_END.finditer(each.text)]
        lines_told: set[int] = set()
        for start, called in (*((at, "") for at in own), *((s.start, s.name) for s in shapes)):
            line = bisect_left(line_ends, start) + 1
            if line not in lines_told:
                lines_told.add(line)
                what = f"looks like {called}" if called else "holds a key of yours"
                found[f"{each.place} line {line} {what}"] = None
    return list(found)


def _places_of(text: str, known: Iterable[str]) -> Iterator[int]:
    for value in known:
        at = text.find(value)
        while at >= 0:
            yield at
            at = text.find(value, at + len(value))
