"""Applies code of an answer to the file that it is about, after a proposal.

Where the code goes is never guessed: it replaces what was sent as context (found again by its own
text), or what the user names. The user sees the difference before anything changes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.code.reindent import fit_code
from antiphon.engine.code.staleness import SentContext, find_stale_range
from antiphon.engine.document.code_blocks import all_code_blocks, code_block_at, no_code_error
from antiphon.engine.document.hidden_characters import find_hidden_characters
from antiphon.engine.document.render import blocks, render
from antiphon.model.commands.code import CodeProposal, CodeProposeResult, CodeTarget
from antiphon.model.commands.runs import ContextItem
from antiphon.model.failure import AntiphonError, Failure, error
from antiphon.model.values.positions import LineStarts, Position, Range, offsets_of
from antiphon.model.values.uri import (
    DIFFS,
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


class Edit(Struct, frozen=True):
    """A change of one document."""

    uri: str
    range: Range
    new_text: str


class CodeApplier:
    """Answers `antiphon.code.propose` and prepares the edit of `antiphon.code.apply`."""

    def __init__(self, history: History, documents: ShownMessages) -> None:
        self._history = history
        self._documents = documents

    async def propose(self, params: CodeProposeParams, reader: ContextReader) -> CodeProposeResult:
        """Returns what the code block at a position could replace.

        Raises `AntiphonError`: `invalid_params` if there is no code block at the position, or if a
        file that is named cannot be read. `not_found` if the document does not exist.
        """
        code = await self._find_code(params.uri, params.position)
        problems: list[str] = []
        if params.target is not None:
            targets = [params.target]
        else:
            targets = await self._find_targets(code.message, reader, problems)
        return CodeProposeResult(
            code=code.text,
            language_id=code.language_id,
            proposals=[await self._build_proposal(code, target, reader) for target in targets],
            unseen=find_hidden_characters(code.text),
            problems=problems or None,
        )

    async def edit(self, params: CodeApplyParams, reader: ContextReader) -> Edit:
        """Returns the edit that puts the code block into its target.

        Raises as `propose` does, and `conflict` for code with hidden characters that the user did
        not accept, for a document that has changed since the proposal, and, unless it is forced,
        for a range that differs from what the model was sent.
        """
        code = await self._find_code(params.uri, params.position)
        hidden = find_hidden_characters(code.text)
        if hidden and not params.accept_unseen:
            first = hidden[0]
            raise error(
                "conflict",
                f"The code has hidden characters, the first ({first.code_point}, "
                f"{first.name}) in its line {first.line + 1}.",
                hint="Check them, and set acceptUnseen if they are meant.",
                field="$.acceptUnseen",
            )
        before, after, replaced = await self._before_and_after(code, params.target, reader)
        if params.target.sha256 not in {None, _hash(replaced)}:
            raise error(
                "conflict",
                "The document has changed where the code is to go.",
                hint="Ask for a new proposal.",
                field="$.target",
            )
        found = await self._find_stale_range(code, params.target, before, reader)
        if found is not None and not params.force:
            hint = "Select the lines that the code replaces now, or repeat the command with force."
            failure = Failure.of("conflict", found.message, hint=hint)
            details = {"overtaken": found.to_wire()}
            raise AntiphonError(failure, field="$.force", details=details)
        lines = LineStarts(before)
        start, end = _common_ends(before, after)
        return Edit(
            params.target.uri,
            lines.range(start, len(before) - end),
            after[start : len(after) - end],
        )

    async def text(self, address: ProposalAddress, reader: ContextReader) -> str:
        """Returns the document of a proposal: the file as it would be."""
        pane, message = await self._documents.answer(address.message_id)
        del pane
        found = all_code_blocks(message)
        if address.number >= len(found):
            raise error("not_found", "The answer has no such code block.", field="$.uri")
        target = CodeTarget(uri=address.target, range=address.range)
        return (await self._before_and_after(found[address.number], target, reader))[1]

    async def _find_code(self, uri: str, position: Position) -> Code:
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
        raise no_code_error()

    async def _find_targets(
        self, answer: Message, reader: ContextReader, problems: list[str]
    ) -> list[CodeTarget]:
        """Returns the ranges in which the context items of the answer's prompt are now.

        Adds to `problems` a sentence for each item that is not found.
        """
        prompt: Message | None = None
        for message in await self._documents.messages(answer.pane_id):
            if message.id == answer.id:
                break
            prompt = message if message.context else prompt
        items = [
            each for each in (prompt.context if prompt else None) or () if _is_editor_document(each)
        ]
        texts = await self._history.contexts([item.sha256 for item in items])
        found: list[CodeTarget] = []
        for item in items:
            try:
                now = await reader.read(ContextItem(uri=item.uri), max_bytes=LARGEST_FILE)
            except AntiphonError as failed:
                problems.append(failed.failure.message)
                continue
            target = _find_target(item, texts.get(item.sha256, ""), now)
            if target is None:
                problems.append(
                    f"What was sent of {item.label} is no longer in the file, or is there twice. "
                    "Select what the code is to replace."
                )
            else:
                found.append(target)
        return found

    async def _build_proposal(
        self, code: Code, target: CodeTarget, reader: ContextReader
    ) -> CodeProposal:
        before, after, replaced = await self._before_and_after(code, target, reader)
        return CodeProposal(
            target=target.model_copy(update={"sha256": _hash(replaced)}),
            label=reader.label(ContextItem(uri=target.uri, range=target.range)),
            uri=proposal_uri(code.message.id, code.number, target.uri, target.range),
            changes=before != after,
            overtaken=await self._find_stale_range(code, target, before, reader),
        )

    async def _find_stale_range(
        self, code: Code, target: CodeTarget, now: str, reader: ContextReader
    ) -> OvertakenPlace | None:
        name = reader.label(ContextItem(uri=target.uri))
        return find_stale_range(target, now, name, await self._sent_contexts(code, target.uri))

    async def _sent_contexts(self, code: Code, uri: str) -> list[SentContext]:
        """Returns what the model of an answer was last sent of a document."""
        items: Sequence[ContextDigest] = ()
        for message in await self._documents.messages(code.message.pane_id):
            if message.id == code.message.id:
                break
            items = [each for each in message.context or () if each.uri == uri] or items
        texts = await self._history.contexts([each.sha256 for each in items])
        return [SentContext(each, texts[each.sha256]) for each in items if each.sha256 in texts]

    async def _before_and_after(
        self, code: Code, target: CodeTarget, reader: ContextReader
    ) -> tuple[str, str, str]:
        """Returns the target's document before and after the edit, and the replaced text.

        Raises `AntiphonError` (`invalid_params`, or of the reader) if the target is not a readable
        document of the editor.
        """
        if parse_uri(target.uri) is not None or target.uri in DIFFS:
            raise error(
                "invalid_params",
                "Code can be applied to a document of the editor, not to an answer or a diff.",
                hint="Name a file as the target.",
                field="$.target.uri",
            )
        try:
            before = await reader.read(ContextItem(uri=target.uri), max_bytes=LARGEST_FILE)
        except AntiphonError as failed:
            raise AntiphonError(failed.failure, field="$.target.uri") from failed
        start, end = 0, len(before)
        if target.range is not None:
            start, end = offsets_of(before, target.range)
        new = fit_code(code.text, before, start, end)
        return before, before[:start] + new + before[end:], before[start:end]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _is_editor_document(item: ContextDigest) -> bool:
    return not item.uri.startswith("antiphon:") and item.uri not in DIFFS


def _find_target(item: ContextDigest, sent: str, now: str) -> CodeTarget | None:
    """Returns the range in the document `now` that holds the text `sent` of `item`.

    Returns `None` if it is not there, or is there more than once.
    """
    if sent == now:
        return CodeTarget(uri=item.uri)
    start = now.find(sent) if sent.strip() else -1
    if start < 0 or now.find(sent, start + 1) >= 0:
        return None
    found = LineStarts(now).range(start, start + len(sent))
    return CodeTarget(uri=item.uri, range=found, by_text=True)


def _common_ends(before: str, after: str) -> tuple[int, int]:
    """Returns how many characters, in whole lines, both share at start and end."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return len("".join(old[:head])), len("".join(old[len(old) - tail :]))
