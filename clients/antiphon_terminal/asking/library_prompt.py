"""Finds a prompt file of the library by its name, and asks it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import click
from msgspec import Struct

from antiphon.model.closest_names import closest_names
from antiphon.model.commands.prompts import PromptListResult
from antiphon_terminal.asking.prompt_file import PromptFileQuestion
from antiphon_terminal.files.source import read_source
from antiphon_terminal.options.prompt import PROMPT_FILE_SUFFIX
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from antiphon.model.commands.prompts import PromptInfo
    from antiphon_client import AntiphonClient
    from antiphon_terminal.asking.question import AskOptions, Request

_LIKENESS: Final = 0.5


class LibraryQuestion(Struct, frozen=True):
    """A prompt of the library, the values of its inputs, and the options of `ask`."""

    name: str
    inputs: Mapping[str, str]
    options: AskOptions
    may_ask: bool

    async def build(self, client: AntiphonClient) -> Request:
        """Builds the command's argument. Raises `click.UsageError` for a name that is not one's."""
        raw = await client.command("antiphon.prompt.list", {})
        path = find_prompt(PromptListResult.model_validate(raw).prompts, self.name)
        text = read_source(path)
        question = PromptFileQuestion(path, text, self.inputs, self.options, self.may_ask)
        return await question.build(client)


def find_prompt(prompts: Sequence[PromptInfo], name: str) -> Path:
    """Returns the file of the prompt with this name, or with this file name.

    Raises `click.UsageError` if there is none, or more than one: a folder that was fetched must
    not take the place of the user's own prompt.
    """
    paths = [(each.name, to_path(each.uri)) for each in prompts]
    found = [
        path
        for title, path in paths
        if name in {title, path.name, path.name.removesuffix(PROMPT_FILE_SUFFIX)}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        which = ", ".join(map(str, found))
        message = f"Several prompts are called {name!r}. Name one by its file: {which}."
    else:
        near = closest_names(name, [title for title, _ in paths], likeness=_LIKENESS)
        hint = f"Did you mean {near[0]!r}?" if near else "`antiphon prompt list` lists them."
        message = f"The library has no prompt {name!r}. {hint}"
    raise click.UsageError(clean_line(message))


def to_path(uri: str) -> Path:
    """Returns the path of a file's address."""
    return Path(url2pathname(unquote(urlsplit(uri).path)))
