"""Answers `antiphon.pipeline.run`: prepares a run, and carries it out.

Everything that can be refused is refused before anything is stored or sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from msgspec.structs import replace

from antiphon.engine.pipelines.library import is_file, not_approved
from antiphon.engine.pipelines.running.client_files import (
    ClientFiles,
    list_context_items,
    open_cassette,
)
from antiphon.engine.pipelines.running.model_check import check_models
from antiphon.engine.pipelines.running.overrides import with_models, with_titles
from antiphon.engine.pipelines.running.progress import Progress
from antiphon.engine.pipelines.running.resume import load_panes
from antiphon.engine.pipelines.running.run import PipelineRun, RunServices, overall_status
from antiphon.engine.pipelines.source.fill import fill_step
from antiphon.engine.pipelines.source.pane_names import names_in_text
from antiphon.engine.pipelines.source.references import list_models
from antiphon.engine.pipelines.source.text import ReadPipeline, read_valid, to_text
from antiphon.engine.ports.cassettes import current_cassette
from antiphon.engine.ports.pipelines import KeptRun
from antiphon.engine.prompts.inputs import resolve_inputs
from antiphon.model.commands.pipelines.results import StepResult
from antiphon.model.commands.pipelines.runs import PipelineRunResult
from antiphon.model.conversation.session import Session
from antiphon.model.conversation.session_file import SessionFile
from antiphon.model.failure import error
from antiphon.model.values.ids import new_id, split_model_id
from antiphon.model.values.times import now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from antiphon.engine.pipelines.library import LibraryText, PipelineLibrary
    from antiphon.engine.pipelines.source.pane_names import PaneNames
    from antiphon.engine.ports.cassettes import Cassette
    from antiphon.engine.ports.clients import Caller, ChangeNotifier
    from antiphon.engine.ports.pipelines import PipelineFiles
    from antiphon.model.commands.pipelines.runs import PipelineRunParams
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import ModelChoice

    Lineups = Callable[[], Mapping[str, Sequence[str | ModelChoice]]]


class PipelineRunner:
    """Runs pipelines by the engine's own commands."""

    def __init__(
        self,
        library: PipelineLibrary,
        services: RunServices,
        *,
        lineups: Lineups,
        changed: ChangeNotifier,
        replaying: Callable[[Cassette], Awaitable[RunServices]],
    ) -> None:
        """Creates the runner, with `replaying` for services that ask a cassette alone."""
        self._library = library
        self._replaying = replaying
        self._services = services
        self._history = services.history
        self._store = services.store
        self._runs = services.runs
        self._lineups = lineups
        self._changed = changed

    async def run(
        self,
        params: PipelineRunParams,
        client: ClientFiles,
        caller: Caller,
    ) -> PipelineRunResult:
        """Runs the steps, and returns when every one has ended.

        Raises `AntiphonError` before anything is stored or sent: `invalid_params` for a text with
        errors (`data.problems`), for an input (`$.inputs.<name>`) and for other models
        (`$.models.<step>`); `model_not_found`; `not_found` for an unknown pipeline or run;
        `conflict` for a text that was not approved (`data.sha256`, `data.text`, `data.settings`).
        """
        earlier = await self._store.run(params.resume) if params.resume is not None else None
        if earlier is not None and self._runs.has_group(earlier.id):
            raise error("conflict", "This run has not ended.", hint="Stop it first.")
        cassette = await open_cassette(params, client.cassettes)
        services = self._services
        if cassette is not None and cassette.is_replay:
            services = await self._replaying(cassette)
        kept, read = await self._load(params, client.files, earlier)
        pipeline = with_models(read.pipeline, kept.models)
        values = resolve_inputs(read.inputs, kept.inputs)
        steps = [self._with_lineup(fill_step(each, values)) for each in pipeline.steps]
        for each in steps:
            if prompt := getattr(each, "prompt", None):
                self._services.service.check_prompt(prompt)
        selector = services.service.selector()
        presets = services.service.limits.presets
        await check_models(steps, read, services.providers, selector, presets)
        contexts = {each.id: list_context_items(each, client.location()) for each in steps}
        names = {each.id: names_in_text(each) for each in read.pipeline.steps}
        progress = await self._begin(kept, pipeline.name, steps, earlier)
        if earlier is not None:
            await self._load_complete(progress, names)
        run = PipelineRun(
            kept,
            with_titles(steps),
            read.graph,
            progress,
            rules=read.rules,
            contexts=contexts,
            names=names,
            services=replace(services, budget=pipeline.budget),
            caller=caller,
        )
        if cassette is None:
            return await self._carry_out(run, kept)
        return await self._tape(run, kept, cassette, steps)

    async def _tape(
        self, run: PipelineRun, kept: KeptRun, cassette: Cassette, steps: Sequence[PipelineStep]
    ) -> PipelineRunResult:
        """Carries out a run whose answers are kept in a cassette, or come from it."""
        token = current_cassette.set(cassette)
        try:
            return await self._carry_out(run, kept)
        finally:
            current_cassette.reset(token)
            if not cassette.is_replay:
                with anyio.CancelScope(shield=True):
                    await cassette.flush(self._list_providers(steps))

    def _list_providers(self, steps: Sequence[PipelineStep]) -> set[str]:
        """Returns the providers that a run may have asked."""
        limits = self._services.service.limits
        models = [model for step in steps for _, model in list_models(step)]
        named = map(limits.presets.to_model_id, [*models, *limits.default_models])
        return {split_model_id(model)[0] for model in named}

    async def _carry_out(self, run: PipelineRun, kept: KeptRun) -> PipelineRunResult:
        self._changed(("session", kept.session_id))
        with self._runs.group(kept.id, run.cancel, self._services.service.client):
            results = await run.run()
        status = overall_status(results)
        await self._store.set_status(kept.id, status)
        session = self._runs.with_live_state(await self._history.session(kept.session_id))
        by_id = {pane.id: pane for pane in session.panes}
        named = dict.fromkeys(pane_id for each in results for pane_id in each.pane_ids)
        return PipelineRunResult(
            session_id=kept.session_id,
            run_id=kept.id,
            status=status,
            steps=results,
            panes=[by_id[pane_id] for pane_id in named if pane_id in by_id],
        )

    async def _load(
        self, params: PipelineRunParams, files: PipelineFiles, earlier: KeptRun | None
    ) -> tuple[KeptRun, ReadPipeline]:
        """Returns the run to be stored, and its pipeline."""
        if earlier is not None:
            given = {**earlier.inputs, **(params.inputs or {})}
            models = {**earlier.models, **(params.models or {})}
            kept = replace(earlier, inputs=given, models=models, status="running")
            if is_file(earlier.pipeline_id or ""):
                uri = earlier.pipeline_id or ""
                await self._check_approved(
                    await self._library.with_approval(uri, earlier.text), params
                )
            return kept, await read_valid(earlier.text, "$.resume")
        text, field = await self._text(params, files)
        read = await read_valid(text, field)
        kept = KeptRun(
            id=new_id(),
            session_id=new_id(),
            text=text,
            created_at=now(),
            pipeline_id=params.pipeline_id,
            uri=params.uri,
            inputs=params.inputs or {},
            models=params.models or {},
        )
        return kept, read

    async def _text(self, params: PipelineRunParams, files: PipelineFiles) -> tuple[str, str]:
        if (params.pipeline_id is None) == (params.pipeline is None):
            raise error(
                "invalid_params",
                "A run names one pipeline.",
                hint="Give `pipelineId`, `pipeline` or `resume`.",
                field="$.pipelineId",
            )
        if params.pipeline is not None:
            return to_text(params.pipeline), "$.pipeline"
        loaded = await self._library.load(params.pipeline_id or "", files)
        await self._check_approved(loaded, params)
        return loaded.text, "$.pipelineId"

    async def _check_approved(self, loaded: LibraryText, params: PipelineRunParams) -> None:
        if loaded.approved:
            return
        if params.approve != loaded.sha256:
            raise not_approved(loaded)
        await self._library.approve(loaded.sha256)

    def _with_lineup(self, step: PipelineStep) -> PipelineStep:
        name: str | None = getattr(step, "lineup", None)
        if name is None:
            return step
        lineups = self._lineups()
        if name not in lineups:
            known = ", ".join(sorted(lineups)) or "none is set"
            raise error(
                "invalid_params",
                f"There is no line-up {name!r}. Line-ups: {known}.",
                hint="Define it in models.lineups, or name other models for this step.",
                field=f"$.models.{step.id}",
            )
        return step.model_copy(update={"models": [*lineups[name]], "lineup": None})

    async def _begin(
        self,
        kept: KeptRun,
        name: str,
        steps: Sequence[PipelineStep],
        earlier: KeptRun | None,
    ) -> Progress:
        """Stores the run with its session, or finds what an earlier one has done."""
        if earlier is None:
            waiting = [StepResult(id=each.id, type=each.type, status="waiting") for each in steps]
            await self._services.sessions.add(_new_session(kept, name))
            await self._store.begin_run(replace(kept, steps=waiting))
            return Progress(waiting)
        await self._history.recover()
        await self._store.set_status(kept.id, "running")
        before = {each.id: each for each in earlier.steps}
        return Progress([_to_be_resumed(before[each.id]) for each in steps])

    async def _load_complete(self, progress: Progress, names: Mapping[str, PaneNames]) -> None:
        """Finds the panes of the steps that need not run again."""
        for step_id, result in progress.results.items():
            if result.status == "complete":
                panes = await load_panes(result, names[step_id], self._history)
                progress.panes[step_id] = panes


def _to_be_resumed(result: StepResult) -> StepResult:
    if result.status == "complete":
        return result
    return result.model_copy(update={"status": "waiting", "failure": None, "expect": None})


def _new_session(kept: KeptRun, title: str) -> SessionFile:
    session = Session(
        id=kept.session_id, title=title, created_at=kept.created_at, updated_at=kept.created_at
    )
    return SessionFile(session=session, messages=[])
