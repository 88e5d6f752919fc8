"""Analyses a prompt file: its problems, and what a run would take."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.planning.estimate import UNKNOWN_LIMIT, estimate_cost_range, sum_costs
from antiphon.engine.planning.tokens import approximate_tokens
from antiphon.engine.prompts.context_entries import find_place
from antiphon.engine.prompts.inputs import list_missing
from antiphon.engine.prompts.parsing.models import ModelEntry
from antiphon.engine.source_text.problems import SourceProblem
from antiphon.model.values.number_format import format_money, format_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.engine.prompts.context_entries import ContextFile, FileLocation
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.model.commands.runs import CostRange, ModelChoice

_BYTES_PER_TOKEN: Final = 4
_FILE_PROBLEMS: Final = {
    "missing": ("not_found", "There is no file {path}."),
    "outside": ("permission", "{path} is outside the open folders, so it is not read."),
    "no file": ("unsupported", "{path} is not a file: name files one by one."),
}


class PromptAnalysis(Struct, frozen=True):
    """What an editor shows of a prompt file."""

    problems: Sequence[SourceProblem]
    models: Sequence[str | ModelChoice]
    """The models that a run would ask."""
    tokens: int
    """The estimated tokens of one model's prompt, context included as far as it is known."""
    cost: CostRange | None
    """Of all models with a price; `None` if none has one."""
    unpriced: int
    missing: Sequence[str]
    """The inputs that a run needs values for."""


def analyze_prompt(
    file: PromptFile,
    check: CatalogCheck,
    location: FileLocation,
    files: Mapping[str, ContextFile],
) -> PromptAnalysis:
    """Returns the analysis of a parsed file, with the state of each context path."""
    named = check.expand(file.models, file.lineup)
    models = named or list(check.default_models())
    tokens = _count_tokens(file) + sum(each.bytes for each in files.values()) // _BYTES_PER_TOKEN
    costs, unpriced = _price(models, check, file, tokens)
    cost = sum_costs(costs) if costs else None
    problems = [
        *file.problems,
        *_check_models(file, check),
        *_check_windows(file, check, tokens),
        *_check_budget(file, cost),
        *_check_context(file, location, files),
        *_check_inputs(file),
    ]
    missing = list_missing(file.inputs)
    problems.sort(key=lambda each: each.start)
    return PromptAnalysis(problems, models, tokens, cost, unpriced, missing)


def list_paths(file: PromptFile, location: FileLocation) -> dict[str, str]:
    """Returns the path of each entry of the context that names a file, without inputs."""
    found: dict[str, str] = {}
    for entry in file.context:
        if not entry.is_special and not entry.has_inputs:
            place = find_place(entry.text, location)
            if place is not None:
                found[entry.text] = str(place.path)
    return found


def _count_tokens(file: PromptFile) -> int:
    texts = [file.system or "", *(turn.text for turn in file.turns if turn.role != "system")]
    return sum(approximate_tokens(text) for text in texts)


def _price(
    models: Sequence[str | ModelChoice], check: CatalogCheck, file: PromptFile, tokens: int
) -> tuple[list[CostRange], int]:
    costs: list[CostRange] = []
    limit = file.params.max_tokens if file.params is not None else None
    for choice in models:
        model = check.model_id(choice)
        price = check.providers.price(model) if model is not None else None
        if model is not None and price is not None:
            longest = limit or check.providers.model_info(model).max_output_tokens
            costs.append(estimate_cost_range(tokens, longest or UNKNOWN_LIMIT, price))
    return costs, len(models) - len(costs)


def _check_models(file: PromptFile, check: CatalogCheck) -> Iterator[SourceProblem]:
    if file.lineup is not None:
        yield from check.check_lineup(file.lineup)
    for entry in file.models:
        yield from check.check_model(entry)


def _check_windows(file: PromptFile, check: CatalogCheck, tokens: int) -> Iterator[SourceProblem]:
    named = list(file.models)
    if file.lineup is not None:
        place = file.lineup
        for choice in check.expand((), file.lineup):
            name = choice if isinstance(choice, str) else choice.model
            named.append(ModelEntry(name, place.start, place.end))
    for entry in named:
        model = check.model_id(entry.model)
        window = check.providers.model_info(model).context_window if model else None
        if window is not None and tokens > window:
            message = (
                f"This has about {format_tokens(tokens)}, and {entry.model} reads "
                f"{format_tokens(window)}."
            )
            yield SourceProblem(message, entry.start, entry.end, "context_length", "warning")


def _check_budget(file: PromptFile, cost: CostRange | None) -> Iterator[SourceProblem]:
    place = file.budget_place
    if file.budget is None or place is None or cost is None:
        return
    if Decimal(cost.likely) > file.budget:
        message = (
            f"A run is likely to cost {format_money(cost.likely)}, more than this budget of "
            f"{format_money(file.budget)}."
        )
        yield SourceProblem(message, place.start, place.end, "budget", "warning")


def _check_context(
    file: PromptFile, location: FileLocation, files: Mapping[str, ContextFile]
) -> Iterator[SourceProblem]:
    paths = list_paths(file, location)
    for entry in file.context:
        found = files.get(paths.get(entry.text, ""))
        if found is None or found.state == "readable":
            continue
        kind, message = _FILE_PROBLEMS[found.state]
        text = message.format(path=entry.text)
        yield SourceProblem(text, entry.start, entry.end, kind)  # pyright: ignore[reportArgumentType]


def _check_inputs(file: PromptFile) -> Iterator[SourceProblem]:
    missing = {*list_missing(file.inputs)}
    for field in file.inputs:
        if not field.is_declared:
            message = f"The input `{field.name}` is not declared; a run asks for its value."
            yield SourceProblem(
                message, field.start, field.end, severity="information", missing_input=field.name
            )
        elif field.name in missing:
            message = f"A run needs a value for `{field.name}`."
            yield SourceProblem(message, field.start, field.end, severity="hint")
