"""Brings code of an answer back to the file that it is about: proposes first, then applies.

Nothing is guessed about where it goes: it takes the place of what was context (found again by its
own text), or of what the person names, and they see the difference before anything changes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from antiphon.engine.code.reindent import replacement
from antiphon.engine.code.staleness import SentContext, find_stale_range
from antiphon.engine.document.code_blocks import all_code_blocks, code_block_at, no_code
from antiphon.engine.document.hidden_characters import unseen_characters
from antiphon.engine.document.render import blocks, render
from antiphon.model.commands.code import CodeProposal, CodeProposeResult, CodeTarget
from antiphon.model.commands.runs import ContextItem
from antiphon.model.failure import AntiphonError, Failure, error
from antiphon.model.values.positions import LineStarts, Position, Range, offsets_of
from antiphon.model.values.uri import (
    MessageAddress,
    PaneAddress,
    ProposalAddress,
    parse_uri,
    proposal_uri,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.document.code_blocks import Code
    from antiphon.engine.ports import ContextReader, History
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.commands.code import CodeApplyParams, CodeProposeParams, OvertakenPlace
    from antiphon.model.conversation.message import ContextDigest, Message

LARGEST_FILE: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one document."""

    uri: str
    range: Range
    new_text: str


class CodeApplier:
    """Answers `antiphon.code.propose`, and works out what `antiphon.code.apply` changes."""

    def __init__(self, history: History, documents: ShownMessages) -> None:
        self._history = history
        self._documents = documents

    async def propose(self, params: CodeProposeParams, reader: ContextReader) -> CodeProposeResult:
        """What the block at a place could take the place of.

        Raises `AntiphonError`: `invalid_params` where no block of code is there, or where a file
        that is named cannot be read; `not_found` where the document is not there.
        """
        code = await self._code(params.uri, params.position)
        problems: list[str] = []
        if params.target is not None:
            targets = [params.target]
        else:
            targets = await self._targets(code.message, reader, problems)
        return CodeProposeResult(
            code=code.text,
            language_id=code.language_id,
            proposals=[await self._proposal(code, target, reader) for target in targets],
            unseen=unseen_characters(code.text),
            problems=problems or None,
        )

    async def edit(self, params: CodeApplyParams, reader: ContextReader) -> Edit:
        """The change that puts the block into its place.

        Raises as `propose`, and `conflict` for code with unseen characters that nobody accepted,
        for a document that is not what it was when the change was proposed, and for a place that
        is not what the model was shown, unless that is forced.
        """
        code = await self._code(params.uri, params.position)
        unseen = unseen_characters(code.text)
        if unseen and not params.accept_unseen:
            first = unseen[0]
            raise error(
                "conflict",
                f"The code has characters that cannot be seen, the first ({first.code_point}, "
                f"{first.name}) in its line {first.line + 1}.",
                hint="Look at them, and set acceptUnseen if they are meant.",
                field="$.acceptUnseen",
            )
        before, after, replaced = await self._texts(code, params.target, reader)
        if params.target.sha256 not in {None, _digest(replaced)}:
            raise error(
                "conflict",
                "The document has changed where the code is to go.",
                hint="Look at a new proposal.",
                field="$.target",
            )
        found = await self._overtaken(code, params.target, before, reader)
        if found is not None and not params.force:
            hint = "Name the lines that it is for now, or repeat the command with force."
            failure = Failure.of("conflict", found.message, hint=hint)
            details = {"overtaken": found.to_wire()}
            raise AntiphonError(failure, field="$.force", details=details)
        lines = LineStarts(before)
        start, end = _changed(before, after)
        return Edit(
            params.target.uri,
            lines.range(start, len(before) - end),
            after[start : len(after) - end],
        )

    async def text(self, address: ProposalAddress, reader: ContextReader) -> str:
        """The document of a proposal: the file as it would be."""
        pane, message = await self._documents.answer(address.message_id)
        del pane
        found = all_code_blocks(message)
        if address.number >= len(found):
            raise error("not_found", "The answer has no such block of code.", field="$.uri")
        target = CodeTarget(uri=address.target, range=address.range)
        return (await self._texts(found[address.number], target, reader))[1]

    async def _code(self, uri: str, position: Position) -> Code:
        match parse_uri(uri):
            case PaneAddress() as address:
                await self._documents.pane(address)
                shown = await self._documents.messages(address.pane_id)
                lines = LineStarts(render(shown))
                for block in blocks(shown):
                    first = lines.at(block.content_start)[0]
                    last = lines.at(max(block.content_start, block.end - 1))[0]
                    if first <= position.line <= last:
                        return code_block_at(block.message, position.line - first)
            case MessageAddress(message_id=message_id):
                _, message = await self._documents.answer(message_id)
                return code_block_at(message, position.line)
            case _:
                pass
        raise no_code()

    async def _targets(
        self, answer: Message, reader: ContextReader, problems: list[str]
    ) -> list[CodeTarget]:
        """Where the context items of the answer's prompt are now."""
        prompt: Message | None = None
        for message in await self._documents.messages(answer.pane_id):
            if message.id == answer.id:
                break
            prompt = message if message.context else prompt
        items = [each for each in (prompt.context if prompt else None) or () if _is_outside(each)]
        texts = await self._history.contexts([item.sha256 for item in items])
        found: list[CodeTarget] = []
        for item in items:
            try:
                now = await reader.read(ContextItem(uri=item.uri), max_bytes=LARGEST_FILE)
            except AntiphonError as problem:
                problems.append(problem.failure.message)
                continue
            target = _target(item, texts.get(item.sha256, ""), now)
            if target is None:
                problems.append(
                    f"What was sent of {item.label} is not in it any more, or stands there twice: "
                    "select what the code is to replace."
                )
            else:
                found.append(target)
        return found

    async def _proposal(
        self, code: Code, target: CodeTarget, reader: ContextReader
    ) -> CodeProposal:
        before, after, replaced = await self._texts(code, target, reader)
        return CodeProposal(
            target=target.model_copy(update={"sha256": _digest(replaced)}),
            label=reader.label(ContextItem(uri=target.uri, range=target.range)),
            uri=proposal_uri(code.message.id, code.number, target.uri, target.range),
            changes=before != after,
            overtaken=await self._overtaken(code, target, before, reader),
        )

    async def _overtaken(
        self, code: Code, target: CodeTarget, now: str, reader: ContextReader
    ) -> OvertakenPlace | None:
        name = reader.label(ContextItem(uri=target.uri))
        return find_stale_range(target, now, name, await self._shown(code, target.uri))

    async def _shown(self, code: Code, uri: str) -> list[SentContext]:
        """What the model of an answer was sent last of a document."""
        items: Sequence[ContextDigest] = ()
        for message in await self._documents.messages(code.message.pane_id):
            if message.id == code.message.id:
                break
            items = [each for each in message.context or () if each.uri == uri] or items
        texts = await self._history.contexts([each.sha256 for each in items])
        return [SentContext(each, texts[each.sha256]) for each in items if each.sha256 in texts]

    async def _texts(
        self, code: Code, target: CodeTarget, reader: ContextReader
    ) -> tuple[str, str, str]:
        """The target's document as it is and as it would be, and what the code replaces."""
        if parse_uri(target.uri) is not None:
            raise error(
                "invalid_params",
                "Code goes into a document of the editor, not into an answer.",
                hint="Name a file.",
                field="$.target.uri",
            )
        try:
            before = await reader.read(ContextItem(uri=target.uri), max_bytes=LARGEST_FILE)
        except AntiphonError as problem:
            raise AntiphonError(problem.failure, field="$.target.uri") from problem
        start, end = 0, len(before)
        if target.range is not None:
            start, end = offsets_of(before, target.range)
        new = replacement(code.text, before, start, end)
        return before, before[:start] + new + before[end:], before[start:end]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _is_outside(item: ContextDigest) -> bool:
    return not item.uri.startswith("antiphon:")


def _target(item: ContextDigest, sent: str, now: str) -> CodeTarget | None:
    """Where what was sent of `item` is in the document as it is `now`."""
    if sent == now:
        return CodeTarget(uri=item.uri)
    start = now.find(sent) if sent.strip() else -1
    if start < 0 or now.find(sent, start + 1) >= 0:
        return None
    found = LineStarts(now).range(start, start + len(sent))
    return CodeTarget(uri=item.uri, range=found, by_text=True)


def _changed(before: str, after: str) -> tuple[int, int]:
    """How much the two have in common at the start and at the end, in whole lines."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return len("".join(old[:head])), len("".join(old[len(old) - tail :]))
