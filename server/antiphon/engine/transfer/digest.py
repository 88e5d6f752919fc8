"""Makes summaries and merges: a model turns answers of several panes into one text."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from antiphon.engine.document.last_answer import describe_empty, last_own_answer
from antiphon.engine.planning.estimate import estimate
from antiphon.engine.planning.plan import Prompt, RunPlan, plan_question, with_token_counts
from antiphon.engine.planning.prompt_context import PromptContext
from antiphon.engine.planning.tokens import approximate_tokens
from antiphon.engine.ports.ledger import SpendingScope
from antiphon.engine.transfer.digest_request import (
    build_instruction,
    merge_request,
    summary_request,
    to_request,
)
from antiphon.engine.transfer.digest_sources import describe_coverage, fit_to_context_window
from antiphon.model.commands.runs import BroadcastParams, ModelChoice
from antiphon.model.commands.transfer import DigestEstimateResult, DigestResult, LeftOut
from antiphon.model.conflicts import refuse_repeats, still_answering
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.conversation.session import list_answer_panes, number_titles, to_slug
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.ids import new_id
from antiphon.model.values.times import now
from antiphon.model.values.uri import message_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from antiphon.engine.planning.pane_selection import PaneSelection
    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import History, ModelCatalog
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.run.run_service import RunService
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.engine.transfer.digest_request import DigestRequest
    from antiphon.engine.transfer.digest_sources import DigestSource
    from antiphon.model.commands.transfer import (
        Coverage,
        DigestEstimateParams,
        MergeParams,
        SummarizeParams,
    )
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


class PreparedDigest(Struct, frozen=True):
    """A digest whose sources are read, and whose panes are not stored yet."""

    choice: PaneSelection
    panes: Sequence[Pane]
    parts: Sequence[Sequence[DigestSource]]
    """The sources of each pane."""
    coverage: Coverage


class DigestService:
    """Answers `antiphon.summarize` and `antiphon.merge`."""

    def __init__(
        self,
        history: History,
        providers: ModelCatalog,
        documents: ShownMessages,
        service: RunService,
        *,
        default_model: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.default_model = default_model
        """Returns the model of choice if a command names none."""
        self._history = history
        self._providers = providers
        self._documents = documents
        self._service = service

    async def summarize(self, params: SummarizeParams, caller: Caller) -> DigestResult:
        """Streams a summary of the last answers of panes. Raises as `_make` does."""
        return await self._make(summary_request(params), caller)

    async def merge(self, params: MergeParams, caller: Caller) -> DigestResult:
        """Streams one answer merged from the last answers of panes. Raises as `_make` does."""
        return await self._make(merge_request(params), caller)

    async def _make(self, request: DigestRequest, caller: Caller) -> DigestResult:
        """Streams a digest into new panes.

        Raises `AntiphonError` before anything is stored: `invalid_params` if no pane is named, one
        is named twice, or none has an answer with text. `conflict` for a pane that is still
        answering, `not_found` for one that does not exist, `model_not_found` for a model whose
        provider is not configured.
        """
        prepared = await self._prepare(request)

        async def plan() -> RunPlan:
            return await self._plan(request, prepared)

        result = await self._service.carry_out(prepared.panes, plan, caller)
        return DigestResult(**dict(result), coverage=prepared.coverage)

    async def estimate(self, params: DigestEstimateParams) -> DigestEstimateResult:
        """Returns who would write a digest, and at what cost. Raises as `_make` does."""
        request = to_request(params)
        prepared = await self._prepare(request)
        plan = await self._plan(request, prepared)
        plan = await with_token_counts(plan, self._providers, patient=True)
        moment = SpendingScope(now(), session_id=plan.session.id)
        found = dict(estimate(plan.panes, self._providers))
        found["budgets"] = await self._service.budgets.statuses(moment)
        return DigestEstimateResult(**found, coverage=prepared.coverage)

    async def _prepare(self, request: DigestRequest) -> PreparedDigest:
        found, left_out = await self._find_sources(await self._name_panes(request.params))
        name = request.params.model or self._default_model(found[0][0])
        chosen = self._service.limits.presets.resolve(name, "$.model")
        params = chosen.merge_params(request.params.params)
        info = self._providers.model_info(chosen.model)
        groups = [[each] for each in found] if request.separately else [found]
        parts = [
            fit_to_context_window(
                group,
                info,
                params.max_tokens,
                await self._count_other_tokens(request, params.system, group),
            )
            for group in groups
        ]
        coverage = describe_coverage([each for part in parts for each in part], left_out)
        choice = await self._select_panes(request, name, parts)
        panes = [
            pane.model_copy(
                update={"type": request.pane_type, "sources": [each.source for each in part]}
            )
            for pane, part in zip(choice.panes, parts, strict=True)
        ]
        return PreparedDigest(choice, panes, parts, coverage)

    async def _name_panes(self, params: SummarizeParams | MergeParams) -> Sequence[str]:
        if params.pane_ids or params.session_id is None:
            return params.pane_ids
        return list_answer_panes(await self._history.session(params.session_id))

    async def _find_sources(
        self, pane_ids: Sequence[str]
    ) -> tuple[list[tuple[Pane, Message]], list[LeftOut]]:
        refuse_repeats("pane", pane_ids, "$.paneIds")
        found: list[tuple[Pane, Message]] = []
        left_out: list[LeftOut] = []
        for index, pane_id in enumerate(pane_ids):
            pane = await self._history.pane(pane_id)
            shown = await self._documents.messages(pane_id)
            answer = last_own_answer(shown)
            if answer is not None and answer.status == "streaming":
                raise still_answering(pane.title, field=f"$.paneIds[{index}]")
            if answer is None or not answer.content.strip():
                why = "it has no answer yet"
                if answer is not None:
                    why = f"its answer {describe_empty(answer)}"
                left_out.append(LeftOut(pane_id=pane.id, title=pane.title, reason=why))
            else:
                found.append((pane, answer))
        if not found:
            reasons = "; ".join(f"{each.title}: {each.reason}" for each in left_out)
            raise error(
                "invalid_params",
                f"There is no text in these panes ({reasons})."
                if left_out
                else "No pane is named.",
                hint="Name panes that have answered.",
                field="$.paneIds",
            )
        return found, left_out

    def _default_model(self, first: Pane) -> str:
        defaults = self._service.limits.default_models
        return self.default_model() or (defaults[0] if defaults else first.model)

    async def _select_panes(
        self, request: DigestRequest, model: str, parts: Sequence[Sequence[DigestSource]]
    ) -> PaneSelection:
        first = parts[0][0].pane
        session = await self._history.session(first.session_id)
        names = (
            [f"{request.pane_type}-{part[0].pane.title}" for part in parts]
            if request.separately
            else [request.pane_type]
        )
        used_titles = {pane.title for pane in session.panes}
        titles = number_titles([to_slug(name) for name in names], used_titles)
        return await self._service.choose(
            BroadcastParams(
                prompt="-",
                models=[ModelChoice(model=model, title=title) for title in titles],
                session_id=session.id,
                params=request.params.params,
            )
        )

    async def _plan(self, request: DigestRequest, prepared: PreparedDigest) -> RunPlan:
        choice, panes = prepared.choice, prepared.panes
        run_id = new_id()
        plans: list[PanePlan] = []
        texts: dict[str, str] = {}
        for pane, part in zip(panes, prepared.parts, strict=True):
            context = await self._build_context(part)
            texts.update(context.texts)
            text = build_instruction(request, part, prepared.coverage)
            prompt = Prompt(text, choice.system_for(pane), context)
            connect_s = self._service.limits.time.connect
            plans.append(plan_question(run_id, pane, [], {}, prompt, connect_timeout_s=connect_s))
        planned = {pane.id: pane for pane in panes}
        listed = [planned.get(pane.id, pane) for pane in choice.session.panes]
        session = choice.session.model_copy(update={"panes": listed})
        return RunPlan(run_id, session, tuple(plans), texts, choice.session_exists)

    async def _count_other_tokens(
        self, request: DigestRequest, system: str | None, group: Sequence[tuple[Pane, Message]]
    ) -> int:
        """Returns how many tokens of the prompt are not answers. They are never cut."""
        texts = [*await self._list_prompts(group), request.params.instructions or "", system or ""]
        return sum(map(approximate_tokens, texts))

    async def _build_context(self, part: Sequence[DigestSource]) -> PromptContext:
        """Returns the question and the answers, as context items of the prompt."""
        texts: dict[str, str] = {}
        digests: list[ContextDigest] = []
        prompts = await self._list_prompts([(each.pane, each.message) for each in part])
        for number, prompt in enumerate(prompts, 1):
            label = "the question" if len(prompts) == 1 else f"question {number}"
            _add_item(texts, digests, label, "antiphon:", prompt)
        for number, each in enumerate(part, 1):
            name = each.source.model.partition("/")[2] or each.source.model
            extent = f" ({each.extent})" if each.is_cut else ""
            pane = each.pane
            uri = message_uri(pane.session_id, pane.id, each.message.id, to_slug(pane.title))
            _add_item(texts, digests, f"answer {number}, by {name}{extent}", uri, each.text)
        return PromptContext(digests, texts)

    async def _list_prompts(self, group: Sequence[tuple[Pane, Message]]) -> list[str]:
        """Returns the prompts of the answers. Panes of one broadcast share theirs.

        The instruction of a digest is not a prompt of the user: those of its sources are.
        """
        prompts: dict[str, None] = {}
        for pane, answer in group:
            for prompt in await self._find_prompts(pane, answer):
                prompts[prompt] = None
        return list(prompts)

    async def _find_prompts(self, pane: Pane, answer: Message) -> list[str]:
        asked: list[str] = []
        for message in await self._documents.messages(pane.id):
            if message.id == answer.id:
                break
            if message.role == "user":
                asked.append(message.content)
        if pane.sources and len(asked) == 1:
            return await self._list_prompts(await self._read_sources(pane))
        return asked[-1:]

    async def _read_sources(self, pane: Pane) -> list[tuple[Pane, Message]]:
        found: list[tuple[Pane, Message]] = []
        for each in pane.sources:
            with suppress(AntiphonError):  # deleted meanwhile
                found.append(await self._documents.answer(each.message_id))
        return found


def _add_item(
    texts: dict[str, str], digests: list[ContextDigest], label: str, uri: str, text: str
) -> None:
    data = text.encode("utf-8", "replace")
    digest = hashlib.sha256(data).hexdigest()
    texts[digest] = text
    digests.append(ContextDigest(label=label, uri=uri, sha256=digest, bytes=len(data)))
