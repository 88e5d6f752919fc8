"""`--param KEY=VALUE`: parameters for the models, checked before anything is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click
from pydantic import ValidationError

from antiphon.model.conversation.session import Params

_HINT: Final = "--param"

if TYPE_CHECKING:
    from collections.abc import Sequence


def params_of(assignments: Sequence[str]) -> Params | None:
    """The parameters that `KEY=VALUE` pairs give; a value is JSON where it can be, else text.

    Raises `click.BadParameter`.
    """
    values: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{assignment!r} is not KEY=VALUE.", param_hint=_HINT)
        values[key.strip()] = _value(text)
    if not values:
        return None
    try:
        return Params.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.BadParameter(f"{first['loc'][0]}: {first['msg']}.", param_hint=_HINT) from None


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
