"""Lists what may be written in a place of a prompt file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from antiphon.engine.prompts.context_entries import SPECIAL_ENTRIES
from antiphon.engine.prompts.expect import PROMPT_RULES
from antiphon.engine.prompts.inputs import INPUT_KEYS
from antiphon.engine.prompts.parsing.models import CHOICE_KEYS
from antiphon.engine.prompts.parsing.prompt_file import KEYS
from antiphon.lsp.features.prompt_files.hover import KEY_DOCS, summarize_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.engine.prompts.checks.catalog_check import CatalogCheck
    from antiphon.engine.prompts.parsing.prompt_file import PromptFile
    from antiphon.engine.prompts.service.store import PromptStore

_MOST_MODELS: Final = 1_000
"""More than an editor's list can show; typing makes it shorter."""
_PARAMS: Final = ("temperature", "maxTokens", "topP", "seed", "stop", "reasoningEffort")
_SPECIAL_DOCS: Final = (
    "the text that is selected",
    "what has changed and is not staged",
    "what is staged for the next commit",
)


class Choice(Struct, frozen=True):
    """One thing that may be written."""

    label: str
    detail: str = ""
    insert: str | None = None
    """What is written; by default the label."""
    is_key: bool = False


def list_keys(path: tuple[str, ...], file: PromptFile) -> Sequence[Choice]:
    """Returns the keys that a mapping may have, without those that it has already."""
    used = {pair.name for pair in file.fields.pairs} if file.fields is not None else set[str]()
    match path:
        case ():
            return [_key(name, KEY_DOCS.get(name, "")) for name in KEYS if name not in used]
        case ("inputs", _):
            return [_key(name) for name in INPUT_KEYS]
        case ("params",) | ("models", "params"):
            return [_key(name) for name in _PARAMS]
        case ("expect",):
            return [_key(name) for name in PROMPT_RULES]
        case ("antiphon",):
            return [Choice("prompt/v1")]
        case ("inputs", _, "required"):
            return [Choice("true"), Choice("false")]
        case _:
            return []


async def list_models(check: CatalogCheck) -> Sequence[Choice]:
    """Returns every model and preset with its price, the available ones first."""
    await check.learn_all()
    presets = [Choice(f"@{name}", model) for name, model in (check.presets() or {}).items()]
    models = sorted(check.listed(), key=lambda model: not model.available)
    found = [
        Choice(model.id, summarize_model(model) if model.available else model.reason or "")
        for model in models[:_MOST_MODELS]
    ]
    keys = [_key(name) for name in CHOICE_KEYS]
    return [*presets, *found, *keys]


async def list_context(store: PromptStore, uri: str, word: str) -> Sequence[Choice]:
    """Returns `@selection`, the diffs, and the files of the folder that `word` begins to name."""
    special = [Choice(name, doc) for name, doc in zip(SPECIAL_ENTRIES, _SPECIAL_DOCS, strict=True)]
    if word.startswith("@"):
        return special
    base = store.location(uri).base_for(word)
    if base is None:
        return special
    folder, slash, _ = word.rpartition("/")
    names = await store.list_folder(base / folder) if slash or not word.startswith("@") else ()
    files = [Choice(f"{folder}{slash}{name}") for name in names]
    return [*files, *special] if word else [*special, *files]


def _key(name: str, detail: str = "") -> Choice:
    return Choice(name, detail, insert=f"{name}: ", is_key=True)
