"""Finds what the approval of a folder's pipeline covers: its text and its models.

A folder's settings can define line-ups and presets, and choose the models for steps that name none.
A text that uses one of them means something else when that changes, so the hash that is approved
covers both.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import anyio.to_thread
from msgspec import Struct, field

from antiphon.engine.pipelines.source.references import list_models
from antiphon.engine.pipelines.source.text import read_text
from antiphon.engine.pipelines.source.write import hash_text
from antiphon.engine.planning.pane_selection import SIGN
from antiphon.model.commands.models import Preset
from antiphon.model.commands.pipelines.steps import BroadcastStep, MergeStep, SummarizeStep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from antiphon.model.commands.pipelines.steps import PipelineStep
    from antiphon.model.commands.runs import ModelChoice

_HEADING: Final = "# The settings of this folder say what these mean:"
_INPUT: Final = "{{"


class FolderModels(Struct, frozen=True):
    """The models that names mean, and the settings which the open folder has set."""

    lineups: Mapping[str, Sequence[str | ModelChoice]] = field(
        default_factory=dict[str, "Sequence[str | ModelChoice]"]
    )
    presets: Mapping[str, Preset] = field(default_factory=dict[str, Preset])
    default: Sequence[str] = ()
    digest: str | None = None
    """The model of summaries and merges that name none."""
    set_by_folder: frozenset[str] = frozenset()
    """By dotted names: `models.lineups.fast`, `models.presets.careful.system`."""

    def sets_preset(self, name: str) -> bool:
        """Checks whether the folder sets any part of a preset."""
        return any(each.startswith(f"models.presets.{name}.") for each in self.set_by_folder)


class ApprovalSubject(Struct, frozen=True):
    """What is approved of a folder's pipeline."""

    sha256: str
    settings: str = ""
    """What the folder's settings make of its names, as comments to be shown below the text."""


async def read_subject(text: str, models: FolderModels) -> ApprovalSubject:
    """Returns what an approval of a text covers by the present settings."""
    if not models.set_by_folder:
        return ApprovalSubject(hash_text(text))
    return await anyio.to_thread.run_sync(find_subject, text, models)


def find_subject(text: str, models: FolderModels) -> ApprovalSubject:
    """Does what `read_subject` does, and blocks while it reads the text."""
    pipeline = read_text(text).pipeline if models.set_by_folder else None
    meanings = _Meanings(models).of_steps(pipeline.steps if pipeline is not None else ())
    if not meanings:
        return ApprovalSubject(hash_text(text))
    rows = [f"{name}: {_to_json(meanings[name])}" for name in sorted(meanings)]
    # No text has a NUL, so that no text that was approved has the hash of another with settings.
    sha256 = hash_text("\0".join([text, *rows]))
    return ApprovalSubject(sha256, "\n".join(["", _HEADING, *(f"# {row}" for row in rows), ""]))


class _Meanings:
    """Collects what the folder has set among all that steps name, by dotted names."""

    def __init__(self, models: FolderModels) -> None:
        self._models = models
        self._found: dict[str, Any] = {}

    def of_steps(self, steps: Iterable[PipelineStep]) -> Mapping[str, Any]:
        for step in steps:
            for _, model in list_models(step):
                self._add_model(model)
            if isinstance(step, BroadcastStep) and step.lineup is not None:
                self._add_models(
                    f"models.lineups.{step.lineup}", self._models.lineups.get(step.lineup, ())
                )
            elif isinstance(step, BroadcastStep) and step.models is None:
                self._add_models("models.default", self._models.default)
            elif isinstance(step, SummarizeStep | MergeStep) and step.model is None:
                named = self._models.digest
                self._add_models("summarize.model", () if named is None else [named])
        return self._found

    def _add_models(self, name: str, entries: Sequence[str | ModelChoice]) -> None:
        if name in self._models.set_by_folder:
            wire = [each if isinstance(each, str) else each.to_wire() for each in entries]
            self._found[name] = wire
        for each in entries:
            self._add_model(each if isinstance(each, str) else each.model)

    def _add_model(self, model: str) -> None:
        presets = self._models.presets
        # An input may be given any preset, by its default too.
        names = [*presets] if _INPUT in model else [model.removeprefix(SIGN)]
        for name in names if _INPUT in model or model.startswith(SIGN) else ():
            if name in presets and self._models.sets_preset(name):
                self._found[f"models.presets.{name}"] = presets[name].to_wire()


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
