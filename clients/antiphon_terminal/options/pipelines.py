"""Finds pipelines by name, id or file, and reads `NAME=VALUE` options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from antiphon.model.commands.pipelines.library import PipelineEntry
    from antiphon_client.pipelines import PipelinesClient


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
    raise click.UsageError(
        f"There is no pipeline {name!r}. `antiphon pipeline list` lists those that there are."
    )


def read_pipeline_file(path: Path) -> str:
    """Returns the text of a pipeline's file. Raises `click.UsageError`."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{path} is not UTF-8 text.") from None


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
