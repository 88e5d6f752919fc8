"""Puts the values of inputs into the texts of steps, letter for letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.prompts.placeholders import fill_placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from antiphon.engine.pipelines.source.references import Path
    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import ModelChoice

_TEXTS: Final = ("prompt", "system", "instructions", "note", "model")


def list_texts(step: PipelineStep) -> Iterator[tuple[Path, str]]:
    """Yields every text of a step that may hold inputs, with its place."""
    for name in _TEXTS:
        text = getattr(step, name, None)
        if text is not None:
            yield (name,), text
    for index, entry in enumerate(getattr(step, "context", None) or ()):
        yield ("context", index), entry
    models: list[str | ModelChoice] | None = getattr(step, "models", None)
    for index, each in enumerate(models or ()):
        if isinstance(each, str):
            yield ("models", index), each


def fill_step(step: PipelineStep, values: Mapping[str, str]) -> PipelineStep:
    """Returns a step with values for its inputs."""
    changes: dict[str, Any] = {}
    for name in _TEXTS:
        text = getattr(step, name, None)
        if text is not None:
            changes[name] = fill_placeholders(text, values)
    context: list[str] | None = getattr(step, "context", None)
    if context is not None:
        changes["context"] = [fill_placeholders(entry, values) for entry in context]
    models: list[str | ModelChoice] | None = getattr(step, "models", None)
    if models is not None:
        changes["models"] = [_fill_model(each, values) for each in models]
    return step.model_copy(update=changes)


def _fill_model(each: str | ModelChoice, values: Mapping[str, str]) -> str | ModelChoice:
    if isinstance(each, str):
        return fill_placeholders(each, values)
    return each.model_copy(update={"model": fill_placeholders(each.model, values)})
