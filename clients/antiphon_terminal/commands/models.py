"""`antiphon models`: what can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from rich.text import Text

from antiphon_terminal.asking.server import run, server
from antiphon_terminal.output import json_lines
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.exit_codes import SOME_FAILED
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.commands.keys import KeyStatus
    from antiphon.model.commands.models import ModelsResult
    from antiphon.model.values.model_info import ModelInfo, ProviderStatus


_MOST: Final = 500
"""Lines at a terminal: more than this nobody reads, and gateways list tens of thousands."""


@click.command("models")
@click.argument("query", required=False)
@click.option("-p", "--provider", "providers", multiple=True, help="Only this provider's.")
@click.option("--all", "every", is_flag=True, help=f"At a terminal, more than {_MOST} too.")
@click.option("--refresh", is_flag=True, help="Ask the providers again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    query: str | None, providers: tuple[str, ...], every: bool, refresh: bool, as_json: bool
) -> None:
    """List the models that can be asked; QUERY is a part of their name.

    Models that cannot be asked at the moment come last, with the reason, and so do providers that
    list no model. Exit code 1: nothing at all can be asked.
    """
    run(_models(query or "", providers, every=every, refresh=refresh, as_json=as_json))


async def _models(
    query: str, providers: tuple[str, ...], *, every: bool, refresh: bool, as_json: bool
) -> int:
    async with server() as client:
        result = await client.models(query=query, providers=providers, refresh=refresh)
        known = (await client.health()).providers
        _check(providers, known)
        meant = [each for each in known if not providers or each.name in providers]
        silent = _without_models(meant, result, query)
        lacking = any(not model.available for model in result.models)
        keys = (await client.keys()).providers if lacking and not as_json else []
    if as_json:
        listed = [provider.to_wire() for provider in silent]
        json_lines.write_raw({**result.to_wire(), "providersWithoutModels": listed})
    elif result.models or silent:
        _show(result, silent, keys, every=every)
    else:
        click.echo("No model fits; `antiphon doctor` says which providers do not answer.", err=True)
    can_ask = any(each.available for each in (*result.models, *silent))
    return 0 if can_ask or query else SOME_FAILED


def _check(providers: tuple[str, ...], known: Sequence[ProviderStatus]) -> None:
    names = [each.name for each in known]
    for name in providers:
        if name not in names:
            said = f"There is no provider {clean_line(name)!r}; there are {', '.join(names)}."
            raise click.UsageError(clean_line(said))


def _without_models(
    providers: Sequence[ProviderStatus], result: ModelsResult, query: str
) -> list[ProviderStatus]:
    """The providers that are meant too, and of which there is no model to show."""
    shown = {model.provider for model in result.models}
    wanted = query.casefold()
    return [each for each in providers if wanted in each.name.casefold() and each.name not in shown]


def _show(
    result: ModelsResult,
    silent: Sequence[ProviderStatus],
    keys: Sequence[KeyStatus],
    *,
    every: bool,
) -> None:
    console = consoles.stdout()
    shown = result.models if every or not console.is_terminal else result.models[:_MOST]
    rows = [*(_row(model, result) for model in shown), *map(_row_of_provider, silent)]
    if console.is_terminal:
        for line in consoles.table(rows):
            console.print(line)
    else:
        click.echo("\n".join(consoles.plain_table(rows)))
    for name, models in result.lineups.items():
        console.print(Text(f"lineup {name}: {', '.join(models)}", "dim"))
    for key in keys:
        if any(model.reason == key.problem for model in result.models if key.problem):
            console.print(Text(_what_to_do(key), "dim"))
    hidden = len(result.models) - len(shown)
    if hidden:
        said = f"{hidden:,} more: `antiphon models QUERY`, `--provider NAME`, or `--all`."
        console.print(Text(said, "dim"))


def _what_to_do(key: KeyStatus) -> str:
    page = f"get a key at {key.key_page}, then " if key.key_page else ""
    said = f"{key.name}: {page}`antiphon keys set {key.name}`, or: export {key.variable}=…"
    return clean_line(said)


def _row(model: ModelInfo, result: ModelsResult) -> list[str | tuple[str, str]]:
    name = clean_line(model.id)
    if not model.available:
        return [(name, "dim"), "", "", (clean_line(model.reason or "not available"), "dim")]
    window = f"{model.context_window // 1000:,}k context" if model.context_window else ""
    about = clean_line(model.description or "")
    default = "default. " if model.id in result.default else ""
    return [(name, "bold"), window, _price(model), (f"{default}{about}", "dim")]


def _row_of_provider(provider: ProviderStatus) -> list[str | tuple[str, str]]:
    name = clean_line(provider.name)
    if provider.available:
        said = f"lists no models; one that you know is asked as -m {name}/NAME"
    else:
        reason = clean_line(provider.reason or "It cannot be asked")
        said = (
            f"{reason.rstrip('.')}; mend that, or providers.{name} in the settings, "
            "then: antiphon models --refresh"
        )
    return [(f"{name}/…", "dim"), "", "", (said, "dim")]


def _price(model: ModelInfo) -> str:
    if model.input_cost_per_m_tok is None or model.output_cost_per_m_tok is None:
        return ""
    if float(model.input_cost_per_m_tok) == float(model.output_cost_per_m_tok) == 0:
        return "free"
    return f"${model.input_cost_per_m_tok} in, ${model.output_cost_per_m_tok} out per M tok"
