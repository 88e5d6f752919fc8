"""Defines `antiphon models`: lists the models that can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from rich.text import Text

from antiphon.model.values.number_format import format_money
from antiphon_terminal.asking.server import run_command, start_server
from antiphon_terminal.options.network_server import network_server_options
from antiphon_terminal.output import json_lines
from antiphon_terminal.reports.model_choices import describe_entry, describe_preset
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@network_server_options
def command(
    query: str | None, providers: tuple[str, ...], every: bool, refresh: bool, as_json: bool
) -> None:
    """List the models that can be asked. QUERY is a part of their name.

    Models that cannot be asked at the moment come last, with the reason, and so do providers that
    list no model. Exit code 1: nothing at all can be asked.
    """
    run_command(_models(query or "", providers, every=every, refresh=refresh, as_json=as_json))


async def _models(
    query: str, providers: tuple[str, ...], *, every: bool, refresh: bool, as_json: bool
) -> int:
    async with start_server() as client:
        result = await client.models(query=query, providers=providers, refresh=refresh)
        known = (await client.health()).providers
        _check(providers, known)
        meant = [each for each in known if not providers or each.name in providers]
        modelless = _find_providers_without_models(meant, result, query)
        has_unavailable = any(not model.available for model in result.models)
        keys = (await client.keys()).providers if has_unavailable and not as_json else []
    if as_json:
        listed = [provider.to_wire() for provider in modelless]
        json_lines.write_raw({**result.to_wire(), "providersWithoutModels": listed})
    elif result.models or modelless:
        _show(result, modelless, keys, every=every)
    else:
        click.echo(
            "No model matches. `antiphon doctor` shows which providers do not answer.", err=True
        )
    can_ask = any(each.available for each in (*result.models, *modelless))
    return 0 if can_ask or query else SOME_FAILED


def _check(providers: tuple[str, ...], known: Sequence[ProviderStatus]) -> None:
    names = [each.name for each in known]
    for name in providers:
        if name not in names:
            text = f"There is no provider {clean_line(name)!r}. There are: {', '.join(names)}."
            raise click.UsageError(clean_line(text))


def _find_providers_without_models(
    providers: Sequence[ProviderStatus], result: ModelsResult, query: str
) -> list[ProviderStatus]:
    """Returns the providers that match `query` and of which no model is shown."""
    shown = {model.provider for model in result.models}
    wanted = query.casefold()
    return [each for each in providers if wanted in each.name.casefold() and each.name not in shown]


def _show(
    result: ModelsResult,
    modelless: Sequence[ProviderStatus],
    keys: Sequence[KeyStatus],
    *,
    every: bool,
) -> None:
    console = consoles.make_stdout_console()
    shown = result.models if every or not console.is_terminal else result.models[:_MOST]
    rows = [
        *(_build_model_row(model, result) for model in shown),
        *map(_build_provider_row, modelless),
    ]
    if console.is_terminal:
        for line in consoles.align_columns(rows):
            console.print(line)
    else:
        click.echo("\n".join(consoles.align_plain_columns(rows)))
    for name, entries in result.lineups.items():
        text = f"lineup {name}: {', '.join(map(describe_entry, entries))}"
        console.print(Text(clean_line(text), "dim"))
    for name, preset in result.presets.items():
        console.print(Text(clean_line(f"preset @{name}: {describe_preset(preset)}"), "dim"))
    for key in keys:
        if any(model.reason == key.problem for model in result.models if key.problem):
            console.print(Text(_suggest_key(key), "dim"))
    hidden = len(result.models) - len(shown)
    if hidden:
        text = f"{hidden:,} more: `antiphon models QUERY`, `--provider NAME`, or `--all`."
        console.print(Text(text, "dim"))


def _suggest_key(key: KeyStatus) -> str:
    page = f"get a key at {key.key_page}, then " if key.key_page else ""
    text = f"{key.name}: {page}`antiphon keys set {key.name}`, or: export {key.variable}=…"
    return clean_line(text)


def _build_model_row(model: ModelInfo, result: ModelsResult) -> list[str | tuple[str, str]]:
    name = clean_line(model.id)
    if not model.available:
        return [(name, "dim"), "", "", (clean_line(model.reason or "not available"), "dim")]
    window = f"{model.context_window // 1000:,}k context" if model.context_window else ""
    about = clean_line(model.description or "")
    default = "default. " if model.id in result.default else ""
    return [(name, "bold"), window, _format_price(model), (f"{default}{about}", "dim")]


def _build_provider_row(provider: ProviderStatus) -> list[str | tuple[str, str]]:
    name = clean_line(provider.name)
    if provider.available:
        text = f"lists no models; ask one that you know with -m {name}/NAME"
    else:
        reason = clean_line(provider.reason or "It cannot be asked")
        text = (
            f"{reason.rstrip('.')}; correct that, or providers.{name} in the settings, "
            "then: antiphon models --refresh"
        )
    return [(f"{name}/…", "dim"), "", "", (text, "dim")]


def _format_price(model: ModelInfo) -> str:
    if model.input_cost_per_m_tok is None or model.output_cost_per_m_tok is None:
        return ""
    if float(model.input_cost_per_m_tok) == float(model.output_cost_per_m_tok) == 0:
        return "free"
    read, written = map(format_money, (model.input_cost_per_m_tok, model.output_cost_per_m_tok))
    return f"{read} in, {written} out per M tokens"
