"""The options that confirm beforehand, for scripts: the same for every command that asks models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    _Command = Callable[..., Any]


def consent_options(command: _Command) -> _Command:
    """Gives a command `--over-budget` (or `--yes`) and `--allow-secrets`."""
    budget = click.option(
        "--over-budget", "--yes", "allow_over_budget", is_flag=True,
        help="Go over a budget that blocks; at a terminal you are asked without it.",
    )  # fmt: skip
    secrets = click.option(
        "--allow-secrets", is_flag=True,
        help="Send what looks like a key; at a terminal you are asked without it.",
    )  # fmt: skip
    return budget(secrets(command))


def consent_of(options: dict[str, Any]) -> dict[str, bool | None]:
    """What the options confirm, as fields of a command's argument."""
    return {name: options[name] or None for name in ("allow_over_budget", "allow_secrets")}
