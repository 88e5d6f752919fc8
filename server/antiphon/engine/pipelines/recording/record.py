"""Writes a session that was made by hand down as a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.pipelines.recording.recorded_steps import StepWriter
from antiphon.engine.pipelines.recording.session_turns import Turn, list_turns
from antiphon.engine.pipelines.source.write import write_pipeline
from antiphon.engine.prompts.placeholders import INPUT_NAME, escape_placeholders
from antiphon.model.commands.pipelines.library import PipelineRecordResult
from antiphon.model.commands.pipelines.steps import Pipeline
from antiphon.model.commands.prompts import PromptInput
from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.ports import History
    from antiphon.engine.ports.pipelines import PipelineStore
    from antiphon.model.commands.pipelines.library import (
        PipelineRecordParams,
        PipelineSaveParams,
        RecordedInput,
    )
    from antiphon.model.commands.pipelines.steps import PipelineStep

_TEXTS: Final = ("prompt", "system", "instructions")


class SessionRecorder:
    """Reads sessions, and writes what was done in them as steps."""

    def __init__(self, history: History, store: PipelineStore) -> None:
        self._history = history
        self._store = store

    async def record(self, params: PipelineRecordParams) -> PipelineRecordResult:
        """Returns a session as a pipeline.

        Raises `AntiphonError`: `not_found`, or `invalid_params` for a session in which nothing was
        asked, and for an input whose text is in none of its prompts.
        """
        session = await self._history.session(params.session_id)
        messages = await self._history.messages(session_id=session.id)
        writer = StepWriter(session)
        turns = [(turn.order, turn) for turn in list_turns(session, messages)]
        compared = [(each.id, each) for each in await self._store.comparisons(session.id)]
        for _, done in sorted([*turns, *compared], key=lambda each: each[0]):
            if isinstance(done, Turn):
                writer.add(done)
            else:
                writer.add_comparison(done)
        if not writer.steps:
            raise error(
                "invalid_params",
                "Nothing was asked in this session.",
                hint="Choose a session with answers.",
                field="$.sessionId",
            )
        inputs = params.inputs or []
        steps = _with_inputs(writer.steps, inputs)
        pipeline = Pipeline(
            name=" ".join((params.name or session.title).split())[:200] or "session",
            description=params.description,
            inputs=[
                PromptInput(name=each.name, description=each.description, required=True)
                for each in inputs
            ],
            steps=steps,
        )
        return PipelineRecordResult(
            pipeline=pipeline, text=write_pipeline(pipeline), notes=writer.notes
        )

    async def write_text(self, params: PipelineSaveParams, session_id: str) -> str:
        """Returns a session as the text of a pipeline, for `antiphon.pipeline.save`."""
        from antiphon.model.commands.pipelines.library import (  # noqa: PLC0415 - loaded by now
            PipelineRecordParams,
        )

        named = PipelineRecordParams(
            session_id=session_id,
            name=params.name,
            description=params.description,
            inputs=params.inputs,
        )
        return (await self.record(named)).text


def _with_inputs(
    steps: Sequence[PipelineStep], inputs: Sequence[RecordedInput]
) -> list[PipelineStep]:
    """Returns the steps with each chosen text replaced by its input, the longest first."""
    used: set[str] = set()
    ordered = sorted(inputs, key=lambda each: -len(each.text))
    found: list[PipelineStep] = []
    for step in steps:
        changes: dict[str, Any] = {}
        for name in _TEXTS:
            text: str | None = getattr(step, name, None)
            if text is not None:
                changes[name] = _with_placeholders(text, ordered, used)
        found.append(step.model_copy(update=changes))
    for index, each in enumerate(inputs):
        field = f"$.inputs[{index}]"
        if not INPUT_NAME.fullmatch(each.name):
            hint = "Use letters, digits, `_` and `-`, a letter first."
            raise error("invalid_params", "This is not a name.", hint=hint, field=f"{field}.name")
        if each.name not in used:
            message = f"No prompt of the session has the text of {each.name}."
            hint = "Choose a text as it was sent, letter for letter."
            raise error("invalid_params", message, hint=hint, field=f"{field}.text")
    return found


def _with_placeholders(text: str, inputs: Sequence[RecordedInput], used: set[str]) -> str:
    """Returns `text` with inputs for their texts, while other braces stay braces."""
    for each in inputs:
        if each.text and each.text in text:
            used.add(each.name)
            parts = text.split(each.text)
            others = [other for other in inputs if other is not each]
            placeholder = "{{" + each.name + "}}"
            return placeholder.join(_with_placeholders(part, others, used) for part in parts)
    return escape_placeholders(text)
