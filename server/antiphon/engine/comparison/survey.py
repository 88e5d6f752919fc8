"""Answers `antiphon.consensus`: what several answers share, with locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio.to_thread
from msgspec import Struct

from antiphon.engine.comparison.consensus import compute_agreement, find_consensus
from antiphon.engine.document.last_answer import last_answer
from antiphon.engine.document.render import blocks, render
from antiphon.model.commands.comparison import ConsensusResult, Statement, Support
from antiphon.model.conflicts import refuse_repeats
from antiphon.model.conversation.session import list_answer_panes, to_slug
from antiphon.model.failure import error
from antiphon.model.values.positions import LineStarts
from antiphon.model.values.uri import consensus_uri, message_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.comparison.consensus import Claim, ClaimGroup
    from antiphon.engine.ports import History
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.model.commands.comparison import ConsensusParams
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

MOST_CHARACTERS: Final = 4 * 1024 * 1024
"""The most characters, of all answers together, that are compared."""


class ConsensusReporter:
    """Reports what several answers share."""

    def __init__(self, history: History, documents: ShownMessages) -> None:
        self._history = history
        self._documents = documents

    async def consensus(self, params: ConsensusParams) -> ConsensusResult:
        """Returns what the answers say, as clients have been sent them so far.

        Answers without text are left out. Raises `AntiphonError`: `invalid_params` for a pane that
        is named twice, for fewer than two answers with text, and for more text than is compared.
        `not_found` if an id names nothing.
        """
        answers = [answer for answer in await self._answers(params) if answer.message.content]
        if len(answers) < 2:
            raise error(
                "invalid_params",
                f"{len(answers) or 'None'} of these panes has an answer with text; two are needed.",
                hint="Name two panes that have answered.",
                field="$.paneIds",
            )
        contents = [answer.message.content for answer in answers]
        if sum(map(len, contents)) > MOST_CHARACTERS:
            raise error(
                "invalid_params",
                f"These answers have more than {MOST_CHARACTERS:,} characters together.",
                hint="Name fewer panes.",
                field="$.paneIds",
            )
        return await anyio.to_thread.run_sync(_build_result, answers, contents)

    async def _answers(self, params: ConsensusParams) -> list[_Answer]:
        pane_ids = list(params.pane_ids)
        if not pane_ids and params.session_id is not None:
            pane_ids = list_answer_panes(await self._history.session(params.session_id))
        refuse_repeats("pane", pane_ids, "$.paneIds")
        chosen = dict[str, str]()
        for index, message_id in enumerate(params.message_ids or ()):
            pane, _ = await self._documents.answer(message_id)
            if pane.id in chosen:
                raise error(
                    "invalid_params",
                    f"Two messages of the pane {pane.title} are named.",
                    hint="Name one answer of each pane.",
                    field=f"$.messageIds[{index}]",
                )
            if pane.id not in pane_ids:
                raise error(
                    "invalid_params",
                    f"The message is in the pane {pane.title}, which is not named.",
                    hint="Name its pane in paneIds too.",
                    field=f"$.messageIds[{index}]",
                )
            chosen[pane.id] = message_id
        answers: list[_Answer] = []
        for index, pane_id in enumerate(pane_ids):
            pane = await self._history.pane(pane_id)
            shown = await self._documents.messages(pane_id)
            named = chosen.get(pane_id)
            if named is None:
                message = last_answer(pane, shown, f"$.paneIds[{index}]")
            else:
                current = next((each for each in shown if each.id == named), None)
                message = current or (await self._documents.answer(named))[1]
            answers.append(_Answer(pane, message, shown))
        return answers


class _Answer:
    """One answer and its pane's messages."""

    def __init__(self, pane: Pane, message: Message, shown: Sequence[Message]) -> None:
        self.message = message
        self._pane = pane
        self._shown = shown

    def find_start(self) -> _AnswerStart:
        """Returns the document that shows the answer, and its start there.

        That is the pane's document, or the answer's own if a newer one has replaced it.
        """
        for block in blocks(self._shown):
            if block.message.id == self.message.id:
                lines = LineStarts(render(self._shown))
                return _AnswerStart(self._pane.uri, lines, block.content_start)
        pane, slug = self._pane, to_slug(self._pane.title)
        uri = message_uri(pane.session_id, pane.id, self.message.id, slug)
        return _AnswerStart(uri, LineStarts(self.message.content), 0)


class _AnswerStart(Struct, frozen=True):
    """A document, its lines, and the offset at which an answer begins in it."""

    uri: str
    lines: LineStarts
    begin: int


def _build_result(answers: Sequence[_Answer], contents: Sequence[str]) -> ConsensusResult:
    groups = find_consensus(contents)
    starts = [answer.find_start() for answer in answers]
    found = [_build_statement(group, answers, starts) for group in groups]
    return ConsensusResult(
        statements=found,
        agreement=round(compute_agreement(groups, len(answers)), 4),
        compared=len(answers),
        uri=consensus_uri([answer.message.id for answer in answers]),
    )


def _build_statement(
    group: ClaimGroup, answers: Sequence[_Answer], starts: Sequence[_AnswerStart]
) -> Statement:
    return Statement(
        text=group.claims[0].statement.text,
        support=[
            _build_support(claim, answers[claim.answer].message, starts[claim.answer])
            for claim in group.claims
        ],
        verdict=group.verdict(len(answers)),
    )


def _build_support(claim: Claim, message: Message, answer: _AnswerStart) -> Support:
    statement = claim.statement
    return Support(
        pane_id=message.pane_id,
        message_id=message.id,
        uri=answer.uri,
        range=answer.lines.range(answer.begin + statement.start, answer.begin + statement.end),
        text=statement.text,
    )
