"""Defines the options that confirm in advance, for every command that asks models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    _Command = Callable[..., Any]


class Consent(TypedDict):
    """What the options confirm."""

    allow_over_budget: bool | None
    allow_secrets: bool | None


def consent_options(command: _Command) -> _Command:
    """Adds `--over-budget` (or `--yes`) and `--allow-secrets` to a command."""
    budget = click.option(
        "--over-budget", "--yes", "allow_over_budget", is_flag=True,
        help="Exceed a budget that blocks. Without it you are asked at a terminal.",
    )  # fmt: skip
    secrets = click.option(
        "--allow-secrets", is_flag=True,
        help="Send what looks like a key. Without it you are asked at a terminal.",
    )  # fmt: skip
    return budget(secrets(command))


def read_consent(options: dict[str, Any]) -> Consent:
    """Returns what the options confirm, as fields of a command's argument."""
    return {
        "allow_over_budget": options["allow_over_budget"] or None,
        "allow_secrets": options["allow_secrets"] or None,
    }
