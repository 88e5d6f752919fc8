"""Finds pipelines by name, id or file, and reads `NAME=VALUE` options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.pipelines.library import PipelineEntry
    from antiphon_client.pipelines import PipelinesClient

_SUFFIXES: Final = (".antiphon.yaml", ".antiphon.yml", ".yaml", ".yml")
_LIST_HINT: Final = "`antiphon pipeline list` lists those that there are."


async def find_pipeline(pipelines: PipelinesClient, name: str) -> PipelineEntry:
    """Returns the pipeline of the library with this id or name.

    Raises `click.UsageError` if there is none, or more than one.
    """
    entries = await pipelines.list()
    found = [each for each in entries if name in {each.id, each.uri}]
    found = found or [each for each in entries if each.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(each.id for each in found)
        raise click.UsageError(f"Several pipelines are called {name!r}: {ids}.")
    file = _find_file(name)
    hint = f"For the file of this folder, name {file}." if file else _LIST_HINT
    raise click.UsageError(f"There is no pipeline {name!r}. {hint}")


def _find_file(name: str) -> str | None:
    return next((name + suffix for suffix in _SUFFIXES if Path(name + suffix).is_file()), None)


def parse_pairs(assignments: Sequence[str], option: str) -> dict[str, str]:
    """Parses `NAME=VALUE` pairs. Raises `click.BadParameter`."""
    found: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{assignment!r} is not NAME=VALUE.", param_hint=option)
        found[name.strip()] = value
    return found


def parse_models(assignments: Sequence[str]) -> dict[str, str | list[str]]:
    """Parses `STEP=MODEL` pairs, with all models of a step that is named more than once.

    Raises `click.BadParameter`.
    """
    found: dict[str, list[str]] = {}
    for assignment in assignments:
        step, equals, model = (part.strip() for part in assignment.partition("="))
        if not (equals and step and model):
            message = f"{assignment!r} is not STEP=MODEL: a model is given to a step."
            raise click.BadParameter(message, param_hint="--model")
        found.setdefault(step, []).append(model)
    return {step: models if len(models) > 1 else models[0] for step, models in found.items()}
