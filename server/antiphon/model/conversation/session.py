"""Defines sessions and their panes."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import ConfigDict, Field

from antiphon.model.conversation.message import Status
from antiphon.model.wire import Absent, Wire

PaneType = Literal["chat", "summary", "merge"]
PaneState = Literal["idle", "waiting", "streaming"]
ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_NOT_IN_A_SLUG: Final = re.compile(r"[^A-Za-z0-9._#@-]+")
_TITLE_LENGTH: Final = 80
_SLUG_LENGTH: Final = 80


class Params(Wire):
    """A pane's parameters for its model.

    What the model does not support is dropped with a note.
    """

    model_config = ConfigDict(extra="allow")

    temperature: Absent[float] = Field(default=None, ge=0)
    max_tokens: Absent[int] = Field(default=None, gt=0)
    system: Absent[str] = None
    seed: Absent[int] = None
    top_p: Absent[float] = Field(default=None, gt=0, le=1)
    stop: Absent[list[str]] = None
    reasoning_effort: Absent[ReasoningEffort] = None
    """How much a reasoning model may reason."""

    def over(self, below: Params) -> Params:
        """Returns these parameters, with those of `below` for the ones that are not set."""
        own, theirs = given(self), given(below)
        if not (own and theirs):
            return self if own else below
        return Params.model_validate({**theirs, **own})


def given(params: Params) -> dict[str, Any]:
    """Returns the parameters that have a value, by their Python names."""
    all_params = {**(params.model_extra or {}), **vars(params)}
    return {name: value for name, value in all_params.items() if value is not None}


class Source(Wire):
    """One of the answers that a summary or a merge was made from."""

    pane_id: str
    message_id: str
    model: str
    status: Status


class Pane(Wire):
    """One model's conversation, shown as one document."""

    id: str
    session_id: str
    model: str
    title: str
    type: PaneType = "chat"
    uri: str
    state: PaneState = "idle"
    params: Params = Field(default_factory=Params)
    sources: list[Source] = Field(default_factory=list[Source])
    created_at: str


class Session(Wire):
    """The panes that one broadcast opened, and those that joined them later."""

    id: str
    title: str
    created_at: str
    updated_at: str
    panes: list[Pane] = Field(default_factory=list[Pane])
    tags: list[str] = Field(default_factory=list[str])
    shared_by: Absent[str] = None
    """The user who shares it, if it is another one's: it can be read, and not changed."""


def list_answer_panes(session: Session) -> list[str]:
    """Returns the ids of the panes that answer a prompt, without summaries and merges.

    If a session has no other panes, they are its answers.
    """
    chats = [pane for pane in session.panes if pane.type == "chat"] or session.panes
    return [pane.id for pane in chats]


def derive_title(prompt: str) -> str:
    """Returns a session's first title: its prompt's first line with text, at most 80 characters."""
    line = next((line.strip() for line in prompt.splitlines() if line.strip()), "Untitled")
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"


def to_slug(title: str) -> str:
    """Returns a pane's title as a file name for a tab: `claude-sonnet-4.5#2`."""
    return _NOT_IN_A_SLUG.sub("-", title).strip("-.")[:_SLUG_LENGTH] or "pane"


def number_titles(names: Sequence[str], in_use: Collection[str] = ()) -> list[str]:
    """Returns titles for new panes: the names, numbered if one is in use already: `summary#2`.

    A hyphen would make the number look like a model's version.
    """
    used = set(in_use)
    titles: list[str] = []
    for name in names:
        numbered = (f"{name}#{number}" for number in count(2))
        title = name if name not in used else next(each for each in numbered if each not in used)
        used.add(title)
        titles.append(title)
    return titles


def title_panes(models: Sequence[str], in_use: Mapping[str, str]) -> list[str]:
    """Returns distinct titles for new panes of these models.

    Two providers of one name are `gpt-5@openai` and `gpt-5@azure`, and a model that is asked twice
    has a number. `in_use` has the model of each title in use.
    """
    known = {*models, *in_use.values()}
    names: list[str] = []
    for model in models:
        provider, _, name = model.partition("/")
        others = {each for each in known if each != model and _name_of(each) == name}
        names.append(f"{name}@{provider}" if name and others else _name_of(model))
    return number_titles(names, in_use)


def is_title_of(title: str, model: str) -> bool:
    """Checks whether a title was made from the model's name, by any version of Antiphon."""
    provider, _, name = model.partition("/")
    names = {_name_of(model), f"{name}@{provider}"}
    return title in names or any(
        re.fullmatch(re.escape(each) + r"[#-][0-9]{1,3}", title) for each in names
    )


def _name_of(model: str) -> str:
    return model.partition("/")[2] or model
