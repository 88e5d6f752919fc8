"""Parses `--param KEY=VALUE`, and checks the values before anything is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click
from pydantic import ValidationError

from antiphon.model.conversation.session import Params

_OPTION: Final = "--param"

if TYPE_CHECKING:
    from collections.abc import Sequence


def parse_params(assignments: Sequence[str]) -> Params | None:
    """Parses `KEY=VALUE` pairs: a value is JSON if it is valid, otherwise text.

    Raises `click.BadParameter`.
    """
    values: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{assignment!r} is not KEY=VALUE.", param_hint=_OPTION)
        values[key.strip()] = _parse_value(text)
    if not values:
        return None
    try:
        return Params.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.BadParameter(
            f"{first['loc'][0]}: {first['msg']}.", param_hint=_OPTION
        ) from None


def _parse_value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
