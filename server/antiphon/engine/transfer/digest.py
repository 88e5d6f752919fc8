"""Makes summaries and merges: a model turns answers of several panes into one text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from antiphon.engine.document.last_answer import describe_empty, last_own_answer
from antiphon.engine.planning.plan import Prompt, RunPlan, plan_question
from antiphon.engine.planning.prompt import PromptContext
from antiphon.engine.planning.tokens import approximate_tokens
from antiphon.engine.transfer.digest_sources import describe_coverage, fit_to_context_window
from antiphon.model.commands.runs import BroadcastParams, ModelChoice
from antiphon.model.commands.transfer import Coverage, DigestResult, LeftOut
from antiphon.model.conflicts import refuse_repeats, still_answering
from antiphon.model.conversation.message import ContextDigest
from antiphon.model.conversation.session import number_titles, to_slug
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id
from antiphon.model.values.uri import message_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from antiphon.engine.planning.pane_selection import PaneSelection
    from antiphon.engine.planning.plan import PanePlan
    from antiphon.engine.ports import History, ModelCatalog
    from antiphon.engine.ports.clients import Caller
    from antiphon.engine.run.run_service import RunService
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.engine.transfer.digest_sources import DigestSource
    from antiphon.model.commands.transfer import MergeParams, SummarizeParams
    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane

_FORMATS: Final[Mapping[str, str]] = {
    "executive": "Write an executive summary of {what} above, for someone who has to decide and "
    "has little time. Begin with the conclusion. Then say what speaks for it, what is disputed, "
    "and what to do next. Use at most 200 words.",
    "technical": "Write a technical summary of {what} above, for someone who will work with it. "
    "Keep every fact, figure, name, command and piece of code that matters; say where the answers "
    "differ and which of them says what. Use headings.",
    "bullets": "Sum up {what} above as a list of at most ten points, the most important first. One "
    "sentence a point. Where answers contradict each other, say so in a point of its own.",
}
_MERGE: Final = (
    "Write one answer to the question that is better than each of {what} above. Keep what is right "
    "and best put in any of them, leave repetition out, and put it into a good order. Where they "
    "contradict each other, decide, and say why in half a sentence; where it cannot be decided, "
    "say that. Give the answer alone, without speaking of the answers it was made of."
)


class DigestRequest(Struct, frozen=True):
    """A summary or a merge that is requested."""

    pane_type: Literal["summary", "merge"]
    instruction: str
    """The prompt, in which `{what}` is replaced by a phrase for the answers."""
    separately: bool
    params: SummarizeParams | MergeParams


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
        separately = params.combine is False
        request = DigestRequest("summary", _FORMATS[params.format], separately, params)
        return await self._make(request, caller)

    async def merge(self, params: MergeParams, caller: Caller) -> DigestResult:
        """Streams one answer merged from the last answers of panes. Raises as `_make` does."""
        return await self._make(
            DigestRequest("merge", _MERGE, separately=False, params=params), caller
        )

    async def _make(self, request: DigestRequest, caller: Caller) -> DigestResult:
        """Streams a digest into new panes.

        Raises `AntiphonError` before anything is stored: `invalid_params` if no pane is named, one
        is named twice, or none has an answer with text. `conflict` for a pane that is still
        answering, `not_found` for one that does not exist, `model_not_found` for a model whose
        provider is not configured.
        """
        found, left_out = await self._find_sources(request.params.pane_ids)
        model = request.params.model or self._default_model(found[0][0])
        info = self._providers.model_info(model)
        limit = request.params.params.max_tokens if request.params.params else None
        groups = [[each] for each in found] if request.separately else [found]
        parts = [
            fit_to_context_window(
                group, info, limit, await self._count_other_tokens(request, group)
            )
            for group in groups
        ]
        coverage = describe_coverage([each for part in parts for each in part], left_out)
        choice = await self._select_panes(request, model, parts)
        panes = [
            pane.model_copy(
                update={"type": request.pane_type, "sources": [each.source for each in part]}
            )
            for pane, part in zip(choice.panes, parts, strict=True)
        ]

        async def plan() -> RunPlan:
            return await self._plan(request, choice, panes, parts, coverage)

        result = await self._service.carry_out(panes, plan, caller)
        return DigestResult(**dict(result), coverage=coverage)

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
        titles = number_titles([f"/{to_slug(name)}" for name in names], used_titles)
        return await self._service.choose(
            BroadcastParams(
                prompt="-",
                models=[ModelChoice(model=model, title=title) for title in titles],
                session_id=session.id,
                params=request.params.params,
            )
        )

    async def _plan(
        self,
        request: DigestRequest,
        choice: PaneSelection,
        panes: Sequence[Pane],
        parts: Sequence[Sequence[DigestSource]],
        coverage: Coverage,
    ) -> RunPlan:
        run_id = new_id()
        plans: list[PanePlan] = []
        texts: dict[str, str] = {}
        for pane, part in zip(panes, parts, strict=True):
            context = await self._build_context(part)
            texts.update(context.texts)
            text = _build_instruction(request, part, coverage)
            prompt = Prompt(text, choice.system_for(pane), context)
            connect_s = self._service.limits.time.connect
            plans.append(plan_question(run_id, pane, [], {}, prompt, connect_timeout_s=connect_s))
        planned = {pane.id: pane for pane in panes}
        listed = [planned.get(pane.id, pane) for pane in choice.session.panes]
        session = choice.session.model_copy(update={"panes": listed})
        return RunPlan(run_id, session, tuple(plans), texts, choice.session_exists)

    async def _count_other_tokens(
        self, request: DigestRequest, group: Sequence[tuple[Pane, Message]]
    ) -> int:
        """Returns how many tokens of the prompt are not answers. They are never cut."""
        system = request.params.params.system if request.params.params else None
        texts = [*await self._list_prompts(group), request.params.instructions or "", system or ""]
        return sum(map(approximate_tokens, texts))

    async def _build_context(self, part: Sequence[DigestSource]) -> PromptContext:
        """Returns the question and the answers, as context items of the prompt."""
        texts: dict[str, str] = {}
        digests: list[ContextDigest] = []
        for prompt in await self._list_prompts([(each.pane, each.message) for each in part]):
            _add_item(texts, digests, "the question", "antiphon:", prompt)
        for number, each in enumerate(part, 1):
            name = each.source.model.partition("/")[2] or each.source.model
            extent = f" ({each.extent})" if each.is_cut else ""
            pane = each.pane
            uri = message_uri(pane.session_id, pane.id, each.message.id, to_slug(pane.title))
            _add_item(texts, digests, f"answer {number}, by {name}{extent}", uri, each.text)
        return PromptContext(digests, texts)

    async def _list_prompts(self, group: Sequence[tuple[Pane, Message]]) -> list[str]:
        """Returns the prompts of the answers. Panes of one broadcast share theirs."""
        prompts: dict[str, None] = {}
        for pane, answer in group:
            prompt = ""
            for message in await self._documents.messages(pane.id):
                if message.id == answer.id:
                    break
                prompt = message.content if message.role == "user" else prompt
            if prompt:
                prompts[prompt] = None
        return list(prompts)


def _add_item(
    texts: dict[str, str], digests: list[ContextDigest], label: str, uri: str, text: str
) -> None:
    data = text.encode("utf-8", "replace")
    digest = hashlib.sha256(data).hexdigest()
    texts[digest] = text
    digests.append(ContextDigest(label=label, uri=uri, sha256=digest, bytes=len(data)))


def _build_instruction(
    request: DigestRequest, part: Sequence[DigestSource], coverage: Coverage
) -> str:
    what = "the answer" if len(part) == 1 else f"the {len(part)} answers"
    text = request.instruction.format(what=what)
    if request.params.instructions:
        text += f"\n\n{request.params.instructions.strip()}"
    if coverage.left_out and not request.separately:
        missing = "; ".join(f"{each.title}: {each.reason}" for each in coverage.left_out)
        text += f"\n\n(Used {coverage.used} of {coverage.of} answers. Left out: {missing}.)"
    return text
