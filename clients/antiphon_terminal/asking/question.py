"""Builds a broadcast from the options of `ask`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct, field

from antiphon.model.commands.runs import (
    BroadcastParams,
    ContextItem,
    EstimateResult,
    RunResult,
)
from antiphon_terminal.options.names import find_pane, find_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.model.commands.runs import ModelChoice
    from antiphon.model.conversation.session import Params, Session
    from antiphon.model.wire import Wire
    from antiphon_client import AntiphonClient
    from antiphon_terminal.options.consent import Consent


class Request(Struct, frozen=True):
    """A command that streams, with its argument, and the command that estimates it."""

    command: str
    params: Wire
    result: type[RunResult]
    estimate_command: str
    estimate_result: type[EstimateResult]
    single: bool
    """Whether it has one pane, as far as that is known before."""
    report: Callable[[Any], bool] | None = None
    """Prints what is wrong with the result, and returns whether nothing is."""


class AskOptions(Struct, frozen=True):
    """The options of `ask`, not checked against the server yet."""

    prompt: str
    models: tuple[str, ...] = ()
    lineup: str | None = None
    context: list[ContextItem] = field(default_factory=list[ContextItem])
    system: str | None = None
    params: Params | None = None
    session: str | None = None
    panes: tuple[str, ...] = ()
    consent: Consent | None = None

    async def build(self, client: AntiphonClient) -> Request:
        """Builds the request of a broadcast. Raises as `build_broadcast` does."""
        params = await self.build_broadcast(client)
        single = len(params.models or []) + len(params.pane_ids or []) == 1
        return Request(
            "antiphon.broadcast",
            params,
            RunResult,
            "antiphon.estimate",
            EstimateResult,
            single=single,
        )

    async def build_broadcast(self, client: AntiphonClient) -> BroadcastParams:
        """Builds the broadcast's argument, and asks the server what names mean.

        Names are `last`, titles and lineups. Without a model, a lineup or a session it names no
        model, so that the server uses its default. Raises `click.UsageError` if a name is
        unknown or ambiguous.
        """
        models: list[str | ModelChoice] = [*self.models, *await self._lineup(client)]
        session = await self._session(client)
        pane_ids: list[str] | None = None
        if session is not None and (self.panes or not models):
            chosen = [find_pane(session, name) for name in self.panes] or session.panes
            pane_ids = list(dict.fromkeys(pane.id for pane in chosen))
        return BroadcastParams(
            prompt=self.prompt,
            models=models or None,
            pane_ids=pane_ids,
            session_id=None if session is None else session.id,
            system=self.system,
            params=self.params,
            context=self.context or None,
            allow_secrets=self.consent["allow_secrets"] if self.consent else None,
            allow_over_budget=self.consent["allow_over_budget"] if self.consent else None,
        )

    async def _lineup(self, client: AntiphonClient) -> list[str | ModelChoice]:
        if self.lineup is None:
            return []
        lineups = (await client.models()).lineups
        if self.lineup in lineups:
            return lineups[self.lineup]
        known = (
            ", ".join(sorted(lineups)) or "none is set; add one to models.lineups in the settings"
        )
        raise click.UsageError(f"There is no lineup {self.lineup!r}. Lineups: {known}.")

    async def _session(self, client: AntiphonClient) -> Session | None:
        if self.session is None and not self.panes:
            return None
        return await find_session(client, self.session or "last")
